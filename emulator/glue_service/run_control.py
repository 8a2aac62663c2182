"""What users and workers ask of job runs: start, stop, claim, heartbeat, finish."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, get_args

from emulator.glue_service.errors import (
    BookmarkVersionMismatch,
    ConcurrentRunsExceeded,
    EntityNotFound,
    InvalidInput,
    WorkerRefused,
)
from emulator.glue_service.job_runs import JobRun, RunState, new_run_id
from emulator.glue_service.ledger import Ledger
from emulator.glue_service.live_runs import LiveRun, LiveRuns, same_job
from emulator.glue_service.models import Job, Scope
from emulator.glue_service.run_requests import (
    NOBODY,
    TriggerOrigin,
    assignment_of,
    build_run,
    retry_of,
    started_by,
)
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


class RunControl:
    """Every method may be called from any thread."""

    def __init__(self, ledger: Ledger, live_runs: LiveRuns) -> None:
        self._ledger = ledger
        self._runs = live_runs
        self._changed = live_runs.changed
        self._clock = live_runs.clock
        self._replacements = 0

    # --- what users ask for

    def start(self, scope: Scope, job: Job, request: dict[str, Any]) -> JobRun:
        """A new run, offered to the workers at once.

        Raises ConcurrentRunsExceeded (and creates no run), EntityNotFound, InvalidInput.
        """
        with self._changed:
            run = build_run(scope, job, request, self._clock.now_ms())
            if previous_id := request.get("JobRunId"):
                run = self._restart_of(previous_id, run)
            if not self._runs.has_room(run):
                if not _queues(run, request):
                    raise ConcurrentRunsExceeded(run.job_name)
                _queue(run)
            self._runs.admit(run)
            return run

    def start_by_trigger(
        self, scope: Scope, job: Job, request: dict[str, Any], origin: TriggerOrigin
    ) -> JobRun:
        """A run that no caller waits for: above the limit it is queued or FAILED, never refused.

        Raises InvalidInput.
        """
        with self._changed:
            run = started_by(build_run(scope, job, request, self._clock.now_ms()), origin)
            if not self._runs.has_room(run) and _queues(run, request):
                _queue(run)
                self._runs.admit(run)
            else:
                self._runs.admit_or_fail(run)
            return run

    def record_error(self, scope: Scope, job_name: str, origin: TriggerOrigin) -> JobRun:
        """The run of a job that a trigger names and that was deleted: it is ERROR from the start.

        Source: "AWS Glue job run statuses" in the developer guide.
        """
        with self._changed:
            now_ms = self._clock.now_ms()
            ids = (new_run_id(), scope.account_id, scope.region)
            run = started_by(JobRun(*ids, job_name, started_ms=now_ms, modified_ms=now_ms), origin)
            message = f"Trigger {origin.trigger_name} starts job {job_name}, which was deleted"
            run.move_to(RunState.ERROR, now_ms, message)
            self._ledger.save_run(run)
            return run

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

        Also None at once when another worker replaces all, and so this one.
        """
        until_s = self._clock.monotonic_s() + claim.wait_s
        with self._changed:
            if claim.replaces_all:
                self._replace_workers(claim.worker_id)
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

    def _restart_of(self, previous_id: str, run: JobRun) -> JobRun:
        previous = self._ledger.find_run(previous_id)
        if previous is None or not same_job(previous, run):
            raise EntityNotFound(f"Job run {previous_id} not found.")
        if not previous.state.final:
            raise InvalidInput(
                f"Job run {previous_id} is {previous.state}; only a run that has ended can be retried"
            )
        again = started_by(retry_of(previous, run.started_ms), NOBODY)
        again.arguments, again.merged_arguments = run.arguments, run.merged_arguments
        if self._ledger.find_run(again.run_id):
            raise InvalidInput(f"Job run {previous_id} has been retried already as {again.run_id}")
        return again

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


def _queues(run: JobRun, request: dict[str, Any]) -> bool:
    return bool(request.get("JobRunQueuingEnabled", run.shown.get("JobRunQueuingEnabled")))


def _queue(run: JobRun) -> None:
    run.state = RunState.WAITING
    run.state_detail = f"Waiting for one of the {run.max_concurrent_runs} concurrent runs of the job to end"
