"""The state machine is valid, keeps its input, and every way that fails ends FAILED after an alert."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from localstack.services.stepfunctions.asl.parse.asl_parser import AmazonStateLanguageParser

import pipeline

FILE = Path(pipeline.__file__).parent / "step_function_config.json"
DEFINITION: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
STATES: dict[str, dict[str, Any]] = DEFINITION["States"]


def targets(state: dict[str, Any]) -> list[str]:
    """The states that this one may go on to."""
    branches = [*state.get("Choices", []), *state.get("Catch", [])]
    named = [state.get("Next"), state.get("Default"), *(branch["Next"] for branch in branches)]
    return [name for name in named if name]


def reachable(start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += targets(STATES[name])
    return seen


def test_the_definition_follows_the_states_language() -> None:
    AmazonStateLanguageParser.parse(FILE.read_text(encoding="utf-8"))


def test_every_state_is_reached_and_every_target_exists() -> None:
    assert reachable(DEFINITION["StartAt"]) == set(STATES)


def test_the_states_of_the_original_pipeline_are_there() -> None:
    assert {"StartFlightS3RawCrawler", "GetCrawlerStatus", "CheckAndWait", "TriggerGlueJob"} <= set(STATES)


def test_every_task_keeps_the_input() -> None:
    assert all(state.get("ResultPath", "$") != "$" for state in STATES.values() if state["Type"] == "Task")
    catches = [catch for state in STATES.values() for catch in state.get("Catch", [])]
    assert all(catch["ResultPath"] != "$" for catch in catches)


def test_every_task_before_the_alert_catches_all_errors() -> None:
    tasks = {name: s for name, s in STATES.items() if s["Type"] == "Task" and not name.startswith("Notify")}
    assert all(task["Catch"][-1]["ErrorEquals"] == ["States.ALL"] for task in tasks.values())


def test_a_failure_is_told_and_then_ends_failed() -> None:
    assert targets(STATES["NotifyFailure"]) == ["Failed"]
    assert reachable("WhatFailed") & {"Failed", "NotifySuccess"} == {"Failed"}


def test_only_ready_and_succeeded_leaves_the_poll_loop() -> None:
    not_ready, succeeded, failed = STATES["CheckAndWait"]["Choices"]
    assert not_ready["Not"]["StringEquals"] == "READY"
    assert (succeeded["And"][1]["StringEquals"], succeeded["Next"]) == ("SUCCEEDED", "TriggerGlueJob")
    assert "NotifyFailure" in reachable(failed["Next"])
    assert "NotifyFailure" in reachable(STATES["CheckAndWait"]["Default"])


def test_a_running_crawler_is_waited_for_and_started_again() -> None:
    busy = STATES["StartFlightS3RawCrawler"]["Catch"][0]
    assert busy["ErrorEquals"] == ["Glue.CrawlerRunningException"]
    assert STATES[busy["Next"]]["Next"] == "StartFlightS3RawCrawler"


def test_a_busy_job_is_retried_with_back_off_and_jitter_but_a_failed_one_is_not() -> None:
    (retry,) = STATES["TriggerGlueJob"]["Retry"]
    assert "Glue.ConcurrentRunsExceededException" in retry["ErrorEquals"]
    assert "States.TaskFailed" not in retry["ErrorEquals"]
    assert retry["BackoffRate"] > 1
    assert retry["JitterStrategy"] == "FULL"


def test_the_template_gives_every_substitution() -> None:
    template = (FILE.parent / "cloudformation" / "pipeline.yaml").read_text(encoding="utf-8")
    block = template.split("DefinitionSubstitutions:")[1].split("LoggingConfiguration:")[0]
    given = set(re.findall(r"^\s+(\w+):", block, re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+)\}", FILE.read_text(encoding="utf-8"))) == given
