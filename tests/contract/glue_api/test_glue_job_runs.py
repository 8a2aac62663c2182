"""Facts about jobs and their runs (aws-semantics.md §D), by boto3 against a running Glue API."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.glue_api.gateway import FakeWorker, GlueBench


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_a_run_id_is_jr_and_64_hexadecimal_digits(bench: GlueBench) -> None:
    bench.create_job()
    assert re.fullmatch(r"jr_[0-9a-f]{64}", bench.start())


def test_a_job_run_has_the_members_of_a_real_one(bench: GlueBench) -> None:
    bench.create_job(GlueVersion="5.1", WorkerType="G.1X", NumberOfWorkers=2)
    run_id = bench.run(Arguments={"--day": "1"})
    running = bench.job_run(run_id)
    assert (running["JobRunState"], running["ExecutionTime"]) == ("RUNNING", 0)
    assert "CompletedOn" not in running
    bench.worker.finish(run_id)
    run = bench.job_run(run_id)
    assert run["CompletedOn"] >= run["StartedOn"]
    expected = {
        "Id": run_id,
        "Attempt": 0,
        "JobName": bench.name,
        "JobRunState": "SUCCEEDED",
        "Arguments": {"--day": "1"},
        "PredecessorRuns": [],
        "AllocatedCapacity": 2,
        "MaxCapacity": 2.0,
        "WorkerType": "G.1X",
        "NumberOfWorkers": 2,
        "Timeout": 480,
        "GlueVersion": "5.1",
        "LogGroupName": "/aws-glue/jobs",
        "ExecutionClass": "STANDARD",
    }
    assert {name: run[name] for name in expected} == expected
    assert not {"PreviousRunId", "ErrorMessage", "StateDetail"} & run.keys()


def test_the_error_message_of_a_failed_run_is_the_worker_s(bench: GlueBench) -> None:
    bench.create_job()
    run_id = bench.run()
    message = "Error Category: UNCLASSIFIED_ERROR; Failed Line Number: 3; ValueError: no"
    bench.worker.finish(run_id, "FAILED", error_message=message)
    run = bench.job_run(run_id)
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", message)


def test_arguments_merge_key_by_key(bench: GlueBench) -> None:
    bench.create_job(
        DefaultArguments={"--a": "default", "--b": "default"}, NonOverridableArguments={"--c": "fixed"}
    )
    bench.start(Arguments={"--b": "run", "--c": "run"})
    assignment = bench.worker.claim()
    assert assignment is not None
    assert assignment.arguments == {"--a": "default", "--b": "run", "--c": "fixed"}


def test_a_run_above_max_concurrent_runs_is_refused_and_not_created(bench: GlueBench) -> None:
    bench.create_job()
    run_id = bench.start()
    with pytest.raises(ClientError) as caught:
        bench.start()
    assert code_of(caught) == "ConcurrentRunsExceededException"
    runs = bench.glue.get_job_runs(JobName=bench.name)["JobRuns"]
    assert [run["Id"] for run in runs] == [run_id]


def test_a_job_that_queues_shows_waiting_runs(bench: GlueBench) -> None:
    bench.create_job(JobRunQueuingEnabled=True)
    first = bench.run()
    second = bench.start()
    waiting = bench.job_run(second)
    assert waiting["JobRunState"] == "WAITING"
    assert waiting["StateDetail"]
    bench.worker.finish(first)
    assert bench.job_run(second)["JobRunState"] == "STARTING"


def test_an_unknown_job_can_not_be_started(bench: GlueBench) -> None:
    with pytest.raises(ClientError, match="missing metadata") as caught:
        bench.start()
    assert code_of(caught) == "EntityNotFoundException"


@pytest.mark.parametrize(
    ("operation", "request_body"),
    [
        ("get_job", {"JobName": "nowhere"}),
        ("get_job_run", {"JobName": "nowhere", "RunId": "jr_1"}),
        ("get_job_runs", {"JobName": "nowhere"}),
        ("update_job", {"JobName": "nowhere", "JobUpdate": {"Role": "r", "Command": {"Name": "glueetl"}}}),
        ("get_job_bookmark", {"JobName": "nowhere"}),
        ("reset_job_bookmark", {"JobName": "nowhere"}),
        ("get_connection", {"Name": "nowhere"}),
        ("delete_connection", {"ConnectionName": "nowhere"}),
    ],
)
def test_what_does_not_exist_is_not_found(
    bench: GlueBench, operation: str, request_body: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(bench.glue, operation)(**request_body)
    assert code_of(caught) == "EntityNotFoundException"


def test_a_waiting_claim_gets_a_run_the_moment_it_is_started(bench: GlueBench) -> None:
    bench.create_job()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(bench.worker.claim, 10.0)
        wait([waiting], timeout=0.3)
        started = time.monotonic()
        run_id = bench.start()
        assignment = waiting.result(10)
    assert assignment is not None
    assert assignment.run_id == run_id
    assert time.monotonic() - started < 5.0


def test_failed_runs_are_retried_as_numbered_attempts(bench: GlueBench) -> None:
    bench.create_job(MaxRetries=1)
    first = bench.run()
    bench.worker.finish(first, "FAILED", error_message="boom")
    assignment = bench.worker.claim()
    assert assignment is not None
    assert (assignment.run_id, assignment.attempt) == (f"{first}_attempt_1", 1)
    retry = bench.job_run(assignment.run_id)
    assert (retry["Attempt"], retry["PreviousRunId"]) == (1, first)
    bench.worker.finish(assignment.run_id, "FAILED")
    assert bench.worker.claim(0.1) is None


def test_batch_stop_names_what_it_stopped_and_what_it_could_not(bench: GlueBench) -> None:
    bench.create_job()
    run_id = bench.run()
    answer = bench.glue.batch_stop_job_run(JobName=bench.name, JobRunIds=[run_id, "jr_unknown"])
    assert answer["SuccessfulSubmissions"] == [{"JobName": bench.name, "JobRunId": run_id}]
    (error,) = answer["Errors"]
    assert (error["JobRunId"], error["ErrorDetail"]["ErrorCode"]) == ("jr_unknown", "EntityNotFoundException")
    assert bench.job_run(run_id)["JobRunState"] == "STOPPING"
    assert bench.worker.heartbeat(run_id) == "stop"
    bench.worker.finish(run_id, "STOPPED")
    assert bench.job_run(run_id)["JobRunState"] == "STOPPED"


def test_runs_are_listed_newest_first_in_pages(bench: GlueBench) -> None:
    bench.create_job()
    started = []
    for _ in range(5):
        started.append(bench.run())
        bench.worker.finish(started[-1])
    pages = bench.glue.get_paginator("get_job_runs").paginate(
        JobName=bench.name, PaginationConfig={"PageSize": 2}
    )
    listed = [[run["Id"] for run in page["JobRuns"]] for page in pages]
    assert listed == [started[:2:-1], started[2:0:-1], started[:1]]


def test_a_job_is_updated_in_place_and_deleted(bench: GlueBench) -> None:
    bench.create_job(DefaultArguments={"--a": "1"})
    command = {"Name": "glueetl", "ScriptLocation": "s3://scripts/other.py"}
    bench.glue.update_job(JobName=bench.name, JobUpdate={"Role": "r", "Command": command, "MaxRetries": 2})
    job = bench.glue.get_job(JobName=bench.name)["Job"]
    assert (job["Command"]["ScriptLocation"], job["MaxRetries"]) == ("s3://scripts/other.py", 2)
    assert "DefaultArguments" not in job
    bench.glue.delete_job(JobName=bench.name)
    assert bench.glue.delete_job(JobName=bench.name)["JobName"] == bench.name
    assert bench.glue.batch_get_jobs(JobNames=[bench.name])["JobsNotFound"] == [bench.name]


def test_jobs_are_listed(bench: GlueBench) -> None:
    bench.create_job(Tags={"team": bench.name})
    pages = bench.glue.get_paginator("get_jobs").paginate(PaginationConfig={"PageSize": 3})
    assert bench.name in [job["Name"] for page in pages for job in page["Jobs"]]
    assert bench.glue.list_jobs(Tags={"team": bench.name})["JobNames"] == [bench.name]
    arn = f"arn:aws:glue:us-east-1:000000000000:job/{bench.name}"
    assert bench.glue.get_tags(ResourceArn=arn)["Tags"] == {"team": bench.name}


def test_jobs_of_another_account_and_region_are_not_seen(bench: GlueBench) -> None:
    bench.create_job()
    for other in (
        bench.gateway.client("glue", account_id="123456789012"),
        bench.gateway.client("glue", region="eu-central-1"),
    ):
        with pytest.raises(ClientError):
            other.get_job(JobName=bench.name)


def test_a_run_carries_the_account_and_region_of_its_caller(bench: GlueBench) -> None:
    glue = bench.gateway.client("glue", account_id="123456789012", region="eu-central-1")
    command = {"Name": "glueetl", "ScriptLocation": "s3://scripts/job.py"}
    glue.create_job(Name=bench.name, Role="r", Command=command)
    glue.start_job_run(JobName=bench.name)
    assignment = bench.worker.claim()
    assert assignment is not None
    assert (assignment.account_id, assignment.region) == ("123456789012", "eu-central-1")
    bench.worker.finish(assignment.run_id)


@pytest.mark.parametrize(
    ("operation", "request_body"),
    [
        ("start_job_run", {"JobName": "x" * 256}),
        ("create_job", {"Name": "x" * 256, "Role": "r", "Command": {}}),
        ("get_job_runs", {"JobName": "j", "MaxResults": 201}),
    ],
)
def test_a_broken_constraint_is_a_validation_exception(
    bench: GlueBench, operation: str, request_body: dict[str, Any]
) -> None:
    with pytest.raises(ClientError, match="1 validation error detected") as caught:
        getattr(bench.glue, operation)(**request_body)
    assert code_of(caught) == "ValidationException"


@pytest.mark.parametrize("operation", ["list_blueprints", "list_dev_endpoints", "list_sessions"])
def test_what_nothing_stands_behind_is_refused_by_name(bench: GlueBench, operation: str) -> None:
    with pytest.raises(ClientError, match="not supported by tarmac"):
        getattr(bench.glue, operation)()


def test_worker_routes_need_the_secret_and_the_contract(bench: GlueBench) -> None:
    status, body = bench.gateway.post("/claim", {"version": 1, "worker_id": "w"}, secret="wrong")
    assert (status, body["code"]) == (403, "AccessDeniedException")
    status, body = bench.gateway.post("/claim", {"version": 99, "worker_id": "w"})
    assert (status, body["code"]) == (400, "InvalidInputException")
    assert "version 99" in body["message"]


def test_a_worker_can_not_end_another_s_run(bench: GlueBench) -> None:
    bench.create_job()
    run_id = bench.run()
    stranger = FakeWorker(bench.gateway, "stranger")
    assert stranger.heartbeat(run_id) == "stop"
    status, _ = bench.gateway.post(
        f"/runs/{run_id}/finish", {"version": 1, "worker_id": "stranger", "state": "FAILED"}
    )
    assert status == 403
    assert bench.job_run(run_id)["JobRunState"] == "RUNNING"


def test_a_worker_that_replaces_all_ends_what_a_crashed_one_left(bench: GlueBench) -> None:
    bench.create_job()
    run_id = bench.run()
    assert FakeWorker(bench.gateway, "next").claim(wait_s=0, replaces_all=True) is None
    run = bench.job_run(run_id)
    assert run["JobRunState"] == "FAILED"
    assert "next has taken the place of" in run["ErrorMessage"]


def test_the_report_shows_a_run_for_people(bench: GlueBench) -> None:
    bench.create_job()
    run_id = bench.run()
    bench.worker.finish(run_id, "SUCCEEDED", records_read=5, records_written=4, phases_s={"script": 0.5})
    (report,) = bench.gateway.get(f"/_tarmac/runs?run_id={run_id}")
    assert (report["job"], report["state"], report["error"]) == (bench.name, "SUCCEEDED", "")
    assert (report["records_read"], report["records_written"]) == (5, 4)
    assert report["phases"] == {"script": 0.5}
    assert bench.gateway.get("/_tarmac/health")["workers"] >= 1


def test_the_end_of_a_run_is_an_event_on_the_default_bus(bench: GlueBench) -> None:
    sqs, events = bench.gateway.client("sqs"), bench.gateway.client("events")
    queue_url = sqs.create_queue(QueueName=bench.name)["QueueUrl"]
    queue_arn = f"arn:aws:sqs:us-east-1:000000000000:{bench.name}"
    pattern: dict[str, Any] = {"source": ["aws.glue"], "detail-type": ["Glue Job State Change"]}
    pattern["detail"] = {"jobName": [bench.name], "state": ["FAILED"]}
    events.put_rule(Name=bench.name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=bench.name, Targets=[{"Id": "queue", "Arn": queue_arn}])
    bench.create_job()
    bench.worker.finish(bench.run(), "SUCCEEDED")
    run_id = bench.run()
    bench.worker.finish(run_id, "FAILED", error_message="boom")
    received = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=20)["Messages"]
    assert [json.loads(message["Body"])["detail"] for message in received] == [
        {
            "jobName": bench.name,
            "severity": "ERROR",
            "state": "FAILED",
            "jobRunId": run_id,
            "message": "boom",
        }
    ]
