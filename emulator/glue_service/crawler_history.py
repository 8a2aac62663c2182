"""What a crawler's past crawls say: the filters of ListCrawls, and GetCrawlerMetrics; pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import Any

from emulator.glue_service.crawler_models import Crawl, CrawlerRecord
from emulator.glue_service.errors import InvalidInput

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "GT": lambda left, right: left > right,
    "GE": lambda left, right: left >= right,
    "LT": lambda left, right: left < right,
    "LE": lambda left, right: left <= right,
    "EQ": lambda left, right: left == right,
    "NE": lambda left, right: left != right,
}


_MEMBERS = {
    "CRAWL_ID": "CrawlId",
    "STATE": "State",
    "START_TIME": "StartTime",
    "END_TIME": "EndTime",
    "DPU_HOUR": "DPUHour",
}
_PARTS = ("FieldName", "FilterOperator", "FieldValue")


def fits(crawl: dict[str, Any], condition: dict[str, str]) -> bool:
    """Whether a crawl fits one of ListCrawls' filters.

    Times are epoch milliseconds or ISO 8601. Raises InvalidInput for half a filter and an unreadable value.
    """
    if missing := [part for part in _PARTS if part not in condition]:
        raise InvalidInput(f"A filter lacks {', '.join(missing)}; give all of {', '.join(_PARTS)}")
    value = crawl.get(_MEMBERS[condition["FieldName"]])
    wanted = _filter_value(condition["FieldName"], condition["FieldValue"])
    compare = _COMPARE[condition["FilterOperator"]]
    return value is not None and compare(value, wanted)


def _filter_value(field_name: str, text: str) -> Any:
    try:
        if field_name == "DPU_HOUR":
            return float(text)
        if field_name.endswith("_TIME"):
            return _moment(text)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"Filter value {text!r} of {field_name} can't be read: {error}") from error
    return text


def _moment(text: str) -> datetime:
    if text.isdecimal():
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def metrics(record: CrawlerRecord) -> dict[str, Any]:
    """AWS's CrawlerMetrics structure; times are in seconds."""
    ended: list[Crawl] = [crawl for crawl in record.crawls if crawl.ended_on]
    seconds = [crawl.seconds for crawl in ended]
    return {
        "CrawlerName": record.name,
        "TimeLeftSeconds": 0.0,
        "StillEstimating": not ended,
        "LastRuntimeSeconds": seconds[-1] if seconds else 0.0,
        "MedianRuntimeSeconds": median(seconds) if seconds else 0.0,
        "TablesCreated": sum(crawl.counts.tables_created for crawl in ended),
        "TablesUpdated": sum(crawl.counts.tables_updated for crawl in ended),
        "TablesDeleted": sum(crawl.counts.tables_deleted for crawl in ended),
    }
