"""Every message on a topic is kept, whether or not somebody subscribed to it."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

ROLE = "arn:aws:iam::000000000000:role/any"


@pytest.fixture
def topic(sandbox: Sandbox) -> str:
    return str(sandbox.client("sns").create_topic(Name=f"topic-{uuid.uuid4().hex[:12]}")["TopicArn"])


def alerts_of(sandbox: Sandbox, topic: str) -> list[dict[str, Any]]:
    return [alert for alert in sandbox.alerts() if alert["topic_arn"] == topic]


def test_a_published_message_is_kept_with_its_id_and_time(sandbox: Sandbox, topic: str) -> None:
    sent = sandbox.client("sns").publish(TopicArn=topic, Subject="Hello", Message="wörld\nline two")
    (alert,) = alerts_of(sandbox, topic)
    assert alert["message_id"] == sent["MessageId"]
    assert (alert["subject"], alert["message"]) == ("Hello", "wörld\nline two")
    assert alert["time"].endswith("Z")
    assert set(alert) == {"time", "topic_arn", "subject", "message", "message_id"}


def test_a_batch_is_kept_message_by_message_oldest_first(sandbox: Sandbox, topic: str) -> None:
    entries = [{"Id": str(number), "Message": f"message {number}"} for number in range(3)]
    sandbox.client("sns").publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    kept = [alert["message"] for alert in alerts_of(sandbox, topic)]
    assert kept == ["message 0", "message 1", "message 2"]


def test_a_message_per_protocol_is_kept_by_its_default(sandbox: Sandbox, topic: str) -> None:
    message = json.dumps({"default": "short", "email": "long"})
    sandbox.client("sns").publish(TopicArn=topic, Message=message, MessageStructure="json")
    assert [alert["message"] for alert in alerts_of(sandbox, topic)] == ["short"]


def test_a_state_machine_s_message_is_kept(sandbox: Sandbox, topic: str) -> None:
    publish = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Parameters": {"TopicArn": topic, "Subject": "From a state", "Message.$": "$.text"},
        "End": True,
    }
    api = sandbox.client("stepfunctions")
    machine = api.create_state_machine(
        name=f"m-{uuid.uuid4().hex[:12]}",
        definition=json.dumps({"StartAt": "Tell", "States": {"Tell": publish}}),
        roleArn=ROLE,
    )["stateMachineArn"]
    started = api.start_execution(stateMachineArn=machine, input='{"text": "done"}')
    assert sandbox.wait_for_execution(started["executionArn"])["status"] == "SUCCEEDED"
    assert [(alert["subject"], alert["message"]) for alert in alerts_of(sandbox, topic)] == [
        ("From a state", "done")
    ]


def test_accounts_do_not_share_topics(sandbox: Sandbox) -> None:
    topic = sandbox.client("sns", account_id="123456789012").create_topic(Name="shared-name")["TopicArn"]
    assert topic == "arn:aws:sns:us-east-1:123456789012:shared-name"
    other = sandbox.client("sns", account_id="210987654321")
    assert topic not in [item["TopicArn"] for item in other.list_topics()["Topics"]]
