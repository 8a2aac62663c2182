"""What CreateStateMachine refuses of a definition, rule by rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.localstack_mends.step_functions_definitions import problems_of, refusal
from emulator.localstack_mends.step_functions_jsonata import joined
from emulator.localstack_mends.step_functions_services import boto_service, error_prefix

GLUE_RUN = "arn:aws:states:::glue:startJobRun"
SDK = "arn:aws:states:::aws-sdk:glue:"
LAST = {"Type": "Pass", "End": True}
MACHINES = Path(__file__).parents[3] / "pipeline"


def said(states: dict[str, Any], **top: Any) -> list[str]:
    return [str(problem) for problem in problems_of({"StartAt": "A", "States": states, **top})]


def task(resource: str, given: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, "Parameters": given, "End": True, **fields}


def test_aws_words_for_a_missing_target_and_an_unreachable_state() -> None:
    states = {"A": {"Type": "Pass", "Next": "C"}, "B": LAST}
    assert refusal(problems_of({"StartAt": "A", "States": states})) == (
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: C at "
        '/States/A/Next, MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B\''
    )


def test_a_start_that_is_no_state_and_states_that_only_it_names() -> None:
    states = {"B": {"Type": "Pass", "Next": "C"}, "C": {"Type": "Succeed"}}
    assert said(states) == [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: A at /StartAt",
        'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B',
    ]


def test_a_workflow_needs_a_terminal_state() -> None:
    states = {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}
    assert said(states) == ["MISSING_END_STATE: Workflow has no terminal state at null"]


def test_targets_of_choices_catches_branches_and_maps_are_looked_up() -> None:
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "X"}], "Default": "Y"}
    inner = {"StartAt": "I", "States": {"I": {"Type": "Pass", "Next": "Z"}}}
    catch = [{"ErrorEquals": ["E"], "Next": "W"}]
    both = {"Type": "Parallel", "Branches": [inner], "Catch": catch, "Next": "M"}
    each = {"Type": "Map", "ItemProcessor": inner, "Next": "C"}
    places = {
        problem.location
        for problem in problems_of({"StartAt": "A", "States": {"A": both, "M": each, "C": choice}})
    }
    assert places == {
        "/States/A/Catch[0]/Next",
        "/States/A/Branches[0]/States/I/Next",
        "/States/M/ItemProcessor/States/I/Next",
        "/States/C/Choices[0]/Next",
        "/States/C/Default",
    }


@pytest.mark.parametrize("field", ["TimeoutSeconds", "Catch", "Retry"])
def test_fields_of_tasks_are_refused_elsewhere(field: str) -> None:
    assert said({"A": {**LAST, field: []}}) == [
        f"SCHEMA_VALIDATION_FAILED: Field '{field}' is not supported at /States/A"
    ]


def test_fields_of_the_other_query_language_are_refused() -> None:
    assert said({"A": {**LAST, "Output": {}}}) == [
        "SCHEMA_VALIDATION_FAILED: Field 'Output' is not supported at /States/A"
    ]
    assert said({"A": {**LAST, "Parameters": {}}}, QueryLanguage="JSONata")
    assert not said({"A": {**LAST, "QueryLanguage": "JSONata", "Output": {}}})


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (task(f"{SDK}fooBar", {}), f"The resource provided {SDK}fooBar is not recognized. "),
        (
            task(f"{SDK}StartCrawler", {"Name": "n"}),
            f"The resource provided {SDK}StartCrawler is not recognized",
        ),
        (task(f"{SDK}startJobRun.sync", {"JobName": "n"}), "is not recognized"),
        (task(f"{GLUE_RUN}.waitForTaskToken", {"JobName": "n"}), "is not recognized"),
        (
            task(f"{SDK}startCrawler", {"Name": "n", "Nme": "n"}),
            "The field 'Nme' is not supported by Step Functions",
        ),
        (task(f"{SDK}startCrawler", {"name": "n"}), "The field 'name' is not supported by Step Functions"),
        (task(GLUE_RUN, {"JobName": "n", "Argumentz": {}}), "The field 'Argumentz' is not supported"),
        (task(GLUE_RUN, {}), "The field 'JobName' is required but was missing at /States/A/Parameters"),
    ],
)
def test_services_actions_and_fields_are_looked_up(state: dict[str, Any], message: str) -> None:
    assert message in said({"A": state})[0]


@pytest.mark.parametrize(
    "given",
    [
        {"JobName": "n", "Arguments": {"--a": "b"}},
        {"JobName.$": "$.job"},
        {"JobName": "n", "Timeout.$": "$.t"},
    ],
)
def test_known_fields_and_paths_pass(given: dict[str, Any]) -> None:
    assert not said({"A": task(f"{GLUE_RUN}.sync", given)})


def test_states_all_stands_alone_and_last() -> None:
    retry = [{"ErrorEquals": ["States.ALL", "E"]}, {"ErrorEquals": ["F"]}]
    messages = said({"A": task(GLUE_RUN, {"JobName": "n"}, Retry=retry)})
    assert [message.rpartition(" at ")[2] for message in messages] == ["/States/A/Retry[0]/ErrorEquals"] * 2


def test_required_fields_are_named() -> None:
    assert (
        "These fields are required: [Resource] at /States/A" in said({"A": {"Type": "Task", "End": True}})[0]
    )
    assert "These fields are required: [Choices]" in said({"A": {"Type": "Choice"}, "B": LAST})[0]
    assert "One of these fields is required: [Next, End]" in said({"A": {"Type": "Pass"}})[0]


def test_no_machine_of_the_example_is_refused() -> None:
    files = [path for path in MACHINES.rglob("*.json") if '"StartAt"' in path.read_text(encoding="utf-8")]
    assert files
    for path in files:
        assert not problems_of(json.loads(path.read_text(encoding="utf-8"))), path


def test_services_have_the_names_of_the_sdk_for_java() -> None:
    names = ("redshiftdata", "eventbridge", "cloudwatchlogs", "sfn", "glue", "s3", "nobody")
    assert [boto_service(name) for name in names] == [
        "redshift-data",
        "events",
        "logs",
        "stepfunctions",
        "glue",
        "s3",
        "nobody",
    ]
    prefixes = ("glue", "ssm", "sqs", "s3", "dynamodb", "redshiftdata", "cloudwatchlogs")
    assert [error_prefix(name) for name in prefixes] == [
        "Glue",
        "Ssm",
        "Sqs",
        "S3",
        "DynamoDb",
        "RedshiftData",
        "CloudWatchLogs",
    ]


def test_a_field_is_written_with_slashes_and_brackets() -> None:
    assert joined(["Choices[1]", "Output", "a", "[0]", "b"]) == "Choices[1]/Output/a[0]/b"
