"""Files dropped into a bucket and the executions that they start (aws-semantics.md §E)."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

ROLE = "arn:aws:iam::000000000000:role/any"
PASS = json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})


@dataclass(frozen=True)
class Dropping:
    """A bucket without notifications, and a rule on its new objects that starts a state machine."""

    sandbox: Sandbox
    bucket: str
    machine: str

    def enable(self) -> None:
        self.sandbox.client("s3").put_bucket_notification_configuration(
            Bucket=self.bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )

    def drop(self, *keys: str) -> None:
        for key in keys:
            self.sandbox.client("s3").put_object(Bucket=self.bucket, Key=key, Body=b"x")

    def inputs(self, count: int) -> list[dict[str, Any]]:
        """The input of each execution, once there are that many."""
        api = self.sandbox.client("stepfunctions")

        def enough() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = api.list_executions(stateMachineArn=self.machine)["executions"]
            return found if len(found) >= count else []

        found = self.sandbox.wait_until(enough, 30, f"{count} executions of {self.machine}")
        arns = [one["executionArn"] for one in found or []]
        return [json.loads(api.describe_execution(executionArn=arn)["input"]) for arn in arns]


@pytest.fixture
def dropping(sandbox: Sandbox) -> Dropping:
    name = f"dropped-{uuid.uuid4().hex[:12]}"
    sandbox.client("s3").create_bucket(Bucket=name)
    machine = sandbox.client("stepfunctions").create_state_machine(name=name, definition=PASS, roleArn=ROLE)[
        "stateMachineArn"
    ]
    events = sandbox.client("events")
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [name]}, "object": {"key": [{"wildcard": "raw/*.csv"}]}},
    }
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": machine, "RoleArn": ROLE}])
    return Dropping(sandbox, name, machine)


def test_each_file_starts_an_execution_with_the_whole_event_as_its_input(dropping: Dropping) -> None:
    dropping.enable()
    keys = [f"raw/year=2026/{number} +.csv" for number in range(3)]
    dropping.drop("raw/notes.txt", "raw/A.CSV", "out/a.csv", *keys)
    inputs = dropping.inputs(3)
    assert sorted(given["detail"]["object"]["key"] for given in inputs) == keys
    assert len({given["id"] for given in inputs}) == 3
    assert set(inputs[0]) == {
        *("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"),
    }


def test_a_bucket_sends_nothing_before_eventbridge_is_enabled_on_it(dropping: Dropping) -> None:
    dropping.drop("raw/too-early.csv")
    dropping.enable()
    dropping.drop("raw/in-time.csv")
    (given,) = dropping.inputs(1)
    assert given["detail"]["object"]["key"] == "raw/in-time.csv"
