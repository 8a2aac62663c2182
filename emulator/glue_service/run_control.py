"""Starts runs, hands them to workers, watches over them and ends them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import Any

from emulator.glue_service.errors import (
    BookmarkVersionMismatch,
    ConcurrentRunsExceeded,
    EntityNotFound,
    InvalidInput,
    WorkerRefused,
)
from emulator.glue_service.job_runs import OCCUPYING, JobRun, RunState
from emulator.glue_service.ledger import Ledger
from emulator.glue_service.models import Job, Scope
from emulator.glue_service.run_requests import assignment_of, build_run, retry_of
from emulator.glue_worker.run_contract import (
    HEARTBEAT_LOST_AFTER_S,
    Action,
    Claim,
    Heartbeat,
    HeartbeatReply,
    RunAssignment,
    RunResult,
)

LOG = logging.getLogger(__name__)

CLAIM_CONFIRMED_WITHIN_S = 5.0
"""A worker that is not heard of for so long after a claim had gone before; the run is offered to another."""
WORKER_ABSENT_AFTER_S = 180.0
"""A run that waits this long while no worker has asked for any is failed rather than left hanging."""
WORKER_SEEN_WITHIN_S = 15.0
_CHECK_EVERY_S = 0.5
_LEFT_OVER = (
    "The Glue API was restarted while this run was in progress; nothing of it was committed. Start it again"
)


@dataclass
class Clock:
    """Time as the run control sees it; tests turn it by hand."""

    epoch_s: Callable[[], float] = time.time
    monotonic_s: Callable[[], float] = time.monotonic

    def now_ms(self) -> int:
        return int(self.epoch_s() * 1000)


@dataclass
class LiveRun:
    """A run that has not ended, and who executes it; `worker_id` is empty until a worker claims it.

    `lost_worker_id` took the run and was not heard of again; if it is, the run is still its own.
    """

    run: JobRun
    admitted_s: float
    worker_id: str = ""
    lost_worker_id: str = ""
    claimed_s: float = 0.0
    heartbeat_s: float | None = None


@dataclass
class RunControl:
    """All runs that have not ended. Every public method may be called from any thread.

    `on_end` is called once for each run that ends, after it is saved, with the lock held.
    """

    ledger: Ledger
    clock: Clock = field(default_factory=Clock)
    on_end: list[Callable[[JobRun], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._changed = Condition()
        self._live: dict[str, LiveRun] = {}
        self._workers: dict[str, float] = {}
        self._started_s = self.clock.monotonic_s()
        self._fail_left_over()

    # --- what users ask for

    def start(self, scope: Scope, job: Job, request: dict[str, Any]) -> JobRun:
        """A new run, offered to the workers at once.

        Raises ConcurrentRunsExceeded (and creates no run), EntityNotFound, InvalidInput.
        """
        with self._changed:
            run = build_run(scope, job, request, self.clock.now_ms())
            if previous_id := request.get("JobRunId"):
                run = self._restart_of(previous_id, run)
            if not self._has_room(run):
                self._queue(run, request)
            self._admit(run)
            return run

    def stop(self, run_id: str) -> None:
        """Asks for the end of a run; one that no worker has yet ends at once.

        Raises EntityNotFound, InvalidInput if it has ended already.
        """
        with self._changed:
            live = self._live.get(run_id)
            if live is None:
                raise self._not_stoppable(run_id)
            if not live.worker_id:
                self._end(live, RunState.STOPPED)
            elif live.run.state is not RunState.STOPPING:
                self._move(live, RunState.STOPPING)

    @contextmanager
    def holding(self, run_id: str) -> Iterator[JobRun]:
        """The run, which can't end or lose its worker while the block runs.

        Raises BookmarkVersionMismatch if no worker executes this very attempt any more.
        """
        with self._changed:
            live = self._live.get(run_id)
            if live is None or not live.worker_id:
                raise BookmarkVersionMismatch(
                    f"Run {run_id} is not, or no longer, the current attempt of its job"
                )
            yield live.run

    # --- what workers ask for

    def claim(self, claim: Claim) -> RunAssignment | None:
        """The oldest run that waits for a worker, as soon as there is one, or None after `wait_s`."""
        until_s = self.clock.monotonic_s() + claim.wait_s
        with self._changed:
            while True:
                now_s = self.clock.monotonic_s()
                self._workers[claim.worker_id] = now_s
                if live := self._next_unclaimed(claim.worker_id):
                    live.worker_id, live.claimed_s, live.heartbeat_s = claim.worker_id, now_s, None
                    return assignment_of(live.run, self.clock.now_ms())
                if now_s >= until_s:
                    return None
                self._changed.wait(until_s - now_s)

    def heartbeat(self, run_id: str, heartbeat: Heartbeat) -> HeartbeatReply:
        """Notes that the run is alive and says whether it may go on. Raises EntityNotFound."""
        with self._changed:
            self._workers[heartbeat.worker_id] = self.clock.monotonic_s()
            live = self._live.get(run_id)
            if live and not live.worker_id and live.lost_worker_id == heartbeat.worker_id:
                live.worker_id = heartbeat.worker_id
            if live is None or live.worker_id != heartbeat.worker_id:
                return HeartbeatReply(action=self._action_after_end(run_id))
            live.heartbeat_s = self.clock.monotonic_s()
            if heartbeat.running and live.run.state is RunState.STARTING:
                self._move(live, RunState.RUNNING)
            return HeartbeatReply(action="stop" if live.run.state is RunState.STOPPING else "continue")

    def finish(self, run_id: str, result: RunResult) -> None:
        """Ends a run as its worker reports; a report on a run that the API has ended changes nothing.

        Raises EntityNotFound, WorkerRefused if another worker has the run.
        """
        with self._changed:
            self._workers[result.worker_id] = self.clock.monotonic_s()
            live = self._live.get(run_id)
            if live is None:
                self._action_after_end(run_id)
                return
            if live.worker_id != result.worker_id:
                raise WorkerRefused(
                    f"Run {run_id} belongs to worker {live.worker_id or '(none)'}, not {result.worker_id}"
                )
            live.run.records_read, live.run.records_written = result.records_read, result.records_written
            live.run.phases_s = dict(result.phases_s)
            self._end(live, RunState(result.state), result.error_message)

    def workers(self) -> tuple[int, float | None]:
        """How many workers were heard of lately, and the seconds since the last word of any."""
        with self._changed:
            ages = [self.clock.monotonic_s() - seen_s for seen_s in self._workers.values()]
        return sum(age <= WORKER_SEEN_WITHIN_S for age in ages), min(ages, default=None)

    # --- watching

    def watch(self) -> None:
        """Starts the thread that ends what is out of time or has lost its worker."""
        Thread(target=self._watch_for_ever, name="tarmac-run-watch", daemon=True).start()

    def check(self) -> None:
        """One look at every live run; the thread does this twice a second."""
        with self._changed:
            for live in list(self._live.values()):
                self._check_one(live)

    def _watch_for_ever(self) -> None:
        while True:
            with self._changed:
                self._changed.wait(_CHECK_EVERY_S if self._live else None)
            try:
                self.check()
            except Exception:
                LOG.exception("looking after the job runs failed; trying again in %s s", _CHECK_EVERY_S)

    def _check_one(self, live: LiveRun) -> None:
        now_s = self.clock.monotonic_s()
        if self.clock.now_ms() >= live.run.deadline_ms:
            self._end(live, RunState.TIMEOUT)
        elif not live.worker_id:
            self._check_waiting(live, now_s)
        elif live.heartbeat_s is None:
            self._check_claimed(live, now_s)
        elif now_s - live.heartbeat_s > HEARTBEAT_LOST_AFTER_S:
            self._end(live, RunState.FAILED, _lost(live.worker_id, now_s - live.heartbeat_s))

    def _check_waiting(self, live: LiveRun, now_s: float) -> None:
        seen_s = max([live.admitted_s, *self._workers.values()])
        if live.run.state is RunState.STARTING and now_s - seen_s > WORKER_ABSENT_AFTER_S:
            self._end(live, RunState.FAILED, _absent(now_s - seen_s))

    def _check_claimed(self, live: LiveRun, now_s: float) -> None:
        silent_s = now_s - live.claimed_s
        worker_is_alive = self._workers.get(live.worker_id, 0.0) > live.claimed_s
        if silent_s > HEARTBEAT_LOST_AFTER_S:
            self._end(live, RunState.FAILED, _lost(live.worker_id, silent_s))
        elif silent_s > CLAIM_CONFIRMED_WITHIN_S and not worker_is_alive:
            LOG.warning(
                "worker %s took run %s and vanished; offering it again", live.worker_id, live.run.run_id
            )
            self._workers.pop(live.worker_id, None)
            live.lost_worker_id, live.worker_id = live.worker_id, ""
            self._changed.notify_all()

    # --- moving

    def _admit(self, run: JobRun) -> None:
        self.ledger.save_run(run)
        self._live[run.run_id] = LiveRun(run, admitted_s=self.clock.monotonic_s())
        self._changed.notify_all()

    def _move(self, live: LiveRun, state: RunState) -> None:
        live.run.move_to(state, self.clock.now_ms())
        self.ledger.save_run(live.run)

    def _end(self, live: LiveRun, state: RunState, error_message: str = "") -> None:
        run = live.run
        run.move_to(state, self.clock.now_ms(), error_message)
        self.ledger.save_run(run)
        del self._live[run.run_id]
        for listener in self.on_end:
            listener(run)
        if state is RunState.FAILED and run.attempt < run.max_retries:
            self._retry(run)
        self._let_next_in(run)

    def _retry(self, run: JobRun) -> None:
        retry = retry_of(run, self.clock.now_ms())
        self._admit(retry)
        if self._occupied(retry) > retry.max_concurrent_runs:
            self._live[retry.run_id].run.max_retries = 0
            self._end(self._live[retry.run_id], RunState.FAILED, "Max concurrent runs exceeded")

    def _let_next_in(self, ended: JobRun) -> None:
        for live in list(self._live.values()):
            if live.run.state is RunState.WAITING and _same_job(live.run, ended) and self._has_room(live.run):
                live.run.state_detail = ""
                live.run.started_ms = self.clock.now_ms()
                self._move(live, RunState.STARTING)
        self._changed.notify_all()

    # --- looking

    def _next_unclaimed(self, worker_id: str) -> LiveRun | None:
        for live in self._live.values():
            waits = not live.worker_id and live.run.state is RunState.STARTING
            if waits and live.lost_worker_id != worker_id:
                return live
        return None

    def _occupied(self, run: JobRun) -> int:
        runs = (live.run for live in self._live.values())
        return sum(one.state in OCCUPYING and _same_job(one, run) for one in runs)

    def _has_room(self, run: JobRun) -> bool:
        return self._occupied(run) < run.max_concurrent_runs

    def _queue(self, run: JobRun, request: dict[str, Any]) -> None:
        if not request.get("JobRunQueuingEnabled", run.shown.get("JobRunQueuingEnabled")):
            raise ConcurrentRunsExceeded(run.job_name)
        run.state = RunState.WAITING
        run.state_detail = (
            f"Waiting for one of the {run.max_concurrent_runs} concurrent runs of the job to end"
        )

    def _restart_of(self, previous_id: str, run: JobRun) -> JobRun:
        previous = self.ledger.find_run(previous_id)
        if previous is None or not _same_job(previous, run):
            raise EntityNotFound(f"Job run {previous_id} not found.")
        if not previous.state.final:
            raise InvalidInput(
                f"Job run {previous_id} is {previous.state}; only a run that has ended can be retried"
            )
        again = retry_of(previous, run.started_ms)
        again.arguments, again.merged_arguments = run.arguments, run.merged_arguments
        if self.ledger.find_run(again.run_id):
            raise InvalidInput(f"Job run {previous_id} has been retried already as {again.run_id}")
        return again

    def _not_stoppable(self, run_id: str) -> EntityNotFound | InvalidInput:
        run = self.ledger.find_run(run_id)
        if run is None:
            return EntityNotFound(f"Job run {run_id} not found.")
        return InvalidInput(f"Job run {run_id} can't be stopped: it is {run.state} already")

    def _action_after_end(self, run_id: str) -> Action:
        run = self.ledger.find_run(run_id)
        if run is None:
            raise EntityNotFound(f"Job run {run_id} not found.")
        return "timeout" if run.state is RunState.TIMEOUT else "stop"

    def _fail_left_over(self) -> None:
        for run in self.ledger.open_runs():
            run.move_to(RunState.FAILED, self.clock.now_ms(), _LEFT_OVER)
            self.ledger.save_run(run)


def _same_job(one: JobRun, other: JobRun) -> bool:
    return (one.account_id, one.region, one.job_name) == (other.account_id, other.region, other.job_name)


def _lost(worker_id: str, silent_s: float) -> str:
    return (
        f"Lost contact with worker {worker_id}: no heartbeat for {silent_s:.0f} s. It may have been killed "
        "or have run out of memory; see the log of the Glue worker, then start the run again"
    )


def _absent(waited_s: float) -> str:
    return (
        f"No Glue worker asked for this run within {waited_s:.0f} s; see whether the Glue worker runs "
        "(`tarmac status`) and what its log says"
    )
