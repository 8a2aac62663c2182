"""Redshift's window functions, over the Developer Guide's table WINSALES in the order of its sales."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.contract.redshift.function_facts import Connection, fact

_ORDERED = "ORDER BY dateid, salesid"
_SO_FAR = f"OVER ({_ORDERED} ROWS UNBOUNDED PRECEDING)"
_SELLER = "OVER (PARTITION BY sellerid)"
_WHOLE = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
_SELLERS = (3, 1, 1, 4, 1, 2, 4, 2, 3, 3, 3)


def _by_seller(values: dict[int, Any]) -> list[Any]:
    return [values[seller] for seller in _SELLERS]


def _window(expression: str, values: list[Any], *names: str) -> Any:
    return fact(expression, values, *(f"{name} OVER" for name in names or (expression.split("(")[0],)))


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        _window(f"AVG(qty) {_SO_FAR}", [10, 10, 16, 22, 20, 20, 18, 18, 18, 18, 19]),
        _window(f"COUNT(qty_shipped) {_SO_FAR}", [1, 2, 2, 2, 2, 3, 4, 5, 5, 5, 5]),
        _window(f"MAX(qty) {_SO_FAR}", [10, 10, 30, 40, 40, 40, 40, 40, 40, 40, 40]),
        _window(f"MIN(qty) {_SELLER}", _by_seller({1: 10, 2: 20, 3: 10, 4: 10})),
        _window(f"SUM(qty) {_SO_FAR}", [10, 20, 50, 90, 100, 120, 130, 150, 165, 185, 215]),
        _window("RANK() OVER (ORDER BY qty)", [1, 1, 9, 11, 1, 6, 1, 6, 5, 6, 9]),
        _window("DENSE_RANK() OVER (ORDER BY qty)", [1, 1, 4, 5, 1, 3, 1, 3, 2, 3, 4]),
        _window(f"ROW_NUMBER() OVER ({_ORDERED})", list(range(1, 12))),
        _window(f"NTILE(4) OVER ({_ORDERED})", [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4]),
        _window("ROUND(CUME_DIST() OVER (PARTITION BY sellerid ORDER BY salesid), 2)",
                [0.25, 0.33, 0.67, 0.5, 1, 0.5, 1, 1, 0.5, 0.75, 1], "CUME_DIST"),
        _window("ROUND(PERCENT_RANK() OVER (PARTITION BY sellerid ORDER BY salesid), 2)",
                [0, 0, 0.5, 0, 1, 0, 1, 1, 0.33, 0.67, 1], "PERCENT_RANK"),
        _window(f"RATIO_TO_REPORT(qty) {_SELLER}",
                [10 / 75, 0.2, 0.6, 0.8, 0.2, 0.5, 0.2, 0.5, 0.2, 20 / 75, 0.4]),
        _window(f"MEDIAN(qty) {_SELLER}", _by_seller({1: 10, 2: 20, 3: 17.5, 4: 25})),
        _window("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY qty) OVER ()", [20] * 11),
        _window(f"PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY qty) {_SELLER}",
                _by_seller({1: 10, 2: 20, 3: 15, 4: 10})),
        _window("LISTAGG(sellerid) WITHIN GROUP (ORDER BY sellerid) OVER ()", ["11122333344"] * 11),
        _window("LISTAGG(DISTINCT sellerid, '-') WITHIN GROUP (ORDER BY sellerid DESC) OVER ()",
                ["4-3-2-1"] * 11),
        _window(f"LISTAGG(qty, ',') WITHIN GROUP (ORDER BY salesid) {_SELLER}",
                _by_seller({1: "10,30,10", 2: "20,20", 3: "10,15,20,30", 4: "40,10"})),
        _window(f"LAG(qty_shipped) OVER ({_ORDERED})",
                [None, 10, 10, None, None, None, 20, 10, 20, None, None]),
        _window(f"LAG(qty_shipped, 1) IGNORE NULLS OVER ({_ORDERED})",
                [None, 10, 10, 10, 10, 10, 20, 10, 20, 20, 20]),
        _window(f"LAG(qty_shipped, 2) IGNORE NULLS OVER ({_ORDERED})",
                [None, None, 10, 10, 10, 10, 10, 20, 10, 10, 10]),
        _window(f"LEAD(qty_shipped) RESPECT NULLS OVER ({_ORDERED})",
                [10, None, None, None, 20, 10, 20, None, None, None, None]),
        _window(f"LEAD(qty_shipped IGNORE NULLS) OVER ({_ORDERED})",
                [10, 20, 20, 20, 20, 10, 20, None, None, None, None]),
        _window(f"LEAD(qty_shipped, 2) IGNORE NULLS OVER ({_ORDERED})",
                [20, 10, 10, 10, 10, 20, None, None, None, None, None]),
        _window(f"FIRST_VALUE(qty_shipped) OVER (ORDER BY dateid DESC, salesid {_WHOLE})", [None] * 11),
        _window(f"FIRST_VALUE(qty_shipped IGNORE NULLS) OVER (ORDER BY dateid DESC, salesid {_WHOLE})",
                [20] * 11),
        _window(f"LAST_VALUE(qty_shipped) IGNORE NULLS {_SO_FAR}",
                [10, 10, 10, 10, 10, 20, 10, 20, 20, 20, 20]),
        _window(f"NTH_VALUE(qty_shipped, 3) OVER ({_ORDERED} {_WHOLE})", [None] * 11),
        _window(f"NTH_VALUE(qty_shipped, 3) IGNORE NULLS OVER ({_ORDERED} {_WHOLE})", [20] * 11),
        _window(f"ROUND(STDDEV_POP(qty) {_SELLER}, 2)",
                _by_seller({1: 9.43, 2: 0, 3: 7.4, 4: 15}), "STDDEV_POP"),
        _window(f"ROUND(VAR_SAMP(qty) {_SELLER}, 2)",
                _by_seller({1: 133.33, 2: 0, 3: 72.92, 4: 450}), "VAR_SAMP"),
    ],
)  # fmt: skip
def test_window_functions_give_redshifts_values(
    sales: Connection, expression: str, values: list[Any]
) -> None:
    found = sales.execute(f"SELECT {expression} FROM winsales ORDER BY dateid, salesid").fetchall()
    assert [float(value) if isinstance(value, Decimal) else value for (value,) in found] == values
