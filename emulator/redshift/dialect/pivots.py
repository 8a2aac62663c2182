"""PIVOT and UNPIVOT of a FROM clause as subqueries (developer guide, "PIVOT and UNPIVOT examples")."""

from __future__ import annotations

from collections.abc import Callable

from emulator.redshift.dialect.columns import Column, columns_of
from emulator.redshift.dialect.from_clause import Pivot, Relation, relations_of
from emulator.redshift.dialect.select_list import Item, item_of
from emulator.redshift.dialect.sql_tokens import (
    Token,
    Tokens,
    closing,
    meaningful,
    split_at,
    text_of,
    tokens_of,
)
from emulator.redshift.errors import NotSupportedError, RedshiftError, StatementError

_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG")
Rewrite = Callable[[Tokens], str]


def without_pivots(body: Tokens, rewrite: Rewrite) -> str:
    """What follows FROM, with a subquery for each relation that has a PIVOT or UNPIVOT.

    Raises StatementError, NotSupportedError for what Redshift can't pivot, UnansweredError.
    """
    texts: list[str] = []
    place = 0
    for relation in relations_of(body):
        texts.append(text_of(body[place : relation.start]))
        texts.append(
            _pivoted(relation, rewrite) if relation.pivots else text_of(body[relation.start : relation.end])
        )
        place = relation.end
    return "".join(texts) + text_of(body[place:])


def _pivoted(relation: Relation, rewrite: Rewrite) -> str:
    if len(relation.pivots) > 1:
        raise NotSupportedError("PIVOT and UNPIVOT can't be applied to a PIVOT or UNPIVOT")
    pivot = relation.pivots[0]
    name = relation.alias or '"_pivoted"'
    source = f"{rewrite(relation.source).strip()} AS {name}{relation.columns}"
    query = _pivot(pivot, source, rewrite) if pivot.keyword == "PIVOT" else _unpivot(pivot, source)
    return f"({query}) AS {name}"


def _parts(pivot: Pivot) -> tuple[list[Token], Token, list[list[Token]]]:
    """What stands before FOR, the column after it, and what IN lists."""
    tokens = pivot.inside
    for_at = next((place for place, token in enumerate(tokens) if token.word == "FOR"), len(tokens))
    after = meaningful(tokens[for_at + 1 :])
    if len(after) < 4 or after[1].word != "IN" or after[2].text != "(" or not meaningful(tokens[:for_at]):
        raise StatementError(f"syntax error in {pivot.keyword}: expected … FOR column IN (…)")
    opening = next(place for place in range(for_at, len(tokens)) if tokens[place].text == "(")
    inside = tokens[opening + 1 : closing(tokens, opening)]
    values = split_at(inside, ",")
    if not all(meaningful(item_of(value).expression) for value in values):
        raise StatementError(f"syntax error in {pivot.keyword}: an empty item in IN (…)")
    return list(tokens[:for_at]), after[0], values


def _pivot(pivot: Pivot, source: str, rewrite: Rewrite) -> str:
    aggregates, column, values = _parts(pivot)
    if len(split_at(aggregates, ",")) > 1:
        raise NotSupportedError("PIVOT with more than one aggregate is not supported")
    aggregate = item_of(aggregates)
    called = [token.word or token.text for token in meaningful(aggregate.expression)[:2]]
    if len(called) < 2 or called[0] not in _AGGREGATES or called[1] != "(":
        raise NotSupportedError(f"PIVOT supports the aggregates {', '.join(_AGGREGATES)} only")
    taken = {column.name, *(token.name for token in aggregates if token.kind in ("word", "quoted"))}
    others = _others(source, taken, column.name, "PIVOT")
    suffix = f"_{aggregate.name.name}" if aggregate.name is not None else ""
    columns = [_pivot_column(item_of(value), column.text, aggregate, suffix, rewrite) for value in values]
    group = f" GROUP BY {', '.join(others)}" if others else ""
    return f"SELECT {', '.join([*others, *columns])} FROM {source}{group}"


def _pivot_column(value: Item, column: str, aggregate: Item, suffix: str, rewrite: Rewrite) -> str:
    """The aggregate of the rows that have the value, named by that."""
    words = meaningful(value.expression)
    constant = words[0].value if words and words[0].kind == "string" else text_of(words).lower()
    name = Column((value.name.name if value.name is not None else constant) + suffix)
    condition = f"{column} IS NOT DISTINCT FROM {text_of(value.expression).strip()}"
    return f"{rewrite(tokens_of(_call(aggregate, condition)))} AS {name.quoted}"


def _call(aggregate: Item, condition: str) -> str:
    words = meaningful(aggregate.expression)
    inside = words[2:-1]
    distinct = "DISTINCT " if inside and inside[0].word == "DISTINCT" else ""
    opening = next(place for place, token in enumerate(aggregate.expression) if token.text == "(")
    argument = aggregate.expression[opening + 1 : closing(aggregate.expression, opening)]
    if distinct:
        argument = argument[next(at for at, token in enumerate(argument) if token.word == "DISTINCT") + 1 :]
    counted = "1" if text_of(inside) == "*" else text_of(argument).strip()
    return f"{words[0].text}({distinct}CASE WHEN {condition} THEN {counted} END)"


def _unpivot(pivot: Pivot, source: str) -> str:
    before, label, listed = _parts(pivot)
    value = meaningful(before)
    if len(value) != 1:
        raise NotSupportedError("UNPIVOT of more than one value column is not supported")
    items = [item_of(part) for part in listed]
    taken = {meaningful(item.expression)[-1].name for item in items}
    others = _others(source, taken, "", "UNPIVOT")
    rows = ", ".join(
        f"('{_label(item.text, item.name)}', {text_of(item.expression).strip()})" for item in items
    )
    kept = "" if pivot.includes_nulls else f' WHERE "_unpivoted".{value[0].text} IS NOT NULL'
    names = ", ".join([*others, f'"_unpivoted".{label.text}', f'"_unpivoted".{value[0].text}'])
    return (
        f"SELECT {names} FROM {source} CROSS JOIN LATERAL"
        f' (VALUES {rows}) AS "_unpivoted" ({label.text}, {value[0].text}){kept}'
    )


def _label(text: str, name: Token | None) -> str:
    (last,) = meaningful(tokens_of(text))[-1:]
    return (name or last).name.replace("'", "''")


def _others(source: str, taken: set[str], needed: str, purpose: str) -> list[str]:
    """The columns of the source but those, which must be there (`needed`, or all of them)."""
    columns = columns_of(source, purpose)
    names = {column.name for column in columns}
    for name in {needed} if needed else taken:
        if name not in names:
            raise RedshiftError(f'column "{name}" does not exist', code="42703")
    return [column.quoted for column in columns if column.name not in taken]
