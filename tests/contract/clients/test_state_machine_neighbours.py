"""State machines over the services beside Glue: SNS, S3, SQS, Redshift's Data API, EventBridge."""

from __future__ import annotations

import json

import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.clients.machines import Machines, task, unique
from tests.redshift_facts import works


def test_sns_gets_a_message_of_the_input(machines: Machines, sandbox: Sandbox) -> None:
    topic = sandbox.client("sns").create_topic(Name=unique("topic"))["TopicArn"]
    given = {"TopicArn": topic, "Subject": "s", "Message.$": "States.JsonToString($)"}
    output = machines.output({"A": task("sns:publish", given)}, {"k": 1})
    message = next(alert for alert in sandbox.alerts() if alert["message_id"] == output["MessageId"])
    assert json.loads(message["message"]) == {"k": 1}


def test_s3_objects_are_listed_read_and_written(machines: Machines) -> None:
    place = {"Bucket": machines.bucket, "Key": "state.json"}
    states = {
        "A": task("aws-sdk:s3:putObject", {**place, "Body.$": "$"}, Next="B"),
        "B": task("aws-sdk:s3:getObject", place),
    }
    assert json.loads(machines.output(states, {"k": 1})["Body"]) == {"k": 1}
    missing = {"A": task("aws-sdk:s3:getObject", {**place, "Key": "nope"})}
    assert machines.failure(missing)[0] == "S3.NoSuchKeyException"


@works("Data API", "Step Functions aws-sdk:redshiftdata")
def test_statements_run_through_the_redshift_data_api(machines: Machines) -> None:
    sql = {"Sql": "select 1 as a", "Database": "dev", "WorkgroupName": "any"}
    finished = {"Variable": "$.d.Status", "StringEquals": "FINISHED", "Next": "R"}
    states = {
        "A": task("aws-sdk:redshiftdata:executeStatement", sql, ResultPath="$.s", Next="D"),
        "D": task(
            "aws-sdk:redshiftdata:describeStatement", {"Id.$": "$.s.Id"}, ResultPath="$.d", Next="Done?"
        ),
        "Done?": {"Type": "Choice", "Choices": [finished], "Default": "W"},
        "W": {"Type": "Wait", "Seconds": 1, "Next": "D"},
        "R": task("aws-sdk:redshiftdata:getStatementResult", {"Id.$": "$.s.Id"}),
    }
    assert machines.output(states)["Records"] == [[{"LongValue": 1}]]
    missing = {"A": task("aws-sdk:redshiftdata:describeStatement", {"Id": "nope"})}
    assert machines.failure(missing)[0].startswith("RedshiftData.")


@works("Data API", "sessions in a state machine")
def test_a_session_of_the_redshift_data_api_lasts_from_task_to_task(machines: Machines) -> None:
    """As in AWS's samples: the first task makes the session, the next ones name it."""
    first = {"Sql": "CREATE TEMP TABLE kept AS SELECT 7 AS a", "Database": "dev", "WorkgroupName": "any"}
    busy = {"ErrorEquals": ["RedshiftData.ValidationException"], "IntervalSeconds": 1, "MaxAttempts": 9}
    second = {"Sql": "SELECT a FROM kept", "SessionId.$": "$.s.SessionId"}
    early = {
        "ErrorEquals": ["RedshiftData.ResourceNotFoundException"],
        "IntervalSeconds": 1,
        "MaxAttempts": 9,
    }
    states = {
        "A": task(
            "aws-sdk:redshiftdata:executeStatement",
            {**first, "SessionKeepAliveSeconds": 30},
            ResultPath="$.s",
            Next="B",
        ),
        "B": task("aws-sdk:redshiftdata:executeStatement", second, ResultPath="$.q", Retry=[busy], Next="C"),
        "C": task("aws-sdk:redshiftdata:getStatementResult", {"Id.$": "$.q.Id"}, Retry=[early]),
    }
    assert machines.output(states)["Records"] == [[{"LongValue": 7}]]


@pytest.mark.parametrize("resource", ["events:putEvents", "aws-sdk:eventbridge:putEvents"])
def test_events_are_put(machines: Machines, resource: str) -> None:
    entry = {"Detail": "{}", "DetailType": "x", "Source": "mine"}
    output = machines.output({"A": task(resource, {"Entries": [entry]})})
    assert output["FailedEntryCount"] == 0


def test_a_nested_execution_puts_out_its_output_as_json(machines: Machines) -> None:
    child = machines.create(
        {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": {"x": 1}, "End": True}}}
    )
    given = {"StateMachineArn": child, "Input": {"a": 1}}
    assert machines.output({"A": task("states:startExecution.sync:2", given)})["Output"] == {"x": 1}
    assert machines.output({"A": task("states:startExecution.sync", given)})["Output"] == '{"x":1}'


def test_a_nested_execution_that_fails_is_a_failed_task(machines: Machines) -> None:
    fails = {"P": {"Type": "Fail", "Error": "Mine", "Cause": "because"}}
    child = machines.create({"StartAt": "P", "States": fails})
    error, cause = machines.failure({"A": task("states:startExecution.sync:2", {"StateMachineArn": child})})
    assert error == "States.TaskFailed"
    assert (json.loads(cause)["Error"], json.loads(cause)["Cause"]) == ("Mine", "because")


def test_a_task_waits_for_its_token_from_a_queue(machines: Machines, sandbox: Sandbox) -> None:
    sqs = sandbox.client("sqs")
    url = sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]
    given = {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}}
    arn = machines.start({"A": task("sqs:sendMessage.waitForTaskToken", given)})
    found = sandbox.wait_until(
        lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"), 30, "the token"
    )
    token = json.loads(found[0]["Body"])["token"]
    machines.api.send_task_success(taskToken=token, output='{"went":"well"}')
    assert json.loads(sandbox.wait_for_execution(arn)["output"]) == {"went": "well"}


def test_a_task_without_a_heartbeat_times_out(machines: Machines, sandbox: Sandbox) -> None:
    url = sandbox.client("sqs").create_queue(QueueName=unique("queue"))["QueueUrl"]
    given = {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}}
    state = task("sqs:sendMessage.waitForTaskToken", given, HeartbeatSeconds=1)
    assert machines.execute({"A": state})["error"] == "States.Timeout"


def test_a_function_of_lambda_is_refused_by_name(machines: Machines) -> None:
    error, cause = machines.failure({"A": task("lambda:invoke", {"FunctionName": "nobody"})})
    assert error == "Lambda.ResourceNotFoundException"
    assert "function:nobody" in cause
