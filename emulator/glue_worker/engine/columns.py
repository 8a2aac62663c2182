"""Transforms of whole columns: select, drop, rename, join, drop nulls."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from emulator.glue_worker.engine.apply_mapping import find
from emulator.glue_worker.engine.column_names import path_parts, quoted, quoted_path
from emulator.glue_worker.engine.spark_session import inspecting


def with_unique_names(frame: DataFrame) -> DataFrame:
    """Each column name once: of several columns with one name the last is kept (*unverified*)."""
    last = {name: position for position, name in enumerate(frame.columns)}
    if len(last) == len(frame.columns):
        return frame
    numbered = frame.toDF(*[str(position) for position in range(len(frame.columns))])
    return numbered.select(*[f.col(str(position)).alias(name) for name, position in last.items()])


def select_fields(frame: DataFrame, paths: Sequence[str]) -> DataFrame:
    """Only the fields at these paths, in the order of the frame; a nested one keeps its parents."""
    wanted = [path_parts(path) for path in paths]
    columns = []
    for field in frame.schema.fields:
        mine = [parts for parts in wanted if parts[0] == field.name]
        if any(len(parts) == 1 for parts in mine):
            columns.append(f.col(quoted(field.name)))
        elif mine:
            nested = [
                f.col(quoted_path(parts)).alias(parts[-1]) for parts in mine if find(frame.schema, parts)
            ]
            columns += [f.struct(*nested).alias(field.name)] if nested else []
    return frame.select(*columns)


def drop_fields(frame: DataFrame, paths: Sequence[str]) -> DataFrame:
    """The frame without the fields at these paths; those that are not there don't matter."""
    for path in paths:
        parts = path_parts(path)
        if find(frame.schema, parts) is None:
            continue
        if len(parts) == 1:
            kept = [quoted(field.name) for field in frame.schema.fields if field.name != parts[0]]
            frame = frame.select(*kept)
        else:
            inner = f.col(quoted(parts[0])).dropFields(quoted_path(parts[1:]))
            frame = _replaced(frame, parts[0], inner.alias(parts[0]))
    return frame


def rename_field(frame: DataFrame, old: str, new: str) -> DataFrame:
    """One field under another name, in its place; a nested path makes or leaves structs."""
    old_parts, new_parts = path_parts(old), path_parts(new)
    found = find(frame.schema, old_parts)
    if found is None:
        return frame
    if len(old_parts) == len(new_parts) == 1:
        column = f.col(quoted(old_parts[0])).alias(new_parts[0], metadata=found[1].metadata or {})
        return _replaced(frame, old_parts[0], column)
    value = f.col(quoted_path(old_parts))
    return _put(drop_fields(frame.withColumn("__renamed", value), [old]), new_parts)


def join(one: DataFrame, other: DataFrame, keys1: Sequence[str], keys2: Sequence[str]) -> DataFrame:
    """Inner equi-join; of two columns with the same name, the first frame's gets a leading dot."""
    clashing = set(one.columns) & set(other.columns)
    renamed = one.select(*[
        f.col(quoted(name)).alias(f".{name}" if name in clashing else name) for name in one.columns
    ])  # fmt: skip
    if not (one.columns and other.columns):
        return one if not one.columns else other
    condition = None
    for key1, key2 in zip(keys1, keys2, strict=True):
        left = renamed[quoted(f".{key1}" if key1 in clashing else key1)]
        equal = left == other[quoted(key2)]
        condition = equal if condition is None else condition & equal
    return renamed.join(other, condition, "inner")


def null_fields(frame: DataFrame) -> list[str]:
    """The columns that hold nothing but nulls: those have Glue's type `null`. Reads the data once."""
    if not frame.columns:
        return []
    counts = [
        f.count(quoted(field.name)).alias(str(index)) for index, field in enumerate(frame.schema.fields)
    ]
    with inspecting(frame.sparkSession):
        row = frame.agg(*counts).first()
    return [name for index, name in enumerate(frame.columns) if row[index] == 0]


def _replaced(frame: DataFrame, name: str, column: object) -> DataFrame:
    return frame.select(
        *[column if field.name == name else f.col(quoted(field.name)) for field in frame.schema.fields]
    )


def _put(frame: DataFrame, parts: list[str]) -> DataFrame:
    """Moves the column `__renamed` to a path, into a struct that may exist."""
    value = f.col("__renamed")
    rest = [field for field in frame.schema.fields if field.name != "__renamed"]
    if len(parts) == 1:
        return frame.select(*[quoted(field.name) for field in rest], value.alias(parts[0]))
    if any(field.name == parts[0] for field in rest):
        inside = f.col(quoted(parts[0])).withField(quoted_path(parts[1:]), value).alias(parts[0])
        return _replaced(frame, parts[0], inside).drop("__renamed")
    nested = value
    for part in reversed(parts[1:]):
        nested = f.struct(nested.alias(part))
    return frame.select(*[quoted(field.name) for field in rest], nested.alias(parts[0]))
