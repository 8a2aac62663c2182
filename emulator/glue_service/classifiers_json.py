"""Infers the columns of a JSON sample: documents one after the other (JSON lines too), or one array; pure.

Types follow AWS's JSON classifier: `int` (32 bit), `bigint`, `double`, `boolean`, `string`, `array<…>` and
`struct<name:…>`. A field that is always null is a `string`. Field names are lower-cased at the top level.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from emulator.glue_service.classifiers_models import Column, FileSchema
from emulator.glue_service.classifiers_types import BIGINT, BOOLEAN, DOUBLE, STRING, wider_type

JSON_SERDE = "org.openx.data.jsonserde.JsonSerDe"
_SAMPLE_RECORDS = 1_000
_INT_RANGE = range(-(2**31), 2**31)


def classify_json(sample: bytes, truncated: bool) -> FileSchema | None:
    """The schema of a JSON sample, or None if it is not JSON; a document that is cut off is left out."""
    text = sample.decode("utf-8-sig", errors="replace")
    if not text.lstrip().startswith(("{", "[")):
        return None
    documents, consumed, whole = _documents(text)
    if not documents or not (whole or truncated):
        return None
    fields = _fields(documents)
    columns = tuple(Column(name, type_ or STRING) for name, type_ in fields.items())
    return FileSchema(
        classification="json",
        columns=columns,
        serde_library=JSON_SERDE,
        serde_parameters={"paths": ",".join(fields)},
        record_bytes=consumed,
        record_count=len(documents),
    )


def _documents(text: str) -> tuple[list[Any], int, bool]:
    """The documents, how many characters they take, and whether nothing else is left in the text."""
    decoder = json.JSONDecoder()
    found: list[Any] = []
    position = _skip_blank(text, 0)
    while position < len(text) and len(found) < _SAMPLE_RECORDS:
        try:
            document, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return found, position, False
        found.append(document)
        position = _skip_blank(text, position)
    return found, position, True


def _skip_blank(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _fields(documents: list[Any]) -> dict[str, str | None]:
    fields: dict[str, str | None] = {}
    for document in documents:
        members = document if isinstance(document, dict) else {"array": document}
        for name, value in members.items():
            key = name.lower()
            fields[key] = _wider(fields.get(key), _type(value))
    return fields


def _type(value: Any) -> str | None:
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
        return "struct<" + ",".join(f"{name}:{_type(item) or STRING}" for name, item in value.items()) + ">"
    return STRING


def _element_type(items: list[Any]) -> str:
    widest: str | None = None
    for item in islice(items, _SAMPLE_RECORDS):
        widest = _wider(widest, _type(item))
    return widest or STRING


def _wider(left: str | None, right: str | None) -> str | None:
    """As `wider_type`; of two unlike structures the longer one is kept."""
    nested = ("struct<", "array<")
    if left and right and left.startswith(nested) and right.startswith(nested):
        return max(left, right, key=len)
    return wider_type(left, right)
