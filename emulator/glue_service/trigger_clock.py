"""Fires schedules when their time comes, and closes the windows of event batches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from emulator.glue_service.alarm_clock import AlarmClock
from emulator.glue_service.models import Scope, Stores, now
from emulator.glue_service.trigger_models import Trigger
from emulator.glue_service.workflow_starts import WorkflowStarts


class TriggerClock:
    """Sleeps until the next moment that a trigger waits for; `changed` wakes it when there is another one."""

    def __init__(self, stores: Stores, starts: WorkflowStarts, clock: Callable[[], datetime] = now) -> None:
        self._stores = stores
        self._starts = starts
        self._clock = clock
        self._alarm = AlarmClock("tarmac-trigger-clock", self.next_moment, self.check, clock)

    def now(self) -> datetime:
        return self._clock()

    def changed(self) -> None:
        """A trigger was activated, or waits for more events."""
        self._alarm.wake()

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
