"""Redshift's statements that define and maintain objects, in PostgreSQL's words: one rewriter for each verb.

`WORDS` are those that make a statement suspect, `REWRITERS` go by the first word, and `refuse` says what
Redshift hasn't got.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.redshift import functions
from emulator.redshift.alter_table import read_alter_table
from emulator.redshift.create_table import read_create_table
from emulator.redshift.errors import NotSupportedError
from emulator.redshift.recorded_note import with_note
from emulator.redshift.sql_tokens import Tokens, meaningful, text_of, tokens_of

WORDS = frozenset({"CREATE", "ALTER", "VACUUM", "ANALYZE"})


def refuse(words: list[str]) -> None:
    """Raises NotSupportedError for a statement, of which these are the first words, that Redshift lacks."""
    if words[0] == "CREATE" and "INDEX" in words[:3]:
        raise NotSupportedError('SQL command "CREATE INDEX" not supported on Redshift tables.')
    if words[0] == "CREATE" and "TRIGGER" in words[:4]:
        raise NotSupportedError('SQL command "CREATE TRIGGER" not supported on Redshift tables.')
    if words[:2] == ["CREATE", "EXTERNAL"]:
        raise NotSupportedError("external schemas and tables are not supported", hint="a known gap of tarmac")


def _create(tokens: Tokens, words: list[str]) -> str:
    kinds = [word for word in words[1:] if word not in ("LOCAL", "TEMP", "TEMPORARY", "UNLOGGED")]
    if "VIEW" in kinds[:3]:
        return functions.rewrite(_bound(tokens))
    if kinds[:1] != ["TABLE"]:
        return text_of(tokens) if "FUNCTION" in words or "PROCEDURE" in words else functions.rewrite(tokens)
    return _create_table(tokens)


def _create_table(tokens: Tokens) -> str:
    table = read_create_table(tokens)
    sql = functions.rewrite([*tokens_of(table.definition + " "), *table.query]).rstrip()
    return with_note(sql, table.name, table.facts())


def _bound(tokens: Tokens) -> Tokens:
    """A view WITH NO SCHEMA BINDING becomes a bound one: PostgreSQL has no other."""
    places = [place for place, token in enumerate(tokens) if token.word]
    last = [tokens[place].word for place in places[-4:]]
    return tokens[: places[-4]] if last == ["WITH", "NO", "SCHEMA", "BINDING"] else tokens


def _alter(tokens: Tokens, words: list[str]) -> str:
    if words[1:2] != ["TABLE"]:
        return text_of(tokens)
    change = read_alter_table(tokens)
    facts = {"relation": change.table, **change.facts} if change.facts else {}
    return with_note(functions.rewrite(tokens_of(change.sql)), change.name, facts)


def _vacuum(tokens: Tokens, _words: list[str]) -> str:
    """VACUUM's kinds and thresholds are left out: PostgreSQL has one kind that suits."""
    kinds = ("FULL", "SORT", "DELETE", "REINDEX", "RECLUSTER", "BOOST", "ONLY")
    kept: list[str] = []
    for token in meaningful(tokens)[1:]:
        if token.word == "TO":
            break
        if token.word not in kinds:
            kept.append(token.text)
    return functions.rewrite(tokens_of("VACUUM " + "".join(kept)))


def _analyze(tokens: Tokens, words: list[str]) -> str:
    if words[1:2] == ["COMPRESSION"]:
        raise NotSupportedError("ANALYZE COMPRESSION is not supported", hint="a known gap of tarmac")
    left_out = ("PREDICATE", "ALL", "COLUMNS")
    return functions.rewrite([token for token in tokens if token.word not in left_out])


REWRITERS: dict[str, Callable[[Tokens, list[str]], str]] = {
    "CREATE": _create,
    "ALTER": _alter,
    "VACUUM": _vacuum,
    "ANALYZE": _analyze,
}
