"""A stack that somebody else runs, seen through its ports only: `STACK=attached`.

The tests' container has this view of its siblings: it has no engine and no supervisord to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NoReturn

from emulator.stack.errors import StackError, StackNotRunningError
from emulator.stack.interface import Log, PartStatus, StartResult, Tell
from emulator.stack.logs import FileLog, run_log_files
from emulator.stack.parts import PART_NAMES, PARTS, Part, health, part_named
from emulator.stack.readiness import Report, WatchedPart, silent, wait_until_ready
from emulator.stack.settings import StackSettings


class AttachedStack:
    """Answers what its ports and its state folder tell; refuses to start, stop or kill anything."""

    kind: Literal["attached"] = "attached"

    def __init__(self, settings: StackSettings) -> None:
        self.settings = settings

    @property
    def home(self) -> str:
        """The gateway's address."""
        return self.settings.gateway_url

    def is_running(self) -> bool:
        """Does the gateway answer?"""
        return bool(health(self.settings))

    def prepare(self, tell: Tell) -> None:
        """Nothing is needed to look."""

    def launch(self) -> StartResult:
        """Raises StackNotRunningError if it doesn't run."""
        if not self.is_running():
            raise StackNotRunningError(self.home)
        return StartResult(was_running=True)

    def wait_until_ready(self, names: tuple[str, ...] = PART_NAMES, report: Report = silent) -> None:
        """Raises PartNotReadyError for a part that doesn't answer in time."""
        wait_until_ready([_watched(part_named(name), self.settings) for name in names], report)

    def start(self, report: Report = silent) -> StartResult:
        """Waits until all of it is ready."""
        result = self.launch()
        self.wait_until_ready(report=report)
        return result

    def stop(self) -> bool:
        """Refused."""
        self._refuse("stop")

    def reset(self) -> None:
        """Refused."""
        self._refuse("reset")

    def stop_part(self, name: str) -> None:
        """Refused."""
        self._refuse(f"stop {name} of")

    def restart(self, name: str) -> None:
        """Refused."""
        self._refuse(f"restart {name} of")

    def kill(self, name: str) -> Callable[[], bool]:
        """Refused."""
        self._refuse(f"kill {name} of")

    def status(self) -> list[PartStatus]:
        """States only; processes, memory and restarts can't be seen from here."""
        if not self.is_running():
            raise StackNotRunningError(self.home)
        return [_status(part, self.settings) for part in PARTS]

    def part_logs(self, names: Sequence[str] = PART_NAMES) -> list[Log]:
        """None: the parts' output goes to whoever runs them."""
        return [
            FileLog(path) for name in names if (path := part_named(name).log_path(self.settings)).exists()
        ]

    def run_logs(self, run_id: str) -> list[Log]:
        """Those in the shared state folder."""
        return [*run_log_files(self.settings.state_dir, run_id)]

    def _refuse(self, what: str) -> NoReturn:
        raise StackError(
            f"STACK=attached sees the stack at {self.home} through its ports only and can't {what} it. "
            "Next: do that where the stack was started."
        )


def _missing(part: Part, settings: StackSettings) -> str:
    if part.name == "warehouse":  # only the Redshift endpoint may reach it
        return part_named("redshift").probe(settings)
    return part.probe(settings)


def _watched(part: Part, settings: StackSettings) -> WatchedPart:
    return WatchedPart(
        name=part.name,
        timeout_s=part.ready_timeout_s,
        missing=lambda: _missing(part, settings),
        starts_since=lambda _: 0,
        is_given_up=lambda: False,
        log_end=lambda _: (settings.gateway_url, ""),
    )


def _status(part: Part, settings: StackSettings) -> PartStatus:
    missing = _missing(part, settings)
    state = "not ready" if missing else "ready"
    return PartStatus(part.name, state, part.port(settings), 0, 0, 0.0, 0, None, missing)
