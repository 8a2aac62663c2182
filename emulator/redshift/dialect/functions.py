"""Redshift's functions and clauses that PostgreSQL's grammar can't take, rewritten.

Functions that are only missing are made in the warehouse itself (sql/), so that calls to them pass
as they are. What is here has arguments without quotes (`DATEADD(day, …)`), any number of them, or clauses.
"""

from __future__ import annotations

import re

from emulator.redshift.ddl.column_types import OWN_NAMES, rewrite_type
from emulator.redshift.dialect import (
    function_aggregates,
    function_conditions,
    function_dates,
    function_orders,
    function_placement,
    function_windows,
)
from emulator.redshift.dialect.function_calls import DEFINES, Call
from emulator.redshift.dialect.queries import with_plain_clauses
from emulator.redshift.dialect.sql_tokens import (
    Token,
    Tokens,
    closing,
    meaningful,
    next_meaningful,
    split_at,
    tokens_of,
)
from emulator.redshift.errors import StatementError

_TABLE_FOLLOWS = (
    "FROM",
    "JOIN",
    "INTO",
    "TEMP",
    "UPDATE",
    "TABLE",
    "EXISTS",
    "USING",
    "ON",
    "TRUNCATE",
    "ANALYZE",
    "VACUUM",
)
_HANDLERS = {
    **function_conditions.HANDLERS,
    **function_dates.HANDLERS,
    **function_aggregates.HANDLERS,
    **function_windows.HANDLERS,
}
# Redshift's functions without parentheses; the account is the one that the whole emulator has.
_BARE = {
    "SYSDATE": "pg_catalog.sysdate()",
    "CURRENT_USER_ID": "pg_catalog.current_user_id()",
    "CURRENT_AWS_ACCOUNT": "pg_catalog.current_aws_account()",
}
_UNCALLED = frozenset(
    {*_BARE, *function_placement.WITHOUT_PARENTHESES, *OWN_NAMES, "TOP", "APPROXIMATE", "OVER"}
)
_CALLED = frozenset(
    {*_HANDLERS, *function_placement.WORDS}
    - {"FIRST_VALUE", "LAST_VALUE", "NTH_VALUE", "LAG", "LEAD"}  # there is an OVER with each
)
WORDS = _UNCALLED | _CALLED
_UNCALLED_BYTES, _CALLED_BYTES = (
    frozenset(word.lower().encode() for word in words) for words in (_UNCALLED, _CALLED)
)
_CALLS = re.compile(rb"([a-z_0-9]+)\s*(?:\(|--|/\*)")


def are_suspected(lower: bytes, words: frozenset[bytes]) -> bool:
    """Whether a statement in lower case, of these words, may have a function of ours, not just a column."""
    if not _UNCALLED_BYTES.isdisjoint(words):
        return True
    return not _CALLED_BYTES.isdisjoint(words) and not _CALLED_BYTES.isdisjoint(_CALLS.findall(lower))


def rewrite(tokens: Tokens) -> str:
    """The text of these tokens with Redshift's functions and clauses rewritten, at any depth.

    Raises StatementError for calls that don't follow their functions' syntax; and as with_plain_clauses does.
    """
    function_orders.check(tokens)
    tokens = with_plain_clauses(tokens, rewrite)
    out: list[str] = []
    limit = ""
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.word == "TOP" and _follows_select(tokens, place):
            limit, place = _top(tokens, place)
            continue
        text, place = _piece(tokens, place)
        out.append(text)
    return "".join(out) + limit


def rewrite_text(sql: str) -> str:
    """`rewrite` for the text of a whole statement, which may be refused (see function_placement)."""
    return rewrite(function_placement.checked(tokens_of(sql)))


def _piece(tokens: Tokens, place: int) -> tuple[str, int]:
    """The text for what begins at `place`, and the place after it."""
    token = tokens[place]
    if token.kind == "hash":
        return f'"{token.text.lower()}"' if _names_table(tokens, place) else token.text, place + 1
    if token.text == "(" and token.kind == "symbol":
        end = closing(tokens, place)
        return "(" + rewrite(tokens[place + 1 : end]) + (")" if end < len(tokens) else ""), end + 1
    if token.text == "::" and token.kind == "symbol":
        return _cast(tokens, place)
    if token.kind != "word" or _is_qualified(tokens, place):
        return token.text, place + 1
    return _word(tokens, place)


def _word(tokens: Tokens, place: int) -> tuple[str, int]:
    word = tokens[place].word
    opening = next_meaningful(tokens, place + 1)
    following = tokens[opening] if opening < len(tokens) else Token("space", "")
    if following.kind == "symbol" and following.text == "(":
        return _call(tokens, place, opening)
    if word == "APPROXIMATE" and following.word in ("COUNT", "PERCENTILE_DISC"):
        return "", opening
    if word in _BARE and following.text != "." and _previous(tokens, place).word != "AS":
        return _BARE[word], place + 1
    return tokens[place].text, place + 1


def _call(tokens: Tokens, place: int, opening: int) -> tuple[str, int]:
    word, end = tokens[place].word, closing(tokens, opening)
    function_windows.check_frame(word, tokens, end + 1)
    handler = _HANDLERS.get(word)
    if handler is None or _is_definition(tokens, place):
        return tokens[place].text, place + 1
    arguments = split_at(tokens[opening + 1 : end], ",")
    return handler(Call(word, arguments, tokens, end + 1, rewrite))


def _is_definition(tokens: Tokens, place: int) -> bool:
    """Whether the name and its parentheses are a table's or function's with its columns or parameters."""
    return _previous(tokens, place).word in DEFINES


def _is_qualified(tokens: Tokens, place: int) -> bool:
    return place > 0 and tokens[place - 1].text == "."


def _previous(tokens: Tokens, place: int) -> Token:
    before = meaningful(tokens[max(0, place - 8) : place])
    return before[-1] if before else Token("space", "")


def _names_table(tokens: Tokens, place: int) -> bool:
    before = _previous(tokens, place)
    is_qualifier = place + 1 < len(tokens) and tokens[place + 1].text == "."
    return is_qualifier or before.word in _TABLE_FOLLOWS or before.text in (",", "")


def _follows_select(tokens: Tokens, place: int) -> bool:
    return _previous(tokens, place).word in ("SELECT", "DISTINCT", "ALL")


def _top(tokens: Tokens, place: int) -> tuple[str, int]:
    count = next_meaningful(tokens, place + 1)
    if count < len(tokens) and tokens[count].kind == "number":
        return f" LIMIT {tokens[count].text}", count + 1
    raise StatementError("TOP needs a whole number")


def _cast(tokens: Tokens, place: int) -> tuple[str, int]:
    kind = next_meaningful(tokens, place + 1)
    if kind < len(tokens) and tokens[kind].word in (*OWN_NAMES, "VARCHAR"):
        opening = next_meaningful(tokens, kind + 1)
        has_length = opening < len(tokens) and tokens[opening].text == "("
        end = closing(tokens, opening) + 1 if has_length else kind + 1
        wide = tokens[kind].word == "VARCHAR" and not has_length
        return "::" + (tokens[kind].text if wide else rewrite_type(tokens[kind:end])), end
    return "::", place + 1
