"""Every difference of SQL between Redshift and PostgreSQL starts here: what needs work, and what it becomes.

`needs_translation` is asked for each statement and costs no parse; `translate` is for the few that need it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from emulator.redshift import ddl_statements, functions, query_log, system_catalog
from emulator.redshift.errors import NotSupportedError, RedshiftError
from emulator.redshift.sql_tokens import Tokens, meaningful, split_at, text_of, tokens_of

# Redshift's own settings: accepted and kept, without effect.
_OWN_SETTINGS = frozenset(
    [
        "QUERY_GROUP",
        "ENABLE_RESULT_CACHE_FOR_SESSION",
        "WLM_QUERY_SLOT_COUNT",
        "ANALYZE_THRESHOLD_PERCENT",
        "DESCRIBE_FIELD_NAME_IN_UPPERCASE",
        "ENABLE_CASE_SENSITIVE_IDENTIFIER",
        "ENABLE_VACUUM_BOOST",
        "ERROR_ON_NONDETERMINISTIC_UPDATE",
        "JSON_SERIALIZATION_ENABLE",
        "JSON_SERIALIZATION_PARSE_NESTED_STRINGS",
        "MAX_CURSOR_RESULT_SET_SIZE",
        "MV_ENABLE_AQMV_FOR_SESSION",
        "NAVIGATE_SUPER_NULL_ON_ERROR",
        "SPECTRUM_ENABLE_PSEUDO_COLUMNS",
        "USE_FIPS_SSL",
        "DOWNCASE_DELIMITED_IDENTIFIER",
        "ENABLE_NUMERIC_ROUNDING",
        "CAST_SUPER_NULL_ON_ERROR",
        "DEFAULT_GEOMETRY_ENCODING",
    ]
)
_STATEMENT_WORDS = frozenset(
    {*ddl_statements.WORDS, "COPY", "UNLOAD", "CONFLICT", "MERGE", "TRUNCATE", "QUALIFY"}
)
_SUSPECTS = frozenset(
    word.lower().encode()
    for word in (*_STATEMENT_WORDS, *functions.WORDS, *_OWN_SETTINGS, *system_catalog.WORDS, *query_log.WORDS)
    if word != "MAX"
)
_WORDS = re.compile(rb"[a-z_][a-z_0-9]*")
_S3_COPY = re.compile(r"\bFROM\s+'s3://", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """One statement of a query string; `is_local` if the endpoint executes it itself."""

    sql: str
    keyword: str
    is_local: bool = False


@dataclass(frozen=True)
class Translation:
    """A query string in PostgreSQL's words, whole and by statement; or the reason why it is refused."""

    statements: tuple[Statement, ...]
    refusal: RedshiftError | None = None

    @property
    def sql(self) -> str:
        """All statements as one query string."""
        return ";".join(statement.sql for statement in self.statements)


def needs_translation(sql: bytes) -> bool:
    """Whether these bytes might mean something else to PostgreSQL; no parse, may err to True."""
    return b"#" in sql or not _SUSPECTS.isdisjoint(_WORDS.findall(sql.lower()))


def translate(sql: str) -> Translation:
    """The query string in PostgreSQL's words."""
    parts = [part for part in split_at(tokens_of(sql), ";") if meaningful(part)]
    try:
        return Translation(tuple(_statement(part) for part in parts))
    except RedshiftError as refusal:
        return Translation((), refusal)


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
    _refuse(words, tokens)
    rewriter = _REWRITERS.get(keyword)
    text = rewriter(tokens, words) if rewriter is not None else functions.rewrite(tokens)
    return Statement(text, keyword)


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
    return keyword in ("UNLOAD", "TRUNCATE") or is_append


def _is_balanced(tokens: Tokens) -> bool:
    symbols = [token.text for token in tokens if token.kind == "symbol"]
    return symbols.count("(") == symbols.count(")")


def _refuse(words: list[str], tokens: Tokens) -> None:
    ddl_statements.refuse(words)
    if words[0] == "INSERT" and "CONFLICT" in [token.word for token in tokens]:
        raise NotSupportedError(
            'syntax error at or near "ON"', code="42601", hint="Redshift has MERGE instead."
        )


def _setting(tokens: Tokens, words: list[str]) -> str:
    """SET, SHOW and RESET of Redshift's own settings: PostgreSQL keeps unknown ones if they have a prefix."""
    if not _OWN_SETTINGS & set(words):
        return text_of(tokens)
    return "".join(
        f"redshift.{token.text.lower()}" if token.word in _OWN_SETTINGS else token.text for token in tokens
    )


def _merge(tokens: Tokens, words: list[str]) -> str:
    """REMOVE DUPLICATES replaces the target's matching rows by all of the source's, each once."""
    del words
    places = {token.word: place for place, token in enumerate(tokens) if token.word}
    if not {"INTO", "USING", "ON", "REMOVE"} <= places.keys():
        return functions.rewrite(tokens)
    on_at = next(place for place, token in enumerate(tokens) if token.word == "ON")
    target = text_of(tokens[places["INTO"] + 1 : places["USING"]]).strip()
    source = text_of(tokens[places["USING"] + 1 : on_at]).strip()
    condition = text_of(tokens[on_at + 1 : places["REMOVE"]]).strip()
    sql = (
        f"WITH replaced AS (DELETE FROM {target} USING {source} WHERE {condition})"
        f" INSERT INTO {target} SELECT DISTINCT * FROM {source}"
    )
    return functions.rewrite(tokens_of(sql))


_REWRITERS: dict[str, Callable[[Tokens, list[str]], str]] = {
    **ddl_statements.REWRITERS,
    "MERGE": _merge,
    "SET": _setting,
    "SHOW": _setting,
    "RESET": _setting,
}
