"""SearchTables: filters, text search and order over tables; pure.

Source: "SearchTables" and "PropertyPredicate" of the AWS Glue API reference: strings match by their words,
which punctuation separates, or exactly in quotes; comparators are for times only; filters are ANDed.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from emulator.glue_service.catalog_models import Definition
from emulator.glue_service.errors import InvalidInput

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "EQUALS": operator.eq,
    "GREATER_THAN": operator.gt,
    "LESS_THAN": operator.lt,
    "GREATER_THAN_EQUALS": operator.ge,
    "LESS_THAN_EQUALS": operator.le,
}
_TIMES = ("CreateTime", "UpdateTime", "LastAccessTime", "LastAnalyzedTime")
_TEXTS = ("Name", "DatabaseName", "Description", "Owner", "TableType", "CatalogId", "CreatedBy")


def search_tables(tables: Iterable[Definition], request: dict[str, Any]) -> list[Definition]:
    """The tables that all filters and the search text match, in the order asked for. Raises InvalidInput."""
    filters = [_filter(one) for one in request.get("Filters") or []]
    text = request.get("SearchText")
    found = [
        table
        for table in tables
        if all(matches(table) for matches in filters) and (not text or _contains(table, text))
    ]
    for criterion in request.get("SortCriteria") or []:
        key = _known(criterion["FieldName"])
        found.sort(key=lambda table: str(table.get(key, "")), reverse=criterion.get("Sort") == "DESC")
    return found


def _filter(predicate: dict[str, str]) -> Callable[[Definition], bool]:
    key, value = _known(predicate.get("Key", "")), predicate.get("Value", "")
    if key in _TIMES:
        moment, compare = _moment(value), _COMPARE[predicate.get("Comparator", "EQUALS")]
        return lambda table: key in table and compare(table[key], moment)
    return lambda table: _matches(str(table.get(key, "")), value)


def _known(key: str) -> str:
    if key not in (*_TIMES, *_TEXTS):
        raise InvalidInput(
            f"SearchTables knows no property {key!r}; use one of {', '.join((*_TEXTS, *_TIMES))}"
        )
    return key


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise InvalidInput(f"{value!r} is no time; write one as 2026-01-31T00:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _contains(table: Definition, text: str) -> bool:
    columns = (table.get("StorageDescriptor") or {}).get("Columns") or []
    texts = [str(table.get(key, "")) for key in ("Name", "DatabaseName", "Description")]
    texts += [column["Name"] for column in [*columns, *(table.get("PartitionKeys") or [])]]
    return any(_matches(one, text) for one in texts)


def _matches(text: str, wanted: str) -> bool:
    if len(wanted) > 1 and wanted[0] == wanted[-1] == '"':
        return text.lower() == wanted[1:-1].lower()
    words = set(re.findall(r"[^\W_]+", text.lower()))
    return text.lower() == wanted.lower() or set(re.findall(r"[^\W_]+", wanted.lower())) <= words
