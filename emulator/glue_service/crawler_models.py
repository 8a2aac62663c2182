"""Crawlers, their crawls and classifiers: the records in LocalStack's memory, and a crawler's state."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import astuple, dataclass, field
from datetime import datetime
from enum import Enum
from threading import Event, Lock
from typing import Any

from emulator.glue_service.aws_cron import parse_schedule
from emulator.glue_service.crawler_errors import (
    CrawlCancelled,
    CrawlerNotRunning,
    CrawlerRunning,
    CrawlerStopping,
)
from emulator.glue_service.models import Scope, now

LOG_GROUP = "/aws-glue/crawlers"
FRESH_FOR_S = 1.0
"""How long a crawl counts as just started."""


class CrawlerState(Enum):
    """A crawler's state; the only moves are

    READY    → RUNNING   StartCrawler
    RUNNING  → STOPPING  all files are read and the catalog is about to be written, or StopCrawler
    RUNNING  → READY     the crawl failed while it was reading
    STOPPING → READY     the catalog is written, writing failed, or the crawl met StopCrawler's request

    READY is also the state after a failed or cancelled crawl. Deleting and updating need READY.
    """

    READY = "READY"
    RUNNING = "RUNNING"
    STOPPING = "STOPPING"


class CrawlStatus(Enum):
    """How a crawl stands: (name in ListCrawls, name in LastCrawl)."""

    RUNNING = ("RUNNING", "")
    SUCCEEDED = ("COMPLETED", "SUCCEEDED")
    FAILED = ("FAILED", "FAILED")
    CANCELLED = ("STOPPED", "CANCELLED")

    @property
    def in_history(self) -> str:
        return self.value[0]

    @property
    def as_last_crawl(self) -> str:
        return self.value[1]


@dataclass
class CrawlCounts:
    """What a crawl did to the catalog."""

    tables_created: int = 0
    tables_updated: int = 0
    tables_deleted: int = 0
    partitions_created: int = 0
    partitions_updated: int = 0
    partitions_deleted: int = 0

    def __add__(self, other: CrawlCounts) -> CrawlCounts:
        pairs = zip(astuple(self), astuple(other), strict=True)
        return CrawlCounts(*(mine + theirs for mine, theirs in pairs))


@dataclass
class Crawl:
    """One run of a crawler, kept as history."""

    crawler_name: str
    crawl_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: CrawlStatus = CrawlStatus.RUNNING
    started_on: datetime = field(default_factory=now)
    ended_on: datetime | None = None
    error_message: str = ""
    counts: CrawlCounts = field(default_factory=CrawlCounts)
    log_lines: list[str] = field(default_factory=list)
    cancelled: Event = field(default_factory=Event)
    ended: Event = field(default_factory=Event)

    @property
    def seconds(self) -> float:
        return ((self.ended_on or now()) - self.started_on).total_seconds()

    def check_cancelled(self) -> None:
        """Raises CrawlCancelled once StopCrawler was called."""
        if self.cancelled.is_set():
            raise CrawlCancelled

    def log(self, kind: str, message: str) -> None:
        """Adds a line in the form of AWS's crawler logs."""
        self.log_lines.append(f"[{self.crawl_id}] {kind} : {message}")


