"""Starts crawlers when their schedule says so.

A crawler that is still running then is passed over until its next time, as AWS's CrawlerRunningException has
it. Source: "Scheduling a crawler" in the Glue developer guide; times are in UTC.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Condition, Thread

from emulator.glue_service.crawler_models import CrawlerRecord
from emulator.glue_service.errors import GlueError
from emulator.glue_service.models import now

LOG = logging.getLogger(__name__)

_LONGEST_SLEEP_S = 60.0


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
        self._changed = Condition()
        self._thread: Thread | None = None

    def changed(self, record: CrawlerRecord) -> None:
        """The crawler's schedule may be another one; the thread begins with the first that has any."""
        record.reschedule(self._clock())
        with self._changed:
            if self._thread is None and record.next_start:
                self._thread = Thread(target=self._run, name="tarmac-crawler-clock", daemon=True)
                self._thread.start()
            self._changed.notify_all()

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

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait(self._seconds_to_next())
            try:
                self.check()
            except Exception:  # the clock of all crawlers must not stop because of a defect in one crawl
                LOG.exception("a crawler could not be started by its schedule")

    def _seconds_to_next(self) -> float:
        moments = [record.next_start for record in self._crawlers() if record.next_start]
        if not moments:
            return _LONGEST_SLEEP_S
        wait_s = (min(moments) - self._clock()).total_seconds()
        return min(max(wait_s, 0.0), _LONGEST_SLEEP_S)
