"""ApplyMapping: picks, renames, casts and nests columns (aws-semantics.md §C).

Only mapped fields come out. A value whose real type is not the declared source type is silently empty; a
choice gives the values of the declared type. A source that is not there is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import choice
from emulator.glue_worker.engine.column_names import path_parts, quoted, quoted_path
from emulator.glue_worker.engine.errors import GlueError
from emulator.glue_worker.engine.rebuilding import struct_sql

Mapping = tuple[str, str, str, str]


@dataclass
class _Node:
    """A target column, or the fields of a target struct, in the order of the mappings."""

    sql: str = ""
    fields: dict[str, _Node] = field(default_factory=dict)

    def put(self, parts: list[str], sql: str) -> None:
        if len(parts) == 1:
            self.fields[parts[0]] = _Node(sql)
        else:
            self.fields.setdefault(parts[0], _Node()).put(parts[1:], sql)

    def to_sql(self) -> str:
        if self.sql:
            return self.sql
        return struct_sql({name: node.to_sql() for name, node in self.fields.items()})


def apply_mapping(
    frame: DataFrame, mappings: Sequence[Sequence[str]], case_sensitive: bool = True
) -> DataFrame:
    """The frame with just the mapped fields. Raises GlueError for a mapping that is no 2-, 3- or 4-tuple."""
    root = _Node()
    for source, source_type, target, target_type in (full_mapping(mapping) for mapping in mappings):
        found = find(frame.schema, path_parts(source), case_sensitive)
        if found is not None:
            names, leaf = found
            root.put(path_parts(target), _value_sql(quoted_path(names), leaf, source_type, target_type))
    return frame.select(*[_column(name, node) for name, node in root.fields.items()])


def full_mapping(mapping: Sequence[str]) -> Mapping:
    """A mapping as (source, source type, target, target type); "" where a short form leaves a type open."""
    items = [str(item) for item in mapping]
    if len(items) == 2:
        return items[0], "", items[1], ""
    if len(items) == 3:
        return items[0], "", items[1], items[2]
    if len(items) == 4:
        return items[0], items[1], items[2], items[3]
    raise GlueError(f"the mapping {tuple(mapping)!r} must be (source, source type, target, target type)")


def find(
    schema: t.StructType, parts: list[str], case_sensitive: bool = True
) -> tuple[list[str], t.StructField] | None:
    """A nested field's real names and itself, or None; not looked for inside arrays."""
    names: list[str] = []
    current: t.DataType = schema
    leaf: t.StructField | None = None
    for part in parts:
        if not isinstance(current, t.StructType):
            return None
        leaf = _field(current, part, case_sensitive)
        if leaf is None:
            return None
        names.append(leaf.name)
        current = leaf.dataType
    return (names, leaf) if leaf is not None else None


def _field(schema: t.StructType, name: str, case_sensitive: bool) -> t.StructField | None:
    for item in schema.fields:
        if item.name == name or (not case_sensitive and item.name.lower() == name.lower()):
            return item
    return None


def _value_sql(reference: str, leaf: t.StructField, source_type: str, target_type: str) -> str:
    declared = choice.spark_type(source_type) if source_type else ""
    wanted = choice.spark_type(target_type) if target_type else declared
    if choice.is_choice(leaf):
        return _of_choice(reference, leaf.dataType, declared, wanted)
    real: str = leaf.dataType.simpleString()
    if declared and not _same(real, declared) and real != "void":
        return f"CAST(NULL AS {wanted})"
    return choice.cast_sql(reference, leaf.dataType, wanted) if wanted and _is_atomic(wanted) else reference


def _of_choice(reference: str, kinds: t.StructType, declared: str, wanted: str) -> str:
    if not declared:
        return choice.unified_sql(reference, kinds, wanted) if wanted else reference
    for item in kinds.fields:
        if _same(item.dataType.simpleString(), declared):
            return choice.cast_sql(f"{reference}.{quoted(item.name)}", item.dataType, wanted)
    return f"CAST(NULL AS {wanted})"


def _same(real: str, declared: str) -> bool:
    """Whether a declared type names the real one; any decimal is a decimal, any struct a struct."""
    return real == declared or real.split("(")[0].split("<")[0] == declared.split("(")[0].split("<")[0]


def _is_atomic(name: str) -> bool:
    return name.split("<")[0] not in ("struct", "array", "map", "choice", "null", "void")


def _column(name: str, node: _Node) -> Column:
    return f.expr(node.to_sql()).alias(name)
