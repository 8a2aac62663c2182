"""Names the catalog type of a column from the values seen in it (aws-semantics.md §B, "Types"); pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

BIGINT = "bigint"
DOUBLE = "double"
BOOLEAN = "boolean"
STRING = "string"

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}\Z")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_BIGINT_RANGE = range(-(2**63), 2**63)
_NUMERIC_ORDER = ("int", BIGINT, DOUBLE)


def value_type(text: str, trim: bool = True) -> str | None:
    """The type of one value, or None for a blank one, which fits every type.

    Without `trim`, white space around a number or a truth value makes it a string.
    """
    stripped = text.strip()
    if not stripped:
        return None
    if not trim and stripped != text:
        return STRING
    if _INTEGER.match(stripped) and int(stripped) in _BIGINT_RANGE:
        return BIGINT
    if _DECIMAL.match(stripped):
        return DOUBLE if "." in stripped or "e" in stripped.lower() else STRING
    return BOOLEAN if stripped.lower() in {"true", "false"} else STRING


@lru_cache(maxsize=4096)
def wider_type(left: str | None, right: str | None) -> str | None:
    """The narrowest type that holds both; None stands for "no value seen".

    Whole numbers widen to `double`; structures take the fields of both, arrays and maps widen their members;
    anything else that differs widens to `string`.
    """
    if left is None or right is None or left == right:
        return left or right
    if left in _NUMERIC_ORDER and right in _NUMERIC_ORDER:
        return max(left, right, key=_NUMERIC_ORDER.index)
    kind = left.partition("<")[0]
    if "<" not in left or not right.startswith(f"{kind}<"):
        return STRING
    if kind == "struct":
        return _wider_struct(members(left), members(right))
    pairs = zip(members(left), members(right), strict=False)
    return f"{kind}<{','.join(wider_type(one, other) or STRING for one, other in pairs)}>"


def _wider_struct(left: list[str], right: list[str]) -> str:
    fields: dict[str, str] = {}
    for field in (*left, *right):
        name, _, type_ = field.partition(":")
        fields[name] = wider_type(fields.get(name), type_) or STRING
    return "struct<" + ",".join(f"{name}:{type_}" for name, type_ in fields.items()) + ">"


def members(nested: str) -> list[str]:
    """What stands between the outermost brackets of a type, split at its own commas.

    `struct<a:int,b:array<string>>` has `a:int` and `b:array<string>`.
    """
    found, depth = [""], 0
    for character in nested[nested.index("<") + 1 : -1]:
        depth += {"<": 1, "(": 1, ">": -1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            found.append("")
        else:
            found[-1] += character
    return [member for member in found if member]


def column_type(values: Iterable[str], trim: bool = True) -> str:
    """The type of a column: `string` when every value is blank."""
    widest: str | None = None
    for text in values:
        widest = wider_type(widest, value_type(text, trim))
        if widest == STRING:
            return STRING
    return widest or STRING
