"""The catalog type of a value as JSON documents and XML elements have it: nested, by AWS's names; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from emulator.glue_service.classifiers_models import Column
from emulator.glue_service.classifiers_types import BIGINT, BOOLEAN, DOUBLE, STRING, wider_type

SAMPLE_RECORDS = 1_000
_INT_RANGE = range(-(2**31), 2**31)


def columns_of(records: Iterable[Mapping[str, Any]]) -> tuple[Column, ...]:
    """The columns of some records, in the order in which they are met; names in lower case."""
    fields: dict[str, str | None] = {}
    for record in records:
        for name, value in record.items():
            key = name.lower()
            fields[key] = wider_type(fields.get(key), type_of(value))
    return tuple(Column(name, type_ or STRING) for name, type_ in fields.items())


def type_of(value: Any) -> str | None:
    """The type of one value, None for null: `int` (32 bit), `bigint`, `double`, `array<…>`, `struct<…>`…"""
    if value is None:
        return None
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int):
        return "int" if value in _INT_RANGE else BIGINT
    if isinstance(value, float):
        return DOUBLE
    if isinstance(value, list):
        return f"array<{_element_type(value)}>"
    if isinstance(value, dict):
        return "struct<" + ",".join(f"{name}:{type_of(item) or STRING}" for name, item in value.items()) + ">"
    return STRING


def _element_type(items: list[Any]) -> str:
    widest: str | None = None
    for item in islice(items, SAMPLE_RECORDS):
        widest = wider_type(widest, type_of(item))
    return widest or STRING
