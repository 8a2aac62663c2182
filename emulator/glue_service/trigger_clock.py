"""Fires schedules when their time comes, and closes the windows of event batches."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock, Thread

from emulator.glue_service.models import Scope, Stores, now
from emulator.glue_service.trigger_models import Trigger
from emulator.glue_service.workflow_starts import WorkflowStarts

LOG = logging.getLogger(__name__)

_LONGEST_SLEEP_S = 60.0


class TriggerClock:
    """Sleeps until the next moment that a trigger waits for; `changed` wakes it when there is another one."""

    def __init__(self, stores: Stores, starts: WorkflowStarts, clock: Callable[[], datetime] = now) -> None:
        self._stores = stores
        self._starts = starts
        self._clock = clock
        self._wake = Event()
        self._starting = Lock()
        self._thread: Thread | None = None

    def now(self) -> datetime:
        return self._clock()

    def changed(self) -> None:
        """A trigger was activated, or waits for more events; starts the thread when first called."""
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="tarmac-trigger-clock", daemon=True)
                self._thread.start()
        self._wake.set()

    def check(self) -> None:
        """Fires what is due."""
        with self._starts.engine.lock:
            for scope, trigger in self._triggers():
                self._check_one(scope, trigger)

    def next_moment(self) -> datetime | None:
        """When something is due next."""
        with self._starts.engine.lock:
            moments = [at for _, one in self._triggers() for at in (one.next_at, one.window_ends) if at]
        return min(moments, default=None)

    def _run(self) -> None:
        while True:
            self._wake.clear()
            due = self.next_moment()
            left_s = (due - self.now()).total_seconds() if due else _LONGEST_SLEEP_S
            self._wake.wait(min(max(left_s, 0.0), _LONGEST_SLEEP_S))
            try:
                self.check()
            except Exception:
                LOG.exception("a trigger could not be fired in time")

    def _check_one(self, scope: Scope, trigger: Trigger) -> None:
        moment = self.now()
        if trigger.next_at and trigger.next_at <= moment:
            trigger.reschedule(moment)
            self._starts.by_trigger(scope, trigger)
        if trigger.window_ends and trigger.window_ends <= moment:
            self._starts.by_events(scope, trigger, {"BatchWindow": trigger.batching["BatchWindow"]})

    def _triggers(self) -> list[tuple[Scope, Trigger]]:
        return [
            (scope, one) for scope, store in self._stores.items() for one in list(store.triggers.values())
        ]
