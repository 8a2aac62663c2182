"""Window functions: the frames that Redshift asks for or lacks, and IGNORE NULLS, which PostgreSQL lacks.

Source: Developer Guide, Window functions, LAG, LEAD, FIRST_VALUE and LAST_VALUE, NTH_VALUE.
"""

from __future__ import annotations

from dataclasses import replace

from emulator.redshift.dialect.function_calls import (
    Call,
    Handler,
    clause_at,
    is_descending,
    over,
    split_window,
    without_direction,
)
from emulator.redshift.dialect.sql_tokens import Tokens, meaningful, next_meaningful, split_at
from emulator.redshift.errors import NotSupportedError, StatementError

_NEEDS_FRAME = frozenset(
    [
        "AVG", "COUNT", "MAX", "MIN", "SUM", "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE",
        "STDDEV", "STDDEV_POP", "STDDEV_SAMP", "VAR_POP", "VAR_SAMP", "VARIANCE",
    ]
)  # fmt: skip
_BEFORE = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"


def check_frame(word: str, tokens: Tokens, after: int) -> None:
    """Raises for a window that Redshift refuses: ordered without a frame, or a frame of other than rows."""
    clause = clause_at(tokens, after, "OVER") or _after_nulls_option(tokens, after)
    if clause is None:
        return
    _, order, frame = split_window(clause[0])
    if frame and frame[0].word != "ROWS":
        raise StatementError(
            f'syntax error at or near "{frame[0].text}"', hint="Redshift has frames of ROWS."
        )
    if order and not frame and word in _NEEDS_FRAME:
        raise NotSupportedError(
            "Aggregate window functions with an ORDER BY clause require a frame clause", code="42601"
        )


def _after_nulls_option(tokens: Tokens, after: int) -> tuple[Tokens, int] | None:
    kinds = ("IGNORE", "RESPECT")
    return next((found for kind in kinds if (found := clause_at(tokens, after, kind, "NULLS", "OVER"))), None)


def _ignoring(call: Call) -> tuple[bool, Call]:
    """Whether NULLs are ignored, and the call without that option of its last argument or after it."""
    last = call.arguments[-1]
    words = meaningful(last)
    if len(words) > 2 and words[-1].word == "NULLS" and words[-2].word in ("IGNORE", "RESPECT"):
        end = next(place for place, token in enumerate(last) if token is words[-2])
        return words[-2].word == "IGNORE", replace(call, arguments=[*call.arguments[:-1], last[:end]])
    option = next_meaningful(call.tokens, call.after)
    if option < len(call.tokens) and call.tokens[option].word in ("IGNORE", "RESPECT"):
        after = next_meaningful(call.tokens, option + 1) + 1
        return call.tokens[option].word == "IGNORE", call.skipping(after)
    return False, call


def _plain(call: Call) -> tuple[str, int]:
    return f"{call.word.lower()}({', '.join(call.texts())})", call.after


def _end_of_frame(call: Call) -> tuple[str, int]:
    """FIRST_VALUE and LAST_VALUE."""
    ignores, call = _ignoring(call)
    if not ignores:
        return _plain(call)
    return f"pg_catalog.{call.word.lower()}({call.exactly(1)[0]}, true)", call.after


def _nth_value(call: Call) -> tuple[str, int]:
    ignores, call = _ignoring(call)
    if not ignores:
        return _plain(call)
    value, position = call.exactly(2)
    window, call = _window(call)
    return (
        f"pg_catalog.nth_value({_values(value)} OVER ({call.rewrite(window)}), {position}, true)",
        call.after,
    )


def _neighbour(call: Call) -> tuple[str, int]:
    """LAG and LEAD; the next row is the one before in the reverse order."""
    if len(call.arguments) > 2:
        raise NotSupportedError(f"Default parameter not be supported for window function {call.word.lower()}")
    ignores, call = _ignoring(call)
    if not ignores:
        return _plain(call)
    texts = call.texts()
    window, call = _window(call)
    partition, order, _ = split_window(window)
    by = call.rewrite(order).strip() if call.word == "LAG" else _reversed(call, order)
    clause = f"OVER ({call.rewrite(partition).strip()} ORDER BY {by} {_BEFORE})"
    if len(texts) == 1 or texts[1] == "1":
        return f"pg_catalog.{call.word.lower()}({texts[0]}, true) {clause}", call.after
    return f"pg_catalog.{call.word.lower()}({_values(texts[0])} {clause}, {texts[1]}, true)", call.after


def _values(value: str) -> str:
    return f"pg_catalog.array_agg({value}) FILTER (WHERE ({value}) IS NOT NULL)"


def _window(call: Call) -> tuple[Tokens, Call]:
    window, call = over(call)
    if window is None:
        raise StatementError(f"{call.word} needs an OVER clause")
    return window, call


def _reversed(call: Call, order: Tokens) -> str:
    return ", ".join(_reversed_item(call, item) for item in split_at(order, ","))


def _reversed_item(call: Call, item: Tokens) -> str:
    descends = is_descending(item)
    words = [token.word for token in meaningful(item)[-2:]]
    nulls_first = words[1:] == ["FIRST"] if words[:1] == ["NULLS"] else descends
    direction = f"{'ASC' if descends else 'DESC'} NULLS {'LAST' if nulls_first else 'FIRST'}"
    return f"{call.rewrite(without_direction(item)).strip()} {direction}"


HANDLERS: dict[str, Handler] = {
    "FIRST_VALUE": _end_of_frame,
    "LAST_VALUE": _end_of_frame,
    "NTH_VALUE": _nth_value,
    "LAG": _neighbour,
    "LEAD": _neighbour,
}
