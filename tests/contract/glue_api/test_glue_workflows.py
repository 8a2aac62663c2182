"""Facts about workflows ("Overview of workflows in AWS Glue"), by boto3 against a running Glue API."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.stack.waiting import wait_until
from tests.contract.glue_api.gateway import GlueBench


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


@pytest.fixture
def flow(bench: GlueBench) -> GlueBench:
    """A workflow: on demand the bench's job, and when that has succeeded, its second one."""
    bench.create_job()
    command = {"Name": "glueetl", "ScriptLocation": "s3://scripts/job.py"}
    bench.glue.create_job(Name=f"{bench.name}-2", Role="role", Command=command)
    properties = {"env": "test", "day": "1"}
    bench.glue.create_workflow(Name=bench.name, Description="d", DefaultRunProperties=properties)
    add_trigger(bench, "start", Type="ON_DEMAND")
    condition = {"LogicalOperator": "EQUALS", "JobName": bench.name, "State": "SUCCEEDED"}
    add_trigger(
        bench,
        "next",
        Type="CONDITIONAL",
        Actions=[{"JobName": f"{bench.name}-2"}],
        Predicate={"Conditions": [condition]},
        StartOnCreation=True,
    )
    return bench


def add_trigger(bench: GlueBench, name: str, **fields: Any) -> None:
    actions = [{"JobName": bench.name}]
    named = {"Name": f"{bench.name}-{name}", "WorkflowName": bench.name}
    bench.glue.create_trigger(**{**named, "Actions": actions, **fields})


def start(flow: GlueBench, **request: Any) -> str:
    return str(flow.glue.start_workflow_run(Name=flow.name, **request)["RunId"])


def run_of(flow: GlueBench, run_id: str, graph: bool = False) -> dict[str, Any]:
    found = flow.glue.get_workflow_run(Name=flow.name, RunId=run_id, IncludeGraph=graph)
    run: dict[str, Any] = found["Run"]
    return run


def finish_next(flow: GlueBench, state: Any = "SUCCEEDED") -> str:
    """Ends the next job run as its worker: the job's name."""
    assignment = flow.worker.claim()
    assert assignment is not None
    flow.worker.heartbeat(assignment.run_id)
    flow.worker.finish(assignment.run_id, state)
    return str(assignment.job_name)


def await_status(flow: GlueBench, run_id: str, status: str) -> dict[str, Any]:
    wait_until(lambda: run_of(flow, run_id)["Status"] == status, 10, f"{run_id} to be {status}")
    return run_of(flow, run_id)


def test_a_workflow_run_runs_its_jobs_in_turn_and_completes(flow: GlueBench) -> None:
    run_id = start(flow)
    assert re.fullmatch(r"wr_[0-9a-f]{64}", run_id)
    assert run_of(flow, run_id)["Status"] == "RUNNING"
    assert [finish_next(flow), finish_next(flow)] == [flow.name, f"{flow.name}-2"]
    run = await_status(flow, run_id, "COMPLETED")
    assert run["CompletedOn"] >= run["StartedOn"]
    assert (run["Name"], run["WorkflowRunId"]) == (flow.name, run_id)
    statistics = run["Statistics"]
    assert (statistics["TotalActions"], statistics["SucceededActions"]) == (2, 2)
    assert "Graph" not in run


def test_a_workflow_run_whose_job_fails_is_completed_too(flow: GlueBench) -> None:
    run_id = start(flow)
    finish_next(flow, "FAILED")
    statistics = await_status(flow, run_id, "COMPLETED")["Statistics"]
    assert (statistics["FailedActions"], statistics["SucceededActions"]) == (1, 0)


def test_starting_the_start_trigger_starts_a_workflow_run(flow: GlueBench) -> None:
    flow.glue.start_trigger(Name=f"{flow.name}-start")
    (run,) = flow.glue.get_workflow_runs(Name=flow.name)["Runs"]
    assert run["Status"] == "RUNNING"


def test_run_properties_start_from_the_defaults_and_are_shared_by_the_jobs(flow: GlueBench) -> None:
    run_id = start(flow, RunProperties={"day": "2"})
    assignment = flow.worker.claim()
    assert assignment is not None
    told = {"--WORKFLOW_NAME": flow.name, "--WORKFLOW_RUN_ID": run_id}
    assert assignment.arguments == told
    named = {"Name": flow.name, "RunId": run_id}
    flow.glue.put_workflow_run_properties(**named, RunProperties={"rows": "7"})
    properties = flow.glue.get_workflow_run_properties(**named)["RunProperties"]
    assert properties == {"env": "test", "day": "2", "rows": "7"}
    assert run_of(flow, run_id)["WorkflowRunProperties"] == properties


