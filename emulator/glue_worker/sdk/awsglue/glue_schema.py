"""A DataFrame's schema in Glue's types and back, and as the lines that `printSchema` prints."""

from __future__ import annotations

from pyspark.sql import types as t

from awsglue import gluetypes as g
from emulator.glue_worker.engine import choice
from emulator.glue_worker.engine.errors import GlueError

_ATOMIC: dict[str, type[g.AtomicType]] = {
    kind.typeName(): kind
    for kind in (
        *(g.BinaryType, g.BooleanType, g.ByteType, g.DateType, g.DoubleType, g.FloatType, g.IntegerType),
        *(g.LongType, g.NullType, g.ShortType, g.StringType, g.TimestampType, g.TimestampNTZType),
    )
}


def from_spark(schema: t.StructType) -> g.StructType:
    """A DataFrame's schema in Glue's types; marked structs are choices."""
    return g.StructType([g.Field(field.name, _of_type(field.dataType)) for field in schema.fields])


def to_spark(kind: g.DataType) -> t.DataType:
    """A type of Glue as Spark's. Raises GlueError for one that Spark has no like of."""
    if isinstance(kind, g.StructType):
        return t.StructType([t.StructField(field.name, to_spark(field.dataType)) for field in kind])
    if isinstance(kind, g.ChoiceType):
        return choice.choice_type({name: to_spark(one) for name, one in kind.choices.items()})
    if isinstance(kind, g.ArrayType):
        return t.ArrayType(to_spark(kind.elementType))
    if isinstance(kind, g.MapType):
        return t.MapType(t.StringType(), to_spark(kind.valueType))
    if isinstance(kind, g.DecimalType):
        return t.DecimalType(kind.precision, kind.scale)
    if kind.typeName() in _ATOMIC:
        return t._parse_datatype_string(choice.spark_type(kind.typeName()))
    raise GlueError(f"the type {kind!r} of awsglue.gluetypes has no like in Spark")


def tree(schema: g.StructType) -> str:
    """The lines that `printSchema` prints."""
    return "\n".join(["root", *_lines(schema.fields, "")])


def _of_type(kind: t.DataType) -> g.DataType:
    if isinstance(kind, t.StructType) and choice.is_choice(kind):
        return g.ChoiceType([_of_type(field.dataType) for field in kind.fields])
    if isinstance(kind, t.StructType):
        return from_spark(kind)
    if isinstance(kind, t.ArrayType):
        return g.ArrayType(_of_type(kind.elementType))
    if isinstance(kind, t.MapType):
        return g.MapType(_of_type(kind.valueType))
    if isinstance(kind, t.DecimalType):
        return g.DecimalType(kind.precision, kind.scale)
    return _ATOMIC.get(choice.glue_type(kind), g.UnknownType)()


def _lines(fields: list[g.Field], indent: str) -> list[str]:
    return [line for field in fields for line in _named(field.name, field.dataType, indent)]


def _named(name: str, kind: g.DataType, indent: str) -> list[str]:
    return [f"{indent}|-- {name}: {kind.typeName()}", *_inner_lines(kind, f"{indent}|    ")]


def _inner_lines(kind: g.DataType, indent: str) -> list[str]:
    if isinstance(kind, g.StructType):
        return _lines(kind.fields, indent)
    if isinstance(kind, g.ChoiceType):
        return [line for one in kind.choices.values() for line in _choice_lines(one, indent)]
    if isinstance(kind, g.ArrayType):
        return _named("element", kind.elementType, indent)
    if isinstance(kind, g.MapType):
        return [f"{indent}|-- keyType: string", *_named("valueType", kind.valueType, indent)]
    return []


def _choice_lines(kind: g.DataType, indent: str) -> list[str]:
    return [f"{indent}|-- {kind.typeName()}", *_inner_lines(kind, f"{indent}|    ")]
