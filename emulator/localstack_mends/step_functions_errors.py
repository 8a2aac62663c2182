"""Error names and timestamps of Step Functions as AWS shows them (aws-semantics.md §E)."""

from __future__ import annotations

import datetime
import importlib
from typing import Any

CHOICE_OPERATORS = (
    "localstack.services.stepfunctions.asl.component.state.state_choice.comparison.operator"
    ".implementations.is_operator"
)
UNCATCHABLE_BY_ALL = frozenset({"States.Runtime", "States.DataLimitExceeded"})


def pass_reserved_names_on() -> None:
    """Lets an error of the States namespace leave a Fail state (by its ErrorPath), a branch or a map."""
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_map.iteration import (
        iteration_worker,
    )
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_parallel import (
        branches_decl,
    )
    from localstack.services.stepfunctions.asl.component.state.state_fail import state_fail

    for module in (state_fail, branches_decl, iteration_worker):
        module.CustomErrorName = error_name_of


def error_name_of(error_name: str | None) -> Any:
    """LocalStack's error name object for any text; reserved names keep their meaning in Catch and Retry."""
    from localstack.services.stepfunctions.asl.component.common.error_name import (
        custom_error_name,
        states_error_name,
    )
    from localstack.services.stepfunctions.asl.component.common.error_name.error_name import ErrorName

    if error_name is None or not error_name.startswith(custom_error_name.ILLEGAL_CUSTOM_ERROR_PREFIX):
        return custom_error_name.CustomErrorName(error_name)
    try:
        return states_error_name.StatesErrorName.from_name(error_name)
    except ValueError:
        return ErrorName(error_name)


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
    """The value with every datetime replaced by ISO-8601 UTC text."""
    if isinstance(value, datetime.datetime):
        return iso_text(value)
    if isinstance(value, dict):
        return {key: with_text_timestamps(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_text_timestamps(item) for item in value]
    return value


def iso_text(moment: datetime.datetime) -> str:
    """A moment in UTC as AWS writes it: milliseconds if there are any, then Z."""
    utc = moment.astimezone(datetime.UTC)
    timespec = "milliseconds" if utc.microsecond >= 1000 else "seconds"
    return utc.isoformat(timespec=timespec).replace("+00:00", "Z")


def show_context_times_as_aws() -> None:
    """Writes `EnteredTime` and `StartTime` of the context object with milliseconds and Z."""
    from localstack.services.stepfunctions.asl.component.state import state
    from localstack.services.stepfunctions.asl.eval import states

    from emulator.localstack_mends.patching import wrap

    plain = state.StateData
    state.StateData = lambda EnteredTime, Name: plain(  # noqa: N803 (the fields' names)
        EnteredTime=_normal_time(EnteredTime), Name=Name
    )
    wrap(states.States, "__init__", _with_normal_start)


def _with_normal_start(original: Any, states: Any, context: Any) -> None:
    execution = context["Execution"]
    execution["StartTime"] = _normal_time(execution["StartTime"])
    original(states, context)


def _normal_time(text: str) -> str:
    moment = timestamp_of(text)
    return iso_text(moment) if moment else text


def compare_any_timestamp() -> None:
    """Lets Choice rules compare timestamps with fractions of a second and with offsets (RFC 3339)."""
    importlib.import_module(CHOICE_OPERATORS).IsTimestamp.string_to_timestamp = staticmethod(timestamp_of)


def timestamp_of(text: str) -> datetime.datetime | None:
    """The moment that an RFC 3339 text names; None if it is no such text."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo and "T" in text else None
