"""Facts about limits, attempts and events of runs (aws-semantics.md §D), by boto3 against a Glue API."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from botocore.exceptions import ClientError

from emulator.glue_worker.run_contract import FinalState
from tests.contract.glue_api.gateway import GlueBench


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def states(bench: GlueBench) -> list[str]:
    """Of the job's runs, newest first."""
    return [run["JobRunState"] for run in bench.glue.get_job_runs(JobName=bench.name)["JobRuns"]]


def test_more_than_260_kb_of_arguments_are_refused_and_no_run_is_created(bench: GlueBench) -> None:
    bench.create_job()
    with pytest.raises(ClientError, match="266240") as caught:
        bench.start(Arguments={"--a": "x" * 266_240})
    assert code_of(caught) == "InvalidInputException"
    assert states(bench) == []


@pytest.mark.parametrize(
    ("job", "minutes"),
    [
        ({"GlueVersion": "5.1"}, 480),
        ({"GlueVersion": "5.0"}, 480),
        ({"GlueVersion": "4.0"}, 2880),
        ({"GlueVersion": "5.1", "Timeout": 10_080}, 10_080),
    ],
)
def test_the_timeout_is_the_job_s_or_the_version_s_default(
    bench: GlueBench, job: dict[str, Any], minutes: int
) -> None:
    bench.create_job(**job)
    assert bench.glue.get_job(JobName=bench.name)["Job"]["Timeout"] == minutes
    assert bench.job_run(bench.start())["Timeout"] == minutes


def test_a_timeout_of_more_than_seven_days_is_refused(bench: GlueBench) -> None:
    with pytest.raises(ClientError, match="10080") as caught:
        bench.create_job(Timeout=10_081)
    assert code_of(caught) == "InvalidInputException"
    bench.create_job()
    with pytest.raises(ClientError, match="10080"):
        bench.start(Timeout=10_081)


def test_attempts_are_a_chain_that_ends_with_max_retries(bench: GlueBench) -> None:
    bench.create_job(MaxRetries=2)
    first = bench.start()
    for _ in range(3):
        assignment = bench.worker.claim()
        assert assignment is not None
        bench.worker.finish(assignment.run_id, "FAILED")
    runs = bench.glue.get_job_runs(JobName=bench.name)["JobRuns"]
    assert [(run["Id"], run["Attempt"], run.get("PreviousRunId")) for run in runs] == [
        (f"{first}_attempt_2", 2, f"{first}_attempt_1"),
        (f"{first}_attempt_1", 1, first),
        (first, 0, None),
    ]
    assert bench.worker.claim(0.1) is None


def test_a_retry_above_max_concurrent_runs_is_created_and_fails(bench: GlueBench) -> None:
    bench.create_job(MaxRetries=1)
    first = bench.run()
    command = {"Name": "glueetl", "ScriptLocation": "s3://scripts/job.py"}
    limit = {"MaxConcurrentRuns": 2}
    update = {"Role": "r", "Command": command, "MaxRetries": 1, "ExecutionProperty": limit}
    bench.glue.update_job(JobName=bench.name, JobUpdate=update)
    bench.run()
    bench.worker.finish(first, "FAILED")
    retry = bench.job_run(f"{first}_attempt_1")
    assert (retry["JobRunState"], retry["ErrorMessage"]) == ("FAILED", "Max concurrent runs exceeded")


def test_waiting_runs_start_in_the_order_in_which_they_came(bench: GlueBench) -> None:
    bench.create_job(JobRunQueuingEnabled=True)
    first = bench.run()
    second, third = bench.start(), bench.start()
    assert states(bench) == ["WAITING", "WAITING", "RUNNING"]
    bench.worker.finish(first)
    assert states(bench) == ["WAITING", "STARTING", "SUCCEEDED"]
    assert "StateDetail" not in bench.job_run(second)
    assert bench.job_run(third)["StateDetail"]


def test_a_single_run_may_queue_and_a_waiting_one_can_be_stopped(bench: GlueBench) -> None:
    bench.create_job()
    bench.run()
    waiting = bench.start(JobRunQueuingEnabled=True)
    assert bench.job_run(waiting)["JobRunState"] == "WAITING"
    bench.glue.batch_stop_job_run(JobName=bench.name, JobRunIds=[waiting])
    assert states(bench) == ["STOPPED", "RUNNING"]


def test_a_run_that_no_worker_has_is_stopped_at_once(bench: GlueBench) -> None:
    bench.create_job()
    run_id = bench.start()
    assert bench.job_run(run_id)["JobRunState"] == "STARTING"
    bench.glue.batch_stop_job_run(JobName=bench.name, JobRunIds=[run_id])
    run = bench.job_run(run_id)
    assert run["JobRunState"] == "STOPPED"
    assert run["CompletedOn"] >= run["StartedOn"]


def test_batch_stop_refuses_runs_that_have_ended_and_runs_of_another_job(bench: GlueBench) -> None:
    bench.create_job()
    ended = bench.run()
    bench.worker.finish(ended)
    answer = bench.glue.batch_stop_job_run(JobName=bench.name, JobRunIds=[ended])
    assert answer["SuccessfulSubmissions"] == []
    (error,) = answer["Errors"]
    assert error["ErrorDetail"]["ErrorCode"] == "InvalidInputException"
    other = bench.glue.batch_stop_job_run(JobName=f"{bench.name}-other", JobRunIds=[ended])
    assert other["Errors"][0]["ErrorDetail"]["ErrorCode"] == "EntityNotFoundException"


def test_the_states_of_runs_that_ended_are_kept_with_their_times(bench: GlueBench) -> None:
    bench.create_job()
    for state in get_args(FinalState):
        bench.worker.finish(bench.run(), state)
    assert states(bench) == list(reversed(get_args(FinalState)))


def test_stopped_and_timed_out_runs_are_events_too(bench: GlueBench) -> None:
    sqs, events = bench.gateway.client("sqs"), bench.gateway.client("events")
    queue_url = sqs.create_queue(QueueName=bench.name)["QueueUrl"]
    pattern = {"detail-type": ["Glue Job State Change"], "detail": {"jobName": [bench.name]}}
    events.put_rule(Name=bench.name, EventPattern=json.dumps(pattern))
    queue_arn = f"arn:aws:sqs:us-east-1:000000000000:{bench.name}"
    events.put_targets(Rule=bench.name, Targets=[{"Id": "queue", "Arn": queue_arn}])
    bench.create_job()
    ends: tuple[tuple[FinalState, str, str], ...] = (
        ("STOPPED", "INFO", "Job run stopped"),
        ("TIMEOUT", "WARN", "Job run timed out"),
        ("SUCCEEDED", "INFO", "Job run succeeded"),
    )
    expected = []
    for state, severity, message in ends:
        run_id = bench.run()
        bench.worker.finish(run_id, state)
        detail = {"jobName": bench.name, "severity": severity, "state": state}
        expected.append({**detail, "jobRunId": run_id, "message": message})
    assert [event["detail"] for event in received(sqs, queue_url, 3)] == expected


def received(sqs: Any, queue_url: str, count: int) -> list[dict[str, Any]]:
    """So many events from a queue, sorted by time and arrival; fails if they don't come."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        answer = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=10, MaxNumberOfMessages=10)
        assert answer.get("Messages"), f"{len(found)} of {count} events came"
        found += [json.loads(message["Body"]) for message in answer["Messages"]]
    assert {event["source"] for event in found} == {"aws.glue"}
    assert {event["account"] for event in found} == {"000000000000"}
    return found
