"""Executions are followed state by state, each tied to the file that started it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scripts import following
from scripts.console import CommandError
from scripts.following import Execution, Follower, Step, object_key

BEGAN = datetime(2026, 9, 1, tzinfo=UTC)


class FakeStepFunctions:
    """Answers as Step Functions does; an execution ends when it was described often enough."""

    def __init__(self) -> None:
        self.executions: dict[str, dict[str, Any]] = {}
        self.histories: dict[str, list[dict[str, Any]]] = {}

    def add(self, arn: str, key: str, states: list[str], **end: str) -> None:
        body = {"detail": {"object": {"key": key}}}
        self.executions[arn] = {
            "executionArn": arn,
            "status": "SUCCEEDED",
            "startDate": BEGAN,
            "stopDate": BEGAN + timedelta(seconds=len(states)),
            "input": json.dumps(body),
            **end,
        }
        self.histories[arn] = [event for index, state in enumerate(states) for event in visit(state, index)]

    def get_paginator(self, operation: str) -> FakePaginator:
        return FakePaginator(self, operation)

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        return self.executions[executionArn]


class FakePaginator:
    def __init__(self, client: FakeStepFunctions, operation: str) -> None:
        self._client, self._operation = client, operation

    def paginate(self, **arguments: str) -> list[dict[str, Any]]:
        if self._operation == "list_executions":
            return [{"executions": list(self._client.executions.values())}]
        return [{"events": self._client.histories[arguments["executionArn"]]}]


def visit(state: str, second: int) -> list[dict[str, Any]]:
    return [
        {
            "type": "TaskStateEntered",
            "timestamp": BEGAN + timedelta(seconds=second),
            "stateEnteredEventDetails": {"name": state},
        },
        {
            "type": "TaskSubmitted",
            "timestamp": BEGAN + timedelta(seconds=second),
            "taskSubmittedEventDetails": {"output": json.dumps({"JobRunId": f"jr_{state}"})},
        },
        {
            "type": "TaskStateExited",
            "timestamp": BEGAN + timedelta(seconds=second + 0.5),
            "stateExitedEventDetails": {"name": state},
        },
    ]


@pytest.fixture
def told() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def client() -> FakeStepFunctions:
    return FakeStepFunctions()


@pytest.fixture
def follower(client: FakeStepFunctions, told: list[tuple[str, str]]) -> Follower:
    def note(execution: Execution, step: Step) -> None:
        told.append((execution.key, step.state))

    return Follower(client, "machine", note)


def test_each_state_is_told_once_with_its_seconds(
    client: FakeStepFunctions, follower: Follower, told: list[tuple[str, str]]
) -> None:
    client.add("a:1", "raw/day.csv", ["Crawl", "Run"])
    (execution,) = follower.follow(["raw/day.csv"], 5)
    assert told == [("raw/day.csv", "Crawl"), ("raw/day.csv", "Run")]
    assert execution.steps == [Step("Crawl", 0.0, 0.5), Step("Run", 1.0, 0.5)]
    assert execution.job_run_ids == ["jr_Crawl", "jr_Run"]
    assert execution.seconds == 2


def test_executions_of_earlier_uploads_of_the_same_key_are_left_alone(
    client: FakeStepFunctions, follower: Follower
) -> None:
    client.add("a:old", "raw/day.csv", ["Crawl"], status="FAILED")
    follower.remember_existing()
    client.add("a:new", "raw/day.csv", ["Crawl"])
    (execution,) = follower.follow(["raw/day.csv"], 5)
    assert execution.name == "new"


def test_executions_come_in_the_order_of_the_files(client: FakeStepFunctions, follower: Follower) -> None:
    client.add("a:1", "raw/b", ["Crawl"])
    client.add("a:2", "raw/a", ["Crawl"])
    assert [item.key for item in follower.follow(["raw/a", "raw/b"], 5)] == ["raw/a", "raw/b"]


def test_a_failed_execution_carries_the_jobs_own_words(client: FakeStepFunctions, follower: Follower) -> None:
    cause = json.dumps({"ErrorMessage": "ValueError: no such column"})
    client.add("a:1", "raw/x", ["Run"], status="FAILED", error="States.TaskFailed", cause=cause)
    (execution,) = follower.follow(["raw/x"], 5)
    assert execution.error == "States.TaskFailed: ValueError: no such column"


def test_a_file_that_starts_nothing_is_named(follower: Follower, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "START_TIMEOUT_S", 0.0)
    with pytest.raises(CommandError, match=r"No execution was started for raw/x"):
        follower.follow(["raw/x"], 5)


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", '{"detail": null}'])
def test_an_input_that_is_no_s3_event_has_no_key(text: str) -> None:
    assert object_key(text) == ""


def test_without_a_listener_the_history_is_read_once_at_the_end(client: FakeStepFunctions) -> None:
    client.add("a:1", "raw/x", ["Run"])
    ended: list[str] = []
    (execution,) = Follower(client, "machine", on_end=lambda item: ended.append(item.key)).follow(
        ["raw/x"], 5
    )
    assert ended == ["raw/x"]
    assert execution.job_run_ids == ["jr_Run"]


def test_an_execution_that_is_listed_before_it_has_a_status_is_followed_on() -> None:
    client = FakeStepFunctions()
    client.add("arn:1", "raw/a.csv", ["ReadSettings"])
    status = client.executions["arn:1"].pop("status")

    def on_state(*_: object) -> None:
        client.executions["arn:1"]["status"] = status

    (execution,) = Follower(client, "machine", on_state).follow(["raw/a.csv"], timeout_s=5, poll_s=0.001)

    assert execution.status == "SUCCEEDED"
