"""Aggregates that PostgreSQL lacks or computes otherwise, each also over a window (sql/25_aggregates.sql).

Each becomes a call of a plain function of Redshift's name, by which the resulting column is called, over
one or two aggregates: those may be followed by OVER, and are computed once however many rows a window has.
"""

from __future__ import annotations

from emulator.redshift.dialect.function_calls import (
    Call,
    Handler,
    is_descending,
    over,
    split_window,
    within_group,
    without_direction,
)
from emulator.redshift.dialect.sql_tokens import Tokens, meaningful
from emulator.redshift.errors import StatementError

_WHOLE = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"


def _window(call: Call, window: Tokens | None) -> str:
    return "" if window is None else f" OVER ({call.rewrite(window).strip()})"


def _only_partitioned(call: Call) -> tuple[str, Call]:
    """` OVER (PARTITION BY …)` or nothing, and the call without it; refuses an order or a frame there."""
    window, call = over(call)
    if window is not None:
        _, order, frame = split_window(window)
        if order or frame:
            raise StatementError(f"{call.word} OVER takes PARTITION BY only, no ORDER BY and no frame")
    return _window(call, window), call


def _distinct(argument: Tokens) -> tuple[bool, Tokens]:
    """Whether DISTINCT stands before the value, and the value."""
    words = meaningful(argument)
    if words and words[0].word in ("DISTINCT", "ALL"):
        start = next(place for place, token in enumerate(argument) if token is words[0]) + 1
        return words[0].word == "DISTINCT", argument[start:]
    return False, argument


def _listagg(call: Call) -> tuple[str, int]:
    is_distinct, value = _distinct(call.arguments[0])
    text = f"nullif(({call.rewrite(value).strip()})::text, '')"
    delimiter = call.texts()[1] if len(call.arguments) > 1 else "''"
    order, call = within_group(call)
    window, call = over(call)
    by = f" ORDER BY {call.rewrite(order).strip()}" if order else ""
    inner, outer = by, ""
    if window is not None:
        inner, outer = "", _ordered_window(call, window, by)
    if is_distinct:
        items = f"pg_catalog.tarmac_distinct({text}{inner}){outer}"
        return f"pg_catalog.listagg({items}, {delimiter})", call.after
    return f"pg_catalog.listagg(pg_catalog.string_agg({text}, {delimiter}{inner}){outer})", call.after


def _ordered_window(call: Call, window: Tokens, by: str) -> str:
    """LISTAGG's order becomes that of its window, whose frame is the whole partition."""
    partition, order, frame = split_window(window)
    if order or frame:
        raise StatementError("LISTAGG OVER takes PARTITION BY only, no ORDER BY and no frame")
    return f" OVER ({call.rewrite(partition).strip()}{by}{f' {_WHOLE}' if by else ''})"


def _median(call: Call) -> tuple[str, int]:
    (value,) = call.exactly(1)
    window, call = _only_partitioned(call)
    return f"pg_catalog.median(pg_catalog.tarmac_sorted({value}){window})", call.after


def _percentile(call: Call) -> tuple[str, int]:
    """PERCENTILE_CONT and PERCENTILE_DISC."""
    (fraction,) = call.exactly(1)
    order, call = within_group(call)
    if not order:
        raise StatementError(f"{call.word} needs WITHIN GROUP (ORDER BY …)")
    window, call = _only_partitioned(call)
    values = f"pg_catalog.tarmac_sorted({call.rewrite(without_direction(order)).strip()}){window}"
    direction = "true" if is_descending(order) else "false"
    return f"pg_catalog.{call.word.lower()}({values}, {fraction}, {direction})", call.after


def _avg(call: Call) -> tuple[str, int]:
    (value,) = call.exactly(1)
    window, call = over(call)
    clause = _window(call, window)
    sums = f"pg_catalog.sum({value}){clause}, pg_catalog.count({value}){clause}"
    return f"pg_catalog.avg({sums})", call.after


def _hll(call: Call) -> tuple[str, int]:
    """HLL's estimate is exact here: the values are counted."""
    (value,) = call.arguments
    return f"pg_catalog.hll(count(DISTINCT {call.rewrite(_distinct(value)[1]).strip()}))", call.after


def _ratio_to_report(call: Call) -> tuple[str, int]:
    (value,) = call.exactly(1)
    window, after = _only_partitioned(call)
    if after is call:
        raise StatementError("RATIO_TO_REPORT needs an OVER clause")
    total = f"NULLIF(SUM({value}){window}, 0)::float8"
    return f"pg_catalog.ratio_to_report(({value})::float8 / {total})", after.after


def _truth(name: str) -> Handler:
    """BOOL_AND and BOOL_OR take integers, too: any but 0 is true."""

    def handle(call: Call) -> tuple[str, int]:
        is_distinct, value = _distinct(call.arguments[0])
        del is_distinct  # it makes no difference
        return f"pg_catalog.{name}(({call.rewrite(value).strip()})::integer::boolean)", call.after

    return handle


HANDLERS: dict[str, Handler] = {
    "LISTAGG": _listagg,
    "MEDIAN": _median,
    "PERCENTILE_CONT": _percentile,
    "PERCENTILE_DISC": _percentile,
    "AVG": _avg,
    "HLL": _hll,
    "RATIO_TO_REPORT": _ratio_to_report,
    "BOOL_AND": _truth("bool_and"),
    "BOOL_OR": _truth("bool_or"),
}
