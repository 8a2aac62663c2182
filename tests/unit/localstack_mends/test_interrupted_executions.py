"""Executions and events that a restart cut off: noted, found again by the next process, started once.

LocalStack's clients are doubles here: an event that is cut off between its note and its delivery can't be
had from a real one. The rest is met in contract/test_localstack_restart.py.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from emulator.localstack_mends import interrupted_executions
from emulator.localstack_mends.interrupted_executions import Interrupted, resumed_name
from emulator.localstack_mends.kept_state import KeptState

ACCOUNT, REGION = "123456789012", "eu-west-1"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m"
TIME = datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.UTC)

Process = Callable[[], Interrupted]


class Clients:
    """Step Functions and EventBridge, as far as they are called; what was asked of them."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.stepfunctions = SimpleNamespace(start_execution=self._note)
        self.events = SimpleNamespace(put_events=self._note)

    def _note(self, **request: Any) -> None:
        self.asked.append(request)


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Clients:
    made = Clients()
    monkeypatch.setattr(interrupted_executions, "_clients", lambda *_: made)
    return made


@pytest.fixture
def process(tmp_path: Path) -> Process:
    """Each call is a LocalStack that starts on what the ones before it have left."""
    return lambda: Interrupted(KeptState(tmp_path / "state.sqlite"))


def execution(name: str, given: Any = None) -> SimpleNamespace:
    return SimpleNamespace(
        exec_arn=MACHINE.replace("stateMachine", "execution") + f":{name}",
        account_id=ACCOUNT,
        region_name=REGION,
        state_machine_arn=MACHINE,
        name=name,
        input_data=given,
        start_date=TIME,
    )


def test_a_running_execution_is_left_over_in_the_next_process_only(process: Process) -> None:
    first = process()
    first.note_execution(execution("one", {"day": 1}))
    assert first.left_over() == []
    (left,) = process().left_over()
    assert (left.name, json.loads(left.input), left.account) == ("one", {"day": 1}, ACCOUNT)


def test_an_execution_that_ended_is_not_left_over(process: Process) -> None:
    first = process()
    first.note_execution(execution("one"))
    first.forget_execution(execution("one").exec_arn)
    assert process().left_over() == []


def test_the_note_of_a_resumed_execution_takes_the_place_of_the_old_one(
    process: Process, clients: Clients
) -> None:
    process().note_execution(execution("one"))
    second = process()
    clients.stepfunctions.start_execution = lambda **asked: second.note_execution(execution(asked["name"]))
    assert [answer["new_arn"][-13:] for answer in second.resume()["resumed"]] == ["one-resumed-1"]
    assert [item.name for item in process().left_over()] == ["one-resumed-1"]


def test_an_execution_is_left_to_the_one_that_started_it(process: Process, clients: Clients) -> None:
    first, parent = process(), execution("parent")
    first.note_execution(parent)
    first.note_execution(execution("child", {"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": parent.exec_arn}))
    process().resume()
    assert [asked["name"] for asked in clients.asked] == ["parent-resumed-1"]


def test_an_event_that_was_not_delivered_is_delivered_by_the_next_process_once(
    process: Process, clients: Clients
) -> None:
    entry = {"Source": "aws.s3", "Detail": '{"object": {"key": "ü"}}', "Time": TIME}
    process().note_event(ACCOUNT, REGION, entry)
    second = process()
    assert [second.resume()["events"], second.resume()["events"], process().resume()["events"]] == [1, 0, 0]
    assert clients.asked == [{"Entries": [entry]}]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("one", "one-resumed-1"),
        ("one-resumed-1", "one-resumed-2"),
        ("one-resumed-9", "one-resumed-10"),
        ("one-resumed-x", "one-resumed-x-resumed-1"),
        ("x" * 80, "x" * 70 + "-resumed-1"),
    ],
)
def test_the_name_of_a_resumed_execution_counts_and_fits(name: str, expected: str) -> None:
    assert resumed_name(name) == expected
