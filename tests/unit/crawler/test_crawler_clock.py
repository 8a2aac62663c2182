"""A stored schedule really starts crawls: "Scheduling a crawler" in the Glue developer guide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic

import pytest

from emulator.glue_service.crawler_clock import CrawlerClock
from emulator.glue_service.crawler_errors import CrawlerRunning
from emulator.glue_service.crawler_models import CrawlerRecord
from emulator.glue_service.crawler_requests import crawler_fields, updated_fields
from emulator.glue_service.errors import InvalidInput
from emulator.glue_service.models import Scope

BEGIN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Timed:
    """A crawler of a schedule, and a clock that a test moves."""

    def __init__(self, expression: str) -> None:
        request = {
            "Role": "R",
            "DatabaseName": "db",
            "Targets": {"S3Targets": [{"Path": "s3://b/raw"}]},
            "Schedule": expression,
        }
        self.record = CrawlerRecord("c", Scope("000000000000", "us-east-1"), crawler_fields(request))
        self.moment = BEGIN
        self.started: list[datetime] = []
        self.clock = CrawlerClock(lambda: [self.record], self._start, lambda: self.moment)
        self.record.reschedule(BEGIN)

    def _start(self, record: CrawlerRecord) -> None:
        self.started.append(self.moment)
        record.start()

    def at(self, minutes: float) -> None:
        self.moment = BEGIN + timedelta(minutes=minutes)
        self.clock.check()


def test_a_crawler_is_started_at_the_times_of_its_schedule_and_only_once_each() -> None:
    timed = Timed("cron(0/10 * * * ? *)")
    for minutes in (1, 9.9, 10, 10.5, 19):
        timed.at(minutes)
    assert timed.started == [BEGIN + timedelta(minutes=10)]


def test_a_crawler_that_still_runs_is_started_at_the_next_time_only() -> None:
    timed = Timed("cron(0/10 * * * ? *)")
    timed.at(10)
    with pytest.raises(CrawlerRunning):
        timed.record.start()
    timed.at(20)
    assert timed.record.next_start == BEGIN + timedelta(minutes=30)
    assert len(timed.record.crawls) == 1


def test_the_clock_wakes_by_itself_when_a_crawler_is_due() -> None:
    timed, woken, began = Timed("cron(* * * * ? *)"), Event(), monotonic()

    def clock() -> datetime:
        """Starts a moment before the full minute and runs as the real one does."""
        return BEGIN - timedelta(milliseconds=100) + timedelta(seconds=monotonic() - began)

    CrawlerClock(lambda: [timed.record], lambda _: woken.set(), clock).changed(timed.record)
    assert woken.wait(10)
    assert clock() >= BEGIN


def test_a_stopped_schedule_starts_nothing() -> None:
    timed = Timed("cron(0/10 * * * ? *)")
    timed.record.fields["Schedule"]["State"] = "NOT_SCHEDULED"
    timed.clock.changed(timed.record)
    timed.at(30)
    assert timed.started == []


def test_an_empty_schedule_takes_it_away() -> None:
    timed = Timed("cron(0/10 * * * ? *)")
    timed.record.fields = updated_fields(timed.record.fields, {"Schedule": ""})
    timed.clock.changed(timed.record)
    assert (timed.record.next_start, timed.record.fields["Schedule"]) == (None, {"State": "NOT_SCHEDULED"})


@pytest.mark.parametrize("expression", ["rate(5 minutes)", "cron(* * *)", "daily", "cron(0 25 * * ? *)"])
def test_what_is_no_cron_expression_is_refused(expression: str) -> None:
    with pytest.raises(InvalidInput, match="Invalid cron expression"):
        Timed(expression)
