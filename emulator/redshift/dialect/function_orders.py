"""Sort-based aggregates of one query sort by the same (Developer Guide, LISTAGG, MEDIAN, PERCENTILE_CONT)."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.redshift.dialect.function_calls import clause_at
from emulator.redshift.dialect.sql_tokens import Tokens, closing, meaningful, next_meaningful, split_at
from emulator.redshift.errors import NotSupportedError

_SORTING = frozenset(["LISTAGG", "MEDIAN", "PERCENTILE_CONT"])


def check(tokens: Tokens) -> None:
    """Raises NotSupportedError if aggregates of a query at this level are sorted by different values."""
    if sum(token.word in _SORTING for token in tokens) < 2:
        return
    for query in _queries(tokens):
        if len(set(_orders(query))) > 1:
            raise NotSupportedError(
                "within group ORDER BY clauses for aggregate functions must be the same", code="42601"
            )


def _queries(tokens: Tokens) -> Iterator[Tokens]:
    """The parts that begin with SELECT, outside of parentheses."""
    depth, begins = 0, [0]
    for place, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "symbol" else 0
        if depth == 0 and token.word == "SELECT":
            begins.append(place)
    for begin, end in zip(begins, [*begins[1:], len(tokens)], strict=True):
        yield tokens[begin:end]


def _orders(tokens: Tokens) -> Iterator[str]:
    """What each aggregate is sorted by, those in the arguments of functions too, those of subqueries not."""
    place = 0
    while place < len(tokens):
        opening = next_meaningful(tokens, place + 1)
        is_call = opening < len(tokens) and tokens[opening].text == "("
        if tokens[place].word in _SORTING and is_call:
            yield from _order(tokens, place, opening)
            place = closing(tokens, opening)
        elif tokens[place].text == "(" and tokens[min(opening, len(tokens) - 1)].word in ("SELECT", "WITH"):
            place = closing(tokens, place)
        place += 1


def _order(tokens: Tokens, place: int, opening: int) -> Iterator[str]:
    end = closing(tokens, opening)
    clause = clause_at(tokens, end + 1, "WITHIN", "GROUP")
    after = clause[1] if clause else end + 1
    if clause_at(tokens, after, "OVER"):
        return
    if tokens[place].word == "MEDIAN":
        yield _plain(tokens[opening + 1 : end])
    elif clause:
        words = [token.word for token in clause[0]]
        yield _plain(clause[0][words.index("BY") + 1 if "BY" in words else 0 :])


def _plain(order: Tokens) -> str:
    """An order list for comparison: without the names of tables, capitals and ASC."""
    items = []
    for item in split_at(order, ","):
        words = [token.name for token in meaningful(item) if token.word != "ASC"]
        kept = [word for place, word in enumerate(words) if "." not in (word, *words[place + 1 : place + 2])]
        items.append(" ".join(kept))
    return ", ".join(items)
