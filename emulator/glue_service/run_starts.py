"""How job runs begin: by a user, by a trigger, again after an earlier run."""

from __future__ import annotations

from typing import Any

from emulator.glue_service.errors import ConcurrentRunsExceeded, EntityNotFound, InvalidInput
from emulator.glue_service.job_runs import JobRun, RunState, new_run_id
from emulator.glue_service.ledger import Ledger
from emulator.glue_service.live_runs import LiveRuns, same_job
from emulator.glue_service.models import Job, Scope
from emulator.glue_service.run_requests import NOBODY, TriggerOrigin, build_run, retry_of, started_by


class RunStarts:
    """Every method may be called from any thread."""

    def __init__(self, ledger: Ledger, live_runs: LiveRuns) -> None:
        self._ledger = ledger
        self._runs = live_runs
        self._changed = live_runs.changed
        self._clock = live_runs.clock

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


def _queues(run: JobRun, request: dict[str, Any]) -> bool:
    return bool(request.get("JobRunQueuingEnabled", run.shown.get("JobRunQueuingEnabled")))


def _queue(run: JobRun) -> None:
    run.state = RunState.WAITING
    run.state_detail = f"Waiting for one of the {run.max_concurrent_runs} concurrent runs of the job to end"
