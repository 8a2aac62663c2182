"""`SELECT * EXCLUDE (columns)` and GROUP BY ALL, as lists of columns."""

from __future__ import annotations

from collections.abc import Callable

from emulator.redshift.dialect.columns import Column, can_ask, columns_of
from emulator.redshift.dialect.from_clause import relations_of
from emulator.redshift.dialect.query_blocks import Block
from emulator.redshift.dialect.select_list import head_and_items
from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful
from emulator.redshift.errors import NotSupportedError, RedshiftError, StatementError

_MERGING = ("USING", "NATURAL")
Rewrite = Callable[[Tokens], str]


def without_exclude(block: Block, rewrite: Rewrite) -> None:
    """Replaces EXCLUDE at the end of the list, and the stars before it, by the columns that are left.

    Raises RedshiftError for a column that isn't there, UnansweredError.
    """
    body = block.body("SELECT")
    at = _exclude_place(body)
    if at is None:
        return
    excluded = _excluded(meaningful(body[at + 1 :]))
    head, items = head_and_items(body[:at])
    source = block.body("FROM")
    listed: list[str] = []
    missing = set(excluded)
    for item in items:
        columns = _star_columns(item.expression, source, rewrite) if item.is_star else []
        missing -= {name for name, _ in columns}
        listed += [text for name, text in columns if name not in excluded] if item.is_star else [item.text]
    if missing:
        raise RedshiftError(f'column "{min(missing)}" does not exist', code="42703")
    block.set("SELECT", f"SELECT {head.strip()} {', '.join(listed)}")


def _exclude_place(body: Tokens) -> int | None:
    """Where EXCLUDE stands after a star, outside parentheses."""
    depth, before = 0, Token("space", "")
    for place, token in enumerate(body):
        if token.kind == "symbol":
            depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.word == "EXCLUDE" and before.text == "*":
            return place
        before = before if token.is_blank else token
    return None


def _excluded(tokens: list[Token]) -> list[str]:
    """The names after EXCLUDE, with which the list ends; StatementError for anything else."""
    listed = tokens[1:-1] if tokens and tokens[0].text == "(" else tokens[:1]
    is_whole = len(listed) == 1 or (bool(tokens) and tokens[-1].text == ")")
    names = [token.name for token in listed if token.kind in ("word", "quoted")]
    if not is_whole or len(names) != (len(listed) + 1) // 2 or (len(tokens) > 1 and tokens[0].text != "("):
        found = tokens[1] if len(tokens) > 1 else None
        raise StatementError(f'syntax error at or near "{found.text if found else "EXCLUDE"}"')
    return names


def _star_columns(star: Tokens, source: Tokens, rewrite: Rewrite) -> list[tuple[str, str]]:
    """The columns of `*` or `table.*`: each its name, and its text in the list."""
    words = meaningful(star)
    relations = relations_of(source)
    if len(words) > 1:
        relations = [relation for relation in relations if relation.name.lower() == words[-3].text.lower()]
    elif any(token.word in _MERGING for token in source):
        return [(column.name, column.quoted) for column in _columns(source, rewrite)]
    found: list[tuple[str, str]] = []
    for relation in relations:
        tokens = source[relation.start : relation.end]
        columns = _columns(tokens, rewrite)
        prefix = f"{relation.name}." if relation.name else ""
        found += [(column.name, prefix + column.quoted) for column in columns]
    return found


def _columns(tokens: Tokens, rewrite: Rewrite) -> tuple[Column, ...]:
    return columns_of(rewrite(tokens).strip(), "EXCLUDE")


def with_listed_columns(block: Block, rewrite: Rewrite) -> None:
    """Lists the columns of a star over tables that share some, if the warehouse can be asked for them."""
    source = block.body("FROM")
    if not can_ask() or not any(token.word in _MERGING for token in source):
        return
    head, items = head_and_items(block.body("SELECT"))
    listed: list[str] = []
    for item in items:
        is_star = item.is_star and len(meaningful(item.expression)) == 1
        columns = _star_columns(item.expression, source, rewrite) if is_star else []
        listed += [text for _, text in columns] if is_star else [item.text]
    block.set("SELECT", f"SELECT {head.strip()} {', '.join(listed)}")


def without_group_by_all(block: Block) -> None:
    """Groups by every item of the list that doesn't aggregate.

    Raises NotSupportedError for a star, whose columns would have to be told one by one.
    """
    if [token.word for token in meaningful(block.body("GROUP"))] != ["ALL"]:
        return
    _, items = head_and_items(block.body("SELECT"))
    if any(item.is_star for item in items):
        raise NotSupportedError(
            "GROUP BY ALL with * is not supported", hint="a known gap of tarmac: list the columns"
        )
    places = [str(place) for place, item in enumerate(items, 1) if not item.has_aggregate]
    block.set("GROUP", f" GROUP BY {', '.join(places)}" if places else "")
