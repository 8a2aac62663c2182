"""Lateral column aliases: an item of a SELECT's list may use the names of those before it, WHERE all of them.

A column of the FROM of that name takes precedence (Amazon Redshift Database Developer Guide, "SELECT list").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from emulator.redshift.dialect.columns import can_ask, columns_of
from emulator.redshift.dialect.query_blocks import Block
from emulator.redshift.dialect.select_list import Item, head_and_items, joined, without_subqueries
from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful, next_meaningful, text_of

_WITH_UNIT = ("DATEADD", "DATE_ADD", "DATEDIFF", "DATE_DIFF", "DATE_PART", "DATE_TRUNC", "EXTRACT")
Rewrite = Callable[[Tokens], str]


_AFTER_WHERE = (b"group", b"order", b"having", b"qualify", b"limit", b"union", b"except", b"intersect")


def are_suspected(words: Sequence[bytes]) -> bool:
    """Whether, of these lower-case words, one is named after AS and used in the same list or in a WHERE."""
    if b"as" not in words or b"select" not in words:
        return False
    named: list[set[bytes]] = []
    of_lists: set[bytes] = set()  # of those that are over, whichever WHERE may see them
    in_where = False
    before = b""
    for word in words:
        if word == b"select":
            named.append(set())
            in_where = False
        elif word == b"from" and before != b"distinct" and len(named) > 0:
            of_lists |= named.pop()
        elif named and before == b"as":
            named[-1].add(word)
        elif (named and word in named[-1]) or (in_where and word in of_lists):
            return True
        else:
            in_where = word == b"where" or (in_where and word not in _AFTER_WHERE)
        before = word
    return False


def without_lateral_aliases(block: Block, rewrite: Rewrite) -> None:
    """Puts the expressions in the place of names that no column of the FROM has; UnansweredError."""
    head, items = head_and_items(block.body("SELECT"))
    known: dict[str, Item] = {}
    columns: frozenset[str] | None = None
    has_changed = False
    for item in items:
        used = {name for name in known if any(_references(item.expression, name))}
        if used:
            columns = _columns(block, known, rewrite) if columns is None else columns
            has_changed = _replace(item, {name: known[name] for name in used - columns}) or has_changed
        if item.name is not None and not _is_column(item):
            known[item.name.name] = item
    if has_changed:
        block.set("SELECT", joined(head, items))
    condition = Item(block.body("WHERE"))
    used = {name for name in known if any(_references(condition.expression, name))}
    if used:
        columns = _columns(block, known, rewrite) if columns is None else columns
        if _replace(condition, {name: known[name] for name in used - columns}):
            block.set("WHERE", f"WHERE {text_of(condition.expression)}")


def inlined(tokens: Tokens, items: Sequence[Item]) -> list[Token]:
    """The tokens with the items' expressions in the place of their names (for QUALIFY)."""
    expression = Item(list(tokens))
    named = {item.name.name: item for item in items if item.name is not None and not _is_column(item)}
    _replace(expression, named)
    return expression.expression


def _is_column(item: Item) -> bool:
    """Whether it is a column under its own name."""
    words = meaningful(item.expression)
    return (
        item.name is not None
        and words[-1].name == item.name.name
        and (len(words) == 1 or words[-2].text == ".")
    )


def _columns(block: Block, known: dict[str, Item], rewrite: Rewrite) -> frozenset[str]:
    """The names that columns of the FROM have; if nobody can be asked, those by which the items show it."""
    body = block.body("FROM")
    if not meaningful(body):
        return frozenset()
    if not can_ask():
        return frozenset(name for name, item in known.items() if any(_references(item.expression, name)))
    return frozenset(column.name for column in columns_of(rewrite(body).strip(), "a lateral column alias"))


def _replace(item: Item, known: dict[str, Item]) -> bool:
    places = {place: name for name in known for place in _references(item.expression, name)}
    item.expression = [
        Token("word", f"({text_of(known[places[place]].expression).strip()})") if place in places else token
        for place, token in enumerate(item.expression)
    ]
    return bool(places)


def _references(tokens: Tokens, name: str) -> list[int]:
    """Where the name stands alone for a value: no call, no path, no type, no unit of time."""
    own = without_subqueries(tokens)
    places = [
        place for place, token in enumerate(own) if token.kind in ("word", "quoted") and token.name == name
    ]
    return [place for place in places if _is_value(own, place)]


def _is_value(tokens: Tokens, place: int) -> bool:
    after = next_meaningful(tokens, place + 1)
    if after < len(tokens) and tokens[after].text in ("(", "."):
        return False
    before = [Token("space", "")] * 3 + meaningful(tokens[:place])
    if before[-1].text in (".", "::") or before[-1].word == "AS":
        return False
    if before[-1].text == "(" and before[-2].word in _WITH_UNIT:
        return tokens[place].kind == "quoted"
    return not (before[-1].kind == "string" and before[-2].word == "INTERVAL")
