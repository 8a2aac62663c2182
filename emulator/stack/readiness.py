"""Waits until every part of a stack answers, and tells of each step."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

from emulator.stack.errors import PartNotReadyError

POLL_S = 0.1
MOST_STARTS = 3
TAIL_LINES = 25


@dataclass(frozen=True)
class PartProgress:
    """How far a part has come; `seconds` since the wait began, `note` says what is still missing."""

    part: str
    state: Literal["waiting", "ready"]
    seconds: float
    note: str = ""


Report = Callable[[PartProgress], None]


def silent(_: PartProgress) -> None:
    """A report that nobody reads."""


@dataclass(frozen=True)
class WatchedPart:
    """A part to wait for, however it is run.

    `missing` says what it still lacks (empty: it is ready). `starts_since` counts its starts since a time
    (epoch seconds); more than MOST_STARTS are hopeless, and so is a part that `is_given_up` by whoever starts
    it again. `log_end` is the name of its log, and its last lines.
    """

    name: str
    timeout_s: float
    missing: Callable[[], str]
    starts_since: Callable[[float], int]
    is_given_up: Callable[[], bool]
    log_end: Callable[[int], tuple[str, str]]


def wait_until_ready(parts: Sequence[WatchedPart], report: Report = silent, poll_s: float = POLL_S) -> None:
    """Returns when each part has answered its probe.

    Raises PartNotReadyError, with the last lines of its log, for the first part that is past its time or
    keeps dying.
    """
    began, began_at = time.monotonic(), time.time()
    waiting = {part.name: (part, PartProgress(part.name, "waiting", 0.0)) for part in parts}
    with ThreadPoolExecutor(max(1, len(parts))) as pool:
        while waiting:
            watched = [part for part, _ in waiting.values()]
            notes = list(pool.map(lambda part: part.missing(), watched))
            seconds = time.monotonic() - began
            for part, note in zip(watched, notes, strict=True):
                waiting[part.name] = part, _told(waiting[part.name][1], seconds, note, report)
            waiting = {name: entry for name, entry in waiting.items() if entry[1].state != "ready"}
            for part, progress in waiting.values():
                _refuse_hopeless(part, progress, began_at)
            threading.Event().wait(poll_s if waiting else 0)


def _told(before: PartProgress, seconds: float, note: str, report: Report) -> PartProgress:
    state: Literal["waiting", "ready"] = "waiting" if note else "ready"
    now = replace(before, state=state, seconds=seconds, note=note)
    report(now)
    return now


def _refuse_hopeless(part: WatchedPart, progress: PartProgress, began_at: float) -> None:
    """Earlier starts don't count: a part may have been restarted on order, or have crashed hours ago."""
    starts = part.starts_since(began_at)
    reason = ""
    if progress.seconds > part.timeout_s:
        reason = f"after {progress.seconds:.0f} s, {progress.note}"
    elif starts > MOST_STARTS or part.is_given_up():
        reason = f"it ended {starts} times in {progress.seconds:.0f} s"
    if reason:
        name, text = part.log_end(TAIL_LINES)
        raise PartNotReadyError(part.name, reason, name, text)
