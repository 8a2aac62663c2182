"""Step Functions over Glue behaves as aws-semantics.md §E says."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

ROLE = "arn:aws:iam::000000000000:role/any"
RUN_SYNC = "arn:aws:states:::glue:startJobRun.sync"
RUN_JOB = "arn:aws:states:::glue:startJobRun"

FINE = "print('fine')"
BROKEN = "raise ValueError('the wheel is off')"
ENDLESS = "import threading\nthreading.Event().wait(60)"

Machine = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def bucket(sandbox: Sandbox) -> str:
    name = f"scripts-{uuid.uuid4().hex[:12]}"
    sandbox.client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture
def job(sandbox: Sandbox, bucket: str) -> Iterator[Callable[[str], str]]:
    """Makes a Python shell job of a script; its name."""
    glue, made = sandbox.client("glue"), []

    def make(script: str) -> str:
        name = f"job-{uuid.uuid4().hex[:12]}"
        sandbox.client("s3").put_object(Bucket=bucket, Key=f"{name}.py", Body=script.encode())
        command = {
            "Name": "pythonshell",
            "PythonVersion": "3.9",
            "ScriptLocation": f"s3://{bucket}/{name}.py",
        }
        glue.create_job(Name=name, Role=ROLE, Command=command)
        made.append(name)
        return name

    yield make
    for name in made:
        glue.delete_job(JobName=name)


@pytest.fixture
def start(sandbox: Sandbox) -> Callable[..., str]:
    """Starts an execution of a new state machine; its ARN."""
    api = sandbox.client("stepfunctions")

    def run(states: dict[str, Any], given: dict[str, Any] | None = None, **top: Any) -> str:
        definition = {"StartAt": next(iter(states)), "States": states, **top}
        machine = api.create_state_machine(
            name=f"machine-{uuid.uuid4().hex[:12]}", definition=json.dumps(definition), roleArn=ROLE
        )["stateMachineArn"]
        started = api.start_execution(stateMachineArn=machine, input=json.dumps(given or {}))
        return str(started["executionArn"])

    return run


@pytest.fixture
def execute(sandbox: Sandbox, start: Callable[..., str]) -> Machine:
    """The ended execution of a new state machine."""
    return lambda states, given=None, **top: sandbox.wait_for_execution(start(states, given, **top))


def sync_task(job_name: str, **fields: Any) -> dict[str, Any]:
    task = {"Type": "Task", "Resource": RUN_SYNC, "Parameters": {"JobName": job_name}, "End": True}
    return {**task, **fields}


def job_runs(sandbox: Sandbox, job_name: str) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = sandbox.client("glue").get_job_runs(JobName=job_name)["JobRuns"]
    return runs


def event_types(sandbox: Sandbox, arn: str) -> list[str]:
    events = sandbox.client("stepfunctions").get_execution_history(executionArn=arn)["events"]
    return [event["type"] for event in events]


def test_a_sync_task_puts_out_the_job_run_with_times_in_epoch_milliseconds(
    sandbox: Sandbox, job: Callable[[str], str], execute: Machine
) -> None:
    name = job(FINE)
    ended = execute({"Run": sync_task(name)})
    assert ended["status"] == "SUCCEEDED", ended
    output = json.loads(ended["output"])
    assert (output["JobName"], output["JobRunState"]) == (name, "SUCCEEDED")
    assert output["Id"] == job_runs(sandbox, name)[0]["Id"]
    assert {type(output[key]) for key in ("StartedOn", "CompletedOn", "LastModifiedOn")} == {int}
    assert output["StartedOn"] > 1_600_000_000_000


def test_a_failed_run_is_caught_with_the_job_run_as_text(job: Callable[[str], str], execute: Machine) -> None:
    catch = [{"ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.error", "Next": "Look"}]
    look = {"Type": "Pass", "Parameters": {"run.$": "States.StringToJson($.error.Cause)"}, "End": True}
    name = job(BROKEN)
    ended = execute({"Run": sync_task(name, Catch=catch), "Look": look})
    run = json.loads(ended["output"])["run"]
    assert (run["JobName"], run["JobRunState"]) == (name, "FAILED")
    assert "the wheel is off" in run["ErrorMessage"]


def test_an_uncaught_failed_run_fails_the_execution(job: Callable[[str], str], execute: Machine) -> None:
    ended = execute({"Run": sync_task(job(BROKEN))})
    assert (ended["status"], ended["error"]) == ("FAILED", "States.TaskFailed")
    assert "the wheel is off" in json.loads(ended["cause"])["ErrorMessage"]


def test_a_failed_run_is_retried(sandbox: Sandbox, job: Callable[[str], str], execute: Machine) -> None:
    retry = [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    name = job(BROKEN)
    assert execute({"Run": sync_task(name, Retry=retry)})["status"] == "FAILED"
    assert len(job_runs(sandbox, name)) == 2


def test_a_sync_task_times_out_and_its_run_is_stopped(
    sandbox: Sandbox, job: Callable[[str], str], execute: Machine
) -> None:
    name = job(ENDLESS)
    ended = execute({"Run": sync_task(name, TimeoutSeconds=3)})
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")
    assert "TaskSucceeded" not in event_types(sandbox, ended["executionArn"])
    sandbox.wait_until(lambda: job_runs(sandbox, name)[0]["JobRunState"] == "STOPPED", 20, "the run to stop")


def test_a_stopped_execution_stops_its_run_and_ends_its_history(
    sandbox: Sandbox, job: Callable[[str], str], start: Callable[..., str]
) -> None:
    name = job(ENDLESS)
    arn = start({"Run": sync_task(name)})
    sandbox.wait_until(lambda: job_runs(sandbox, name), 20, "the run to start")
    sandbox.client("stepfunctions").stop_execution(executionArn=arn, error="Enough")
    assert sandbox.wait_for_execution(arn, 20)["status"] == "ABORTED"
    sandbox.wait_until(lambda: job_runs(sandbox, name)[0]["JobRunState"] == "STOPPED", 20, "the run to stop")
    types = event_types(sandbox, arn)
    assert types[-1] == "ExecutionAborted"
    assert "TaskSucceeded" not in types


def test_a_second_run_over_the_limit_is_an_error_with_glues_name(
    job: Callable[[str], str], execute: Machine
) -> None:
    name = job("import threading\nthreading.Event().wait(5)")
    catch = [{"ErrorEquals": ["Glue.ConcurrentRunsExceededException"], "Next": "Caught"}]
    first = {"Type": "Task", "Resource": RUN_JOB, "Parameters": {"JobName": name}, "Next": "Second"}
    ended = execute(
        {
            "First": first,
            "Second": sync_task(name, Catch=catch),
            "Caught": {"Type": "Pass", "Result": "caught", "End": True},
        }
    )
    assert (ended["status"], ended.get("output")) == ("SUCCEEDED", '"caught"')


def test_an_sdk_task_names_glues_own_errors(execute: Machine) -> None:
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:glue:startCrawler",
        "Parameters": {"Name": "nobody"},
        "End": True,
    }
    ended = execute({"Crawl": task})
    assert (ended["status"], ended["error"]) == ("FAILED", "Glue.EntityNotFoundException")
    assert "(Service: Glue, Status Code: 400, Request ID: " in ended["cause"]


def test_an_sdk_task_puts_out_times_as_text(job: Callable[[str], str], execute: Machine) -> None:
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:glue:getJob",
        "Parameters": {"JobName": job(FINE)},
        "ResultSelector": {"made.$": "$.Job.CreatedOn"},
        "Next": "Compare",
    }
    choice = {"Variable": "$.made", "TimestampGreaterThan": "2020-01-01T00:00:00Z", "Next": "Yes"}
    states = {"Get": task, "Compare": {"Type": "Choice", "Choices": [choice]}, "Yes": {"Type": "Succeed"}}
    ended = execute(states)
    assert ended["status"] == "SUCCEEDED", ended
    assert json.loads(ended["output"])["made"].endswith("Z")


def test_a_fail_state_passes_a_reserved_error_on(execute: Machine) -> None:
    fail = {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"}
    ended = execute({"End": fail}, {"error": {"Error": "States.TaskFailed", "Cause": "because"}})
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "States.TaskFailed", "because")


def test_states_all_does_not_catch_a_runtime_error(execute: Machine) -> None:
    fail = {"Type": "Fail", "ErrorPath": "$.error"}
    branch = {"StartAt": "End", "States": {"End": fail}}
    parallel = {
        "Type": "Parallel",
        "Branches": [branch],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
        "End": True,
    }
    states = {"Both": parallel, "Caught": {"Type": "Succeed"}}
    assert execute(states, {"error": "Mine"})["status"] == "SUCCEEDED"
    assert execute(states, {"error": "States.Runtime"})["status"] == "FAILED"


def test_jsonata_works_without_a_download(execute: Machine) -> None:
    add = {"Type": "Pass", "Output": {"sum": "{% $sum($states.input.numbers) %}"}, "End": True}
    ended = execute({"Add": add}, {"numbers": [1, 2, 39]}, QueryLanguage="JSONata")
    assert json.loads(ended["output"]) == {"sum": 42}


def test_a_failed_run_in_a_branch_is_caught_by_its_name(job: Callable[[str], str], execute: Machine) -> None:
    branch = {"StartAt": "Run", "States": {"Run": sync_task(job(BROKEN))}}
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Next": "Caught"}]
    parallel = {"Type": "Parallel", "Branches": [branch], "Catch": catch, "End": True}
    assert execute({"Both": parallel, "Caught": {"Type": "Succeed"}})["status"] == "SUCCEEDED"
