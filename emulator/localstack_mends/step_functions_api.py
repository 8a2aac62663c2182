"""What CreateStateMachine and StartExecution refuse, and tasks of services under their AWS names."""

from __future__ import annotations

import json
import re
from typing import Any

from botocore.exceptions import ClientError

from emulator.localstack_mends.patching import wrap
from emulator.localstack_mends.step_functions_definitions import SCHEMA, Problem, problems_of, refusal
from emulator.localstack_mends.step_functions_failures import RUNTIME, failed
from emulator.localstack_mends.step_functions_jsonata import syntax_problems
from emulator.localstack_mends.step_functions_services import (
    SDK_PREFIX,
    boto_service,
    error_prefix,
    unsupported_fields,
)

TASKS = "localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service"
# CreateStateMachine's reference: no white space, brackets, wildcards, special or control characters.
ILLEGAL_IN_NAMES = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")
MAX_NAME_LENGTH = 80
MAX_INPUT_LENGTH = 262_144


def refuse_as_aws() -> None:
    """Refuses definitions, names and inputs that AWS refuses."""
    from localstack.services.stepfunctions.provider import StepFunctionsProvider

    original = StepFunctionsProvider._validate_definition

    def validate(definition: str, static_analysers: list[Any]) -> None:
        _validate(original, definition, static_analysers)

    StepFunctionsProvider._validate_definition = staticmethod(validate)
    wrap(StepFunctionsProvider, "create_state_machine", _create)
    wrap(StepFunctionsProvider, "start_execution", _start)


def isolate_query_languages() -> None:
    """Gives each parser a stack of query languages; LocalStack's is shared and keeps what a refusal left."""
    from localstack.services.stepfunctions.asl.parse.preprocessor import Preprocessor

    wrap(Preprocessor, "__init__", _with_own_scopes)


def _with_own_scopes(original: Any, preprocessor: Any, *args: Any, **kwargs: Any) -> None:
    original(preprocessor, *args, **kwargs)
    preprocessor._query_language_per_scope = []


def _validate(original: Any, definition: str, static_analysers: list[Any]) -> None:
    from localstack.aws.api.stepfunctions import InvalidDefinition

    found = definition_problems(definition)
    if found:
        raise InvalidDefinition(refusal(found))
    try:
        original(definition=definition, static_analysers=static_analysers)
    except InvalidDefinition as error:
        raise InvalidDefinition(refusal([Problem(SCHEMA, str(error.message), "null")])) from error


def definition_problems(definition: str) -> list[Problem]:
    """What AWS refuses of a definition's text."""
    try:
        parsed = json.loads(definition)
    except json.JSONDecodeError as error:
        return [
            Problem("INVALID_JSON_DESCRIPTION", error.msg, f"[line: {error.lineno}, column: {error.colno}]")
        ]
    if not isinstance(parsed, dict):
        return [
            Problem("INVALID_JSON_DESCRIPTION", "The definition is not a JSON object", "[line: 1, column: 1]")
        ]
    found = problems_of(parsed)
    if not found and '"JSONata"' in definition:
        found = [Problem("INVALID_JSONATA_EXPRESSION", *problem) for problem in syntax_problems(parsed)]
    return found


def _create(original: Any, provider: Any, context: Any, request: Any, **kwargs: Any) -> Any:
    _check_name(request["name"])
    return original(provider, context, request, **kwargs)


def _start(original: Any, provider: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
    from localstack.aws.api.stepfunctions import InvalidExecutionInput, ValidationException

    if kwargs.get("name"):
        _check_name(kwargs["name"])
    given = kwargs.get("input") or "{}"
    if len(given.encode()) > MAX_INPUT_LENGTH:
        raise ValidationException(
            "1 validation error detected: Value at 'input' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_INPUT_LENGTH}"
        )
    try:
        json.loads(given)
    except json.JSONDecodeError as error:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{error}'") from error
    return original(provider, context, *args, **kwargs)


def _check_name(name: str) -> None:
    from localstack.aws.api.stepfunctions import InvalidName

    if ILLEGAL_IN_NAMES.search(name) or not 1 <= len(name) <= MAX_NAME_LENGTH:
        raise InvalidName(f"Invalid Name: '{name}'")


def call_services_by_their_names() -> None:
    """Finds services under the SDK for Java's names, names their errors so, and refuses unknown fields."""
    from importlib import import_module

    base = import_module(f"{TASKS}.state_task_service").StateTaskService
    sdk = import_module(f"{TASKS}.state_task_service_aws_sdk").StateTaskServiceAwsSdk
    glue = import_module(f"{TASKS}.state_task_service_glue").StateTaskServiceGlue
    wrap(base, "_get_boto_service_name", _service_name)
    wrap(base, "_before_eval_execution", _refuse_unknown_fields)
    wrap(base, "_from_boto_response", _recase_lists)
    sdk._normalise_service_error_name = staticmethod(error_prefix)
    wrap(glue, "_from_error", _with_service_details)


def _service_name(original: Any, task: Any, boto_service_name: str | None = None) -> str:
    return boto_service(original(task, boto_service_name=boto_service_name))


def _recase_lists(original: Any, task: Any, response: Any, shape: Any) -> None:
    """The original, and the same for what lists of lists hold, which it leaves as the Python SDK has it."""
    original(task, response, shape)
    for name, member in getattr(shape, "members", {}).items() if isinstance(response, dict) else ():
        shown = response.get(task._to_sfn_cased(name))
        if member.type_name == "list" and member.member.type_name == "list":
            for item in (item for items in shown or () for item in items):
                task._from_boto_response(item, member.member.member)


def _refuse_unknown_fields(
    original: Any,
    task: Any,
    env: Any,
    resource_runtime_part: Any,
    raw_parameters: Any,
    state_credentials: Any,
) -> None:
    resource = str(task.resource.resource_arn)
    if resource.startswith(SDK_PREFIX) and isinstance(raw_parameters, dict):
        refused = list(unsupported_fields(resource, raw_parameters))
        if refused:
            given = json.dumps(raw_parameters, separators=(",", ":"), default=str)
            why = ", ".join(refused)
            raise failed(
                env, RUNTIME, f"The Parameters '{given}' could not be used to start the Task: [{why}]"
            )
    original(task, env, resource_runtime_part, raw_parameters, state_credentials)


def _with_service_details(original: Any, task: Any, env: Any, ex: Exception) -> Any:
    """The failure of an optimised Glue task; its cause ends as AWS's does (seen on AWS)."""
    event = original(task, env, ex)
    if isinstance(ex, ClientError):
        answer = ex.response["ResponseMetadata"]
        event.event_details["taskFailedEventDetails"]["cause"] += (
            f" (Service: AWSGlue; Status Code: {answer['HTTPStatusCode']}; "
            f"Error Code: {ex.response['Error']['Code']}; Request ID: {answer['RequestId']}; Proxy: null)"
        )
    return event
