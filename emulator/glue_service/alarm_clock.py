"""A thread that sleeps until something is due."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock, Thread

LOG = logging.getLogger(__name__)

_LONGEST_SLEEP_S = 60.0
_REST_AFTER_FAILURE_S = 1.0


class AlarmClock:
    """Calls `check` whenever `next_moment` has come; `wake` makes it ask again when there may be another one.

    The thread begins with the first `wake`, since most stacks have no schedules.
    """

    def __init__(
        self,
        name: str,
        next_moment: Callable[[], datetime | None],
        check: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._name = name
        self._next_moment = next_moment
        self._check = check
        self._now = now
        self._woken = Event()
        self._starting = Lock()
        self._thread: Thread | None = None

    def wake(self) -> None:
        """Something may be due earlier than it was."""
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
        self._woken.set()

    def _run(self) -> None:
        while True:
            self._woken.clear()
            self._woken.wait(self._seconds_to_next())
            try:
                self._check()
            except Exception:  # a defect in one of them must not stop the clock of all, nor make it race
                LOG.exception("%s: what was due could not be started", self._name)
                time.sleep(_REST_AFTER_FAILURE_S)

    def _seconds_to_next(self) -> float:
        due = self._next_moment()
        left_s = (due - self._now()).total_seconds() if due else _LONGEST_SLEEP_S
        return min(max(left_s, 0.0), _LONGEST_SLEEP_S)
