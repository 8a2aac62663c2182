"""Failures of a state in LocalStack's form, and choices that fail as on AWS."""

from __future__ import annotations

from typing import Any

RUNTIME = "States.Runtime"
QUERY = "States.QueryEvaluationError"
# As AWS says it (floci-io/floci records us-east-1; "Invalid path" is in many reports of users).
NO_NEXT_STATE = "Failed to transition out of the state. The state does not point to a next state."
INVALID_VARIABLE = "The choice state's condition path references an invalid value."


def failed(env: Any, error: str, cause: str) -> Exception:
    """LocalStack's exception for a state that ends with this error and cause; both are in the history."""
    from localstack.services.stepfunctions.asl.component.common.error_name import failure_event

    from emulator.localstack_mends.step_functions_errors import error_name_of

    evaluation = error == QUERY
    details = {"error": error, "cause": cause}
    event = failure_event.FailureEvent(
        env=env,
        error_name=error_name_of(error),
        event_type="EvaluationFailed" if evaluation else "TaskFailed",
        event_details={"evaluationFailedEventDetails" if evaluation else "taskFailedEventDetails": details},
    )
    failure: Exception = failure_event.FailureEventException(failure_event=event)
    return failure


def fail_choices_as_aws() -> None:
    """Gives a choice without a match, and one whose variable is missing, AWS's error and cause."""
    from localstack.services.stepfunctions.asl.component.state.state_choice import state_choice
    from localstack.services.stepfunctions.asl.component.state.state_choice.comparison import (
        comparison_variable,
    )

    from emulator.localstack_mends.patching import wrap

    wrap(state_choice.StateChoice, "_eval_state", _choose)
    wrap(comparison_variable.ComparisonVariable, "_eval_body", _compare)


def name_fields_of_paths() -> None:
    """Names the field of a path that a task's input lacks, as LocalStack does for other states."""
    from localstack.services.stepfunctions.asl.component.common.string import string_expression
    from localstack.services.stepfunctions.asl.component.state.state_execution import execute_state

    from emulator.localstack_mends.patching import wrap

    wrap(string_expression.StringJsonPath, "_eval_body", _look_up)
    wrap(execute_state.ExecutionState, "_from_error", _with_field)


def _look_up(original: Any, path: Any, env: Any) -> None:
    from localstack.services.stepfunctions.asl.utils.json_path import NoSuchJsonPathError

    try:
        original(path, env)
    except NoSuchJsonPathError as error:
        error.tarmac_field = env.next_field_name
        raise


def _with_field(original: Any, state: Any, env: Any, ex: Exception) -> Any:
    field = getattr(ex, "tarmac_field", None)
    event = original(state, env, ex)
    if field and "taskFailedEventDetails" in event.event_details:
        details = event.event_details["taskFailedEventDetails"]
        details["cause"] = details["cause"].replace(
            "' could not be found", f"' specified for the field '{field}' could not be found", 1
        )
    return event


def _choose(original: Any, state: Any, env: Any) -> None:
    try:
        original(state, env)
    except RuntimeError as error:
        if error.args[:1] != ("No branching option reached in state %s",):
            raise
        raise failed(env, RUNTIME, NO_NEXT_STATE) from error


def _compare(original: Any, comparison: Any, env: Any) -> None:  # noqa: ARG001 (the original is replaced)
    comparison.variable.eval(env)
    missing = type(env.stack[-1]).__name__ == "NoSuchVariable"
    if missing and comparison.comparison_function.operator_type.name != "IsPresent":
        path = comparison.variable.string_sampler.literal_value
        raise failed(env, RUNTIME, f"Invalid path '{path}': {INVALID_VARIABLE}")
    comparison.comparison_function.eval(env)
