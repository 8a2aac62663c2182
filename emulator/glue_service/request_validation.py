"""Checks a request against the constraints of botocore's service model, in AWS's wording.

Types are `request_types.py`'s business; this looks at required members, lengths, sizes of lists and maps,
ranges, enumerations and patterns, of all operations, moto's included.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from emulator.glue_service.errors import ConstraintViolated

_SURROGATE_PAIRS = r"\uD800\uDC00-\uDBFF\uDFFF"


def check_request(request: Any, shape: Any) -> None:
    """Raises ConstraintViolated with every violation found."""
    if shape is None:
        return
    violations = _violations(request or {}, shape, "")
    if violations:
        raise ConstraintViolated(violations)


def _violations(value: Any, shape: Any, path: str) -> list[str]:
    if shape.type_name == "structure" and isinstance(value, dict):
        return _structure(value, shape, path)
    if shape.type_name == "list" and isinstance(value, list):
        found = _length(value, shape, path)
        for number, item in enumerate(value, 1):
            found += _violations(item, shape.member, f"{path}.{number}.member")
        return found
    if shape.type_name == "map" and isinstance(value, dict):
        return _map(value, shape, path)
    if shape.type_name == "string" and isinstance(value, str):
        return _length(value, shape, path) + _text(value, shape, path)
    if shape.type_name in ("integer", "long", "double", "float"):
        return _range(value, shape, path)
    return []


def _structure(value: dict[str, Any], shape: Any, path: str) -> list[str]:
    missing = [name for name in shape.required_members if value.get(name) is None]
    found = [_violation(None, _join(path, name), "Member must not be null") for name in missing]
    for name, member in shape.members.items():
        if value.get(name) is not None:
            found += _violations(value[name], member, _join(path, name))
    return found


def _map(value: dict[str, Any], shape: Any, path: str) -> list[str]:
    found = _length(value, shape, path)
    for key, item in value.items():
        found += _violations(key, shape.key, path)
        found += _violations(item, shape.value, f"{path}.{key}.member")
    return found


def _length(value: str | list[Any] | dict[str, Any], shape: Any, path: str) -> list[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        return [_violation(value, path, f"Member must have length greater than or equal to {least}")]
    if most is not None and len(value) > most:
        return [_violation(value, path, f"Member must have length less than or equal to {most}")]
    return []


def _range(value: Any, shape: Any, path: str) -> list[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        return [_violation(value, path, f"Member must have value greater than or equal to {least}")]
    if most is not None and value > most:
        return [_violation(value, path, f"Member must have value less than or equal to {most}")]
    return []


def _text(value: str, shape: Any, path: str) -> list[str]:
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        return [_violation(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")]
    pattern = shape.metadata.get("pattern")
    expression = _compiled(pattern) if pattern else None
    if expression and not expression.fullmatch(value):
        return [_violation(value, path, f"Member must satisfy regular expression pattern: {pattern}")]
    return []


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Java's pattern in Python; None for Unicode classes (`\\p{L}`), which Python can't read."""
    try:
        return re.compile(pattern.replace(_SURROGATE_PAIRS, "\U00010000-\U0010ffff"))
    except re.error:
        return None


def _violation(value: Any, path: str, constraint: str) -> str:
    return f"Value {_shown(value)} at '{path}' failed to satisfy constraint: {constraint}"


def _shown(value: Any) -> str:
    """As Java's validators print a value: lists as `[a, b]`, maps as `{a=b}`."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        return f"'{{{', '.join(f'{key}={item}' for key, item in value.items())}}}'"
    if isinstance(value, list):
        return f"'[{', '.join(str(item) for item in value)}]'"
    return f"'{value}'"


def _join(path: str, member: str) -> str:
    name = member[:1].lower() + member[1:]
    return f"{path}.{name}" if path else name
