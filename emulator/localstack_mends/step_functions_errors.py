"""Error names and timestamps of Step Functions as AWS shows them (aws-semantics.md §E)."""

from __future__ import annotations

import datetime
from typing import Any

UNCATCHABLE_BY_ALL = frozenset({"States.Runtime", "States.DataLimitExceeded"})


def allow_reserved_names_in_fail_states() -> None:
    """Lets a Fail state end with an error of the States namespace, as `ErrorPath: $.error.Error` yields."""
    from localstack.services.stepfunctions.asl.component.state.state_fail import state_fail

    state_fail.CustomErrorName = error_name_of


def error_name_of(name: str | None) -> Any:
    """LocalStack's error name object for any text; reserved names keep their meaning in Catch and Retry."""
    from localstack.services.stepfunctions.asl.component.common.error_name import (
        custom_error_name,
        error_name,
        states_error_name,
    )

    if name is None or not name.startswith(custom_error_name.ILLEGAL_CUSTOM_ERROR_PREFIX):
        return custom_error_name.CustomErrorName(name)
    try:
        return states_error_name.StatesErrorName.from_name(name)
    except ValueError:
        return error_name.ErrorName(name)


def narrow_states_all() -> None:
    """Keeps `States.ALL` from catching States.Runtime and States.DataLimitExceeded."""
    from localstack.services.stepfunctions.asl.component.common.error_name import error_equals_decl

    from emulator.localstack_mends.patching import wrap

    wrap(error_equals_decl.ErrorEqualsDecl, "_eval_body", _matches_unless_terminal)


def _matches_unless_terminal(original: Any, declaration: Any, env: Any) -> None:
    error = env.stack[-1]
    names = {listed.error_name for listed in declaration.error_names}
    original(declaration, env)
    if names == {"States.ALL"} and error.error_name in UNCATCHABLE_BY_ALL:
        env.stack[-1] = False


def show_sdk_timestamps_as_text() -> None:
    """Turns the datetimes in the output of `aws-sdk` tasks into ISO-8601 text, so that paths can use them."""
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service import (
        state_task_service_aws_sdk as module,
    )

    from emulator.localstack_mends.patching import wrap

    wrap(module.StateTaskServiceAwsSdk, "_eval_service_task", _with_text_timestamps)


def _with_text_timestamps(original: Any, task: Any, env: Any, *args: Any, **kwargs: Any) -> None:
    original(task, env, *args, **kwargs)
    env.stack[-1] = with_text_timestamps(env.stack[-1])


def with_text_timestamps(value: Any) -> Any:
    """The value with every datetime replaced by ISO-8601 UTC text that ends in Z."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return {key: with_text_timestamps(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_text_timestamps(item) for item in value]
    return value
