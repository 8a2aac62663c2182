"""Starts crawlers when their schedule says so.

A crawler that is still running then is passed over until its next time, as AWS's CrawlerRunningException has
it. Source: "Scheduling a crawler" in the Glue developer guide; times are in UTC.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from emulator.glue_service.alarm_clock import AlarmClock
from emulator.glue_service.crawler_models import CrawlerRecord
from emulator.glue_service.errors import GlueError
from emulator.glue_service.models import now

LOG = logging.getLogger(__name__)


class CrawlerClock:
    """Sleeps until the next crawler is due; `changed` wakes it when a schedule is new."""

    def __init__(
        self,
        crawlers: Callable[[], Iterable[CrawlerRecord]],
        start: Callable[[CrawlerRecord], object],
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._crawlers = crawlers
        self._start = start
        self._clock = clock
        self._alarm = AlarmClock("tarmac-crawler-clock", self._next_moment, self.check, clock)

    def changed(self, record: CrawlerRecord) -> None:
        """The crawler's schedule may be another one."""
        record.reschedule(self._clock())
        if record.next_start:
            self._alarm.wake()

    def check(self) -> None:
        """Starts the crawlers that are due."""
        moment = self._clock()
        for record in self._crawlers():
            if record.next_start and record.next_start <= moment:
                record.reschedule(moment)
                self._start_one(record)

    def _start_one(self, record: CrawlerRecord) -> None:
        try:
            self._start(record)
        except GlueError as error:
            LOG.warning("crawler %s can't be started by its schedule: %s", record.name, error.message)

    def _next_moment(self) -> datetime | None:
        return min((record.next_start for record in self._crawlers() if record.next_start), default=None)
