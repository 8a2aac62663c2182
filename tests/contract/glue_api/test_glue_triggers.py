"""Facts about triggers ("AWS Glue triggers" in the developer guide), by boto3 against a running Glue API."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.stack.waiting import wait_until
from tests.contract.glue_api.gateway import GlueBench

SCRIPT = {"Name": "glueetl", "ScriptLocation": "s3://scripts/job.py"}
SCHEDULE = {"Type": "SCHEDULED", "Schedule": "cron(15 12 * * ? *)"}


def refused(caught: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def create(bench: GlueBench, kind: str = "ON_DEMAND", **fields: Any) -> str:
    """A trigger of the bench's job, with a name of its own."""
    name = f"trigger-{uuid.uuid4().hex[:8]}"
    actions = [{"JobName": bench.name}]
    created = bench.glue.create_trigger(**{"Name": name, "Type": kind, "Actions": actions, **fields})
    assert created["Name"] == name
    return name


def state(bench: GlueBench, name: str) -> str:
    return str(bench.glue.get_trigger(Name=name)["Trigger"]["State"])


def watching(bench: GlueBench, job: str = "", job_state: str = "SUCCEEDED") -> dict[str, Any]:
    condition = {"LogicalOperator": "EQUALS", "JobName": job or bench.name, "State": job_state}
    return {"Predicate": {"Conditions": [condition]}}


@pytest.fixture
def second(bench: GlueBench) -> str:
    """A second job beside the bench's own."""
    bench.create_job()
    name = f"{bench.name}-2"
    bench.glue.create_job(Name=name, Role="role", Command=SCRIPT)
    return name


