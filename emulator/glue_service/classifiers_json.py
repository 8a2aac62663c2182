"""Infers the columns of a JSON sample: documents one after the other (JSON lines too), or one array; pure.

Types follow AWS's JSON classifier: see `classifiers_values.type_of`. A field that is always null is a
`string`; one whose documents disagree about its type too. Field names are lower-cased at the top level, but
for the SerDe's `paths`, which are sorted: so are those of tables that users have published.
A custom classifier's JSON path says which parts of each document are records ("Writing JSON custom
classifiers" in the Glue developer guide); records that are no objects make the one column `record`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emulator.glue_service.classifiers_json_path import JsonPath
from emulator.glue_service.classifiers_models import FileSchema
from emulator.glue_service.classifiers_values import SAMPLE_RECORDS, columns_of

JSON_SERDE = "org.openx.data.jsonserde.JsonSerDe"


def classify_json(sample: bytes, truncated: bool, path: JsonPath | None = None) -> FileSchema | None:
    """The schema of a JSON sample, or None if it is not JSON or the path finds nothing in it.

    A document that is cut off at the end of the sample is left out; of an array that is cut off, the
    elements before the cut are seen.
    """
    try:
        return _classify(sample, truncated, path)
    except RecursionError:
        return None


def _classify(sample: bytes, truncated: bool, path: JsonPath | None) -> FileSchema | None:
    text = sample.decode("utf-8-sig", errors="replace")
    if not text.lstrip().startswith(("{", "[")):
        return None
    documents, consumed, whole = _documents(text)
    if not documents and truncated:
        documents, consumed, whole = _cut_array(text)
    if not documents or not (whole or truncated):
        return None
    records = [record for document in documents for record in _records(document, path)]
    return _schema(records, consumed, path) if records else None


def _schema(records: list[Mapping[str, Any]], consumed: int, path: JsonPath | None) -> FileSchema:
    columns = columns_of(records)
    schema = FileSchema(
        classification="json",
        columns=columns,
        serde_library=JSON_SERDE,
        serde_parameters={"paths": ",".join(sorted({name for record in records for name in record}))},
        record_bytes=consumed,
        record_count=len(records),
    )
    return replace(schema, parameters={"jsonPath": path.text}) if path else schema


def _records(document: Any, path: JsonPath | None) -> list[Mapping[str, Any]]:
    if path is None:
        return [document if isinstance(document, dict) else {"array": document}]
    found = path.find(document)[:SAMPLE_RECORDS]
    return [value if isinstance(value, dict) else {"record": value} for value in found]


def _documents(text: str) -> tuple[list[Any], int, bool]:
    """The documents, how many characters they take, and whether nothing else is left in the text."""
    decoder = json.JSONDecoder()
    found: list[Any] = []
    position = _skip(text, 0)
    while position < len(text) and len(found) < SAMPLE_RECORDS:
        try:
            document, position = decoder.raw_decode(text, position)
        except ValueError:
            return found, position, False
        found.append(document)
        position = _skip(text, position)
    return found, position, True


def _cut_array(text: str) -> tuple[list[Any], int, bool]:
    """The whole elements of an array that goes on behind the sample, as one shorter array."""
    start = _skip(text, 0)
    if text[start] != "[":
        return [], 0, False
    decoder = json.JSONDecoder()
    elements: list[Any] = []
    position = _skip(text, start + 1)
    while position < len(text):
        try:
            element, position = decoder.raw_decode(text, position)
        except ValueError:
            break
        elements.append(element)
        position = _skip(text, position, " \t\r\n,")
    return ([elements], position, False) if elements else ([], 0, False)


def _skip(text: str, position: int, characters: str = " \t\r\n") -> int:
    while position < len(text) and text[position] in characters:
        position += 1
    return position
