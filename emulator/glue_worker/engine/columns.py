"""Transforms of whole columns: select, drop, rename, drop nulls."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import leaves
from emulator.glue_worker.engine.column_names import path_parts, quoted, quoted_path
from emulator.glue_worker.engine.rebuilding import Named, Path, rebuilt, without_elements
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
    wanted = [path for path in map(_names, paths) if _exists(frame.schema, path)]

    def edit(path: Path, sql: str, kind: t.DataType) -> list[Named] | None:
        names = without_elements(path)
        if names in wanted:
            return [(path[-1], sql, kind)]
        on_the_way = any(one[: len(names)] == names and len(one) > len(names) for one in wanted)
        return None if on_the_way and not isinstance(kind, t.AtomicType) else []

    return rebuilt(frame, edit)


def drop_fields(frame: DataFrame, paths: Sequence[str]) -> DataFrame:
    """The frame without the fields at these paths, inside arrays, too; those not there don't matter."""
    unwanted = [path for path in map(_names, paths) if _exists(frame.schema, path)]
    if not unwanted:
        return frame

    def edit(path: Path, _sql: str, _kind: t.DataType) -> list[Named] | None:
        return [] if without_elements(path) in unwanted and path[-1] != "[]" else None

    return rebuilt(frame, edit)


def rename_field(frame: DataFrame, old: str, new: str) -> DataFrame:
    """One field under another name, in its place; a path into another struct moves it there."""
    old_parts, new_parts = _names(old), _names(new)
    if not _exists(frame.schema, old_parts):
        return frame
    if old_parts[:-1] == new_parts[:-1]:

        def edit(path: Path, sql: str, kind: t.DataType) -> list[Named] | None:
            mine = without_elements(path) == old_parts and path[-1] != "[]"
            return [(new_parts[-1], sql, kind)] if mine else None

        return rebuilt(frame, edit)
    value = f.col(quoted_path(list(old_parts)))
    return _put(drop_fields(frame.withColumn("__renamed", value), [old]), list(new_parts))


def null_fields(frame: DataFrame) -> list[str]:
    """Paths of the fields that hold nothing but nulls: those have Glue's type `null`.

    Looked for inside structs and arrays of structs, not in maps. Reads the data once.
    """
    found = leaves.of(frame.schema)
    if not found:
        return []
    looks = [
        f.expr(f"bool_or({leaves.any_sql(leaf.path, '{} IS NOT NULL'.format)})").alias(str(index))
        for index, leaf in enumerate(found)
    ]
    with inspecting(frame.sparkSession):
        row = frame.agg(*looks).first()
    nulls = [without_elements(leaf.path) for index, leaf in enumerate(found) if not row[index]]
    return [".".join(_ticked(name) for name in path) for path in dict.fromkeys(nulls)]


def _ticked(name: str) -> str:
    return quoted(name) if "." in name or "`" in name else name


def _names(path: str) -> Path:
    return tuple(name.removesuffix("[]") for name in path_parts(path))


def _exists(schema: t.StructType, path: Path) -> bool:
    current: t.DataType = schema
    for name in path:
        while isinstance(current, t.ArrayType):
            current = current.elementType
        if not isinstance(current, t.StructType) or name not in current.names:
            return False
        current = current[name].dataType
    return True


def _put(frame: DataFrame, parts: list[str]) -> DataFrame:
    """Moves the column `__renamed` to a path, into a struct that may exist."""
    value = f.col("__renamed")
    rest = [field for field in frame.schema.fields if field.name != "__renamed"]
    if len(parts) == 1:
        return frame.select(*[quoted(field.name) for field in rest], value.alias(parts[0]))
    if any(field.name == parts[0] for field in rest):
        inside = f.col(quoted(parts[0])).withField(quoted_path(parts[1:]), value).alias(parts[0])
        others = [inside if one.name == parts[0] else f.col(quoted(one.name)) for one in rest]
        return frame.select(*others)
    nested = value
    for part in reversed(parts[1:]):
        nested = f.struct(nested.alias(part))
    return frame.select(*[quoted(field.name) for field in rest], nested.alias(parts[0]))
