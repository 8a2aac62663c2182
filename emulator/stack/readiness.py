"""Waits until every part of a stack answers, and tells of each step."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from emulator.stack.errors import PartNotReadyError
from emulator.stack.parts import Part
from emulator.stack.settings import StackSettings
from emulator.stack.supervisor_client import SupervisorClient

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


def wait_until_ready(settings: StackSettings, parts: Sequence[Part], report: Report = silent) -> None:
    """Returns when each part has answered its probe.

    Raises PartNotReadyError, with the last lines of its log, for the first part that is past its time or
    keeps dying.
    """
    supervisor = SupervisorClient(settings)
    began, began_at = time.monotonic(), time.time()
    waiting = {part: PartProgress(part.name, "waiting", 0.0) for part in parts}
    with ThreadPoolExecutor(len(parts)) as pool:
        while waiting:
            seconds = time.monotonic() - began
            for part, note in zip(
                list(waiting), pool.map(lambda p: p.probe(settings), list(waiting)), strict=True
            ):
                waiting[part] = _told(waiting[part], seconds, note, report)
            waiting = {part: told for part, told in waiting.items() if told.state != "ready"}
            _refuse_hopeless(settings, supervisor, waiting, began_at)
            threading.Event().wait(POLL_S if waiting else 0)


def _told(before: PartProgress, seconds: float, note: str, report: Report) -> PartProgress:
    state: Literal["waiting", "ready"] = "waiting" if note else "ready"
    now = replace(before, state=state, seconds=seconds, note=note)
    report(now)
    return now


def _refuse_hopeless(
    settings: StackSettings,
    supervisor: SupervisorClient,
    waiting: dict[Part, PartProgress],
    began_at: float,
) -> None:
    """Earlier starts don't count: a part may have been restarted on order, or have crashed hours ago."""
    states = {process.name: process.state for process in supervisor.processes()} if waiting else {}
    for part, progress in waiting.items():
        starts = sum(started >= began_at for started in start_times(part.starts_path(settings)))
        reason = ""
        if progress.seconds > part.ready_timeout_s:
            reason = f"after {progress.seconds:.0f} s, {progress.note}"
        elif states.get(part.name) == "FATAL" or starts > MOST_STARTS:
            reason = f"it ended {starts} times in {progress.seconds:.0f} s"
        if reason:
            log = part.log_path(settings)
            raise PartNotReadyError(part.name, reason, log, last_lines(log, TAIL_LINES))


def start_times(path: Path) -> list[float]:
    """When the part was started since the last `up` (epoch seconds), oldest first."""
    try:
        return [float(line) for line in path.read_text().splitlines()]
    except (OSError, ValueError):
        return []


def last_lines(path: Path, count: int) -> str:
    """The end of a text file; empty when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 64_000))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
