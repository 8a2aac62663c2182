"""The runs that have not ended: who executes them, and every move of their state, saved as it is made."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from threading import Condition

from emulator.glue_service.job_runs import OCCUPYING, JobRun, RunState
from emulator.glue_service.ledger import Ledger
from emulator.glue_service.run_requests import retry_of

LOG = logging.getLogger(__name__)

_LEFT_OVER = (
    "The Glue API was restarted while this run was in progress; nothing of it was committed. Start it again"
)


Listener = Callable[[JobRun], None]


@dataclass
class Clock:
    """Time as the runs see it; tests turn it by hand."""

    epoch_s: Callable[[], float] = time.time
    monotonic_s: Callable[[], float] = time.monotonic

    def now_ms(self) -> int:
        return int(self.epoch_s() * 1000)


@dataclass
class LiveRun:
    """A run that has not ended, and who executes it; `worker_id` is empty until a worker claims it.

    `lost_worker_id` took the run and was not heard of again; if it is, the run is still its own.
    `delay_told` says that its delay notification was sent.
    Times are monotonic seconds.
    """

    run: JobRun
    admitted_s: float
    worker_id: str = ""
    lost_worker_id: str = ""
    claimed_s: float = 0.0
    heartbeat_s: float | None = None
    delay_told: bool = False

    def claimed_by(self, worker_id: str, at_s: float) -> None:
        self.worker_id, self.claimed_s, self.heartbeat_s = worker_id, at_s, None

    def given_back(self) -> None:
        self.lost_worker_id, self.worker_id = self.worker_id, ""

    def abandoned(self) -> None:
        """The run is anybody's again: the process that took it is gone for good."""
        self.lost_worker_id = self.worker_id = ""


@dataclass
class LiveRuns:
    """All runs under way, oldest first. Callers hold `changed`, which is notified when a run can be claimed.

    `on_end` is called once for each run that ends, after it is saved, with the lock held; so is `on_delay`
    for each that runs longer than its NotifyDelayAfter.
    `heard_of` has the moment of the last word of each worker.
    """

    ledger: Ledger
    clock: Clock = field(default_factory=Clock)
    on_end: list[Listener] = field(default_factory=list)
    on_delay: list[Listener] = field(default_factory=list)
    heard_of: dict[str, float] = field(default_factory=dict)
    changed: Condition = field(default_factory=Condition)

    def __post_init__(self) -> None:
        self._live: dict[str, LiveRun] = {}
        for run in self.ledger.open_runs():
            run.move_to(RunState.FAILED, self.clock.now_ms(), _LEFT_OVER)
            self.ledger.save_run(run)

    def __iter__(self) -> Iterator[LiveRun]:
        return iter(list(self._live.values()))

    def find(self, run_id: str) -> LiveRun | None:
        return self._live.get(run_id)

    def next_for(self, worker_id: str) -> LiveRun | None:
        """The oldest run that waits for a worker, and has not been lost by this one before."""
        for live in self._live.values():
            waits = not live.worker_id and live.run.state is RunState.STARTING
            if waits and live.lost_worker_id != worker_id:
                return live
        return None

    def has_room(self, run: JobRun) -> bool:
        """Whether one more run of its job may start now."""
        return self._occupied(run) < run.max_concurrent_runs

    def admit(self, run: JobRun) -> None:
        """Takes up a new run."""
        self.ledger.save_run(run)
        self._live[run.run_id] = LiveRun(run, admitted_s=self.clock.monotonic_s())
        self.changed.notify_all()

    def admit_or_fail(self, run: JobRun) -> None:
        """Takes up a run that no caller waits for: without room for it, it is created and FAILED.

        Source: aws-semantics.md §D, "Concurrency".
        """
        room = self.has_room(run)
        run.max_retries = run.max_retries if room else 0
        self.admit(run)
        if not room:
            self.end(self._live[run.run_id], RunState.FAILED, "Max concurrent runs exceeded")

    def move(self, live: LiveRun, state: RunState, error_message: str = "") -> None:
        """The next state, saved; if it can't be saved, the run stays where it is. Raises IllegalMoveError."""
        moved = replace(live.run)
        moved.move_to(state, self.clock.now_ms(), error_message)
        self.ledger.save_run(moved)
        live.run = moved

    def end(self, live: LiveRun, state: RunState, error_message: str = "") -> None:
        """A final state, and what follows from it: a retry of what failed, room for what waits."""
        self.move(live, state, error_message)
        run = live.run
        del self._live[run.run_id]
        self._tell(self.on_end, run)
        if run.will_be_retried:
            self._retry(run)
        self._let_next_in(run)

    def tell_delay(self, live: LiveRun) -> None:
        """Its delay notification, once."""
        live.delay_told = True
        self._tell(self.on_delay, live.run)

    def _tell(self, listeners: list[Listener], run: JobRun) -> None:
        for listener in listeners:
            try:
                listener(run)
            except Exception:
                LOG.exception("run %s is %s, but not all that follows was done", run.run_id, run.state)

    def _retry(self, run: JobRun) -> None:
        self.admit_or_fail(retry_of(run, self.clock.now_ms()))

    def _let_next_in(self, ended: JobRun) -> None:
        for live in self:
            if live.run.state is RunState.WAITING and same_job(live.run, ended) and self.has_room(live.run):
                live.run = replace(live.run, state_detail="", started_ms=self.clock.now_ms())
                self.move(live, RunState.STARTING)
        self.changed.notify_all()

    def _occupied(self, run: JobRun) -> int:
        runs = (live.run for live in self._live.values())
        return sum(one.state in OCCUPYING and same_job(one, run) for one in runs)


def same_job(one: JobRun, other: JobRun) -> bool:
    return (one.account_id, one.region, one.job_name) == (other.account_id, other.region, other.job_name)