@dataclass
class CrawlerRecord:
    """A crawler: `fields` are the members of AWS's Crawler structure that a request sets, defaults filled in.

    `crawled_folders` are the leaf folders of earlier crawls, for CRAWL_NEW_FOLDERS_ONLY; `next_start` is when
    the schedule starts it.
    """

    name: str
    scope: Scope
    fields: dict[str, Any]
    state: CrawlerState = CrawlerState.READY
    version: int = 1
    created_on: datetime = field(default_factory=now)
    updated_on: datetime = field(default_factory=now)
    crawls: list[Crawl] = field(default_factory=list)
    crawled_folders: set[str] = field(default_factory=set)
    next_start: datetime | None = None
    lock: Lock = field(default_factory=Lock)

    def start(self) -> Crawl:
        """READY → RUNNING. Raises CrawlerRunning in any other state."""
        with self.lock:
            if self.state is not CrawlerState.READY:
                raise CrawlerRunning(self.name)
            self.state = CrawlerState.RUNNING
            self.crawls.append(Crawl(self.name))
            return self.crawls[-1]

    def stop(self) -> None:
        """RUNNING → STOPPING by StopCrawler. Raises CrawlerNotRunning, CrawlerStopping."""
        with self.lock:
            if self.state is CrawlerState.READY:
                raise CrawlerNotRunning(self.name)
            if self.state is CrawlerState.STOPPING:
                raise CrawlerStopping(self.name)
            self.state = CrawlerState.STOPPING
            self.crawls[-1].cancelled.set()

    def wind_down(self) -> None:
        """RUNNING → STOPPING by the crawl itself. Raises CrawlCancelled if StopCrawler came first."""
        with self.lock:
            self.crawls[-1].check_cancelled()
            self.state = CrawlerState.STOPPING

    def finish(self, status: CrawlStatus, error_message: str = "") -> None:
        """→ READY, together with how the crawl ended."""
        with self.lock:
            crawl = self.crawls[-1]
            crawl.status, crawl.error_message, crawl.ended_on = status, error_message, now()
            self.state = CrawlerState.READY
            crawl.ended.set()

    def await_fresh_crawl(self, most_s: float) -> None:
        """Waits, holding no lock, for the end of a crawl that has just started and nobody stopped."""
        with self.lock:
            crawl = self.crawls[-1] if self.state is not CrawlerState.READY else None
        if crawl and crawl.seconds < FRESH_FOR_S and not crawl.cancelled.is_set():
            crawl.ended.wait(most_s)

    def require_ready(self) -> None:
        """Raises CrawlerRunning unless READY."""
        if self.state is not CrawlerState.READY:
            raise CrawlerRunning(self.name)

    def reschedule(self, moment: datetime) -> None:
        """Sets the first start of the schedule after a moment, none if there is no schedule at work."""
        schedule = self.fields.get("Schedule", {})
        scheduled = schedule.get("State") == "SCHEDULED"
        self.next_start = (
            parse_schedule(schedule["ScheduleExpression"]).next_after(moment) if scheduled else None
        )

    @property
    def last_finished(self) -> Crawl | None:
        return next((crawl for crawl in reversed(self.crawls) if crawl.ended_on), None)

    def as_response(self) -> dict[str, Any]:
        """AWS's Crawler structure; LastCrawl is absent before the first crawl ends."""
        with self.lock:
            running = self.crawls[-1] if self.state is not CrawlerState.READY else None
            response = {
                "Name": self.name,
                **self.fields,
                "State": self.state.value,
                "CrawlElapsedTime": int(running.seconds * 1000) if running else 0,
                "CreationTime": self.created_on,
                "LastUpdated": self.updated_on,
                "Version": self.version,
            }
            last = self.last_finished
            return {**response, "LastCrawl": last_crawl_response(last)} if last else response


def last_crawl_response(crawl: Crawl) -> dict[str, Any]:
    """AWS's LastCrawlInfo structure."""
    response = {"Status": crawl.status.as_last_crawl, **_log_place(crawl), "StartTime": crawl.started_on}
    return {**response, "ErrorMessage": crawl.error_message} if crawl.error_message else response


def crawl_response(crawl: Crawl) -> dict[str, Any]:
    """AWS's CrawlerHistory structure."""
    response: dict[str, Any] = {
        "CrawlId": crawl.crawl_id,
        "State": crawl.status.in_history,
        "StartTime": crawl.started_on,
        **_log_place(crawl),
        "DPUHour": 0.0,
    }
    if crawl.ended_on:
        response["EndTime"] = crawl.ended_on
    if crawl.error_message:
        response["ErrorMessage"] = crawl.error_message
    return response


def _log_place(crawl: Crawl) -> dict[str, str]:
    return {"LogGroup": LOG_GROUP, "LogStream": crawl.crawler_name, "MessagePrefix": crawl.crawl_id}


@dataclass
class ClassifierRecord:
    """A custom classifier: `fields` are the members of AWS's structure `kind`, such as CsvClassifier."""

    name: str
    kind: str
    fields: dict[str, Any]
    version: int = 1
    created_on: datetime = field(default_factory=now)
    updated_on: datetime = field(default_factory=now)

    def as_response(self) -> dict[str, Any]:
        dates = {"CreationTime": self.created_on, "LastUpdated": self.updated_on, "Version": self.version}
        return {self.kind: {"Name": self.name, **self.fields, **dates}}


@dataclass
class CrawlerStore:
    """The crawlers and classifiers of one account in one region."""

    crawlers: dict[str, CrawlerRecord] = field(default_factory=dict)
    classifiers: dict[str, ClassifierRecord] = field(default_factory=dict)


class CrawlerStores:
    """One store per scope, made when first asked for."""

    def __init__(self) -> None:
        self._stores: defaultdict[Scope, CrawlerStore] = defaultdict(CrawlerStore)
        self._lock = Lock()

    def __getitem__(self, scope: Scope) -> CrawlerStore:
        with self._lock:
            return self._stores[scope]

    def crawlers(self) -> list[CrawlerRecord]:
        """The crawlers of all scopes."""
        with self._lock:
            return [record for store in self._stores.values() for record in list(store.crawlers.values())]