def test_the_graph_shows_triggers_jobs_and_what_they_did(flow: GlueBench) -> None:
    run_id = start(flow)
    finish_next(flow)
    graph = run_of(flow, run_id, graph=True)["Graph"]
    nodes = {(node["Type"], node["Name"]): node for node in graph["Nodes"]}
    assert sorted(nodes) == [
        ("JOB", flow.name),
        ("JOB", f"{flow.name}-2"),
        ("TRIGGER", f"{flow.name}-next"),
        ("TRIGGER", f"{flow.name}-start"),
    ]
    (job_run,) = nodes["JOB", flow.name]["JobDetails"]["JobRuns"]
    assert job_run["JobRunState"] == "SUCCEEDED"
    trigger = nodes["TRIGGER", f"{flow.name}-next"]["TriggerDetails"]["Trigger"]
    assert (trigger["State"], trigger["WorkflowName"]) == ("ACTIVATED", flow.name)
    assert len(graph["Edges"]) == 3
    plain = flow.glue.get_workflow(Name=flow.name, IncludeGraph=True)["Workflow"]["Graph"]
    assert [node["UniqueId"] for node in plain["Nodes"]] == [node["UniqueId"] for node in graph["Nodes"]]
    assert "Graph" not in flow.glue.get_workflow(Name=flow.name)["Workflow"]


def test_a_stopped_workflow_run_stops_its_jobs(flow: GlueBench) -> None:
    run_id = start(flow)
    assignment = flow.worker.claim()
    assert assignment is not None
    flow.worker.heartbeat(assignment.run_id)
    flow.glue.stop_workflow_run(Name=flow.name, RunId=run_id)
    assert run_of(flow, run_id)["Status"] == "STOPPING"
    assert flow.worker.heartbeat(assignment.run_id) == "stop"
    flow.worker.finish(assignment.run_id, "STOPPED")
    assert await_status(flow, run_id, "STOPPED")["Statistics"]["StoppedActions"] == 1
    with pytest.raises(ClientError) as caught:
        flow.glue.stop_workflow_run(Name=flow.name, RunId=run_id)
    assert code_of(caught) == "IllegalWorkflowStateException"


def test_a_run_is_resumed_from_the_node_that_failed(flow: GlueBench) -> None:
    run_id = start(flow)
    finish_next(flow)
    finish_next(flow, "FAILED")
    await_status(flow, run_id, "COMPLETED")
    nodes = run_of(flow, run_id, graph=True)["Graph"]["Nodes"]
    failed = next(node["UniqueId"] for node in nodes if node["Name"] == f"{flow.name}-2")
    resumed = flow.glue.resume_workflow_run(Name=flow.name, RunId=run_id, NodeIds=[failed])
    assert resumed["NodeIds"] == [failed]
    assert finish_next(flow) == f"{flow.name}-2"
    run = await_status(flow, resumed["RunId"], "COMPLETED")
    assert run["PreviousRunId"] == run_id
    assert run["Statistics"]["SucceededActions"] == 2
    runs = flow.glue.get_workflow_runs(Name=flow.name)["Runs"]
    assert [run["WorkflowRunId"] for run in runs] == [resumed["RunId"], run_id]


def test_runs_above_max_concurrent_runs_are_refused(flow: GlueBench) -> None:
    flow.glue.update_workflow(Name=flow.name, MaxConcurrentRuns=1)
    start(flow)
    with pytest.raises(ClientError, match="Concurrent runs exceeded for workflow") as caught:
        start(flow)
    assert code_of(caught) == "ConcurrentRunsExceededException"
    assert len(flow.glue.get_workflow_runs(Name=flow.name)["Runs"]) == 1


def test_a_workflow_has_one_start_trigger(flow: GlueBench) -> None:
    with pytest.raises(ClientError, match="only one start trigger") as caught:
        add_trigger(flow, "other", Type="ON_DEMAND")
    assert code_of(caught) == "InvalidInputException"


def test_a_workflow_without_start_trigger_can_not_be_started(bench: GlueBench) -> None:
    bench.glue.create_workflow(Name=bench.name)
    with pytest.raises(ClientError, match="no start trigger") as caught:
        bench.glue.start_workflow_run(Name=bench.name)
    assert code_of(caught) == "InvalidInputException"


