"""Values and columns as the Data API shows them (aws-semantics.md §F, redshift-data)."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from emulator.redshift.data_api_models import DataApiError, Result

PAGE_ROWS = 1000
MAX_RESULT_BYTES = 500 * 1024 * 1024
MAX_ROW_BYTES = 64 * 1024

_TYPES = {
    16: "bool", 17: "varbyte", 18: "char", 19: "name", 20: "int8", 21: "int2", 23: "int4", 25: "text",
    26: "oid", 114: "super", 700: "float4", 701: "float8", 1042: "bpchar", 1043: "varchar", 1082: "date",
    1083: "time", 1114: "timestamp", 1184: "timestamptz", 1266: "timetz", 1700: "numeric", 3802: "super",
}  # fmt: skip
_SIGNED = {"int2", "int4", "int8", "numeric", "float4", "float8"}
_TEXT = {"varchar", "bpchar", "text", "name", "char"}
_LENGTHS = {
    "int2": 5,
    "int4": 10,
    "int8": 19,
    "bool": 1,
    "float4": 8,
    "float8": 17,
    "date": 13,
    "timestamp": 29,
}


def as_text(value: str) -> str:
    """Leaves a value in the warehouse's own words (pg8000 would make numbers and dates of them)."""
    return value


KEPT_AS_TEXT = (1082, 1083, 1114, 1184, 1266, 1700, 3802, 114, 1186)


def field_of(value: Any) -> dict[str, object]:
    """A value as the API's union."""
    if value is None:
        return {"isNull": True}
    if isinstance(value, bool):
        return {"booleanValue": value}
    if isinstance(value, int):
        return {"longValue": value}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, bytes | bytearray):
        return {"blobValue": bytes(value)}
    return {"stringValue": value if isinstance(value, str) else str(value)}


def column_of(column: dict[str, Any]) -> dict[str, object]:
    """ColumnMetadata of a column as pg8000 describes it."""
    kind = _TYPES.get(int(column["type_oid"]), "varchar")
    modifier = int(column["type_modifier"])
    precision, scale = 0, 0
    if kind == "numeric" and modifier > 4:
        precision, scale = (modifier - 4) >> 16, (modifier - 4) & 0xFFFF
    elif kind in _TEXT and modifier > 4:
        precision = modifier - 4
    return {
        "name": column["name"],
        "label": column["name"],
        "typeName": kind,
        "length": precision if kind in _TEXT or kind == "numeric" else _LENGTHS.get(kind, 0),
        "precision": precision or _LENGTHS.get(kind, 0),
        "scale": scale,
        "nullable": 1,
        "isSigned": kind in _SIGNED,
        "isCaseSensitive": kind in _TEXT,
        "isCurrency": False,
        "schemaName": "",
        "tableName": "",
    }


def result_of(columns: Sequence[dict[str, Any]], rows: Sequence[Sequence[Any]]) -> Result:
    """The result of a query; raises DataApiError if it is larger than the API allows."""
    size = 0
    shown: list[list[dict[str, object]]] = []
    for row in rows:
        row_bytes = sum(len(str(value)) for value in row if value is not None)
        if row_bytes > MAX_ROW_BYTES:
            raise DataApiError("ValidationException", "The query result contains a row larger than 64 KB")
        size += row_bytes
        shown.append([field_of(value) for value in row])
    if size > MAX_RESULT_BYTES:
        raise DataApiError("ValidationException", "Query result is larger than 500 MB")
    return Result([column_of(column) for column in columns], shown, size)


def next_token(start: int) -> str:
    """The token for the page that begins at `start`."""
    return base64.urlsafe_b64encode(json.dumps({"start": start}).encode()).decode()


def start_of(token: str | None) -> int:
    """Where the page of that token begins; raises DataApiError for a token that isn't one."""
    if not token:
        return 0
    try:
        return int(json.loads(base64.urlsafe_b64decode(token))["start"])
    except (ValueError, KeyError, TypeError) as error:
        raise DataApiError("ValidationException", "Invalid NextToken") from error


def page(items: Sequence[Any], token: str | None, size: int) -> tuple[list[Any], str | None]:
    """The page that begins at the token, and the token of the next one, if there is one."""
    start = start_of(token)
    end = start + size
    return list(items[start:end]), next_token(end) if end < len(items) else None