def runs(bench: GlueBench, job: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bench.glue.get_job_runs(JobName=job or bench.name)["JobRuns"]
    return found


def test_an_on_demand_trigger_stays_created_and_fires_when_started(bench: GlueBench) -> None:
    bench.create_job()
    name = create(bench, Actions=[{"JobName": bench.name, "Arguments": {"--a": "1"}, "Timeout": 5}])
    assert state(bench, name) == "CREATED"
    assert bench.glue.start_trigger(Name=name)["Name"] == name
    (run,) = runs(bench)
    assert (run["TriggerName"], run["Arguments"], run["Timeout"]) == (name, {"--a": "1"}, 5)
    assert [one["trigger"] for one in bench.gateway.get(f"/_tarmac/runs?run_id={run['Id']}")] == [name]
    assert state(bench, name) == "CREATED"


def test_a_trigger_started_run_above_max_concurrent_runs_is_created_and_fails(bench: GlueBench) -> None:
    bench.create_job()
    name = create(bench)
    bench.glue.start_trigger(Name=name)
    bench.glue.start_trigger(Name=name)
    second, first = runs(bench)
    assert first["JobRunState"] == "STARTING"
    assert (second["JobRunState"], second["ErrorMessage"]) == ("FAILED", "Max concurrent runs exceeded")


def test_a_trigger_of_a_deleted_job_leaves_a_run_in_state_error(bench: GlueBench) -> None:
    bench.create_job()
    name = create(bench)
    bench.glue.delete_job(JobName=bench.name)
    bench.glue.start_trigger(Name=name)
    (run,) = runs(bench)
    assert (run["JobRunState"], run["TriggerName"]) == ("ERROR", name)


def test_scheduled_and_conditional_triggers_are_activated_and_deactivated(
    bench: GlueBench, second: str
) -> None:
    for fields in (SCHEDULE, {"Type": "CONDITIONAL", **watching(bench, second)}):
        name = create(bench, **fields)
        assert state(bench, name) == "CREATED"
        bench.glue.start_trigger(Name=name)
        assert state(bench, name) == "ACTIVATED"
        bench.glue.stop_trigger(Name=name)
        assert state(bench, name) == "DEACTIVATED"
        bench.glue.start_trigger(Name=name)
        assert state(bench, name) == "ACTIVATED"


def test_start_on_creation_activates(bench: GlueBench) -> None:
    bench.create_job()
    assert state(bench, create(bench, StartOnCreation=True, **SCHEDULE)) == "ACTIVATED"


def test_a_trigger_that_is_only_created_can_not_be_stopped(bench: GlueBench) -> None:
    bench.create_job()
    for name in (create(bench), create(bench, **SCHEDULE)):
        with pytest.raises(ClientError) as caught:
            bench.glue.stop_trigger(Name=name)
        message = "The operation is not allowed when trigger is in state: CREATED"
        assert refused(caught) == ("InvalidInputException", message)


def test_an_event_trigger_can_not_be_started(bench: GlueBench) -> None:
    bench.create_job()
    bench.glue.create_workflow(Name=bench.name)
    name = create(bench, "EVENT", WorkflowName=bench.name)
    with pytest.raises(ClientError) as caught:
        bench.glue.start_trigger(Name=name)
    assert refused(caught) == ("InvalidInputException", "Trigger Type EVENT cannot be started")


def test_a_conditional_trigger_follows_a_run_that_a_trigger_started(bench: GlueBench, second: str) -> None:
    following = create(
        bench,
        "CONDITIONAL",
        Actions=[{"JobName": second}],
        StartOnCreation=True,
        **watching(bench, job_state="FAILED"),
    )
    bench.worker.finish(bench.run(), "FAILED")
    assert runs(bench, second) == []
    bench.glue.start_trigger(Name=create(bench))
    assignment = bench.worker.claim()
    assert assignment is not None
    bench.worker.finish(assignment.run_id, "FAILED")
    (run,) = wait_until(lambda: runs(bench, second), 10, "the conditional trigger to fire")
    assert run["TriggerName"] == following
    predecessors = [{"JobName": bench.name, "RunId": assignment.run_id}]
    assert run["PredecessorRuns"] == predecessors
    named = {"JobName": second, "RunId": run["Id"]}
    assert bench.glue.get_job_run(**named)["JobRun"]["PredecessorRuns"] == []
    shown = bench.glue.get_job_run(**named, PredecessorsIncluded=True)["JobRun"]
    assert shown["PredecessorRuns"] == predecessors


def test_a_trigger_is_shown_as_it_was_defined(bench: GlueBench, second: str) -> None:
    fields = {"Description": "d", "StartOnCreation": True, **watching(bench, second)}
    name = create(bench, "CONDITIONAL", **fields)
    trigger = bench.glue.get_trigger(Name=name)["Trigger"]
    assert trigger == {
        "Name": name,
        "Type": "CONDITIONAL",
        "State": "ACTIVATED",
        "Description": "d",
        "Actions": [{"JobName": bench.name}],
        "Predicate": {"Logical": "AND", **fields["Predicate"]},
    }


def test_an_update_overwrites_the_definition_and_keeps_the_state(bench: GlueBench) -> None:
    bench.create_job()
    name = create(bench, StartOnCreation=True, Description="d", **SCHEDULE)
    update: dict[str, Any] = {"Schedule": "cron(0 1 * * ? *)", "Actions": [{"JobName": bench.name}]}
    updated = bench.glue.update_trigger(Name=name, TriggerUpdate=update)["Trigger"]
    assert updated == {"Name": name, "Type": "SCHEDULED", "State": "ACTIVATED", **update}
    assert bench.glue.get_trigger(Name=name)["Trigger"] == updated
    with pytest.raises(ClientError, match="Actions cannot be null or empty"):
        bench.glue.update_trigger(Name=name, TriggerUpdate={"Description": "only"})


def test_triggers_are_listed_by_tags_and_by_the_job_that_they_start_or_all_if_none_does(
    bench: GlueBench, second: str
) -> None:
    first = create(bench, Tags={"team": bench.name})
    other = create(bench, Actions=[{"JobName": second}])
    glue = bench.glue
    assert glue.list_triggers(DependentJobName=bench.name)["TriggerNames"] == [first]
    assert glue.list_triggers(Tags={"team": bench.name})["TriggerNames"] == [first]
    assert [one["Name"] for one in glue.get_triggers(DependentJobName=second)["Triggers"]] == [other]
    glue.delete_trigger(Name=other)
    assert first in glue.list_triggers(DependentJobName=second)["TriggerNames"]
    pages = glue.get_paginator("get_triggers").paginate(PaginationConfig={"PageSize": 1})
    assert first in {one["Name"] for page in pages for one in page["Triggers"]}
    batch = glue.batch_get_triggers(TriggerNames=[first, "nowhere"])
    assert [one["Name"] for one in batch["Triggers"]] == [first]
    assert batch["TriggersNotFound"] == ["nowhere"]


def test_creating_the_same_trigger_twice_is_accepted_and_a_different_one_is_not(bench: GlueBench) -> None:
    bench.create_job()
    name = create(bench)
    request = {"Name": name, "Type": "ON_DEMAND", "Actions": [{"JobName": bench.name}]}
    assert bench.glue.create_trigger(**request)["Name"] == name
    with pytest.raises(ClientError) as caught:
        bench.glue.create_trigger(**request, Description="other")
    code, message = refused(caught)
    assert code == "AlreadyExistsException"
    assert message == f"Trigger with name '{name}' already submitted with different configuration"


def test_a_deleted_trigger_is_gone_and_deleting_it_again_is_no_error(bench: GlueBench) -> None:
    bench.create_job()
    name = create(bench, Tags={"a": "b"})
    for _ in range(2):
        assert bench.glue.delete_trigger(Name=name)["Name"] == name
    with pytest.raises(ClientError) as caught:
        bench.glue.get_trigger(Name=name)
    assert refused(caught)[0] == "EntityNotFoundException"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"Actions": []}, "Actions cannot be null or empty"),
        ({"Actions": [{}]}, "either a JobName or a CrawlerName"),
        ({"StartOnCreation": True}, "StartOnCreation is not supported for ON_DEMAND"),
        ({"Type": "SCHEDULED"}, "Schedule cannot be null or empty"),
        ({"Type": "SCHEDULED", "Schedule": "rate(5 minutes)"}, "Invalid cron expression"),
        ({"Type": "CONDITIONAL"}, "Predicate cannot be null or empty"),
        ({"Type": "EVENT"}, "WorkflowName must be specified"),
    ],
)
def test_a_definition_that_makes_no_trigger_is_invalid(
    bench: GlueBench, fields: dict[str, Any], message: str
) -> None:
    bench.create_job()
    with pytest.raises(ClientError, match=message) as caught:
        create(bench, **fields)
    assert refused(caught)[0] == "InvalidInputException"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"LogicalOperator": None}, "Logical operator cannot be null or empty"),
        ({"State": None}, "State cannot be null or empty"),
        ({"State": "RUNNING"}, "can't listen for state RUNNING"),
        ({"own": True}, "Job cannot be a Predicate and Action for Conditional Trigger."),
    ],
)
def test_a_condition_that_can_not_be_met_is_invalid(
    bench: GlueBench, second: str, change: dict[str, Any], message: str
) -> None:
    job = bench.name if change.pop("own", False) else second
    condition = {"LogicalOperator": "EQUALS", "JobName": job, "State": "SUCCEEDED", **change}
    given = {name: value for name, value in condition.items() if value}
    with pytest.raises(ClientError, match=message) as caught:
        create(bench, "CONDITIONAL", Predicate={"Conditions": [given]})
    assert refused(caught)[0] == "InvalidInputException"


def test_a_trigger_names_jobs_crawlers_and_workflows_that_exist(bench: GlueBench) -> None:
    bench.create_job()
    for fields in (
        {"Actions": [{"JobName": "nowhere"}]},
        {"Actions": [{"CrawlerName": "nowhere"}]},
        {"WorkflowName": "nowhere"},
        {"Type": "CONDITIONAL", **watching(bench, "nowhere")},
    ):
        with pytest.raises(ClientError, match="nowhere") as caught:
            create(bench, **fields)
        assert refused(caught)[0] == "EntityNotFoundException"
