"""JSONata expressions that fail name their field, as on AWS.

AWS: `The JSONata expression '$states.input.x' specified for the field 'Assign/x' returned nothing
(undefined).`
The field is known by the components that are being evaluated: each names its part of the path.
"""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from emulator.localstack_mends.patching import wrap
from emulator.localstack_mends.step_functions_failures import QUERY, failed

COMPONENTS = "localstack.services.stepfunctions.asl.component"
STATES = f"{COMPONENTS}.state.state_execution"
JAVA_EXCEPTION = "com.dashjoin.jsonata.JException: "
NUMBERS = frozenset({"Seconds", "TimeoutSeconds", "HeartbeatSeconds", "MaxConcurrency"})
# Components whose name in the definition is fixed: module, class, field.
FIELDS = (
    (f"{COMPONENTS}.common.assign.assign_decl", "AssignDecl", "Assign"),
    (f"{COMPONENTS}.common.outputdecl", "Output", "Output"),
    (f"{COMPONENTS}.common.parargs", "Arguments", "Arguments"),
    (f"{COMPONENTS}.common.timeouts.timeout", "TimeoutSecondsJSONata", "TimeoutSeconds"),
    (f"{COMPONENTS}.common.timeouts.heartbeat", "HeartbeatSecondsJSONata", "HeartbeatSeconds"),
    (f"{COMPONENTS}.state.state_choice.comparison.comparison", "ConditionStringJSONata", "Condition"),
    (f"{COMPONENTS}.state.state_wait.wait_function.seconds", "SecondsJSONata", "Seconds"),
    (f"{COMPONENTS}.state.state_fail.error_decl", "Error", "Error"),
    (f"{COMPONENTS}.state.state_fail.cause_decl", "Cause", "Cause"),
    (f"{STATES}.state_map.items.items", "ItemsJSONata", "Items"),
    (f"{STATES}.state_map.max_concurrency", "MaxConcurrencyJSONata", "MaxConcurrency"),
    (f"{STATES}.state_map.item_selector", "ItemSelector", "ItemSelector"),
)
BINDINGS = (
    (f"{COMPONENTS}.common.jsonata.jsonata_template_binding", "JSONataTemplateBinding"),
    (f"{COMPONENTS}.common.assign.assign_template_binding", "AssignTemplateBinding"),
)
ARRAYS = (
    (f"{COMPONENTS}.common.jsonata.jsonata_template_value_array", "JSONataTemplateValueArray"),
    (f"{COMPONENTS}.common.assign.assign_template_value_array", "AssignTemplateValueArray"),
)
# Lists whose items evaluate themselves: module, class, attribute, field.
LISTS = (
    (f"{COMPONENTS}.state.state_choice.choices_decl", "ChoicesDecl", "rules", "Choices"),
    (f"{COMPONENTS}.common.catch.catch_decl", "CatchDecl", "catchers", "Catch"),
)
ITEMS = (
    (f"{COMPONENTS}.state.state_choice.choice_rule", "ChoiceRule"),
    (f"{COMPONENTS}.common.catch.catcher_decl", "CatcherDecl"),
)
EXPRESSIONS = f"{COMPONENTS}.common.string.string_expression"
VALIDATIONS = "localstack.services.stepfunctions.asl.jsonata.validations"

_path = threading.local()


def name_fields() -> None:
    """Makes every failing expression name its field, and fail as States.QueryEvaluationError."""
    for module, name, field in FIELDS:
        wrap(_class(module, name), "_eval_body", _within(functools.partial(_fixed, field)))
    for module, name in BINDINGS:
        wrap(_class(module, name), "_eval_body", _within(lambda component: component.identifier))
    for module, name in ITEMS:
        wrap(_class(module, name), "_eval_body", _within(lambda item: getattr(item, "tarmac_place", "")))
    for module, name in ARRAYS:
        wrap(_class(module, name), "_eval_body", _eval_array)
    for module, name, attribute, field in LISTS:
        wrap(_class(module, name), "__init__", _numbering(attribute, field))
    for check in ("_validate_null_output", "_validate_string_output"):
        wrap(import_module(VALIDATIONS), check, _name_field)
    wrap(_class(EXPRESSIONS, "StringJSONata"), "_eval_body", _evaluate)


