"""Checks a request against the constraints of botocore's service model, in AWS's wording.

Types are `request_types.py`'s business; this looks at required members, lengths, sizes of lists and maps,
ranges, enumerations and patterns, of all operations that are answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from emulator.glue_service.errors import ConstraintViolated

_SURROGATE_PAIRS = r"\uD800\uDC00-\uDBFF\uDFFF"


_CONTAINERS = frozenset({"structure", "list", "map"})
_MEASURES: dict[str, tuple[str, Callable[[Any], float]]] = dict.fromkeys(
    ("integer", "long", "double", "float"), ("value", float)
)
"""How numbers are measured; all else has a length."""


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
        return _list(value, shape, path)
    if shape.type_name == "map" and isinstance(value, dict):
        return _map(value, shape, path)
    return [_violation(value, path, constraint) for constraint in _broken(value, shape)]


def _structure(value: dict[str, Any], shape: Any, path: str) -> list[str]:
    missing = [name for name in shape.required_members if value.get(name) is None]
    found = [_violation(None, _join(path, name), "Member must not be null") for name in missing]
    for name, member in shape.members.items():
        if value.get(name) is not None:
            found += _violations(value[name], member, _join(path, name))
    return found


def _list(value: list[Any], shape: Any, path: str) -> list[str]:
    found = [_violation(value, path, constraint) for constraint in _broken(value, shape)]
    if shape.member.type_name not in _CONTAINERS:
        return found + _parts(value, value, shape.member, path, "Member")
    for number, item in enumerate(value, 1):
        found += _violations(item, shape.member, f"{path}.{number}.member")
    return found


def _map(value: dict[str, Any], shape: Any, path: str) -> list[str]:
    found = [_violation(value, path, constraint) for constraint in _broken(value, shape)]
    found += _parts(value, value, shape.key, path, "Map keys")
    if shape.value.type_name not in _CONTAINERS:
        return found + _parts(value, value.values(), shape.value, path, "Map value")
    for key, item in value.items():
        found += _violations(item, shape.value, f"{path}.{key}.member")
    return found


def _parts(whole: Any, parts: Iterable[Any], shape: Any, path: str, kind: str) -> list[str]:
    """AWS shows the whole list or map, and all constraints of its parts, if any part breaks one."""
    if not any(_broken(part, shape) for part in parts):
        return []
    constraints = ", ".join(constraint for constraint, _ in _constraints(shape))
    return [_violation(whole, path, f"{kind} must satisfy constraint: [{constraints}]")]


def _broken(value: Any, shape: Any) -> list[str]:
    return [constraint for constraint, holds in _constraints(shape) if not holds(value)]


@lru_cache(maxsize=8192)
def _constraints(shape: Any) -> list[tuple[str, Callable[[Any], bool]]]:
    """What a shape asks of a value, in AWS's order: the text, and whether a value fulfils it."""
    most, least = shape.metadata.get("max"), shape.metadata.get("min")
    size, measure = _MEASURES.get(shape.type_name, ("length", len))
    found: list[tuple[str, Callable[[Any], bool]]] = []
    if most is not None:
        text = f"Member must have {size} less than or equal to {most}"
        found.append((text, lambda value: measure(value) <= most))
    if least is not None:
        text = f"Member must have {size} greater than or equal to {least}"
        found.append((text, lambda value: measure(value) >= least))
    if allowed := shape.metadata.get("enum"):
        text = f"Member must satisfy enum value set: [{', '.join(allowed)}]"
        found.append((text, lambda value: value in allowed))
    expression = _compiled(shape.metadata.get("pattern") or "")
    if expression:
        text = f"Member must satisfy regular expression pattern: {shape.metadata['pattern']}"
        found.append((text, lambda value: bool(expression.fullmatch(value))))
    return found


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Java's pattern in Python; None for none, and for Unicode classes, which Python can't read."""
    if not pattern:
        return None
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
