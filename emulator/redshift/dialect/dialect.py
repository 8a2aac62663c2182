"""Every difference of SQL between Redshift and PostgreSQL starts here: what needs work, and what it becomes.

`needs_translation` is asked for each statement and costs no parse; `translate` is for the few that need it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emulator.redshift.ddl import ddl_statements
from emulator.redshift.dialect import (
    function_placement,
    functions,
    lexis,
    merge,
    procedures,
    queries,
    query_refusals,
    session_settings,
    session_statements,
    show_objects,
    system_catalog,
)
from emulator.redshift.dialect.columns import Columns, UnansweredError, answered
from emulator.redshift.dialect.sql_tokens import Tokens, meaningful, split_at, text_of, tokens_of
from emulator.redshift.errors import NotSupportedError, RedshiftError
from emulator.redshift.relay import query_log

_STATEMENT_WORDS = frozenset(
    {*ddl_statements.WORDS, *query_refusals.WORDS, *queries.WORDS, "COPY", "UNLOAD", "MERGE", "TRUNCATE"}
)
_SUSPECTS = frozenset(
    word.lower().encode()
    for word in (
        *_STATEMENT_WORDS,
        *session_settings.WORDS,
        *session_statements.WORDS,
        *system_catalog.WORDS,
        *query_log.WORDS,
    )
    if word != "MAX"
)
_WORDS = re.compile(rb"[a-z_\x80-\xff][a-z_0-9\x80-\xff]*")
_S3_COPY = re.compile(r"\bFROM\s+E?'(?:s3|emr|dynamodb)://|\bCOPY\s+JOB\b", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """One statement of a query string; `is_local` if the endpoint executes it itself."""

    sql: str
    keyword: str
    is_local: bool = False


@dataclass(frozen=True)
class Translation:
    """A query string in PostgreSQL's words, whole and by statement; or the reason why it is refused.

    If there is a question the warehouse must describe that query first, for another translation.
    """

    statements: tuple[Statement, ...]
    refusal: RedshiftError | None = None
    question: str = ""
    is_case_sensitive: bool = False  # whether names are from now on

    @property
    def sql(self) -> str:
        """All statements as one query string."""
        return ";".join(statement.sql for statement in self.statements)


def needs_translation(sql: bytes) -> bool:
    """Whether these bytes might mean something else to PostgreSQL; no parse, may err to True."""
    lower = sql.lower()
    words = _WORDS.findall(lower)
    present = frozenset(words)
    return (
        b"#" in sql
        or not _SUSPECTS.isdisjoint(present)
        or functions.are_suspected(lower, present)
        or lexis.is_suspicious(sql, words)
        or query_refusals.are_suspected(words, present)
        or queries.are_suspected(lower, words, present)
        or show_objects.are_suspected(words)
    )


def translate(
    sql: str, is_case_sensitive: bool = False, answers: Mapping[str, Columns] | None = None
) -> Translation:
    """The query string in PostgreSQL's words, for a session in which quoted names have a case or haven't.

    `answers` holds the columns that earlier translations asked for; None if nobody can be asked.
    """
    statements: list[Statement] = []
    try:
        with answered(answers):
            for part in split_at(tokens_of(sql), ";"):
                if meaningful(part):
                    statements.append(_statement(lexis.read_as_redshift(part, is_case_sensitive)))
                    sets_case = session_settings.sets_case(part)
                    is_case_sensitive = is_case_sensitive if sets_case is None else sets_case
    except RedshiftError as refusal:
        return Translation((), refusal, is_case_sensitive=is_case_sensitive)
    except UnansweredError as unanswered:
        return Translation((), question=unanswered.query)
    return Translation(tuple(statements), is_case_sensitive=is_case_sensitive)


def _statement(tokens: Tokens) -> Statement:
    words = [token.word for token in meaningful(tokens)[:6]]
    keyword = words[0]
    if _is_local(keyword, words, tokens):
        return Statement(text_of(tokens), keyword, is_local=True)
    is_tools_own = any(token.word == "PG_CATALOG" for token in tokens)
    tokens = system_catalog.rewritten(tokens)
    if is_tools_own:
        return Statement(_of_a_tool(tokens), keyword)
    if not _is_balanced(tokens):
        return Statement(text_of(tokens), keyword)  # PostgreSQL says what is wrong with it
    if procedures.is_definition(words):
        return Statement(procedures.rewrite(tokens, _in_body), keyword)
    ddl_statements.refuse(words)
    query_refusals.refuse(tokens)
    tokens = function_placement.checked(tokens)
    rewriter = _REWRITERS.get(keyword)
    text = rewriter(tokens, words) if rewriter is not None else functions.rewrite(tokens)
    return Statement(text, keyword)


def _in_body(tokens: Tokens) -> str:
    """A statement of a procedure's body, where TRUNCATE doesn't commit; COPY and UNLOAD are refused."""
    statement = _statement(tokens)
    if statement.is_local and statement.keyword != "TRUNCATE":
        raise NotSupportedError(
            f"{statement.keyword} in a stored procedure is not supported", hint="a known gap of tarmac"
        )
    return statement.sql


def _of_a_tool(tokens: Tokens) -> str:
    """A tool's question to the catalogue: in PostgreSQL's own words unless it calls Redshift's functions."""
    if functions.WORDS.isdisjoint(token.word for token in tokens) or not _is_balanced(tokens):
        return text_of(tokens)
    try:
        return functions.rewrite(tokens)
    except RedshiftError:
        return text_of(tokens)


def _is_local(keyword: str, words: list[str], tokens: Tokens) -> bool:
    """Whether the endpoint executes the statement itself, in more than one step."""
    if keyword == "COPY":
        return _S3_COPY.search(text_of(tokens)) is not None
    is_append = words[:2] == ["ALTER", "TABLE"] and "APPEND" in [token.word for token in tokens]
    return keyword in ("UNLOAD", "TRUNCATE") or is_append or ddl_statements.is_local(words, tokens)


def _is_balanced(tokens: Tokens) -> bool:
    symbols = [token.text for token in tokens if token.kind == "symbol"]
    return symbols.count("(") == symbols.count(")")


_REWRITERS: dict[str, Callable[[Tokens, list[str]], str]] = {
    **ddl_statements.REWRITERS,
    "MERGE": merge.rewrite,
    "SET": session_settings.rewrite,
    "SHOW": session_settings.rewrite,
    "RESET": session_settings.rewrite,
    "BEGIN": session_statements.begin,
    "START": session_statements.begin,
    "DECLARE": session_statements.declare,
    "CANCEL": session_statements.cancel,
}
