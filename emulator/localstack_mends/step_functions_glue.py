"""`arn:aws:states:::glue:startJobRun.sync`: starts a job run, waits for its end, and stops it on abort.

LocalStack's own dies on the first attempt: its shared waiting code expects a task-token callback, which a
`.sync` task of Glue does not have. Behaviour after aws-semantics.md §E.
"""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

LOG = logging.getLogger(__name__)

POLL_INTERVAL_S = 0.1
FAILED_STATES = frozenset({"FAILED", "TIMEOUT", "ERROR"})
ENDED_STATES = FAILED_STATES | {"SUCCEEDED", "STOPPED"}


def wait_without_callback() -> None:
    """Gives Glue's task state a waiting loop of its own."""
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service import (
        state_task_service_glue as module,
    )

    module.StateTaskServiceGlue._eval_integration_pattern = wait_for_job_run


def close_history_of_aborted_executions() -> None:
    """Keeps a task that returns after StopExecution from adding TaskSucceeded before ExecutionAborted."""
    from localstack.services.stepfunctions.asl.eval.environment import Environment
    from localstack.services.stepfunctions.asl.eval.event.event_manager import EventManager

    from emulator.localstack_mends.patching import wrap

    wrap(EventManager, "add_event", _add_unless_aborted)
    wrap(Environment, "set_stop", _abort)
    wrap(Environment, "set_timed_out", _abort)


def _add_unless_aborted(
    original: Any, manager: Any, context: Any, event_type: str, *args: Any, **kwargs: Any
) -> Any:
    if getattr(manager, "tarmac_aborted", False) and not event_type.startswith("Execution"):
        return 0
    return original(manager, context, event_type, *args, **kwargs)


def _abort(original: Any, env: Any, *args: Any, **kwargs: Any) -> None:
    if not env.is_frame():
        env.event_manager.tarmac_aborted = True
    original(env, *args, **kwargs)


def wait_for_job_run(
    task: Any,
    env: Any,
    resource_runtime_part: Any,
    normalised_parameters: dict[str, Any],  # noqa: ARG001 (the original's signature, called by name)
    state_credentials: Any,
) -> None:
    """Replaces the StartJobRun output on the stack by the ended job run.

    Raises LocalStack's FailureEventException (States.TaskFailed, Cause = the job run as JSON) if the run
    ended FAILED, TIMEOUT or ERROR. When the execution is stopped, or the state times out, the run is
    stopped too.
    """
    started = env.stack.pop()
    job_name, run_id = started["JobName"], started["JobRunId"]
    client = task._get_glue_client(
        resource_runtime_part=resource_runtime_part, state_credentials=state_credentials
    )
    run = _poll(env, lambda: client.get_job_run(JobName=job_name, RunId=run_id)["JobRun"])
    if run is None:
        _stop(client, job_name, run_id)
        _leave(env, started)
        return
    output = sync_output(run, job_name)
    if run["JobRunState"] in FAILED_STATES:
        raise _task_failed(task, env, output)
    env.stack.append(output)


def sync_output(job_run: dict[str, Any], job_name: str) -> dict[str, Any]:
    """The job run as Step Functions shows it: GetJobRun's fields, JobName, times in epoch milliseconds."""
    shown = {key: _epoch_ms(value) for key, value in job_run.items()}
    return {**shown, "JobName": job_name}


def _poll(env: Any, get_run: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    while env.is_running():
        run = get_run()
        if run["JobRunState"] in ENDED_STATES:
            return run
        env.program_state_event.wait(POLL_INTERVAL_S)
    return None


def _leave(env: Any, output: Any) -> None:
    """Ends a task that nobody waits for: quietly after an abort, by TimeoutError after TimeoutSeconds."""
    if type(env.program_state()).__name__ == "ProgramEnded":
        raise TimeoutError("the state's TimeoutSeconds passed before the job run ended")
    env.stack.append(output)


def _stop(client: Any, job_name: str, run_id: str) -> None:
    try:
        client.batch_stop_job_run(JobName=job_name, JobRunIds=[run_id])
    except (ClientError, BotoCoreError) as error:
        LOG.warning("can't stop job run %s of the aborted execution (%s); it runs on", run_id, error)


def _epoch_ms(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return int(value.timestamp() * 1000)
    return value


def _task_failed(task: Any, env: Any, output: dict[str, Any]) -> Exception:
    from localstack.services.stepfunctions.asl.component.common.error_name import (
        failure_event,
        states_error_name,
        states_error_name_type,
    )

    kind = states_error_name_type.StatesErrorNameType.StatesTaskFailed
    details = {
        "error": kind.to_name(),
        "cause": json.dumps(output, default=str),
        "resource": task._get_sfn_resource(),
        "resourceType": task._get_sfn_resource_type(),
    }
    event = failure_event.FailureEvent(
        env=env,
        error_name=states_error_name.StatesErrorName(typ=kind),
        event_type="TaskFailed",
        event_details={"taskFailedEventDetails": details},
    )
    failed: Exception = failure_event.FailureEventException(failure_event=event)
    return failed
