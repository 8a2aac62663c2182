"""Names the catalog type of a column from the values seen in it (aws-semantics.md §B, "Types"); pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

BIGINT = "bigint"
DOUBLE = "double"
BOOLEAN = "boolean"
STRING = "string"

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}\Z")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_BIGINT_RANGE = range(-(2**63), 2**63)
_NUMERIC_ORDER = ("int", BIGINT, DOUBLE)


def value_type(text: str) -> str | None:
    """The type of one value, or None for a blank one, which fits every type."""
    text = text.strip()
    if not text:
        return None
    if _INTEGER.match(text) and int(text) in _BIGINT_RANGE:
        return BIGINT
    if _DECIMAL.match(text):
        return DOUBLE if "." in text or "e" in text.lower() else STRING
    if text.lower() in {"true", "false"}:
        return BOOLEAN
    return STRING


def wider_type(left: str | None, right: str | None) -> str | None:
    """The narrowest type that holds both; None stands for "no value seen".

    Whole numbers widen to `double`; anything else that differs widens to `string`.
    """
    if left is None or right is None or left == right:
        return left or right
    if left in _NUMERIC_ORDER and right in _NUMERIC_ORDER:
        return max(left, right, key=_NUMERIC_ORDER.index)
    return STRING


def column_type(values: Iterable[str]) -> str:
    """The type of a column: `string` when every value is blank."""
    widest: str | None = None
    for text in values:
        widest = wider_type(widest, value_type(text))
        if widest == STRING:
            return STRING
    return widest or STRING
