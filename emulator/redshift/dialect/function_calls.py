"""A call of a function as tokens, and the clauses that may follow it: WITHIN GROUP, IGNORE NULLS, OVER."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from emulator.redshift.dialect.sql_tokens import Tokens, closing, meaningful, next_meaningful
from emulator.redshift.errors import StatementError

Rewriter = Callable[[Tokens], str]
DEFINES = frozenset(
    [
        "INTO", "TABLE", "EXISTS", "FUNCTION", "PROCEDURE", "WITH", "VIEW", "COPY", "REFERENCES", "ANALYZE",
        "AS",
    ]
)  # fmt: skip
"""After these a name and its parentheses are something with its columns or parameters, not a call."""


@dataclass(frozen=True)
class Call:
    """A call: its name in capitals, its arguments, and the place after it among the statement's tokens."""

    word: str
    arguments: Sequence[Tokens]
    tokens: Tokens
    after: int
    rewrite: Rewriter

    def texts(self) -> list[str]:
        """The arguments, rewritten."""
        return [self.rewrite(argument).strip() for argument in self.arguments]

    def exactly(self, count: int) -> list[str]:
        """The arguments, rewritten; raises StatementError unless there are that many."""
        texts = [text for text in self.texts() if text]
        if len(texts) != count:
            raise StatementError(f"{self.word} needs {count} arguments, not {len(texts)}")
        return texts

    def skipping(self, place: int) -> Call:
        """The same call, of which the clauses up to that place are dealt with."""
        return replace(self, after=place)


Handler = Callable[[Call], tuple[str, int]]
"""Gives the text that stands for a call, and the place after what it stands for."""


def clause_at(tokens: Tokens, place: int, *words: str) -> tuple[Tokens, int] | None:
    """What the parentheses after these words hold, and the place after them, if the words come next."""
    for word in words:
        place = next_meaningful(tokens, place)
        if place >= len(tokens) or tokens[place].word != word:
            return None
        place += 1
    opening = next_meaningful(tokens, place)
    if opening >= len(tokens) or tokens[opening].text != "(":
        return None
    end = closing(tokens, opening)
    return tokens[opening + 1 : end], end + 1


def within_group(call: Call) -> tuple[Tokens, Call]:
    """The order list of WITHIN GROUP (ORDER BY …), empty if there is none, and the call without it."""
    clause = clause_at(call.tokens, call.after, "WITHIN", "GROUP")
    if clause is None:
        return [], call
    inside, after = clause
    places = [place for place, token in enumerate(inside) if token.word == "BY"]
    return inside[places[0] + 1 :] if places else [], call.skipping(after)


def over(call: Call) -> tuple[Tokens | None, Call]:
    """What `OVER (…)` holds, None if it isn't there, and the call without the clause."""
    clause = clause_at(call.tokens, call.after, "OVER")
    return (None, call) if clause is None else (clause[0], call.skipping(clause[1]))


def split_window(window: Tokens) -> tuple[Tokens, Tokens, Tokens]:
    """PARTITION BY with its list, the order list and the frame of a window; each may be empty."""
    depth, order_at, frame_at = 0, len(window), len(window)
    for place, token in enumerate(window):
        depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "symbol" else 0
        if depth == 0 and token.word == "ORDER":
            order_at = place
        if depth == 0 and token.word in ("ROWS", "RANGE", "GROUPS"):
            frame_at = min(frame_at, place)
    order_at = min(order_at, frame_at)
    ordered = window[order_at:frame_at]
    return window[:order_at], ordered[_after_by(ordered) :], window[frame_at:]


def _after_by(ordered: Tokens) -> int:
    return next((place + 1 for place, token in enumerate(ordered) if token.word == "BY"), len(ordered))


def is_descending(order: Tokens) -> bool:
    """Whether an order of one expression ends with DESC."""
    return "DESC" in [token.word for token in meaningful(order)[-3:]]


def without_direction(order: Tokens) -> Tokens:
    """The expression of an order item, without ASC, DESC, NULLS FIRST or NULLS LAST."""
    end = len(order)
    for place in range(len(order) - 1, -1, -1):
        token = order[place]
        if token.word not in ("ASC", "DESC", "NULLS", "FIRST", "LAST") and not token.is_blank:
            break
        end = place
    return order[:end]
