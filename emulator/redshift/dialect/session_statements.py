"""Statements of a session and its transaction: BEGIN, DECLARE, CANCEL in PostgreSQL's words."""

from __future__ import annotations

from emulator.redshift.dialect import functions
from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful, text_of
from emulator.redshift.errors import StatementError

WORDS = frozenset(["DECLARE", "CANCEL", "SNAPSHOT", "USE"])
_NO_CURSORS = ("BINARY", "SCROLL", "INSENSITIVE", "ASENSITIVE", "NO", "WITH")  # psycopg2: WITHOUT HOLD


def begin(tokens: Tokens, words: list[str]) -> str:
    """ISOLATION LEVEL SNAPSHOT, Redshift's default, is PostgreSQL's REPEATABLE READ."""
    del words
    return text_of(
        [Token("word", "REPEATABLE READ") if token.word == "SNAPSHOT" else token for token in tokens]
    )


def declare(tokens: Tokens, words: list[str]) -> str:
    """A cursor goes forward only; StatementError for the kinds that Redshift's grammar lacks.

    NO SCROLL and WITHOUT HOLD say what is so anyway: psql's FETCH_COUNT and psycopg2 write them.
    """
    del words
    items = meaningful(tokens)
    place = next((at for at, token in enumerate(items) if token.word == "CURSOR"), len(items))
    is_forward = [token.word for token in items[2:place]] == ["NO", "SCROLL"]
    odd = [token for token in items[2 : place + 2] if token.word in _NO_CURSORS]
    if odd and not is_forward:
        raise StatementError(f'syntax error at or near "{odd[0].text}"')
    sql = functions.rewrite(tokens)
    head, cursor, query = sql.partition(items[place].text) if place < len(items) else (sql, "", "")
    return f"{head}NO SCROLL {cursor}{query}" if cursor and not is_forward else sql


def cancel(tokens: Tokens, words: list[str]) -> str:
    """CANCEL pid ['message'] ends that session's query."""
    del words
    items = meaningful(tokens)
    if len(items) < 2 or items[1].kind != "number":
        raise StatementError("syntax error: CANCEL needs the process id of a session")
    return f"SELECT pg_catalog.pg_cancel_backend({items[1].text})"
