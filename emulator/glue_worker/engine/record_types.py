"""Spark types of Python records, with a choice where records disagree. Pure, but for Spark's type classes.

Whole numbers that a frame had before keep their type; new ones are `int`, or `long` when one needs it.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable
from typing import Any

from pyspark.sql import types as t

from emulator.glue_worker.engine import choice
from emulator.glue_worker.engine.errors import GlueError
from emulator.glue_worker.engine.unions import merged

Reader = Callable[[Any], Any]

_INT_LIMIT = 2**31
_LONG_LIMIT = 2**63
_WHOLE = (t.ByteType, t.ShortType, t.IntegerType, t.LongType)
_ALIKE = (_WHOLE, (t.FloatType, t.DoubleType), (t.DecimalType,), (t.TimestampType, t.TimestampNTZType))


def type_of(value: Any) -> t.DataType:
    """The type of one value. Raises GlueError for a value that no type of Glue can hold."""
    if isinstance(value, dict):
        return t.StructType([t.StructField(str(name), type_of(one)) for name, one in value.items()])
    if isinstance(value, (list, tuple, set)):
        return _of_elements(list(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return _of_whole(value)
    for python, spark in _ATOMIC:
        if isinstance(value, python):
            return spark
    if value is None:
        return t.NullType()
    raise GlueError(f"a record holds a {type(value).__name__}: {value!r}; Glue's types can't hold it")


_ATOMIC: tuple[tuple[type, t.DataType], ...] = (
    (bool, t.BooleanType()),
    (float, t.DoubleType()),
    (str, t.StringType()),
    (decimal.Decimal, t.DecimalType(38, 18)),
    (datetime.datetime, t.TimestampType()),
    (datetime.date, t.DateType()),
    (bytes, t.BinaryType()),
    (bytearray, t.BinaryType()),
)


def joined(one: t.DataType, other: t.DataType) -> t.DataType:
    """The type of values of either; whole numbers of two widths have the wider."""
    if isinstance(one, _WHOLE) and isinstance(other, _WHOLE):
        return t.LongType() if t.LongType() in (one, other) else one
    if isinstance(one, t.StructType) and isinstance(other, t.StructType) and not _choices(one, other):
        kinds = {field.name: field.dataType for field in one.fields}
        for field in other.fields:
            kinds[field.name] = joined(kinds.get(field.name, t.NullType()), field.dataType)
        return t.StructType([t.StructField(name, kind) for name, kind in kinds.items()])
    if isinstance(one, t.ArrayType) and isinstance(other, t.ArrayType):
        return t.ArrayType(joined(one.elementType, other.elementType))
    return merged(one, other)


def kept(new: t.DataType, before: t.DataType | None) -> t.DataType:
    """The type that the field had before, where the new values fit it; a field of nulls keeps it, too."""
    if before is None or new == before or choice.has_choice(before):
        return new
    if isinstance(new, t.NullType) or _fits(new, before):
        return before
    if isinstance(new, t.StructType) and isinstance(before, t.MapType) and not choice.is_choice(new):
        return before
    if isinstance(new, t.StructType) and isinstance(before, t.StructType):
        return kept_fields(new, before)
    if isinstance(new, t.ArrayType) and isinstance(before, t.ArrayType):
        return t.ArrayType(kept(new.elementType, before.elementType))
    return new


def kept_fields(new: t.StructType, before: t.StructType) -> t.StructType:
    """`kept`, for each field."""
    if choice.is_choice(new):
        return new
    return t.StructType(
        [t.StructField(one.name, kept(one.dataType, _type_in(before, one.name))) for one in new.fields]
    )


def to_internal(value: Any, kind: t.DataType) -> Any:
    """A record's value in the form that Spark takes for the type: tuples for structs and choices."""
    if value is None:
        return None
    if isinstance(kind, t.StructType) and choice.is_choice(kind):
        return _branch(value, kind)
    if isinstance(kind, t.StructType):
        return tuple(to_internal(value.get(field.name), field.dataType) for field in kind.fields)
    if isinstance(kind, t.ArrayType):
        return [to_internal(one, kind.elementType) for one in value]
    if isinstance(kind, t.MapType):
        return {name: to_internal(one, kind.valueType) for name, one in value.items()}
    if isinstance(kind, (t.FloatType, t.DoubleType)):
        return float(value)
    return value


def reader(kind: t.DataType) -> Reader | None:
    """What makes a record's value of Spark's: dictionaries for structs, for a choice the value that it holds.

    None where the value is taken as it is, which spares a call for each.
    """
    if isinstance(kind, t.StructType):
        readers = [reader(field.dataType) for field in kind.fields]
        return _choice_reader(readers) if choice.is_choice(kind) else _struct_reader(kind.names, readers)
    if isinstance(kind, t.ArrayType):
        return _array_reader(reader(kind.elementType))
    return _map_reader(reader(kind.valueType)) if isinstance(kind, t.MapType) else None


def _struct_reader(names: list[str], readers: list[Reader | None]) -> Reader:
    nested = [(name, read) for name, read in zip(names, readers, strict=True) if read is not None]

    def read_struct(row: Any) -> Any:
        if row is None:
            return None
        record = dict(zip(names, row, strict=True))
        for name, read in nested:
            record[name] = read(record[name])
        return record

    return read_struct


def _choice_reader(readers: list[Reader | None]) -> Reader:
    def read_held(row: Any) -> Any:
        for value, read in zip(row or (), readers, strict=False):
            if value is not None:
                return read(value) if read else value
        return None

    return read_held


def _array_reader(read: Reader | None) -> Reader | None:
    return (lambda values: None if values is None else [read(one) for one in values]) if read else None


def _map_reader(read: Reader | None) -> Reader | None:
    if read is None:
        return None
    return lambda values: None if values is None else {name: read(one) for name, one in values.items()}


def _of_elements(values: list[Any]) -> t.ArrayType:
    element: t.DataType = t.NullType()
    for value in values:
        element = joined(element, type_of(value))
    return t.ArrayType(element)


def _of_whole(value: int) -> t.DataType:
    if -_INT_LIMIT <= value < _INT_LIMIT:
        return t.IntegerType()
    return t.LongType() if -_LONG_LIMIT <= value < _LONG_LIMIT else t.DecimalType(38, 0)


def _choices(one: t.DataType, other: t.DataType) -> bool:
    return choice.is_choice(one) or choice.is_choice(other)


def _fits(new: t.DataType, before: t.DataType) -> bool:
    if isinstance(new, t.LongType):
        return isinstance(before, t.LongType)
    return any(isinstance(new, kinds) and isinstance(before, kinds) for kinds in _ALIKE)


def _type_in(schema: t.StructType, name: str) -> t.DataType | None:
    return schema[name].dataType if name in schema.names else None


def _branch(value: Any, kind: t.StructType) -> tuple[Any, ...]:
    name = choice.glue_type(type_of(value))
    wanted = {"int": ("int", "long"), "decimal": ("decimal",)}.get(name, (name,))
    taken = next((one for one in wanted if one in kind.names), name)
    return tuple(to_internal(value, one.dataType) if one.name == taken else None for one in kind.fields)
