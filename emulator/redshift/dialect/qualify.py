"""QUALIFY, which PostgreSQL lacks: its condition becomes a column of a subquery, by which that is filtered.

It may name the list's aliases and have window functions of its own (Amazon Redshift Database Developer Guide,
"QUALIFY clause").
"""

from __future__ import annotations

from collections.abc import Sequence

from emulator.redshift.dialect.from_clause import relations_of
from emulator.redshift.dialect.lateral_aliases import inlined
from emulator.redshift.dialect.query_blocks import Block, Clause
from emulator.redshift.dialect.select_list import Item, head_and_items
from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful, split_at, text_of
from emulator.redshift.errors import NotSupportedError

KEEP = '"_keep"'
_ORDERING = ("ASC", "DESC", "NULLS", "FIRST", "LAST")


def rewritten(block: Block, order: Clause | None) -> tuple[str, str]:
    """The block without QUALIFY, and its ORDER BY, which can't name columns of inner tables any more.

    Raises NotSupportedError for `*` over joined tables that aren't known by name.
    """
    head, items = head_and_items(block.body("SELECT"))
    condition = text_of(inlined(block.body("QUALIFY"), items)).strip()
    inner, outer = _columns(items, block)
    ordered, hidden = _ordering(order, items)
    listed = ", ".join([*inner, *hidden, f"({condition}) AS {KEEP}"])
    body = block.text("SELECT", "QUALIFY", "INTO").rstrip()
    into = text_of(block.clauses["INTO"].tokens) if block.has("INTO") else ""
    sql = (
        f'SELECT {head.strip()} {", ".join(outer)} {into}FROM (SELECT {listed} {body}) AS "_q" WHERE {KEEP} '
    )
    return sql, ordered


def _columns(items: Sequence[Item], block: Block) -> tuple[list[str], list[str]]:
    """The columns of the subquery, and those of the query around it."""
    inner: list[str] = []
    outer: list[str] = []
    for place, item in enumerate(items):
        if not item.is_star:
            name = item.name.text if item.name is not None else _made_up_name(item, place)
            inner.append(f"{text_of(item.expression).strip()} AS {name}")
            outer.append(name)
            continue
        for row in _rows(item, block):
            name = f'"_row{len(inner)}"'
            inner.append(f"{row} AS {name}")
            outer.append(f"({name}).*")
    return inner, outer


def _made_up_name(item: Item, place: int) -> str:
    """The name that PostgreSQL gives the column: its own, or the function's."""
    words = meaningful(item.expression)
    if item.column:
        return words[-1].text
    is_call = len(words) > 1 and words[1].text == "(" and words[0].kind == "word"
    return f'"{words[0].text.lower()}"' if is_call else f'"?column?{place}"'


def _rows(star: Item, block: Block) -> list[str]:
    """The relations whose columns a star gives."""
    words = meaningful(star.expression)
    if len(words) > 1:
        return [words[-3].text]
    source = block.body("FROM")
    names = [relation.name for relation in relations_of(source)]
    if not all(names) or any(token.word in ("USING", "NATURAL") for token in source):
        raise NotSupportedError(
            "QUALIFY with * over tables that share columns or have no name is not supported",
            hint="a known gap of tarmac: list the columns",
        )
    return names


def _ordering(order: Clause | None, items: Sequence[Item]) -> tuple[str, list[str]]:
    """The ORDER BY for the outer query, and the columns that it needs of the inner one."""
    if order is None:
        return "", []
    texts: list[str] = []
    hidden: list[str] = []
    known = {item.column for item in items} | {""}
    for part in split_at(order.body, ","):
        words = meaningful(part)
        key = _key(words)
        is_known = not key or (
            len(key) == 1 and (key[0].kind == "number" or key[0].name in known or _has_star(items))
        )
        if is_known:
            texts.append(text_of(part).strip())
            continue
        name = f'"_order{len(hidden)}"'
        value = text_of(inlined(part, items)).strip()
        ending = " ".join(token.text for token in words[len(key) :])
        hidden.append(f"{value[: len(value) - _length(part, len(key))].strip()} AS {name}")
        texts.append(f"{name} {ending}".strip())
    return f"ORDER BY {', '.join(texts)} ", hidden


def _has_star(items: Sequence[Item]) -> bool:
    return any(item.is_star for item in items)


def _key(words: Sequence[Token]) -> list[Token]:
    key = list(words)
    while key and key[-1].word in _ORDERING:
        key.pop()
    return key


def _length(part: Tokens, count: int) -> int:
    """How many characters of the part, stripped, follow its first `count` tokens that aren't blank."""
    places = [place for place, token in enumerate(part) if not token.is_blank]
    return len(text_of(part[places[count - 1] + 1 :]).rstrip())
