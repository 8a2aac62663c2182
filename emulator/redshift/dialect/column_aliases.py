"""A select list's names used in that list and in WHERE, as tools do in their questions to the catalogue.

Redshift lets an expression be used by its name in the expressions after it and in the condition; PostgreSQL
doesn't. Here the name is replaced by what it stands for. A column of the tables goes before such a name: one
that the query also reads as a column (`c.relname`, or in the expression that has it) is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from emulator.redshift.dialect.sql_tokens import (
    Token,
    Tokens,
    closing,
    meaningful,
    split_at,
    text_of,
    tokens_of,
)

_SET_WORDS = frozenset({"UNION", "EXCEPT", "INTERSECT", "MINUS"})
_AFTER_WHERE = frozenset({"GROUP", "ORDER", "HAVING", "LIMIT", "QUALIFY"})
_Names = Mapping[str, str]


def without_alias_references(tokens: Tokens) -> list[Token]:
    """The query with such names replaced, at any depth."""
    inner: list[Token] = []
    place = 0
    while place < len(tokens):
        if tokens[place].text != "(" or tokens[place].kind != "symbol":
            inner.append(tokens[place])
            place += 1
            continue
        end = closing(tokens, place)
        inner += [tokens[place], *without_alias_references(tokens[place + 1 : end]), *tokens[end : end + 1]]
        place = end + 1
    return [token for part in _selects(inner) for token in _one_select(part)]


def _selects(tokens: Tokens) -> list[list[Token]]:
    """The SELECTs of a UNION, each from its first word on; the set operators stay at the ends."""
    parts: list[list[Token]] = [[]]
    for token, depth in zip(tokens, _depths(tokens), strict=True):
        if depth == 0 and token.word == "SELECT":
            parts.append([])
        parts[-1].append(token)
    return parts


def _one_select(tokens: list[Token]) -> list[Token]:
    places = _clauses(tokens)
    if not tokens or tokens[0].word != "SELECT" or "FROM" not in places:
        return tokens
    names: dict[str, str] = {}
    items = [_renamed(item, names, tokens) for item in split_at(tokens[1 : places["FROM"]], ",")]
    where, end = places.get("WHERE", len(tokens)), places["END"]
    columns = tokens_of(",".join(items)) if names else tokens[1 : places["FROM"]]
    return [
        tokens[0],
        *columns,
        *tokens[places["FROM"] : where],
        *_replaced(tokens[where:end], names),
        *tokens[max(where, end) :],
    ]


def _clauses(tokens: Tokens) -> dict[str, int]:
    """Where FROM and WHERE begin, and where WHERE ends."""
    places: dict[str, int] = {}
    for place, depth in enumerate(_depths(tokens)):
        word = tokens[place].word if depth == 0 else ""
        if word in ("FROM", "WHERE"):
            places.setdefault(word, place)
        elif "FROM" in places and (word in _AFTER_WHERE or word in _SET_WORDS):
            places.setdefault("END", place)
    return {"END": len(tokens), **places}


def _depths(tokens: Tokens) -> list[int]:
    depths, depth = [], 0
    for token in tokens:
        step = {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "symbol" else 0
        depth += step
        depths.append(depth)
    return depths


def _renamed(item: list[Token], names: dict[str, str], select: Tokens) -> str:
    """The item with the names before it replaced; its own name is added to them."""
    words = meaningful(item)
    if len(words) < 3 or words[-2].word != "AS":
        return text_of(_replaced(item, names))
    at = max(place for place, token in enumerate(item) if token.word == "AS")
    expression = text_of(_replaced(item[:at], names))
    name = words[-1].name
    if not _is_column(name, item[:at], select):
        names[name] = expression.strip()
    return expression + text_of(item[at:])


def _is_column(name: str, expression: Tokens, select: Tokens) -> bool:
    if any(token.name == name for token in expression if token.kind in ("word", "quoted")):
        return True
    words = meaningful(select)
    return any(dot.text == "." and after.name == name for dot, after in pairwise(words))


def _replaced(tokens: Tokens, names: _Names) -> list[Token]:
    out: list[Token] = []
    place = 0
    before = ""
    while place < len(tokens):
        token = tokens[place]
        if token.text == "(" and _is_query(tokens, place):
            end = closing(tokens, place)
            out += tokens[place : end + 1]
            place, before = end + 1, ")"
            continue
        stands_for = names.get(token.name) if token.kind in ("word", "quoted") else None
        follows = meaningful(tokens[place + 1 : place + 4])[:1]
        is_name = before not in (".", "AS") and (not follows or follows[0].text not in (".", "("))
        out += tokens_of(f"({stands_for})") if stands_for and is_name else [token]
        before = before if token.is_blank else token.word or token.text
        place += 1
    return out


def _is_query(tokens: Tokens, opening: int) -> bool:
    return [token.word for token in meaningful(tokens[opening + 1 : opening + 6])[:1]] in (
        ["SELECT"],
        ["WITH"],
    )
