"""What users and workers ask of job runs: start (`run_starts.py`), stop, claim, heartbeat, finish."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import get_args

from emulator.glue_service.errors import (
    BookmarkVersionMismatch,
    EntityNotFound,
    InvalidInput,
    WorkerRefused,
)
from emulator.glue_service.job_runs import JobRun, RunState
from emulator.glue_service.ledger import Ledger
from emulator.glue_service.live_runs import LiveRun, LiveRuns
from emulator.glue_service.run_requests import assignment_of
from emulator.glue_service.run_starts import RunStarts
from emulator.glue_worker.run_contract import (
    Action,
    Claim,
    FinalState,
    Heartbeat,
    HeartbeatReply,
    RunAssignment,
    RunResult,
)

FINAL_STATES = get_args(FinalState)
WORKER_SEEN_WITHIN_S = 15.0


class RunControl(RunStarts):
    """Every method may be called from any thread."""

    def __init__(self, ledger: Ledger, live_runs: LiveRuns) -> None:
        super().__init__(ledger, live_runs)
        self._replacements = 0

    # --- what users ask for

    def stop(self, run_id: str) -> None:
        """Asks for the end of a run; one that no worker has yet ends at once.

        Raises EntityNotFound, InvalidInput if it has ended already.
        """
        with self._changed:
            live = self._runs.find(run_id)
            if live is None:
                raise self._not_stoppable(run_id)
            if not live.worker_id:
                self._runs.end(live, RunState.STOPPED)
            elif live.run.state is not RunState.STOPPING:
                self._runs.move(live, RunState.STOPPING)

    @contextmanager
    def holding(self, run_id: str) -> Iterator[JobRun]:
        """The run, which can't end or lose its worker while the block runs.

        Raises BookmarkVersionMismatch if no worker executes this very attempt any more.
        """
        with self._changed:
            live = self._runs.find(run_id)
            if live is None or not live.worker_id:
                raise BookmarkVersionMismatch(
                    f"Run {run_id} is not, or no longer, the current attempt of its job"
                )
            yield live.run

    # --- what workers ask for

    def claim(self, claim: Claim) -> RunAssignment | None:
        """The oldest run that waits for a worker, as soon as there is one, or None after `wait_s`.

        Also None at once for a worker that replaces all: it may have to warm up; and when another one does
        so, which replaces this one.
        """
        until_s = self._clock.monotonic_s() + claim.wait_s
        with self._changed:
            if claim.replaces_all:
                self._replace_workers(claim.worker_id)
                self._hear(claim.worker_id)
                return None
            replacements = self._replacements
            while replacements == self._replacements:
                now_s = self._hear(claim.worker_id)
                if live := self._runs.next_for(claim.worker_id):
                    live.claimed_by(claim.worker_id, now_s)
                    return assignment_of(live.run, self._clock.now_ms())
                if now_s >= until_s:
                    return None
                self._changed.wait(until_s - now_s)
            return None

    def heartbeat(self, run_id: str, heartbeat: Heartbeat) -> HeartbeatReply:
        """Notes that the run is alive and says whether it may go on. Raises EntityNotFound."""
        with self._changed:
            now_s = self._hear(heartbeat.worker_id)
            live = self._run_of(run_id, heartbeat.worker_id)
            if live is None:
                return HeartbeatReply(action=self._action_after_end(run_id))
            live.heartbeat_s = now_s
            if heartbeat.running and live.run.state is RunState.STARTING:
                self._runs.move(live, RunState.RUNNING)
            return HeartbeatReply(action="stop" if live.run.state is RunState.STOPPING else "continue")

    def finish(self, run_id: str, result: RunResult) -> None:
        """Ends a run as its worker reports; a report on a run that the API has ended changes nothing.

        Raises EntityNotFound, InvalidInput, WorkerRefused if another worker has the run.
        """
        if result.state not in FINAL_STATES:
            raise InvalidInput(
                f"A run can't end as {result.state}; it ends as one of {', '.join(FINAL_STATES)}"
            )
        with self._changed:
            self._hear(result.worker_id)
            live = self._run_of(run_id, result.worker_id)
            if live is None:
                self._refuse_stranger(run_id, result.worker_id)
                return
            live.run = replace(
                live.run,
                records_read=result.records_read,
                records_written=result.records_written,
                phases_s=dict(result.phases_s),
            )
            self._runs.end(live, RunState(result.state), result.error_message)

    def workers(self) -> tuple[int, float | None]:
        """How many workers were heard of lately, and the seconds since the last word of any."""
        with self._changed:
            now_s = self._clock.monotonic_s()
            ages = [now_s - heard_s for heard_s in self._runs.heard_of.values()]
        return sum(age <= WORKER_SEEN_WITHIN_S for age in ages), min(ages, default=None)

    # --- inside

    def _replace_workers(self, worker_id: str) -> None:
        """Ends the runs of earlier worker processes; one that they had not begun is offered again."""
        self._replacements += 1
        self._runs.heard_of.clear()
        for live in self._runs:
            if live.worker_id and live.run.state is RunState.STOPPING:
                self._runs.end(live, RunState.STOPPED)
            elif live.worker_id and live.heartbeat_s is not None:
                self._runs.end(live, RunState.FAILED, _replaced(live.worker_id, worker_id))
            else:
                live.abandoned()
        self._changed.notify_all()

    def _hear(self, worker_id: str) -> float:
        now_s = self._clock.monotonic_s()
        self._runs.heard_of[worker_id] = now_s
        return now_s

    def _run_of(self, run_id: str, worker_id: str) -> LiveRun | None:
        """The run if it is this worker's, or was and nobody has taken it since."""
        live = self._runs.find(run_id)
        if live and not live.worker_id and live.lost_worker_id == worker_id:
            live.worker_id = worker_id
        return live if live and live.worker_id == worker_id else None

    def _refuse_stranger(self, run_id: str, worker_id: str) -> None:
        live = self._runs.find(run_id)
        if live:
            raise WorkerRefused(
                f"Run {run_id} belongs to worker {live.worker_id or '(none)'}, not {worker_id}"
            )
        self._action_after_end(run_id)

    def _action_after_end(self, run_id: str) -> Action:
        run = self._ledger.find_run(run_id)
        if run is None:
            raise EntityNotFound(f"Job run {run_id} not found.")
        return "timeout" if run.state is RunState.TIMEOUT else "stop"

    def _not_stoppable(self, run_id: str) -> EntityNotFound | InvalidInput:
        run = self._ledger.find_run(run_id)
        if run is None:
            return EntityNotFound(f"Job run {run_id} not found.")
        return InvalidInput(f"Job run {run_id} can't be stopped: it is {run.state} already")


def _replaced(old_id: str, new_id: str) -> str:
    return (
        f"The Glue worker ended while it executed this run ({new_id} has taken the place of {old_id}). It "
        "may have been killed or have run out of memory; see its log, then start the run again"
    )
