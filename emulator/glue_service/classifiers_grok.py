"""Grok classifiers: a pattern of named expressions, matched line by line; pure.

`%{PATTERN:field:type}` makes a column `field`, `string` unless a type is named; patterns may name others and
custom ones ("Writing grok custom classifiers" in the Glue developer guide). The web server logs that AWS
recognises without a custom classifier are grok patterns, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from emulator.glue_service.classifiers_grok_patterns import BUILT_IN_PATTERNS
from emulator.glue_service.classifiers_models import Column, FileSchema
from emulator.glue_service.classifiers_types import STRING
from emulator.glue_service.classifiers_values import SAMPLE_RECORDS
from emulator.glue_service.errors import InvalidInput

GROK_SERDE = "com.amazonaws.glue.serde.GrokSerDe"
_REFERENCE = re.compile(r"%\{(\w+)(?::([^}:]+))?(?::([^}]+))?\}")
_CASTS = {
    "boolean": "boolean",
    "byte": "tinyint",
    "double": "double",
    "float": "float",
    "int": "int",
    "long": "bigint",
    "short": "smallint",
    "string": STRING,
}
_MOST_NESTED = 30
_MOST_LINE_CHARACTERS = 10_000


@dataclass(frozen=True)
class GrokPattern:
    """A grok pattern ready to match; `columns` in the order of their names in the pattern."""

    expression: re.Pattern[str]
    columns: tuple[Column, ...]


def compile_grok(pattern: str, custom: str = "") -> GrokPattern:
    """Raises InvalidInput for unknown names and types, and for what is no regular expression."""
    return _compile(pattern, custom)


@lru_cache(maxsize=64)
def _compile(pattern: str, custom: str) -> GrokPattern:
    expansion = _Expansion({**BUILT_IN_PATTERNS, **_custom_patterns(custom)})
    text = expansion.expand(pattern)
    try:
        expression = re.compile(text)
    except re.error as error:
        raise InvalidInput(f"GrokPattern {pattern!r} is no regular expression: {error}") from error
    return GrokPattern(expression, tuple(Column(name, kind) for name, kind in expansion.columns.items()))


def classify_grok(
    sample: bytes, truncated: bool, classification: str, pattern: str, custom: str = ""
) -> tuple[FileSchema, float] | None:
    """The schema, and the share of lines that match as certainty; None if no line does."""
    lines = _lines(sample, truncated)
    grok = compile_grok(pattern, custom)
    matching = sum(1 for line in lines if grok.expression.fullmatch(line[:_MOST_LINE_CHARACTERS]))
    if not matching:
        return None
    named = {"input.grokCustomPatterns": custom} if custom else {}
    schema = FileSchema(
        classification=classification,
        columns=grok.columns,
        serde_library=GROK_SERDE,
        serde_parameters={"input.format": pattern, **named},
        parameters={"grokPattern": pattern, **({"grokCustomPatterns": custom} if custom else {})},
        record_bytes=sum(len(line.encode()) + 1 for line in lines),
        record_count=len(lines),
    )
    return schema, matching / len(lines)


def _lines(sample: bytes, truncated: bool) -> list[str]:
    if truncated and b"\n" in sample:
        sample = sample[: sample.rindex(b"\n")]
    text = sample.decode("utf-8-sig", errors="replace")
    return [line for line in text.splitlines()[:SAMPLE_RECORDS] if line.strip()]


def _custom_patterns(text: str) -> Mapping[str, str]:
    """The patterns of lines such as `LEVEL (INFO|WARN)`."""
    pairs = (line.strip().partition(" ") for line in text.splitlines() if line.strip())
    return {name: expression.strip() for name, _, expression in pairs}


@dataclass
class _Expansion:
    """Replaces references by expressions, and collects the columns that they name."""

    patterns: Mapping[str, str]
    columns: dict[str, str] = field(default_factory=dict)
    _depth: int = 0

    def expand(self, text: str) -> str:
        return _REFERENCE.sub(self._replacement, text)

    def _replacement(self, match: re.Match[str]) -> str:
        name, column, cast = match.groups()
        if name not in self.patterns:
            raise InvalidInput(f"Grok pattern %{{{name}}} is neither built in nor among the custom patterns")
        if self._depth > _MOST_NESTED:
            raise InvalidInput(f"Grok pattern %{{{name}}} refers to itself, or nests too deep")
        if column:
            self._add_column(column.strip(), cast)
        self._depth += 1
        expanded = self.expand(self.patterns[name])
        self._depth -= 1
        return f"(?:{expanded})"

    def _add_column(self, name: str, cast: str | None) -> None:
        if cast and cast not in _CASTS:
            raise InvalidInput(f"Grok field {name} has type {cast!r}, but must have {', '.join(_CASTS)}")
        if name != "UNWANTED":
            self.columns[name.lower()] = _CASTS[cast] if cast else STRING
