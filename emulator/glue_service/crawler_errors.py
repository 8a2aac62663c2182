"""The AWS errors that only crawlers and classifiers have; the rest are in `errors.py`.

GlueError
├── CrawlerRunning              400
├── CrawlerNotRunning           400
├── CrawlerStopping             400
├── NoSchedule                  400
├── SchedulerRunning            400
└── SchedulerNotRunning         400
"""

from __future__ import annotations

from emulator.glue_service.errors import GlueError


class CrawlerRunning(GlueError):
    code = "CrawlerRunningException"
    status = 400

    def __init__(self, name: str) -> None:
        super().__init__(f"Crawler with name {name} has already started")


class CrawlerNotRunning(GlueError):
    code = "CrawlerNotRunningException"
    status = 400

    def __init__(self, name: str) -> None:
        super().__init__(f"Crawler with name {name} isn't running")


class CrawlerStopping(GlueError):
    code = "CrawlerStoppingException"
    status = 400

    def __init__(self, name: str) -> None:
        super().__init__(f"Crawler with name {name} is stopping")


class NoSchedule(GlueError):
    code = "NoScheduleException"
    status = 400

    def __init__(self, name: str) -> None:
        super().__init__(f"Crawler with name {name} doesn't have a schedule")


class SchedulerRunning(GlueError):
    code = "SchedulerRunningException"
    status = 400

    def __init__(self, name: str) -> None:
        super().__init__(f"Schedule of crawler {name} is already running")


class SchedulerNotRunning(GlueError):
    code = "SchedulerNotRunningException"
    status = 400

    def __init__(self, name: str) -> None:
        super().__init__(f"Schedule of crawler {name} isn't running")


class CrawlFailed(Exception):
    """A crawl can't go on; the message becomes LastCrawl.ErrorMessage."""


class CrawlCancelled(Exception):
    """StopCrawler was called while the crawl was at work."""
