"""What PostgreSQL would execute and Redshift refuses: statements, clauses and forms of its grammar.

Where Redshift's grammar, PostgreSQL 8.0's, lacks it, the text is its parser's: `syntax error at or near …`.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import pairwise

from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful
from emulator.redshift.errors import NotSupportedError, RedshiftError, StatementError

_STATEMENTS = frozenset(["SAVEPOINT", "RELEASE", "LISTEN", "UNLISTEN", "NOTIFY", "CLUSTER", "REINDEX"])
_UNKNOWN_STATEMENTS = frozenset(["DO", "VALUES", "TABLE"])
WORDS = frozenset({*_STATEMENTS, "DO", "CONFLICT", "RETURNING", "FILTER", "LATERAL", "TABLESAMPLE", "GROUPS"})
_PAIRS = frozenset(
    [
        (b"distinct", b"on"),
        (b"for", b"update"),
        (b"for", b"share"),
        (b"for", b"no"),
        (b"for", b"key"),
        (b"prepare", b"transaction"),
    ]
)
_OF_PAIRS = frozenset(first for first, _ in _PAIRS)
_MODIFYING = ("INSERT", "UPDATE", "DELETE", "WITH")


def are_suspected(words: Sequence[bytes], present: Set[bytes]) -> bool:
    """Whether a statement of these lower-case words may have a form that only `refuse` knows."""
    if b"values" in present and (b"select" in present or present.isdisjoint((b"insert", b"merge"))):
        return True
    if b"to" in present and not present.isdisjoint((b"rollback", b"abort")):
        return True
    if not present.isdisjoint(_OF_PAIRS) and not _PAIRS.isdisjoint(pairwise(words)):
        return True
    return words[:1] == [b"table"]


def refuse(tokens: Tokens) -> None:
    """Raises RedshiftError for what Redshift doesn't take."""
    items = meaningful(tokens)
    _refuse_statement(items, [token.word for token in items])
    for place, token in enumerate(items):
        if token.word in _FORMS:
            _FORMS[token.word](items, place)


def _words(items: list[Token], place: int, count: int) -> list[str]:
    """The words of that many tokens from a place on."""
    return [token.word for token in items[place : place + count]]


def _refuse_statement(items: list[Token], words: list[str]) -> None:
    if words[0] in _STATEMENTS or words[:2] == ["PREPARE", "TRANSACTION"] or _is_rollback_to(words):
        name = " ".join(words[: 2 if words[0] in ("PREPARE", "ROLLBACK") else 1])
        raise NotSupportedError(f'SQL command "{name}" not supported.')
    if words[0] in _UNKNOWN_STATEMENTS:
        raise _near(items[0])


def _is_rollback_to(words: list[str]) -> bool:
    return words[0] in ("ROLLBACK", "ABORT") and "TO" in words[1:3]


def _conflict(items: list[Token], place: int) -> None:
    if items[0].word in ("INSERT", "WITH") and items[place - 1].word == "ON":
        raise StatementError('syntax error at or near "ON"', hint="Redshift has MERGE instead.")


def _returning(items: list[Token], place: int) -> None:
    before = items[place - 1]
    is_name = before.text in (".", ",") or before.word in ("AS", "SELECT", "BY")
    if items[0].word in _MODIFYING and not is_name:
        raise _near(items[place])


def _filter(items: list[Token], place: int) -> None:
    if items[place - 1].text == ")" and _words(items, place + 2, 1) == ["WHERE"]:
        raise _near(items[place + 1])


def _lateral(items: list[Token], place: int) -> None:
    if items[place - 1].text == "," or items[place - 1].word in ("JOIN", "FROM"):
        raise _near(items[place])


def _tablesample(items: list[Token], place: int) -> None:
    if place + 2 < len(items) and items[place + 2].text == "(":
        raise _near(items[place])


def _distinct(items: list[Token], place: int) -> None:
    if items[place - 1].word == "SELECT" and _words(items, place + 1, 1) == ["ON"]:
        raise NotSupportedError("SELECT DISTINCT ON is not supported")


def _for(items: list[Token], place: int) -> None:
    if items[0].word in ("SELECT", "WITH") and _words(items, place + 1, 1) in (["UPDATE"], ["SHARE"], ["NO"]):
        raise NotSupportedError("SELECT FOR UPDATE/SHARE is not supported")


def _values(items: list[Token], place: int) -> None:
    """A list of rows is no query; only INSERT and MERGE have one."""
    before = items[place - 1]
    is_query = before.text == "(" or before.word in ("UNION", "EXCEPT", "INTERSECT", "ALL")
    if is_query and place + 1 < len(items) and items[place + 1].text == "(":
        raise _near(items[place])


def _groups(items: list[Token], place: int) -> None:
    if _words(items, place + 1, 1) in (["BETWEEN"], ["UNBOUNDED"], ["CURRENT"]):
        raise _near(items[place])


def _near(token: Token) -> RedshiftError:
    return StatementError(f'syntax error at or near "{token.text}"')


_FORMS = {
    "CONFLICT": _conflict,
    "RETURNING": _returning,
    "FILTER": _filter,
    "LATERAL": _lateral,
    "TABLESAMPLE": _tablesample,
    "DISTINCT": _distinct,
    "FOR": _for,
    "VALUES": _values,
    "GROUPS": _groups,
}
