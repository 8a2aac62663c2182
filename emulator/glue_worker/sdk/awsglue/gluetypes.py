"""Glue's own data types, as `DynamicFrame.schema()` gives them ("PySpark extension types")."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

from emulator.glue_worker.engine.row_functions import DynamicRecord

Properties = dict[str, Any]


class DataType:
    """A type; `typeName` is Glue's name for it. Two are equal when class, parts and properties are."""

    def __init__(self, properties: Properties | None = None) -> None:
        self.properties = properties or {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(str(type(self)))

    @classmethod
    def typeName(cls) -> str:
        """`long` for LongType, and so on."""
        return cls.__name__.removesuffix("Type").lower()

    def jsonValue(self) -> dict[str, Any]:
        return {"dataType": self.typeName(), "properties": self.properties}


class AtomicType(DataType):
    """A type without parts."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.properties})"

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> Self:
        return cls(**{name: value for name, value in json_value.items() if name != "dataType"})


class BinaryType(AtomicType):
    pass


class BooleanType(AtomicType):
    pass


class ByteType(AtomicType):
    pass


class DateType(AtomicType):
    pass


class DecimalType(AtomicType):
    """A decimal with precision and scale."""

    def __init__(self, precision: int = 10, scale: int = 2, properties: Properties | None = None) -> None:
        super().__init__(properties)
        self.precision, self.scale = precision, scale

    def __repr__(self) -> str:
        return f"DecimalType({self.precision}, {self.scale}, {self.properties})"

    def jsonValue(self) -> dict[str, Any]:
        return {**super().jsonValue(), "precision": self.precision, "scale": self.scale}


class DoubleType(AtomicType):
    pass


class EnumType(AtomicType):
    """One of several texts."""

    def __init__(self, options: Sequence[str], properties: Properties | None = None) -> None:
        super().__init__(properties)
        self.options = list(options)

    def __repr__(self) -> str:
        more = ",..." if len(self.options) > 3 else ""
        return f"EnumType([{','.join(self.options[:3])}{more}], {self.properties})"

    def jsonValue(self) -> dict[str, Any]:
        return {**super().jsonValue(), "options": self.options}


class FloatType(AtomicType):
    pass


class IntegerType(AtomicType):
    @classmethod
    def typeName(cls) -> str:
        return "int"


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


class TimestampNTZType(AtomicType):
    pass


class UnknownType(AtomicType):
    pass


class _Elements(DataType):
    """A type of elements of one type."""

    def __init__(self, elementType: DataType | None = None, properties: Properties | None = None) -> None:
        super().__init__(properties)
        self.elementType = UnknownType() if elementType is None else _checked(elementType, "elementType")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.elementType}, {self.properties})"

    def jsonValue(self) -> dict[str, Any]:
        return {**super().jsonValue(), "elementType": self.elementType.jsonValue()}

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> Self:
        return cls(_deserialize_json_value(json_value["elementType"]), json_value.get("properties", {}))


class ArrayType(_Elements):
    """An array of one type."""


class SetType(_Elements):
    """A set of one type."""


class MapType(DataType):
    """A map with string keys."""

    def __init__(self, valueType: DataType | None = None, properties: Properties | None = None) -> None:
        super().__init__(properties)
        self.valueType = UnknownType() if valueType is None else _checked(valueType, "valueType")

    def __repr__(self) -> str:
        return f"MapType({self.valueType}, {self.properties})"

    def jsonValue(self) -> dict[str, Any]:
        return {**super().jsonValue(), "valueType": self.valueType.jsonValue()}

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> Self:
        return cls(_deserialize_json_value(json_value["valueType"]), json_value.get("properties", {}))


class ChoiceType(DataType):
    """Several types in one column, by their names."""

    def __init__(self, choices: Sequence[DataType] = (), properties: Properties | None = None) -> None:
        super().__init__(properties)
        self.choices: dict[str, DataType] = {}
        for choice in choices:
            self.add(choice)

    def __repr__(self) -> str:
        named = sorted(self.choices.values(), key=lambda kind: kind.typeName())
        return f"ChoiceType([{','.join(map(str, named))}], {self.properties})"

    def add(self, new_choice: DataType) -> None:
        """Raises ValueError when there is one of that name."""
        if new_choice.typeName() in self.choices:
            raise ValueError("Attempting to insert duplicate choice", new_choice)
        self.choices[new_choice.typeName()] = new_choice

    def merge(self, new_choices: DataType | list[DataType]) -> None:
        """Adds types; one of a name that is there is merged with it."""
        for choice in new_choices if isinstance(new_choices, list) else [new_choices]:
            before = self.choices.get(choice.typeName(), UnknownType())
            self.choices[choice.typeName()] = mergeDataTypes(before, choice)

    def jsonValue(self) -> dict[str, Any]:
        return {**super().jsonValue(), "choices": [kind.jsonValue() for kind in self.choices.values()]}

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> Self:
        choices = [_deserialize_json_value(one) for one in json_value["choices"]]
        return cls(choices, json_value.get("properties", {}))


class Field:
    """A named field of a struct."""

    def __init__(self, name: str, dataType: DataType, properties: Properties | None = None) -> None:
        self.name, self.dataType = name, _checked(dataType, "dataType")
        self.properties = properties or {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Field) and (self.name, self.dataType) == (other.name, other.dataType)

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Field({self.name}, {self.dataType}, {self.properties})"

    def jsonValue(self) -> dict[str, Any]:
        return {"name": self.name, "container": self.dataType.jsonValue(), "properties": self.properties}

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> Self:
        kind = _deserialize_json_value(json_value["container"])
        return cls(json_value["name"], kind, json_value.get("properties", {}))


class StructType(DataType):
    """Fields in their order, and by name in `field_map`."""

    def __init__(self, fields: Sequence[Field] = (), properties: Properties | None = None) -> None:
        super().__init__(properties)
        assert all(isinstance(field, Field) for field in fields), "fields should be a list of Field"
        self.fields = list(fields)
        self.field_map = {field.name: field for field in fields}

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __repr__(self) -> str:
        return f"StructType([{','.join(map(str, self.fields))}], {self.properties})"

    def add(self, field: Field) -> None:
        assert isinstance(field, Field), "field must be of type Field"
        self.fields.append(field)
        self.field_map[field.name] = field

    def hasField(self, field: Field | str) -> bool:
        return (field.name if isinstance(field, Field) else field) in self.field_map

    def getField(self, field: Field | str) -> Field:
        return self.field_map[field.name if isinstance(field, Field) else field]

    def jsonValue(self) -> dict[str, Any]:
        return {**super().jsonValue(), "fields": [field.jsonValue() for field in self.fields]}

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> Self:
        fields = [Field.fromJsonValue(field) for field in json_value["fields"]]
        return cls(fields, json_value.get("properties", {}))


class EntityType(DataType):
    """Not to be had: AWS's library refuses it, too."""

    def __init__(self, entity: Any, base_type: Any, properties: Properties) -> None:
        raise NotImplementedError("EntityTypes not yet supported in Tape.")


def mergeDataTypes(s1: DataType, s2: DataType) -> DataType:
    """The type of values of either: structs by field, arrays and maps by element, else a choice."""
    if isinstance(s1, (UnknownType, NullType)):
        return s2
    if isinstance(s2, (UnknownType, NullType)):
        return s1
    if isinstance(s1, ChoiceType) or type(s1) is not type(s2):
        return _merged_choice(s1, s2)
    if isinstance(s1, StructType) and isinstance(s2, StructType):
        return _merged_struct(s1, s2)
    if isinstance(s1, ArrayType) and isinstance(s2, ArrayType):
        return ArrayType(mergeDataTypes(s1.elementType, s2.elementType))
    if isinstance(s1, MapType) and isinstance(s2, MapType):
        return MapType(mergeDataTypes(s1.valueType, s2.valueType))
    if isinstance(s1, EnumType) and isinstance(s2, EnumType):
        return EnumType(s1.options + s2.options)
    return s1


def _merged_choice(one: DataType, other: DataType) -> ChoiceType:
    result = ChoiceType(list(_choices(other).values()), one.properties)
    result.merge(list(_choices(one).values()))
    return result


def _choices(kind: DataType) -> dict[str, DataType]:
    return kind.choices if isinstance(kind, ChoiceType) else {kind.typeName(): kind}


def _merged_struct(one: StructType, other: StructType) -> StructType:
    kinds = {field.name: field for field in one}
    for field in other:
        if field.name in kinds:
            kind = mergeDataTypes(kinds[field.name].dataType, field.dataType)
            kinds[field.name] = Field(field.name, kind, kinds[field.name].properties)
        else:
            kinds[field.name] = field
    return StructType(list(kinds.values()), one.properties)


def _checked(kind: DataType, what: str) -> DataType:
    assert isinstance(kind, DataType), f"{what} should be DataType. Got {type(kind)}"
    return kind


_TYPES: dict[str, Any] = {
    kind.typeName(): kind
    for kind in (
        *(BinaryType, BooleanType, ByteType, DateType, DecimalType, DoubleType, EnumType, FloatType),
        *(IntegerType, LongType, NullType, ShortType, StringType, TimestampType, TimestampNTZType),
        *(UnknownType, ArrayType, ChoiceType, MapType, StructType, SetType),
    )
}


def _deserialize_json_value(json_val: Mapping[str, Any]) -> Any:
    return _TYPES[json_val["dataType"]].fromJsonValue(json_val)


def _deserialize_json_string(json_str: str) -> Any:
    return _deserialize_json_value(json.loads(json_str))


__all__ = [*sorted(kind.__name__ for kind in _TYPES.values()), "AtomicType", "DataType", "DynamicRecord"]
__all__ += ["EntityType", "Field", "mergeDataTypes"]
