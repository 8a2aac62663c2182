"""Conditional functions, conversions and SUPER's ARRAY: PostgreSQL means the same with other words."""

from __future__ import annotations

import re

from emulator.redshift.ddl.column_types import rewrite_type
from emulator.redshift.dialect.function_calls import Call, Handler
from emulator.redshift.dialect.sql_tokens import Tokens, meaningful, text_of
from emulator.redshift.errors import StatementError

_PARAMETER = re.compile(r"\$\d+")


def _coalesce(call: Call) -> tuple[str, int]:
    """NVL of any number of values, ISNULL of two."""
    return f"COALESCE({', '.join(call.texts())})", call.after


def _nvl2(call: Call) -> tuple[str, int]:
    value, there, absent = call.exactly(3)
    if _PARAMETER.fullmatch(value):
        value += "::text"  # of any type, which PostgreSQL wants to know
    return f"CASE WHEN ({value}) IS NOT NULL THEN {there} ELSE {absent} END", call.after


def _decode(call: Call) -> tuple[str, int]:
    texts = call.texts()
    if len(texts) < 3:
        raise StatementError(f"DECODE needs at least 3 arguments, not {len(texts)}")
    value, rest = texts[0], texts[1:]
    pairs = list(zip(rest[::2], rest[1::2], strict=False))
    default = f" ELSE {rest[-1]}" if len(rest) % 2 else ""
    if all(_is_literal(argument) for argument in call.arguments[1::2][: len(pairs)]):
        whens = " ".join(f"WHEN {search} THEN {result}" for search, result in pairs)
        return f"CASE {value} {whens}{default} END", call.after
    whens = " ".join(
        f"WHEN ({value}) IS NOT DISTINCT FROM {search} THEN {result}" for search, result in pairs
    )
    return f"CASE {whens}{default} END", call.after


def _is_literal(argument: Tokens) -> bool:
    """Whether it can't be NULL, with which DECODE finds NULLs equal."""
    words = meaningful(argument)
    return len(words) == 1 and words[0].kind in ("string", "number")


def _convert(call: Call) -> tuple[str, int]:
    """CONVERT(type, value)."""
    if len(call.arguments) != 2:
        raise StatementError("CONVERT needs a type and a value")
    kind, value = call.arguments
    return f"CAST({call.rewrite(value).strip()} AS {_type(kind)})", call.after


def _cast(call: Call) -> tuple[str, int]:
    value, kind = _value_and_type(call)
    return f"CAST({value} AS {kind})", call.after


def _try_cast(call: Call) -> tuple[str, int]:
    """TRY_CAST is NULL where the value has no such form."""
    value, kind = _value_and_type(call)
    return f"CAST(pg_catalog.try_cast(({value})::text, NULL::{kind}) AS {kind})", call.after


def _value_and_type(call: Call) -> tuple[str, str]:
    tokens = [token for argument in call.arguments[:1] for token in argument]
    places = [place for place, token in enumerate(tokens) if token.word == "AS"]
    if len(call.arguments) != 1 or not places:
        raise StatementError(f'syntax error: {call.word} needs "AS" and a type')
    return call.rewrite(tokens[: places[-1]]).strip(), _type(tokens[places[-1] + 1 :])


def _type(kind: Tokens) -> str:
    """A type in PostgreSQL's words; one without a length takes a value of any, when it is cast to."""
    bare = [token.word for token in meaningful(kind)]
    if bare in (["VARCHAR"], ["TEXT"], ["NUMERIC"]):
        return text_of(kind).strip()
    return rewrite_type(kind).strip()


def _array(call: Call) -> tuple[str, int]:
    """ARRAY(…) of values makes a SUPER; of a query it is PostgreSQL's, and left to it."""
    words = meaningful(call.arguments[0])
    if words and words[0].word in ("SELECT", "WITH"):
        return f"ARRAY({', '.join(call.texts())})", call.after
    return f'pg_catalog."array"({", ".join(call.texts())})', call.after


def _json_serialize(call: Call) -> tuple[str, int]:
    """A keyword of PostgreSQL's grammar unless it is qualified."""
    return f"pg_catalog.json_serialize({call.exactly(1)[0]})", call.after


def _slice_num(call: Call) -> tuple[str, int]:
    """The one slice of rows; 10000, the leader's, where no rows are read."""
    reads = any(token.word == "FROM" for token in call.tokens)
    return f"pg_catalog.slice_num({0 if reads else 10000})", call.after


HANDLERS: dict[str, Handler] = {
    "NVL": _coalesce,
    "ISNULL": _coalesce,
    "NVL2": _nvl2,
    "DECODE": _decode,
    "CONVERT": _convert,
    "CAST": _cast,
    "TRY_CAST": _try_cast,
    "ARRAY": _array,
    "JSON_SERIALIZE": _json_serialize,
    "SLICE_NUM": _slice_num,
}
