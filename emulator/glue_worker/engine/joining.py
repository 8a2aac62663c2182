"""Join: an inner equi-join of two frames whose equally named fields are kept apart (aws-semantics.md §C).

A record of JSON lacks the fields that it does not name. Where one of two joined records lacks a field, there
is no clash: the other's stays under its name. AWS's sample of joined legislators shows it: both frames have
`links` and `image`, but no joined record has them twice, and no dotted field comes out.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine.apply_mapping import find
from emulator.glue_worker.engine.column_names import path_parts, quoted, quoted_path
from emulator.glue_worker.engine.errors import GlueError
from emulator.glue_worker.engine.spark_session import inspecting

MAY_LACK = {"glue_may_lack": True}  # metadata of a column that a record may not have


def join(one: DataFrame, other: DataFrame, keys1: Sequence[str], keys2: Sequence[str]) -> DataFrame:
    """The joined records; of two fields with the same name, the first frame's gets a leading dot.

    Keys may be nested paths. Raises GlueError for lists of keys of different lengths and for unknown keys.
    """
    if not (one.columns and other.columns):
        return one if not one.columns else other
    if len(keys1) != len(keys2) or not keys1:
        raise GlueError(f"join needs as many keys of one frame as of the other, got {keys1} and {keys2}")
    clashing = [name for name in one.columns if name in other.columns]
    left, lefts = _with_keys(one, keys1, "__left")
    right, rights = _with_keys(other, keys2, "__right")
    for name in clashing:
        left = left.withColumnRenamed(name, f".{name}")
    condition = [left[mine] == right[theirs] for mine, theirs in zip(lefts, rights, strict=True)]
    joined = left.join(right, condition, "inner").drop(*lefts, *rights)
    return _without_clashes(joined, [name for name in clashing if _may_lack(one, other, name)])


def _with_keys(frame: DataFrame, keys: Sequence[str], prefix: str) -> tuple[DataFrame, list[str]]:
    """The frame with its keys as columns of their own, which no other column's name can hide."""
    names = [f"{prefix}{index}" for index in range(len(keys))]
    for name, key in zip(names, keys, strict=True):
        found = [key] if key in frame.columns else path_parts(key)
        if find(frame.schema, found) is None:
            raise GlueError(f"join: there is no field {key!r} among {frame.columns}")
        frame = frame.withColumn(name, f.col(quoted_path(found)))
    return frame, names


def _may_lack(one: DataFrame, other: DataFrame, name: str) -> bool:
    mine, theirs = one.schema[name], other.schema[name]
    marked = any((field.metadata or {}).get("glue_may_lack") for field in (mine, theirs))
    return marked and _plain(mine.dataType) == _plain(theirs.dataType)


def _plain(kind: t.DataType) -> str:
    simple: str = kind.simpleString()
    return simple


def _without_clashes(joined: DataFrame, names: list[str]) -> DataFrame:
    """Where only one of two records has a field, its value is under the plain name. Reads the join once."""
    if not names:
        return joined
    apart = _in_both(joined, names)
    columns: list[Column] = []
    for column in joined.columns:
        name = column.removeprefix(".")
        if name not in names:
            columns.append(f.col(quoted(column)))
        elif column == name:
            columns.append(f.coalesce(f.col(quoted(name)), f.col(quoted(f".{name}"))).alias(name))
        elif name in apart:
            columns.append(f.when(f.col(quoted(name)).isNotNull(), f.col(quoted(column))).alias(column))
    return joined.select(*columns)


def _in_both(joined: DataFrame, names: list[str]) -> set[str]:
    """The fields that some joined record has from both frames."""
    tests = [f"{quoted('.' + name)} IS NOT NULL AND {quoted(name)} IS NOT NULL" for name in names]
    looks = [f.expr(f"bool_or({test})").alias(str(index)) for index, test in enumerate(tests)]
    with inspecting(joined.sparkSession):
        row = joined.agg(*looks).first()
    return {name for index, name in enumerate(names) if row[index]}
