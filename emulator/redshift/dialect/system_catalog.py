"""Redshift's own catalogue: what start-up reports, and the names that are read from our schema of views.

Redshift's pg_catalog is PostgreSQL 8.0's with additions, the warehouse's is a newer one. A statement that
names one of these relations or functions gets ours (sql/65_catalogue.sql), whose columns are of both.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.redshift.dialect.column_aliases import without_alias_references
from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful, next_meaningful
from emulator.redshift.relay import wire

SERVER_VERSION = "8.0.2"
_REPORTED = {
    "server_version": SERVER_VERSION,
    "padb_revision": "3dcbf5ee9db3ef1d0ee0a0ed9d2e9ddd9d0fd8ed",
    "padb_version": "1.0.117891",
}
_RELATIONS = frozenset(
    [
        "PG_ATTRDEF",
        "PG_ATTRIBUTE",
        "PG_CLASS",
        "PG_CONSTRAINT",
        "PG_DATABASE",
        "PG_DEFAULT_ACL",
        "PG_DEPEND",
        "PG_INDEX",
        "PG_INDEXES",
        "PG_NAMESPACE",
        "PG_PROC",
        "PG_SETTINGS",
        "PG_STAT_ACTIVITY",
        "PG_TABLES",
        "PG_TYPE",
        "PG_USER",
        "PG_VIEWS",
    ]
)
_INFORMATION = frozenset(
    [
        "COLUMNS",
        "COLUMN_PRIVILEGES",
        "KEY_COLUMN_USAGE",
        "ROLE_TABLE_GRANTS",
        "ROUTINES",
        "SCHEMATA",
        "TABLES",
        "TABLE_CONSTRAINTS",
        "TABLE_PRIVILEGES",
        "VIEWS",
    ]
)
_FUNCTIONS = frozenset(
    ["FORMAT_TYPE", "PG_GET_EXPR", "PG_GET_CONSTRAINTDEF", "PG_GET_INDEXDEF", "CURRENT_SETTING"]
)
_TOOLS_VIEWS = frozenset(
    [
        "PG_GET_LATE_BINDING_VIEW_COLS",
        "SVV_ALL_COLUMNS",
        "SVV_ALL_TABLES",
        "SVV_COLUMNS",
        "SVV_EXTERNAL_COLUMNS",
        "SVV_EXTERNAL_TABLES",
        "SVV_TABLES",
    ]
)
WORDS = frozenset(
    {*_RELATIONS, *_FUNCTIONS, *_TOOLS_VIEWS, "INFORMATION_SCHEMA", "SERVER_VERSION"} - {"CURRENT_SETTING"}
)
_SCHEMA = Token("word", "pg_redshift")
_INFORMATION_SCHEMA = Token("word", "pg_redshift_information")
_DOT = Token("symbol", ".")
_BEFORE_RELATION = ("FROM", "JOIN", "ONLY", ",", "(")
_AFTER_CONDITION = ("AND", "OR", "UNION", "GROUP", "ORDER", "LIMIT", ")", "")


def status_report(payload: bytes) -> bytes | None:
    """The ParameterStatus messages for one of the warehouse's; None if it can pass as it is.

    With the version come the parameters by which drivers recognise Redshift (asyncpg: padb_revision).
    """
    if payload == b"standard_conforming_strings\0on\0":  # a backslash escapes (lexis.py): drivers must know
        return wire.frame(b"S", b"standard_conforming_strings\0off\0")
    if not payload.startswith(b"server_version\0"):
        return None
    return b"".join(wire.frame(b"S", f"{name}\0{value}\0".encode()) for name, value in _REPORTED.items())


def rewritten(tokens: Tokens) -> Tokens:
    """The statement with our names for the catalogue's; itself if it names none.

    What tools for Redshift write in their questions and PostgreSQL can't read is rewritten, too: `WHERE 1`,
    numbers without a blank after them (`THEN 4WHEN`), names of the select list in WHERE.
    """
    words = {_name(token) for token in tokens}
    if [token.word for token in meaningful(tokens)[:2]] == ["SHOW", "SERVER_VERSION"]:
        return [Token("word", f"SELECT '{SERVER_VERSION}' AS server_version")]
    if words.isdisjoint(WORDS) and "CURRENT_SETTING" not in words:
        return tokens
    return without_alias_references(list(_replaced(tokens)))


def _replaced(tokens: Tokens) -> Iterator[Token]:
    before = [Token("space", "")] * 2  # the last two that aren't blank
    for place, token in enumerate(tokens):
        if token.is_blank:
            yield token
            continue
        if place and token.kind == "word" and tokens[place - 1].kind == "number":
            yield Token("space", " ")
        following = _at(tokens, place + 1)
        yield from _one(token, before, following, tokens, place)
        before = [before[1], token]


def _one(token: Token, before: list[Token], following: Token, tokens: Tokens, place: int) -> Iterator[Token]:
    if _name(token) in ("PG_CATALOG", "INFORMATION_SCHEMA") and following.text == ".":
        yield _schema_for(token, tokens, place)
        return
    if before[1].word == "WHERE" and token.text in ("0", "1"):
        is_whole = (following.word or following.text) in _AFTER_CONDITION
        yield Token("word", "TRUE" if token.text == "1" else "FALSE") if is_whole else token
        return
    if _is_bare_relation(token, before[1], following) or _is_bare_call(token, before[1], following):
        yield from (_SCHEMA, _DOT)
    yield token


def _schema_for(schema: Token, tokens: Tokens, place: int) -> Token:
    dot = next_meaningful(tokens, place + 1)
    named = next_meaningful(tokens, dot + 1)
    name = tokens[named] if named < len(tokens) else schema
    if _name(schema) == "INFORMATION_SCHEMA":
        return _INFORMATION_SCHEMA if _name(name) in _INFORMATION else schema
    is_call = _at(tokens, named + 1).text == "("
    known = _FUNCTIONS if is_call else _RELATIONS
    return _SCHEMA if _name(name) in known else schema


def _is_bare_relation(token: Token, before: Token, following: Token) -> bool:
    if _name(token) not in _RELATIONS or following.text in (".", "("):
        return False
    return (before.word or before.text) in _BEFORE_RELATION


def _is_bare_call(token: Token, before: Token, following: Token) -> bool:
    return token.word in _FUNCTIONS and following.text == "(" and before.text != "."


def _name(token: Token) -> str:
    """The identifier in upper case, quoted or not; empty for anything else."""
    return token.name.upper() if token.kind in ("word", "quoted") else ""


def _at(tokens: Tokens, place: int) -> Token:
    """The first token from there that isn't blank; an empty one at the end."""
    found = next_meaningful(tokens, place)
    return tokens[found] if found < len(tokens) else Token("space", "")
