"""Bad definitions, names and inputs of state machines are refused with AWS's codes."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.clients.machines import ROLE, Machines, task, unique

LAST = {"Type": "Pass", "End": True}


def machine(state: dict[str, Any], **top: Any) -> dict[str, Any]:
    return {"StartAt": "A", "States": {"A": state}, **top}


def refusal(call: Any, **request: Any) -> tuple[str, str]:
    """Code and message of a call that has to be refused."""
    with pytest.raises(ClientError) as caught:
        call(**request)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ("{nope", "'INVALID_JSON_DESCRIPTION: "),
        ("[]", "'INVALID_JSON_DESCRIPTION: "),
        (
            machine({"Type": "Pass", "Next": "B"}),
            "'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /Sta",
        ),
        (machine({"Type": "Nope", "End": True}), "'SCHEMA_VALIDATION_FAILED: "),
        (machine({**LAST, "Nope": 1}), "'SCHEMA_VALIDATION_FAILED: "),
        (machine({**LAST, "InputPath": "nope"}), "'SCHEMA_VALIDATION_FAILED: "),
        (
            machine(task("glue:startCrawler", {"Name": "n"})),
            "The resource provided arn:aws:states:::glue:startCr",
        ),
        (
            machine(task("glue:startJobRun", {"JobName": "n"}, TimeoutSeconds=5, HeartbeatSeconds=5)),
            "'SCHEMA_VALIDATION_FAILED: ",
        ),
        (
            machine({**LAST, "Output": {"a": "{% $sum( %}"}}, QueryLanguage="JSONata"),
            "'INVALID_JSONATA_EXPRESSION: Expected \")\" before end of expression at /States/A/Output/a'",
        ),
    ],
)
def test_a_definition_is_refused(machines: Machines, definition: Any, said: str) -> None:
    code, message = refusal(machines.create, definition=definition)
    assert code == "InvalidDefinition"
    assert message.startswith("Invalid State Machine Definition: ")
    assert said in message


def test_a_refused_definition_leaves_no_trace_in_the_next(machines: Machines) -> None:
    retry = [{"ErrorEquals": [], "Nope": 1}]
    refusal(machines.create, definition=machine({**LAST, "Retry": retry}, QueryLanguage="JSONata"))
    machines.create(machine({**LAST, "Parameters": {"a": 1}}))


def test_an_update_is_refused_like_a_creation(machines: Machines) -> None:
    arn = machines.create(machine(LAST))
    update = machines.api.update_state_machine
    assert refusal(update, stateMachineArn=arn, definition="{nope")[0] == "InvalidDefinition"


def test_validation_tells_the_same_without_a_machine(machines: Machines) -> None:
    validate = machines.api.validate_state_machine_definition
    answer = validate(definition='{"StartAt": "A", "States": {"B": {"Type": "Succeed"}}}')
    assert answer["result"] == "FAIL"
    assert "Missing 'Next' target: A" in answer["diagnostics"][0]["message"]


@pytest.mark.parametrize("name", ["a name", "a*", "a/b", "x" * 81])
def test_an_illegal_name_is_refused(machines: Machines, name: str) -> None:
    definition = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
    created = refusal(machines.api.create_state_machine, name=name, definition=definition, roleArn=ROLE)
    assert created[0] == "InvalidName"
    arn = machines.create(definition)
    assert refusal(machines.api.start_execution, stateMachineArn=arn, name=name)[0] == "InvalidName"


def test_bad_starts_are_refused(machines: Machines) -> None:
    arn, start = machines.create(machine(LAST)), machines.api.start_execution
    assert refusal(start, stateMachineArn=arn, input="nope")[0] == "InvalidExecutionInput"
    assert refusal(start, stateMachineArn=f"{arn}x")[0] == "StateMachineDoesNotExist"
    assert refusal(start, stateMachineArn="nope")[0] == "InvalidArn"
    large = '"' + "x" * 262_144 + '"'
    assert refusal(start, stateMachineArn=arn, input=large)[0] == "ValidationException"


def test_a_name_is_used_once_unless_the_input_is_the_same_and_it_runs(machines: Machines) -> None:
    arn = machines.create(machine({"Type": "Wait", "Seconds": 30, "End": True}))
    name, start = unique("e"), machines.api.start_execution
    first = start(stateMachineArn=arn, name=name, input="{}")["executionArn"]
    assert start(stateMachineArn=arn, name=name, input="{}")["executionArn"] == first
    assert refusal(start, stateMachineArn=arn, name=name, input='{"a": 1}')[0] == "ExecutionAlreadyExists"
    machines.api.stop_execution(executionArn=first)
    machines.sandbox.wait_for_execution(first)
    assert refusal(start, stateMachineArn=arn, name=name, input="{}")[0] == "ExecutionAlreadyExists"
