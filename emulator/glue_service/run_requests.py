"""Builds runs: from a job and a StartJobRun request, as a retry, and as the worker is told of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from emulator.glue_service.errors import InvalidInput
from emulator.glue_service.job_runs import (
    JobRun,
    RunState,
    attempt_run_id,
    merge_arguments,
    new_run_id,
)
from emulator.glue_service.jobs import capacity, check_workers, checked_timeout
from emulator.glue_service.models import Job, Scope
from emulator.glue_worker.run_contract import RunAssignment

MAX_ARGUMENTS_BYTES = 260 * 1024
_SHOWN = ("JobMode", "JobRunQueuingEnabled", "GlueVersion", "ExecutionClass", "SecurityConfiguration")
_SHOWN_IF_GIVEN = ("NotificationProperty", "MaintenanceWindow")
_CAPACITY = ("WorkerType", "NumberOfWorkers", "MaxCapacity", "AllocatedCapacity")


def build_run(scope: Scope, job: Job, request: dict[str, Any], now_ms: int) -> JobRun:
    """A run of the job as the request asks for it. Raises InvalidInput."""
    fields = job.fields
    given = request.get("Arguments", {})
    merged = merge_arguments(
        fields.get("DefaultArguments", {}), given, fields.get("NonOverridableArguments", {})
    )
    _check_size(merged)
    return JobRun(
        run_id=new_run_id(),
        account_id=scope.account_id,
        region=scope.region,
        job_name=job.name,
        started_ms=now_ms,
        modified_ms=now_ms,
        arguments=given,
        merged_arguments=merged,
        command=fields["Command"]["Name"],
        script_location=fields["Command"]["ScriptLocation"],
        connections=list(fields.get("Connections", {}).get("Connections", [])),
        timeout_min=checked_timeout(request.get("Timeout", fields["Timeout"])),
        max_retries=fields["MaxRetries"],
        max_concurrent_runs=fields["ExecutionProperty"]["MaxConcurrentRuns"],
        shown=_shown(job, request),
    )


@dataclass(frozen=True)
class TriggerOrigin:
    """Which trigger starts a run, within which chain, after which runs (`[{"JobName", "RunId"}]`)."""

    trigger_name: str
    chain_id: str
    predecessors: tuple[dict[str, str], ...] = ()


NOBODY = TriggerOrigin("", "")
"""The origin of a run that a user starts."""


def started_by(run: JobRun, origin: TriggerOrigin) -> JobRun:
    """The run with its origin."""
    predecessors = list(origin.predecessors)
    return replace(run, trigger_name=origin.trigger_name, chain_id=origin.chain_id, predecessors=predecessors)


def retry_of(run: JobRun, now_ms: int) -> JobRun:
    """The next attempt of a run that failed (aws-semantics.md §D: `<id>_attempt_N`)."""
    attempt = run.attempt + 1
    return replace(
        run,
        run_id=attempt_run_id(run.run_id, attempt),
        attempt=attempt,
        previous_run_id=run.run_id,
        state=RunState.STARTING,
        started_ms=now_ms,
        modified_ms=now_ms,
        completed_ms=0,
        error_message="",
        state_detail="",
        records_read=0,
        records_written=0,
        phases_s={},
    )


def assignment_of(run: JobRun, now_ms: int) -> RunAssignment:
    """The run as the worker needs it; the time limit is what is left of it."""
    return RunAssignment(
        run_id=run.run_id,
        attempt=run.attempt,
        job_name=run.job_name,
        job_id=f"j_{run.job_name}",
        account_id=run.account_id,
        region=run.region,
        command=run.command,
        script_location=run.script_location,
        glue_version=run.shown["GlueVersion"],
        arguments=run.merged_arguments,
        connections=run.connections,
        timeout_s=(run.deadline_ms - now_ms) / 1000,
        log_group_output=f"{run.log_group}/output",
        log_group_error=f"{run.log_group}/error",
        log_stream=run.run_id,
    )


def _shown(job: Job, request: dict[str, Any]) -> dict[str, Any]:
    """The members of a JobRun that are the job's, or the request's where that names them."""
    fields = job.fields
    shown = {name: request.get(name, fields.get(name)) for name in (*_SHOWN, *_SHOWN_IF_GIVEN)}
    # A job that was made without a class shows none: Terraform's plan would show a change; its runs show it.
    shown["ExecutionClass"] = shown["ExecutionClass"] or "STANDARD"
    asked = {name: request[name] for name in _CAPACITY if name in request}
    if asked:
        shown |= capacity({**_workers(job), **asked}, fields["Command"]["Name"])
    else:
        shown |= {name: fields.get(name) for name in _CAPACITY}
    worker_type, workers = shown.get("WorkerType"), shown.get("NumberOfWorkers")
    if worker_type and workers:
        check_workers(worker_type, workers)
    return {name: value for name, value in shown.items() if value is not None}


def _workers(job: Job) -> dict[str, Any]:
    """The workers that the job was defined with; they forbid a run's MaxCapacity."""
    return {name: job.requested[name] for name in ("WorkerType", "NumberOfWorkers") if name in job.requested}


def _check_size(arguments: dict[str, str]) -> None:
    size = sum(len(name.encode()) + len(value.encode()) for name, value in arguments.items())
    if size > MAX_ARGUMENTS_BYTES:
        raise InvalidInput(f"The arguments have {size} bytes; AWS Glue takes {MAX_ARGUMENTS_BYTES} at most")
