"""The filters of ListCrawls and the numbers of GetCrawlerMetrics: the Glue API reference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.glue_service.crawler_history import fits, metrics
from emulator.glue_service.crawler_models import CrawlCounts, CrawlerRecord, CrawlStatus
from emulator.glue_service.errors import InvalidInput
from emulator.glue_service.models import Scope

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CRAWL: dict[str, Any] = {"CrawlId": "id-1", "State": "COMPLETED", "StartTime": START, "DPUHour": 0.0}


def condition(name: str, operator: str, value: str) -> dict[str, str]:
    return {"FieldName": name, "FilterOperator": operator, "FieldValue": value}


@pytest.mark.parametrize(
    ("name", "operator", "value", "expected"),
    [
        ("CRAWL_ID", "EQ", "id-1", True),
        ("CRAWL_ID", "NE", "id-1", False),
        ("STATE", "EQ", "COMPLETED", True),
        ("STATE", "EQ", "FAILED", False),
        ("START_TIME", "GE", "2026-11-23T10:00:00Z", True),
        ("START_TIME", "GT", "2026-11-23T10:00:00", False),
        ("START_TIME", "LT", str(int(START.timestamp() * 1000) + 1), True),
        ("END_TIME", "LT", "2099-01-01T00:00:00Z", False),
        ("DPU_HOUR", "LE", "0.5", True),
    ],
)
def test_a_filter_compares_a_member_of_the_crawl(
    name: str, operator: str, value: str, expected: bool
) -> None:
    assert fits(CRAWL, condition(name, operator, value)) is expected


@pytest.mark.parametrize(
    "broken",
    [
        condition("START_TIME", "GT", "yesterday"),
        condition("START_TIME", "GT", "9" * 30),
        condition("DPU_HOUR", "GT", "much"),
        {"FieldName": "STATE"},
    ],
)
def test_a_filter_that_can_not_be_read_is_refused(broken: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        fits(CRAWL, broken)


def test_metrics_are_of_the_crawls_that_have_ended() -> None:
    record = CrawlerRecord("c", Scope("000000000000", "us-east-1"), {})
    assert metrics(record)["StillEstimating"]
    for seconds in (1, 9, 2):
        crawl = record.start()
        crawl.counts = CrawlCounts(tables_created=1)
        record.finish(CrawlStatus.SUCCEEDED)
        crawl.ended_on = crawl.started_on + timedelta(seconds=seconds)
    record.start()
    found = metrics(record)
    assert (found["LastRuntimeSeconds"], found["MedianRuntimeSeconds"]) == (2.0, 2.0)
    assert (found["TablesCreated"], found["StillEstimating"]) == (3, False)
