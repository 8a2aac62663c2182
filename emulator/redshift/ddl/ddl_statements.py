"""Redshift's statements that define and maintain objects, in PostgreSQL's words: one rewriter for each verb.

`WORDS` are those that make a statement suspect, `REWRITERS` go by the first word, `refuse` says what Redshift
hasn't got, and `is_local` which of them the endpoint executes in more than one step.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.redshift.ddl import ddl_refusals
from emulator.redshift.ddl.alter_table import changes_type, read_alter_table
from emulator.redshift.ddl.create_table import read_create_table
from emulator.redshift.ddl.databases import (
    rewrite_alter_database,
    rewrite_alter_schema,
    rewrite_create_schema,
    rewrite_database,
)
from emulator.redshift.ddl.drops import rewrite_drop
from emulator.redshift.ddl.maintenance import rewrite_analyze, rewrite_vacuum
from emulator.redshift.ddl.recorded_note import with_note
from emulator.redshift.ddl.users import rewrite_grant, rewrite_role, rewrite_user
from emulator.redshift.ddl.views import (
    is_late_binding,
    rewrite_alter_materialized_view,
    rewrite_materialized_view,
    rewrite_refresh,
    rewrite_view,
)
from emulator.redshift.dialect import functions
from emulator.redshift.dialect.sql_tokens import Tokens, text_of, tokens_of
from emulator.redshift.dialect.token_reader import for_postgresql

Rewriter = Callable[[Tokens], str]
WORDS = frozenset(
    {*ddl_refusals.WORDS, "CREATE", "ALTER", "DROP", "GRANT", "REVOKE", "VACUUM", "ANALYZE", "REFRESH"}
)
_MODIFIERS = ("OR", "REPLACE", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED")


def refuse(words: list[str]) -> None:
    """Raises RedshiftError for a statement, of which these are the first words, that Redshift lacks."""
    ddl_refusals.refuse(words)


def is_local(words: list[str], tokens: Tokens) -> bool:
    """Whether the endpoint executes it itself: a late-binding view, a column's other type, DROP ROLE."""
    if words[0] == "CREATE":
        return is_late_binding(tokens)
    return words[:2] == ["DROP", "ROLE"] or (words[:2] == ["ALTER", "TABLE"] and changes_type(tokens))


def _create_table(tokens: Tokens) -> str:
    table = read_create_table(tokens)
    sql = functions.rewrite([*tokens_of(table.definition + " "), *table.query]).rstrip()
    return with_note(sql, table.name, table.facts())


def _alter_table(tokens: Tokens) -> str:
    change = read_alter_table(tokens)
    return with_note(functions.rewrite(tokens_of(change.sql)), change.name, change.all_facts)


_CREATED: dict[str, Rewriter] = {
    "TABLE": _create_table,
    "VIEW": rewrite_view,
    "MATERIALIZED": rewrite_materialized_view,
    "FUNCTION": text_of,
    "PROCEDURE": text_of,
    "USER": rewrite_user,
    "ROLE": rewrite_role,
    "DATABASE": rewrite_database,
    "SCHEMA": rewrite_create_schema,
}
_ALTERED: dict[str, Rewriter] = {
    "TABLE": _alter_table,
    "USER": rewrite_user,
    "ROLE": rewrite_role,
    "SCHEMA": rewrite_alter_schema,
    "DATABASE": rewrite_alter_database,
    "DEFAULT": rewrite_grant,
    "MATERIALIZED": rewrite_alter_materialized_view,
}


def _create(tokens: Tokens, words: list[str]) -> str:
    kind = next((word for word in words[1:] if word not in _MODIFIERS), "")
    return _CREATED.get(kind, functions.rewrite)(tokens)


def _alter(tokens: Tokens, words: list[str]) -> str:
    return _ALTERED.get("".join(words[1:2]), text_of)(tokens)


def _explain(tokens: Tokens, words: list[str]) -> str:
    """EXPLAIN, also of CREATE TABLE AS."""
    at = next((place for place, token in enumerate(tokens) if token.word == "CREATE"), None)
    if at is None or words[1:2] not in (["CREATE"], ["VERBOSE"]):
        return functions.rewrite(tokens)
    return text_of(tokens[:at]) + _create(tokens[at:], words[words.index("CREATE") :])


def _any(rewriter: Rewriter) -> Callable[[Tokens, list[str]], str]:
    return lambda tokens, _: rewriter(tokens)


REWRITERS: dict[str, Callable[[Tokens, list[str]], str]] = {
    "CREATE": _create,
    "ALTER": _alter,
    "LOCK": _any(for_postgresql),
    "EXPLAIN": _explain,
    "DROP": _any(rewrite_drop),
    "GRANT": _any(rewrite_grant),
    "REVOKE": _any(rewrite_grant),
    "REFRESH": _any(rewrite_refresh),
    "VACUUM": _any(rewrite_vacuum),
    "ANALYZE": _any(rewrite_analyze),
}
