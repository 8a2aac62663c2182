"""A template's values in the types of the Glue API: YAML's numbers as text, text as numbers; pure.

CloudFormation takes `"3"` for a number, `3` for text and `"true"` for a boolean; the API takes none of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from localstack.aws.spec import load_service


def as_request(operation: str, members: dict[str, Any], service: str = "glue") -> dict[str, Any]:
    """The members of a request, each in the type that the service model has; unknown ones as they are."""
    shape = load_service(service).operation_model(operation).input_shape
    converted: dict[str, Any] = _converted(members, shape)
    return converted


def as_text(value: Any) -> str:
    """Text as it is, all else as JSON: `3`, `true`."""
    return value if isinstance(value, str) else json.dumps(value)


def _converted(value: Any, shape: Any) -> Any:
    convert = _CONVERSIONS.get(shape.type_name)
    return value if convert is None or value is None else convert(value, shape)


def _structure(value: Any, shape: Any) -> Any:
    if not isinstance(value, dict):
        return value
    members = shape.members
    return {
        name: _converted(item, members[name]) if name in members else item for name, item in value.items()
    }


def _map(value: Any, shape: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {str(name): _converted(item, shape.value) for name, item in value.items()}


def _list(value: Any, shape: Any) -> Any:
    return [_converted(item, shape.member) for item in value] if isinstance(value, list) else value


def _integer(value: Any, _shape: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _number(value: Any, _shape: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _boolean(value: Any, _shape: Any) -> Any:
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


_CONVERSIONS: dict[str, Callable[[Any, Any], Any]] = {
    "structure": _structure,
    "map": _map,
    "list": _list,
    "string": lambda value, _shape: as_text(value),
    "integer": _integer,
    "long": _integer,
    "double": _number,
    "float": _number,
    "boolean": _boolean,
}
