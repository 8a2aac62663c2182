"""What CreateStateMachine refuses of a definition, in AWS's words; pure.

LocalStack's parser knows the grammar only. The texts are AWS's as its users report them; where none was
found, the constraint is stated in the Amazon States Language's words (docs/localstack-mends.md names these).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emulator.localstack_mends.step_functions_services import unsupported_fields, unsupported_resource

TRANSITION = "MISSING_TRANSITION_TARGET"
SCHEMA = "SCHEMA_VALIDATION_FAILED"
CATCHING_TYPES = frozenset({"Task", "Parallel", "Map"})
ALLOWED_TYPES = {
    "TimeoutSeconds": frozenset({"Task"}),
    "Catch": CATCHING_TYPES,
    "Retry": CATCHING_TYPES,
}
REQUIRED = {"Task": ("Type", "Resource"), "Choice": ("Type", "Choices"), "Parallel": ("Type", "Branches")}
# Of a state or of an item of Choices or Catch; the others belong to both languages.
JSONPATH_FIELDS = frozenset(
    {"InputPath", "OutputPath", "Parameters", "ResultPath", "ResultSelector", "ItemsPath", "Variable"}
)
JSONATA_FIELDS = frozenset({"Output", "Arguments", "Condition", "Items"})
ENDLESS_TYPES = frozenset({"Choice", "Succeed", "Fail"})


@dataclass(frozen=True)
class Problem:
    """One diagnostic of a definition: AWS's code, message and location (`null` for the whole workflow)."""

    code: str
    message: str
    location: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message} at {self.location}"


def refusal(problems: list[Problem]) -> str:
    """The message of InvalidDefinition."""
    return "Invalid State Machine Definition: '" + ", ".join(map(str, problems)) + "'"


def problems_of(definition: dict[str, Any]) -> list[Problem]:
    """Everything that AWS refuses of a definition whose JSON is well formed, in the order of its states."""
    found = list(_container_problems(definition, "", "JSONPath"))
    if not found and _states(definition) and not any(map(_is_terminal, _states(definition).values())):
        found.append(Problem("MISSING_END_STATE", "Workflow has no terminal state", "null"))
    return found


def _states(container: dict[str, Any]) -> dict[str, dict[str, Any]]:
    states = container.get("States")
    if not isinstance(states, dict):
        return {}
    return {name: state for name, state in states.items() if isinstance(state, dict)}


def _is_terminal(state: dict[str, Any]) -> bool:
    return state.get("End") is True or state.get("Type") in ("Succeed", "Fail")


def _container_problems(container: dict[str, Any], location: str, language: str) -> Iterator[Problem]:
    states, language = _states(container), container.get("QueryLanguage", language)
    yield from _missing(container, ("StartAt", "States"), location or "/")
    targets = {f"{location}/StartAt": container["StartAt"]} if "StartAt" in container else {}
    for name, state in states.items():
        targets |= dict(_transitions(state, f"{location}/States/{name}"))
    for place, target in targets.items():
        if target not in states:
            yield Problem(TRANSITION, f"Missing 'Next' target: {target}", place)
    for name, state in states.items():
        place = f"{location}/States/{name}"
        if name not in targets.values():
            yield Problem(TRANSITION, f'State "{name}" is not reachable.', place)
        yield from _state_problems(state, place, state.get("QueryLanguage", language))
        for nested, nested_place in _nested(state, place):
            yield from _container_problems(nested, nested_place, state.get("QueryLanguage", language))


def _missing(given: dict[str, Any], fields: tuple[str, ...], place: str) -> Iterator[Problem]:
    absent = [field for field in fields if not given.get(field)]
    if absent:
        yield Problem(SCHEMA, f"These fields are required: [{', '.join(absent)}]", place)


def _transitions(state: dict[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for field in ("Next", "Default"):
        if field in state:
            yield f"{place}/{field}", state[field]
    for field in ("Choices", "Catch"):
        for index, item in _items(state, field):
            if "Next" in item:
                yield f"{place}/{field}[{index}]/Next", item["Next"]


def _items(state: dict[str, Any], field: str) -> Iterator[tuple[int, dict[str, Any]]]:
    listed = state.get(field)
    for index, item in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(item, dict):
            yield index, item


def _nested(state: dict[str, Any], place: str) -> Iterator[tuple[dict[str, Any], str]]:
    for index, branch in _items(state, "Branches"):
        yield branch, f"{place}/Branches[{index}]"
    for field in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(field), dict):
            yield state[field], f"{place}/{field}"


def _state_problems(state: dict[str, Any], place: str, language: str) -> Iterator[Problem]:
    kind = state.get("Type")
    yield from _missing(state, REQUIRED.get(str(kind), ("Type",)), place)
    yield from _foreign_fields(state, place, language)
    for field, types in ALLOWED_TYPES.items():
        if field in state and kind not in types:
            yield Problem(SCHEMA, f"Field '{field}' is not supported", place)
    if kind not in ENDLESS_TYPES and "Next" not in state and state.get("End") is not True:
        yield Problem(SCHEMA, "One of these fields is required: [Next, End]", place)
    if kind == "Task" and isinstance(state.get("Resource"), str):
        yield from _task_problems(state, place)
    yield from _error_list_problems(state, place)


def _foreign_fields(state: dict[str, Any], place: str, language: str) -> Iterator[Problem]:
    foreign = JSONPATH_FIELDS if language == "JSONata" else JSONATA_FIELDS
    places = {place: state}
    for field in ("Choices", "Catch"):
        places |= {f"{place}/{field}[{index}]": item for index, item in _items(state, field)}
    for where, given in places.items():
        for field in sorted(foreign & given.keys()):
            yield Problem(SCHEMA, f"Field '{field}' is not supported", where)


def _task_problems(state: dict[str, Any], place: str) -> Iterator[Problem]:
    refused = unsupported_resource(state["Resource"])
    if refused:
        yield Problem(SCHEMA, refused, f"{place}/Resource")
        return
    field = "Arguments" if "Arguments" in state else "Parameters"
    given = state.get(field, {})
    if isinstance(given, dict):
        for message in unsupported_fields(state["Resource"], given):
            yield Problem(SCHEMA, message, f"{place}/{field}")


def _error_list_problems(state: dict[str, Any], place: str) -> Iterator[Problem]:
    for field in ("Retry", "Catch"):
        listed = list(_items(state, field))
        for index, item in listed:
            names = item.get("ErrorEquals")
            if not isinstance(names, list) or "States.ALL" not in names:
                continue
            where = f"{place}/{field}[{index}]/ErrorEquals"
            if len(names) > 1:
                yield Problem(SCHEMA, "States.ALL must appear alone in ErrorEquals", where)
            if index != listed[-1][0]:
                yield Problem(SCHEMA, f"States.ALL must appear in the last item of {field}", where)
