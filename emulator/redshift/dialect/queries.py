"""Redshift's clauses that PostgreSQL lacks, rewritten in each query of one level of parentheses."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from itertools import pairwise

from emulator.redshift.dialect import lateral_aliases, super_paths
from emulator.redshift.dialect.columns import can_ask, note_common_table, note_relations
from emulator.redshift.dialect.connect_by import without_connect_by
from emulator.redshift.dialect.from_clause import relations_of
from emulator.redshift.dialect.lateral_aliases import without_lateral_aliases
from emulator.redshift.dialect.pivots import without_pivots
from emulator.redshift.dialect.qualify import rewritten as without_qualify
from emulator.redshift.dialect.query_blocks import Block, Clause, blocks_of, cut
from emulator.redshift.dialect.select_list import head_and_items
from emulator.redshift.dialect.sql_tokens import (
    Token,
    Tokens,
    closing,
    meaningful,
    split_at,
    text_of,
    tokens_of,
)
from emulator.redshift.dialect.stars import with_listed_columns, without_exclude, without_group_by_all
from emulator.redshift.dialect.super_paths import Scope, names_of, navigated
from emulator.redshift.dialect.unnesting import has_values, unnested
from emulator.redshift.errors import NotSupportedError

WORDS = frozenset(["QUALIFY", "PIVOT", "UNPIVOT", "EXCLUDE", "CONNECT", "MINUS"])
Rewrite = Callable[[Tokens], str]


def are_suspected(sql: bytes, words: Sequence[bytes], present: Set[bytes]) -> bool:
    """Whether these bytes, in lower case, with these words, may have a clause that none of `WORDS` tells."""
    if b"(+)" in sql:
        return True
    if b"delete" in present and any(
        first == b"delete" and second != b"from" for first, second in pairwise(words)
    ):
        return True
    if b"group" in present and b"all" in present and (b"by", b"all") in pairwise(words):
        return True
    if b"select" not in present:
        return False
    return lateral_aliases.are_suspected(words) or super_paths.are_suspected(sql, words)


def with_plain_clauses(tokens: Tokens, rewrite: Rewrite) -> Tokens:
    """The tokens of one level, whose parentheses are rewritten later, with PostgreSQL's clauses only.

    Raises NotSupportedError and StatementError for what can't be rewritten, UnansweredError if the columns of
    a relation must be known.
    """
    if not any(token.word == "SELECT" for token in tokens):
        return _with_from(tokens)
    _refuse_outer_join_marks(tokens)
    clauses = cut(tokens)
    _note_common_tables(clauses, rewrite)
    parts = blocks_of(clauses)
    out: list[Token] = []
    for place, part in enumerate(parts):
        if isinstance(part, Clause):
            out += _plain(part)
            continue
        following = parts[place + 1] if place + 1 < len(parts) else None
        order = following if isinstance(following, Clause) and following.keyword == "ORDER" else None
        out += tokens_of(_block(part, order, rewrite))
    return out


def _is_sound(block: Block) -> bool:
    """Whether it can be rewritten; if not, PostgreSQL says what is wrong, or finds a column of that name."""
    _, items = head_and_items(block.body("SELECT"))
    if not all(meaningful(item.expression) for item in items):
        return False
    needed = [word for word in ("FROM", "QUALIFY", "GROUP", "CONNECT", "START") if block.has(word)]
    needed += ["FROM"] if block.has("QUALIFY") or block.has("CONNECT") else []
    return all(meaningful(block.body(word)) for word in needed)


def _block(block: Block, order: Clause | None, rewrite: Rewrite) -> str:
    if not _is_sound(block):
        return block.text()
    into = meaningful(block.body("INTO"))
    if into and into[0].kind == "hash":
        block.set("INTO", f" INTO TEMP {text_of(block.body('INTO'))}")
    scope = _scope(block, rewrite)
    for word in ("SELECT", "WHERE", "GROUP", "HAVING", "QUALIFY"):
        if block.has(word):
            block.clauses[word].tokens = navigated(block.clauses[word].tokens, scope, rewrite)
    if order is not None:
        order.tokens = navigated(order.tokens, scope, rewrite)
    source = block.body("FROM")
    if any(token.word in ("PIVOT", "UNPIVOT") for token in source):
        block.set("FROM", f" FROM {without_pivots(source, rewrite)}")
    without_connect_by(block)
    without_exclude(block, rewrite)
    without_lateral_aliases(block, rewrite)
    without_group_by_all(block)
    if not block.has("QUALIFY"):
        return block.text()
    with_listed_columns(block, rewrite)
    sql, ordered = without_qualify(block, order)
    if order is not None:
        order.tokens = tokens_of(ordered)
    return sql


def _scope(block: Block, rewrite: Rewrite) -> Scope:
    """What the paths of a block may begin with; values of SUPERs in its FROM become subqueries."""
    source = block.body("FROM")
    if has_values(source):
        text, scope = unnested(source, rewrite)
        block.set("FROM", f" FROM {text}")
    else:
        relations = relations_of(source)
        names = names_of([relation.name for relation in relations])
        schemas = names_of([relation.schema for relation in relations])
        scope = Scope(names, schemas=schemas, source=lambda: rewrite(source).strip())
    note_relations(scope.relations)
    return scope


def _plain(clause: Clause) -> list[Token]:
    if clause.keyword == "MINUS":
        return [Token("word", "EXCEPT"), *clause.tokens[1:]]
    return clause.tokens


def _with_from(tokens: Tokens) -> Tokens:
    """DELETE t is DELETE FROM t."""
    words = meaningful(tokens)
    if len(words) < 2 or words[0].word != "DELETE" or words[1].word == "FROM" or not words[1].word:
        return tokens
    at = next(place for place, token in enumerate(tokens) if token.word == "DELETE")
    return [*tokens[: at + 1], *tokens_of(" FROM"), *tokens[at + 1 :]]


def _refuse_outer_join_marks(tokens: Tokens) -> None:
    """The mark `(+)` of an outer join."""
    words = meaningful(tokens)
    for place in range(1, len(words) - 2):
        if [token.text for token in words[place : place + 3]] == ["(", "+", ")"]:
            raise NotSupportedError(
                "outer joins marked with (+) are not supported", hint="a known gap of tarmac: use LEFT JOIN"
            )


def _note_common_tables(clauses: list[Clause], rewrite: Rewrite) -> None:
    """Makes the names of a WITH known to those who ask for columns."""
    if not can_ask():
        return
    for clause in clauses:
        if clause.keyword == "WITH":
            for part in split_at(clause.body, ","):
                _note_common_table(part, rewrite)


def _note_common_table(part: list[Token], rewrite: Rewrite) -> None:
    if [token.word for token in meaningful(part)[:1]] == ["RECURSIVE"]:
        part = part[next(place for place, token in enumerate(part) if token.word == "RECURSIVE") + 1 :]
    as_at = next((place for place, token in enumerate(part) if token.word == "AS"), None)
    opening = next((at for at in range(as_at or 0, len(part)) if part[at].text == "("), None)
    if as_at is None or opening is None:
        return
    name = meaningful(part)[0].name
    query = rewrite(part[opening + 1 : closing(part, opening)])
    note_common_table(name, f"{text_of(part[:as_at]).strip()} AS ({query})")