def test_a_workflow_is_updated_listed_and_deleted(flow: GlueBench) -> None:
    glue = flow.glue
    run_id = start(flow)
    glue.update_workflow(Name=flow.name, Description="new", MaxConcurrentRuns=3)
    workflow = glue.get_workflow(Name=flow.name)["Workflow"]
    assert (workflow["Description"], workflow["MaxConcurrentRuns"]) == ("new", 3)
    assert "DefaultRunProperties" not in workflow
    assert workflow["LastRun"]["WorkflowRunId"] == run_id
    batch = glue.batch_get_workflows(Names=[flow.name, "nowhere"])
    assert [one["Name"] for one in batch["Workflows"]] == [flow.name]
    assert batch["MissingWorkflows"] == ["nowhere"]
    pages = glue.get_paginator("list_workflows").paginate(PaginationConfig={"PageSize": 1})
    assert flow.name in [name for page in pages for name in page["Workflows"]]
    with pytest.raises(ClientError) as caught:
        glue.create_workflow(Name=flow.name)
    assert code_of(caught) == "AlreadyExistsException"
    for _ in range(2):
        assert glue.delete_workflow(Name=flow.name)["Name"] == flow.name
    assert glue.batch_get_triggers(TriggerNames=[f"{flow.name}-start"])["Triggers"] == []


def put_events(flow: GlueBench, count: int) -> None:
    entry = {"Source": flow.name, "DetailType": "arrival", "Detail": "{}"}
    flow.gateway.client("events").put_events(Entries=[entry] * count)


def test_a_batch_of_events_on_a_rule_starts_the_workflow(flow: GlueBench) -> None:
    flow.glue.delete_trigger(Name=f"{flow.name}-start")
    add_trigger(flow, "event", Type="EVENT", EventBatchingCondition={"BatchSize": 2})
    events = flow.gateway.client("events")
    events.put_rule(Name=flow.name, EventPattern=json.dumps({"source": [flow.name]}))
    arn = f"arn:aws:glue:us-east-1:000000000000:workflow/{flow.name}"
    target = {"Id": "workflow", "Arn": arn, "RoleArn": "arn:aws:iam::000000000000:role/events"}
    assert events.put_targets(Rule=flow.name, Targets=[target])["FailedEntryCount"] == 0
    put_events(flow, 1)
    put_events(flow, 1)
    (run,) = wait_until(
        lambda: flow.glue.get_workflow_runs(Name=flow.name)["Runs"], 10, "the events to start a run"
    )
    assert run["StartingEventBatchCondition"] == {"BatchSize": 2}
    assert re.fullmatch(r"\[[0-9a-f-]{36}, [0-9a-f-]{36}\]", run["WorkflowRunProperties"]["aws:eventIds"])


def test_the_window_of_a_batch_starts_the_workflow_with_fewer_events(flow: GlueBench) -> None:
    flow.glue.delete_trigger(Name=f"{flow.name}-start")
    batching = {"BatchSize": 100, "BatchWindow": 1}
    add_trigger(flow, "event", Type="EVENT", EventBatchingCondition=batching)
    events = flow.gateway.client("events")
    events.put_rule(Name=flow.name, EventPattern=json.dumps({"source": [flow.name]}))
    arn = f"arn:aws:glue:us-east-1:000000000000:workflow/{flow.name}"
    events.put_targets(Rule=flow.name, Targets=[{"Id": "workflow", "Arn": arn}])
    put_events(flow, 1)
    (run,) = wait_until(
        lambda: flow.glue.get_workflow_runs(Name=flow.name)["Runs"], 10, "the window to start a run"
    )
    assert run["StartingEventBatchCondition"] == {"BatchWindow": 1}


def test_an_event_for_a_workflow_that_is_not_there_goes_to_the_dead_letter_queue(bench: GlueBench) -> None:
    sqs, events = bench.gateway.client("sqs"), bench.gateway.client("events")
    queue_url = sqs.create_queue(QueueName=bench.name)["QueueUrl"]
    events.put_rule(Name=bench.name, EventPattern=json.dumps({"source": [bench.name]}))
    target = {
        "Id": "workflow",
        "Arn": "arn:aws:glue:us-east-1:000000000000:workflow/nowhere",
        "DeadLetterConfig": {"Arn": f"arn:aws:sqs:us-east-1:000000000000:{bench.name}"},
    }
    events.put_targets(Rule=bench.name, Targets=[target])
    put_events(bench, 1)
    (message,) = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=10, MessageAttributeNames=["All"])[
        "Messages"
    ]
    assert "nowhere" in message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"]
