"""The items of a SELECT's list: expressions and the names that they are given."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.redshift.dialect.sql_tokens import (
    Token,
    Tokens,
    closing,
    meaningful,
    next_meaningful,
    split_at,
    text_of,
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NO_NAMES = _set(
    "END PRECISION ZONE VARYING NULL TRUE FALSE UNKNOWN DAY HOUR MINUTE MONTH SECOND YEAR SYSDATE"
)
_NOT_BEFORE_NAMES = _set(
    "AND OR NOT IS IN LIKE ILIKE BETWEEN SIMILAR TO ESCAPE THEN ELSE WHEN CASE FROM COLLATE ZONE AT"
    " DISTINCT ALL PRIOR"
)
_AGGREGATES = _set(
    "COUNT SUM AVG MIN MAX STDDEV STDDEV_SAMP STDDEV_POP VARIANCE VAR_SAMP VAR_POP LISTAGG MEDIAN"
    " PERCENTILE_CONT PERCENTILE_DISC BOOL_AND BOOL_OR BIT_AND BIT_OR ANY_VALUE HLL GROUPING"
)


@dataclass
class Item:
    """An item: its expression, and the token that names it if one does."""

    expression: list[Token]
    name: Token | None = None

    @property
    def text(self) -> str:
        """Its text, with the name after AS."""
        expression = text_of(self.expression).strip()
        return f"{expression} AS {self.name.text}" if self.name is not None else expression

    @property
    def column(self) -> str:
        """The name of its column, as the catalogue has it; empty if PostgreSQL would make it up."""
        if self.name is not None:
            return self.name.name
        words = meaningful(self.expression)
        is_path = len(words) == 1 or (len(words) > 1 and words[-2].text == ".")
        return words[-1].name if is_path and words[-1].kind in ("word", "quoted") else ""

    @property
    def is_star(self) -> bool:
        """Whether it is `*` or `table.*`."""
        words = meaningful(self.expression)
        return (
            bool(words)
            and words[-1].text == "*"
            and (len(words) == 1 or (len(words) > 2 and words[-2].text == "."))
        )

    @property
    def has_aggregate(self) -> bool:
        """Whether it aggregates rows of its query; a window over them doesn't, nor does a subquery."""
        return any(
            token.word in _AGGREGATES and not _has_window(self.expression, place)
            for place, token in enumerate(without_subqueries(self.expression))
        )


def without_subqueries(tokens: Tokens) -> list[Token]:
    """The tokens with those of subqueries blanked out, so that places stay."""
    found = list(tokens)
    place = 0
    while place < len(found):
        after = next_meaningful(found, place + 1)
        if found[place].text == "(" and after < len(found) and found[after].word in ("SELECT", "WITH"):
            end = min(closing(found, place) + 1, len(found))
            found[place:end] = [Token("space", "")] * (end - place)
            place = end
        place += 1
    return found


def _has_window(tokens: Tokens, place: int) -> bool:
    opening = next_meaningful(tokens, place + 1)
    if opening >= len(tokens) or tokens[opening].text != "(":
        return True  # a column of that name
    after = next_meaningful(tokens, closing(tokens, opening) + 1)
    return after < len(tokens) and tokens[after].word == "OVER"


def head_and_items(body: Tokens) -> tuple[str, list[Item]]:
    """DISTINCT, ALL and TOP n at the beginning of a list, and its items."""
    place = 0
    while (following := next_meaningful(body, place)) < len(body):
        if body[following].word in ("DISTINCT", "ALL"):
            place = following + 1
        elif body[following].word == "TOP" and _is_count(body, following):
            place = next_meaningful(body, following + 1) + 1
        else:
            break
    return text_of(body[:place]), [item_of(part) for part in split_at(body[place:], ",")]


def _is_count(body: Tokens, place: int) -> bool:
    count = next_meaningful(body, place + 1)
    return count < len(body) and body[count].kind == "number"


def item_of(tokens: Tokens) -> Item:
    """One item."""
    places = [place for place, token in enumerate(tokens) if not token.is_blank]
    if len(places) < 2:
        return Item(list(tokens))
    last, before = tokens[places[-1]], tokens[places[-2]]
    if last.kind not in ("word", "quoted", "hash"):
        return Item(list(tokens))
    if before.word == "AS":
        return Item(list(tokens[: places[-2]]), last)
    is_name = last.word not in _NO_NAMES and before.word not in _NOT_BEFORE_NAMES
    if is_name and (before.kind in ("word", "quoted", "number", "string") or before.text in (")", "]")):
        return Item(list(tokens[: places[-1]]), last)
    return Item(list(tokens))


def joined(head: str, items: list[Item]) -> str:
    """The SELECT clause of these items."""
    return (
        f"SELECT{head or ' '}"
        + ("" if head.endswith(" ") or not head else " ")
        + ", ".join(i.text for i in items)
    )
