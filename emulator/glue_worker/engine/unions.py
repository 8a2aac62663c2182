"""Rows of frames with different columns and types in one frame: where types differ, a choice."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import choice
from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.rebuilding import as_column, struct_sql, type_sql


def union(one: DataFrame, other: DataFrame) -> DataFrame:
    """All rows of both; a column that one lacks is null there, one of two types is a choice."""
    if not (one.columns and other.columns):
        return one if one.columns else other
    names = [*one.columns, *[name for name in other.columns if name not in one.columns]]
    kinds = {name: merged(_kind(one, name), _kind(other, name)) for name in names}
    return _lifted(one, kinds).unionByName(_lifted(other, kinds))


def merged(one: t.DataType, other: t.DataType) -> t.DataType:
    """The type that has room for the values of both."""
    if without_nullability(one) == without_nullability(other) or isinstance(other, t.NullType):
        return one
    if isinstance(one, t.NullType):
        return other
    if choice.is_choice(one) or choice.is_choice(other):
        return _merged_choice(one, other)
    if isinstance(one, t.StructType) and isinstance(other, t.StructType):
        return _merged_struct(one, other)
    if isinstance(one, t.ArrayType) and isinstance(other, t.ArrayType):
        return t.ArrayType(merged(one.elementType, other.elementType))
    if isinstance(one, t.MapType) and isinstance(other, t.MapType):
        return t.MapType(one.keyType, merged(one.valueType, other.valueType))
    if isinstance(one, t.DecimalType) and isinstance(other, t.DecimalType):
        return _wider(one, other)
    return _merged_choice(one, other)


def without_nullability(kind: t.DataType) -> str:
    """What of a type matters here, as text: `bigint`, `struct<a:int>`; a choice differs from a struct."""
    return f"{kind.simpleString()}{choice.has_choice(kind)}"


def lift_sql(sql: str, kind: t.DataType, wanted: t.DataType, depth: int = 0) -> str:
    """A value of one type as one of a type that `merged` made of it."""
    if without_nullability(kind) == without_nullability(wanted):
        return sql
    if isinstance(kind, t.NullType):
        return f"CAST(NULL AS {type_sql(wanted)})"
    if isinstance(wanted, t.StructType) and choice.is_choice(wanted):
        return _lifted_to_choice(sql, kind, wanted, depth)
    if isinstance(wanted, t.StructType) and isinstance(kind, t.StructType):
        return _lifted_struct(sql, kind, wanted, depth)
    variable = f"v{depth}"
    if isinstance(wanted, t.ArrayType) and isinstance(kind, t.ArrayType):
        inner = lift_sql(variable, kind.elementType, wanted.elementType, depth + 1)
        return f"transform({sql}, {variable} -> {inner})"
    if isinstance(wanted, t.MapType) and isinstance(kind, t.MapType):
        inner = lift_sql(variable, kind.valueType, wanted.valueType, depth + 1)
        return f"transform_values({sql}, (k{depth}, {variable}) -> {inner})"
    return f"CAST({sql} AS {type_sql(wanted)})"


def _kind(frame: DataFrame, name: str) -> t.DataType:
    return frame.schema[name].dataType if name in frame.columns else t.NullType()


def _lifted(frame: DataFrame, kinds: dict[str, t.DataType]) -> DataFrame:
    columns = []
    for name, wanted in kinds.items():
        if name not in frame.columns:
            columns.append(f.lit(None).cast(wanted).alias(name))
            continue
        field = frame.schema[name]
        sql = lift_sql(quoted(name), field.dataType, wanted)
        columns.append(f.col(quoted(name)) if sql == quoted(name) else as_column(name, sql, wanted))
    return frame.select(*columns)


def _kinds(kind: t.DataType) -> dict[str, t.DataType]:
    if isinstance(kind, t.StructType) and choice.is_choice(kind):
        return {field.name: field.dataType for field in kind.fields}
    return {choice.glue_type(kind): kind}


def _merged_choice(one: t.DataType, other: t.DataType) -> t.StructType:
    kinds = _kinds(one)
    for name, kind in _kinds(other).items():
        kinds[name] = merged(kinds[name], kind) if name in kinds else kind
    return choice.choice_type(kinds)


def _merged_struct(one: t.StructType, other: t.StructType) -> t.StructType:
    kinds = {field.name: field.dataType for field in one.fields}
    for field in other.fields:
        mine = kinds.get(field.name, t.NullType())
        kinds[field.name] = merged(mine, field.dataType)
    return t.StructType([t.StructField(name, kind) for name, kind in kinds.items()])


def _wider(one: t.DecimalType, other: t.DecimalType) -> t.DecimalType:
    scale = max(one.scale, other.scale)
    whole = max(one.precision - one.scale, other.precision - other.scale)
    return t.DecimalType(min(38, whole + scale), scale)


def _lifted_to_choice(sql: str, kind: t.DataType, wanted: t.StructType, depth: int) -> str:
    mine = _kinds(kind)
    is_choice = choice.is_choice(kind)
    fields = {}
    for field in wanted.fields:
        if field.name in mine:
            value = f"{sql}.{quoted(field.name)}" if is_choice else sql
            fields[field.name] = lift_sql(value, mine[field.name], field.dataType, depth)
        else:
            fields[field.name] = f"CAST(NULL AS {type_sql(field.dataType)})"
    return f"if({sql} IS NULL, NULL, {struct_sql(fields)})"


def _lifted_struct(sql: str, kind: t.StructType, wanted: t.StructType, depth: int) -> str:
    fields = {}
    for field in wanted.fields:
        mine = kind[field.name].dataType if field.name in kind.names else t.NullType()
        fields[field.name] = lift_sql(f"{sql}.{quoted(field.name)}", mine, field.dataType, depth)
    return f"if({sql} IS NULL, NULL, {struct_sql(fields)})"
