"""The demo finds every difference between the files and what became of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts import demo_checks, gateway
from scripts.demo_checks import DayResult, differences
from scripts.following import Execution
from scripts.pipeline_deployment import PipelineTarget
from scripts.uploads import Upload
from seed_data.expected import Expected

KEY = "raw/day=01/day.csv"
SOURCE = f"s3://bucket/{KEY}"
TARGET = PipelineTarget("stack", "bucket", "raw/", "machine")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the warehouse and the gateway answer: right, until a test changes it."""
    answers: dict[str, Any] = {
        demo_checks.COUNT_LOADED: [(SOURCE, 10), ("s3://bucket/other", 5)],
        demo_checks.COUNT_REJECTED: [(SOURCE, "unknown origin airport", 2)],
        "runs": [{"run_id": "jr_1", "files_read": [{"key": KEY}]}],
    }
    expected = Expected(files=1, loaded=10)
    expected.quarantined["unknown origin airport"] = 2
    monkeypatch.setattr(demo_checks, "fetch", lambda _, sql: ([], answers[sql]))
    monkeypatch.setattr(gateway, "job_runs", lambda _: answers["runs"])
    monkeypatch.setattr(demo_checks, "expected_counts", lambda *_: expected)
    return answers


def day(status: str = "SUCCEEDED") -> DayResult:
    execution = Execution("arn:1", KEY, status, 0.0, 1.0, job_run_ids=["jr_1"])
    return DayResult(Upload(Path("month=09/day=01/day.csv"), KEY), execution)


def found(*days: DayResult, alerts: int = 1) -> list[str]:
    return differences(None, TARGET, list(days), [{}] * alerts)  # type: ignore[arg-type]


def test_a_right_load_has_no_difference(world: dict[str, Any]) -> None:
    assert found(day()) == []


def test_a_missing_row_is_named_with_its_file(world: dict[str, Any]) -> None:
    world[demo_checks.COUNT_LOADED] = [(SOURCE, 9)]
    assert found(day()) == [f"{KEY}: 9 flights are loaded, the file has 10 good rows"]


def test_a_row_quarantined_for_another_reason_is_told_twice(world: dict[str, Any]) -> None:
    world[demo_checks.COUNT_REJECTED] = [(SOURCE, "wrong header", 2)]
    assert found(day()) == [
        f"{KEY}: 0 rows are quarantined for 'unknown origin airport', the file has 2",
        f"{KEY}: 2 rows are quarantined for 'wrong header', the file has 0",
    ]


def test_a_run_that_read_something_else_is_told(world: dict[str, Any]) -> None:
    world["runs"] = [{"run_id": "jr_1", "files_read": [{"key": "a"}, {"key": "b"}]}]
    assert found(day()) == [f"{KEY}: its run read a, b"]


def test_a_failed_execution_and_a_missing_message_are_told(world: dict[str, Any]) -> None:
    assert found(day("FAILED"), alerts=0) == [
        f"{KEY}: its execution ended FAILED: ",
        "0 messages were published, 1 executions ended",
    ]


def test_a_day_is_named_after_its_folder() -> None:
    assert day().name == "day 01"
