"""Job definitions: AWS's defaults and refusals."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.glue_service.errors import EntityNotFound, IdempotentParameterMismatch, InvalidInput
from emulator.glue_service.jobs import create_job, find_job, update_job
from emulator.glue_service.models import Store
from tests.unit.glue_service.glue_doubles import Bench, make_job

COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://scripts/job.py"}


def test_a_job_gets_the_defaults_of_aws() -> None:
    fields = make_job().fields
    assert fields["GlueVersion"] == "0.9"
    assert fields["ExecutionProperty"] == {"MaxConcurrentRuns": 1}
    assert (fields["WorkerType"], fields["NumberOfWorkers"], fields["MaxCapacity"]) == ("G.1X", 10, 10.0)
    assert fields["MaxRetries"] == 0


@pytest.mark.parametrize(
    ("version", "minutes"), [("0.9", 2880), ("4.0", 2880), ("5.0", 480), ("5.1", 480), ("6.0", 480)]
)
def test_the_default_timeout_depends_on_the_version(version: str, minutes: int) -> None:
    assert make_job(GlueVersion=version).fields["Timeout"] == minutes


@pytest.mark.parametrize(
    ("worker_type", "dpu"), [("G.025X", 0.5), ("G.1X", 2.0), ("G.2X", 4.0), ("G.8X", 16.0)]
)
def test_capacity_follows_from_the_workers(worker_type: str, dpu: float) -> None:
    fields = make_job(WorkerType=worker_type, NumberOfWorkers=2).fields
    assert (fields["MaxCapacity"], fields["AllocatedCapacity"]) == (dpu, int(dpu))


def test_a_python_shell_job_takes_a_sixteenth_of_a_dpu() -> None:
    job = create_job(Store(), {"Name": "j", "Role": "r", "Command": {**COMMAND, "Name": "pythonshell"}})
    assert job.fields["MaxCapacity"] == 0.0625
    assert "WorkerType" not in job.fields


@pytest.mark.parametrize(
    "fields",
    [
        {"Command": {"Name": "spark", "ScriptLocation": "s3://b/k"}},
        {"Command": {"Name": "glueetl"}},
        {"WorkerType": "G.1X"},
        {"NumberOfWorkers": 2},
        {"WorkerType": "G.99X", "NumberOfWorkers": 2},
        {"MaxCapacity": 2.0, "WorkerType": "G.1X", "NumberOfWorkers": 2},
        {"Timeout": 10_081},
    ],
)
def test_definitions_that_aws_refuses_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        make_job(**fields)


WORKERS: dict[str, Any] = {"WorkerType": "G.1X", "NumberOfWorkers": 2}
SHELL = {"Name": "pythonshell", "ScriptLocation": "s3://b/k"}


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"MaxCapacity": 2.0, **WORKERS},
            "Please do not set Max Capacity if using Worker Type and Number of",
        ),
        (
            {"AllocatedCapacity": 2, **WORKERS},
            "Please do not set Allocated Capacity if using Worker Type and",
        ),
        ({"MaxCapacity": 2.0, "AllocatedCapacity": 2}, "Please set only Allocated Capacity or Max Capacity"),
        ({"Command": SHELL, **WORKERS}, "Worker Type is not supported for Job Command pythonshell"),
    ],
)
def test_capacities_that_exclude_each_other_are_refused_in_aws_s_words(
    fields: dict[str, Any], text: str
) -> None:
    with pytest.raises(InvalidInput, match=text):
        make_job(**fields)


def test_a_run_may_change_the_workers_but_not_set_a_capacity_beside_them(bench: Bench) -> None:
    job = make_job(ExecutionProperty={"MaxConcurrentRuns": 9}, **WORKERS)
    shown = bench.start(job, NumberOfWorkers=5).as_response()
    assert (shown["WorkerType"], shown["NumberOfWorkers"], shown["MaxCapacity"]) == ("G.1X", 5, 5.0)
    with pytest.raises(InvalidInput, match="Please do not set Max Capacity"):
        bench.start(job, MaxCapacity=2.0)
    plain = bench.start(make_job("plain"), MaxCapacity=2.0).as_response()
    assert plain["MaxCapacity"] == 2.0
    assert "WorkerType" not in plain


@pytest.mark.parametrize(
    ("worker_type", "workers", "text"),
    [
        ("G.1X", 1, "To use Worker Type G.1X, minimum allowed value of Number of Workers is 2."),
        ("G.025X", 300, "To use Worker Type G.025X, maximum allowed value of Number of Workers is 299."),
    ],
)
def test_a_run_with_too_few_or_too_many_workers_is_refused(
    bench: Bench, worker_type: str, workers: int, text: str
) -> None:
    asked: dict[str, Any] = {"WorkerType": worker_type, "NumberOfWorkers": workers}
    with pytest.raises(InvalidInput, match=text):
        bench.start(make_job(**asked))
    with pytest.raises(InvalidInput, match=text):
        bench.start(make_job(), **asked)


def test_creating_the_same_job_twice_is_accepted_and_another_of_its_name_refused() -> None:
    store = Store()
    request = {"Name": "j", "Role": "r", "Command": COMMAND}
    assert create_job(store, request) is create_job(store, dict(request))
    with pytest.raises(IdempotentParameterMismatch, match="Job with name j already submitted"):
        create_job(store, {**request, "Role": "other"})


def test_an_update_replaces_the_whole_definition() -> None:
    store = Store()
    create_job(store, {"Name": "j", "Role": "r", "Command": COMMAND, "MaxRetries": 3, "Timeout": 5})
    fields = update_job(store, "j", {"Role": "r2", "Command": COMMAND, "GlueVersion": "5.1"}).fields
    assert (fields["Role"], fields["MaxRetries"], fields["Timeout"]) == ("r2", 0, 480)


def test_an_update_needs_role_and_command_and_a_job() -> None:
    store = Store()
    create_job(store, {"Name": "j", "Role": "r", "Command": COMMAND})
    with pytest.raises(InvalidInput):
        update_job(store, "j", {"Role": "r2"})
    with pytest.raises(EntityNotFound):
        update_job(store, "other", {"Role": "r", "Command": COMMAND})
    with pytest.raises(EntityNotFound):
        find_job(store, "other")


@pytest.mark.parametrize(
    ("command", "group"), [("glueetl", "/aws-glue/jobs"), ("pythonshell", "/aws-glue/python-jobs")]
)
def test_a_run_logs_to_the_groups_of_its_kind(bench: Bench, command: str, group: str) -> None:
    run = bench.start(make_job(Command={"Name": command, "ScriptLocation": "s3://scripts/job.py"}))
    assert run.as_response()["LogGroupName"] == group
    assignment = bench.claim()
    assert assignment is not None
    assert (assignment.log_group_output, assignment.log_group_error) == (f"{group}/output", f"{group}/error")
