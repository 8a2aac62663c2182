"""Turns a crawler's exclude patterns into regular expressions; pure.

`*` stays within a folder, `**` crosses folders, `?` is one character, `[ ]` a set or range with `!` for
"none of", `{a,b}` alternatives that don't nest, `\\` quotes the next character. Patterns are relative to
the include path (aws-semantics.md §B, "Policies").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable


def exclusion_filter(patterns: Iterable[str]) -> Callable[[str], bool]:
    """A function that says whether a path, relative to the include path, is excluded by any pattern."""
    compiled = [re.compile(pattern_to_regex(pattern)) for pattern in patterns]
    return lambda path: any(regex.fullmatch(path) for regex in compiled)


def pattern_to_regex(pattern: str) -> str:
    """The regular expression, to be matched in full, of one exclude pattern."""
    parts: list[str] = []
    rest = pattern
    while rest:
        part, rest = _next_part(rest)
        parts.append(part)
    return "(?s:" + "".join(parts) + ")"


def _next_part(rest: str) -> tuple[str, str]:
    if rest.startswith("**"):
        return ".*", rest[2:]
    head, tail = rest[0], rest[1:]
    if head == "*":
        return "[^/]*", tail
    if head == "?":
        return "[^/]", tail
    if head == "[" and "]" in tail[1:]:
        return _set(tail)
    if head == "{" and "}" in tail:
        return _alternatives(tail)
    if head == "\\" and tail:
        return re.escape(tail[0]), tail[1:]
    return re.escape(head), tail


def _set(tail: str) -> tuple[str, str]:
    end = tail.index("]", 1)
    body = tail[:end].replace("\\", "\\\\").replace("[", "\\[")
    if body.startswith(("!", "^")):
        body = "^/" + body[1:]
    return f"[{body}]", tail[end + 1 :]


def _alternatives(tail: str) -> tuple[str, str]:
    end = tail.index("}")
    options = (pattern_to_regex(option) for option in tail[:end].split(","))
    return "(?:" + "|".join(options) + ")", tail[end + 1 :]