def syntax_problems(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """The message and the place of each expression below a value that JSONata's parser refuses."""
    from localstack.services.stepfunctions.asl.jsonata.jsonata import _JSONataJVMBridge

    if isinstance(value, dict):
        for key, item in value.items():
            yield from syntax_problems(item, f"{place}/{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from syntax_problems(item, f"{place}[{index}]")
    elif isinstance(value, str) and value.startswith("{%") and value.endswith("%}"):
        try:
            _JSONataJVMBridge.get()._java_JSONATA(value[2:-2].strip())
        except Exception as error:  # whatever Java's parser throws, as LocalStack's own call has it
            yield str(error).removeprefix(JAVA_EXCEPTION), place


def joined(parts: list[str]) -> str:
    """The field as AWS writes it: keys after a slash, indexes in brackets."""
    return "".join(part if part.startswith("[") else f"/{part}" for part in parts if part).removeprefix("/")


def expectation(field: str) -> str:
    """The JSON type that a field's expression has to yield; empty if any will do."""
    if field.endswith("/Condition"):
        return "boolean"
    return "number" if field in NUMBERS else ""


def json_type(value: Any) -> str:
    """The name of a value's JSON type, as JSONata's `$type` has it."""
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _class(module: str, name: str) -> Any:
    return getattr(import_module(module), name)


def _parts() -> list[str]:
    if not hasattr(_path, "parts"):
        _path.parts = []
    parts: list[str] = _path.parts
    return parts


@contextmanager
def _part(name: str) -> Iterator[None]:
    _parts().append(name)
    try:
        yield
    finally:
        _parts().pop()


def _fixed(field: str, _component: Any) -> str:
    return field


def _within(name_of: Callable[[Any], str]) -> Callable[..., None]:
    def evaluate(original: Any, component: Any, env: Any) -> None:
        with _part(name_of(component)):
            original(component, env)

    return evaluate


def _numbering(attribute: str, field: str) -> Callable[..., None]:
    def construct(original: Any, listed: Any, *args: Any, **kwargs: Any) -> None:
        original(listed, *args, **kwargs)
        for index, item in enumerate(getattr(listed, attribute)):
            item.tarmac_place = f"{field}[{index}]"

    return construct


def _eval_array(original: Any, array: Any, env: Any) -> None:  # noqa: ARG001 (the original is replaced)
    values = []
    for index, value in enumerate(array.values):
        with _part(f"[{index}]"):
            value.eval(env)
        values.append(env.stack.pop())
    env.stack.append(values)


def _name_field(original: Any, env: Any, expression: str, *args: Any) -> None:
    from localstack.services.stepfunctions.asl.component.common.error_name import failure_event

    try:
        original(env, expression, *args)
    except failure_event.FailureEventException as failure:
        details = failure.failure_event.event_details["evaluationFailedEventDetails"]
        before, returned, after = details["cause"].rpartition("' returned ")
        details["cause"] = f"{before}' specified for the field '{joined(_parts())}{returned}{after}"
        raise


def _evaluate(original: Any, expression: Any, env: Any) -> None:
    from localstack.services.stepfunctions.asl.jsonata.jsonata import JSONataException

    field = joined(_parts())
    subject = f"The JSONata expression '{expression.expression}' specified for the field '{field}'"
    try:
        original(expression, env)
    except JSONataException as error:
        raise _reported(env, f"{subject} threw an error during evaluation{_engine_text(error)}") from error
    wanted, value = expectation(field), env.stack[-1]
    if wanted and json_type(value) != wanted:
        shown = json.dumps(value)
        unlike = f"Expected '{wanted}', but was '{json_type(value)}' for value: {shown}"
        raise _reported(env, f"{subject} returned an unexpected result type. {unlike}")


def _engine_text(error: Any) -> str:
    """What JSONata says: after a period with the error's code, after a colon without one."""
    thrown = error.__context__
    message = str(error.details).removeprefix(JAVA_EXCEPTION)
    code = str(thrown.getError()) if hasattr(thrown, "getError") else ""
    return f". {code}: {message}" if code else f": {message}"


def _reported(env: Any, cause: str) -> Exception:
    failure: Any = failed(env, QUERY, cause)
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type="EvaluationFailed",
        event_details={"evaluationFailedEventDetails": failure.get_evaluation_failed_event_details()},
    )
    reported: Exception = failure
    return reported
