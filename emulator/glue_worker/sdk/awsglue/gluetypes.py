"""Glue's own data types, as `DynamicFrame.schema()` gives them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyspark.sql import types as t

from emulator.glue_worker.engine import choice


class DataType:
    """A type; `typeName` is Glue's name for it."""

    name = ""

    def __init__(self, properties: dict[str, Any] | None = None) -> None:
        self.properties = properties or {}

    @classmethod
    def typeName(cls) -> str:
        return cls.name or cls.__name__.removesuffix("Type").lower()

    def jsonValue(self) -> dict[str, Any]:
        return {"dataType": self.typeName()}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DataType) and self.jsonValue() == other.jsonValue()

    def __hash__(self) -> int:
        return hash(str(self.jsonValue()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.properties})"


class AtomicType(DataType):
    """A type without parts."""


class BinaryType(AtomicType):
    pass


class BooleanType(AtomicType):
    pass


class ByteType(AtomicType):
    pass


class DateType(AtomicType):
    pass


class DoubleType(AtomicType):
    pass


class FloatType(AtomicType):
    pass


class IntegerType(AtomicType):
    name = "int"


class LongType(AtomicType):
    pass


class NullType(AtomicType):
    pass


class ShortType(AtomicType):
    pass


class StringType(AtomicType):
    pass


class TimestampType(AtomicType):
    pass


class UnknownType(AtomicType):
    pass


class DecimalType(AtomicType):
    """A decimal with precision and scale."""

    def __init__(self, precision: int = 10, scale: int = 2, properties: dict[str, Any] | None = None) -> None:
        super().__init__(properties)
        self.precision, self.scale = precision, scale

    def jsonValue(self) -> dict[str, Any]:
        return {"dataType": "decimal", "precision": self.precision, "scale": self.scale}


class ArrayType(DataType):
    """An array of one type."""

    def __init__(self, elementType: DataType | None = None, properties: dict[str, Any] | None = None) -> None:
        super().__init__(properties)
        self.elementType = elementType or UnknownType()

    def jsonValue(self) -> dict[str, Any]:
        return {"dataType": "array", "elementType": self.elementType.jsonValue()}


class MapType(DataType):
    """A map with string keys."""

    def __init__(self, valueType: DataType | None = None, properties: dict[str, Any] | None = None) -> None:
        super().__init__(properties)
        self.valueType = valueType or UnknownType()

    def jsonValue(self) -> dict[str, Any]:
        return {"dataType": "map", "valueType": self.valueType.jsonValue()}


class Field:
    """A named field of a struct."""

    def __init__(self, name: str, dataType: DataType, properties: dict[str, Any] | None = None) -> None:
        self.name, self.dataType, self.properties = name, dataType, properties or {}

    def jsonValue(self) -> dict[str, Any]:
        return {"name": self.name, "container": self.dataType.jsonValue()}

    def __repr__(self) -> str:
        return f"Field({self.name}, {self.dataType}, {self.properties})"


class StructType(DataType):
    """Fields in their order."""

    def __init__(self, fields: list[Field] | None = None, properties: dict[str, Any] | None = None) -> None:
        super().__init__(properties)
        self.fields = list(fields or [])

    @property
    def field_map(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def jsonValue(self) -> dict[str, Any]:
        return {"dataType": "struct", "fields": [field.jsonValue() for field in self.fields]}


class ChoiceType(DataType):
    """Several types in one column."""

    def __init__(
        self, choices: list[DataType] | None = None, properties: dict[str, Any] | None = None
    ) -> None:
        super().__init__(properties)
        self.choices = {kind.typeName(): kind for kind in choices or []}

    def jsonValue(self) -> dict[str, Any]:
        return {"dataType": "choice", "choices": [kind.jsonValue() for kind in self.choices.values()]}


_ATOMIC = {
    kind.typeName(): kind
    for kind in (
        BinaryType,
        BooleanType,
        ByteType,
        DateType,
        DoubleType,
        FloatType,
        IntegerType,
        LongType,
        NullType,
        ShortType,
        StringType,
        TimestampType,
    )
}


def from_spark(schema: t.StructType) -> StructType:
    """A DataFrame's schema in Glue's types; marked structs are choices."""
    return StructType([Field(field.name, _of_field(field)) for field in schema.fields])


def tree(schema: StructType) -> str:
    """The lines that `printSchema` prints."""
    return "\n".join(["root", *_lines(schema.fields, "")])


def _of_field(field: t.StructField) -> DataType:
    if choice.is_choice(field):
        return ChoiceType([_of_type(item.dataType) for item in field.dataType.fields])
    return _of_type(field.dataType)


def _of_type(kind: t.DataType) -> DataType:
    if isinstance(kind, t.StructType):
        return from_spark(kind)
    if isinstance(kind, t.ArrayType):
        return ArrayType(_of_type(kind.elementType))
    if isinstance(kind, t.MapType):
        return MapType(_of_type(kind.valueType))
    if isinstance(kind, t.DecimalType):
        return DecimalType(kind.precision, kind.scale)
    return _ATOMIC.get(choice.glue_type(kind), UnknownType)()


def _lines(fields: list[Field], indent: str) -> list[str]:
    lines = []
    for field in fields:
        lines.append(f"{indent}|-- {field.name}: {field.dataType.typeName()}")
        lines += _inner_lines(field.dataType, f"{indent}|    ")
    return lines


def _inner_lines(kind: DataType, indent: str) -> list[str]:
    if isinstance(kind, StructType):
        return _lines(kind.fields, indent)
    if isinstance(kind, ChoiceType):
        return [
            line
            for one in kind.choices.values()
            for line in [f"{indent}|-- {one.typeName()}", *_inner_lines(one, f"{indent}|    ")]
        ]
    if isinstance(kind, ArrayType):
        return [
            f"{indent}|-- element: {kind.elementType.typeName()}",
            *_inner_lines(kind.elementType, f"{indent}|    "),
        ]
    if isinstance(kind, MapType):
        return [f"{indent}|-- keyType: string", f"{indent}|-- valueType: {kind.valueType.typeName()}"]
    return []
