"""Redshift's aggregate and window functions (Developer Guide; the WINSALES table and what its examples give)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import connect, unique
from tests.contract.redshift.function_facts import Connection, fact, type_of
from tests.redshift_facts import refused, works

_ROWS = """
  (30001, '8/2/2003', 3, 'b', 10, 10), (10001, '12/24/2003', 1, 'c', 10, 10), (10005, '12/24/2003', 1, 'a', 30, null),
  (40001, '1/9/2004', 4, 'a', 40, null), (10006, '1/18/2004', 1, 'c', 10, null), (20001, '2/12/2004', 2, 'b', 20, 20),
  (40005, '2/12/2004', 4, 'a', 10, 10), (20002, '2/16/2004', 2, 'c', 20, 20), (30003, '4/18/2004', 3, 'b', 15, null),
  (30004, '4/18/2004', 3, 'b', 20, null), (30007, '9/7/2004', 3, 'c', 30, null)"""
_BY_DATE = "OVER (ORDER BY dateid, salesid ROWS UNBOUNDED PRECEDING)"
_WHOLE = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"


@pytest.fixture(scope="module")
def sales(sandbox: Sandbox) -> Iterator[Connection]:
    """A connection with the guide's table, and with a decimal, a double and a truth of each row."""
    with connect(sandbox) as connection:
        connection.execute(
            "CREATE TEMP TABLE winsales (salesid INT, dateid DATE, sellerid INT, buyerid CHAR(10), qty INT,"
            " qty_shipped INT, price DECIMAL(8,2), weight FLOAT8, big BIGINT, sent BOOLEAN)"
        )
        columns = "salesid, dateid, sellerid, buyerid, qty, qty_shipped"
        connection.execute(f"INSERT INTO winsales ({columns}) VALUES {_ROWS}")
        connection.execute(
            "UPDATE winsales SET price = qty * 1.25, weight = qty / 4.0, big = salesid, sent = qty_shipped IS NOT NULL"
        )
        yield connection


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        fact("ANY_VALUE(sellerid - sellerid)", 0),
        fact("APPROXIMATE COUNT(DISTINCT sellerid)", 4, "APPROXIMATE COUNT"),
        fact("APPROXIMATE PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY qty)", 20, "APPROXIMATE PERCENTILE_DISC"),
        fact("AVG(qty)", 19),
        fact("AVG(qty - 20)", 0),
        fact("AVG(DISTINCT qty)", 23),
        fact("AVG(big)", 24548),
        fact("AVG(price)", Decimal("24.43")),
        fact("AVG(weight)", 215 / 44),
        fact("AVG(ALL qty_shipped)", 14),
        fact("AVG(NULL::int)", None),
        fact("BIT_AND(qty)", 0),
        fact("BIT_OR(qty)", 63),
        fact("BOOL_AND(sent)", False),
        fact("BOOL_OR(sent)", True),
        fact("BOOL_AND(qty)", True),
        fact("BOOL_OR(DISTINCT qty - 10)", True),
        fact("COUNT(*)", 11),
        fact("COUNT(DISTINCT qty_shipped)", 2),
        fact("HLL(sellerid)", 4),
        fact("LISTAGG(sellerid, ', ') WITHIN GROUP (ORDER BY sellerid)", "1, 1, 1, 2, 2, 3, 3, 3, 3, 4, 4"),
        fact("LISTAGG(sellerid) WITHIN GROUP (ORDER BY dateid, salesid)", "31141242333"),
        fact("LISTAGG(DISTINCT qty, ', ') WITHIN GROUP (ORDER BY qty)", "10, 15, 20, 30, 40"),
        fact("LISTAGG(DISTINCT qty, ', ') WITHIN GROUP (ORDER BY qty DESC)", "40, 30, 20, 15, 10"),
        fact("LISTAGG(NULLIF(qty, 10), '-') WITHIN GROUP (ORDER BY salesid)", "30-20-20-15-20-30-40"),
        fact("LISTAGG(NULL::varchar)", None),
        fact("MAX(price)", Decimal("50.00")),
        fact("MEDIAN(qty)", 20),
        fact("MEDIAN(price)", 25),
        fact("MEDIAN(weight)", 5),
        fact("MEDIAN(dateid)", datetime(2004, 2, 12)),
        fact("MEDIAN(qty_shipped)", 10),
        fact("MIN(buyerid)", "a         "),
        fact("PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY qty)", 10),
        fact("PERCENTILE_CONT(0.1) WITHIN GROUP (ORDER BY qty DESC)", 30),
        fact("PERCENTILE_CONT(0.75) WITHIN GROUP (ORDER BY qty_shipped)", 20),
        fact("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY dateid::timestamp)", datetime(2004, 2, 12)),
        fact("PERCENTILE_DISC(0.6) WITHIN GROUP (ORDER BY qty)", 20),
        fact("PERCENTILE_DISC(0.1) WITHIN GROUP (ORDER BY qty DESC)", 30),
        fact("ROUND(STDDEV(qty), 4)", 10.113, "STDDEV"),
        fact("ROUND(STDDEV_SAMP(price), 4)", 12.6412, "STDDEV_SAMP"),
        fact("ROUND(STDDEV_POP(qty), 4)", 9.6424, "STDDEV_POP"),
        fact("SUM(price)", Decimal("268.75")),
        fact("SUM(CASE WHEN qty > 15 THEN 1 END)", 6),
        fact("ROUND(VAR_SAMP(qty), 4)", 102.2727, "VAR_SAMP"),
        fact("ROUND(VARIANCE(price), 4)", 159.8011, "VARIANCE"),
        fact("ROUND(VAR_POP(qty), 4)", 92.9752, "VAR_POP"),
    ],
)  # fmt: skip
def test_aggregates_give_redshifts_values(sales: Connection, expression: str, value: Any) -> None:
    assert sales.execute(f"SELECT {expression} FROM winsales").fetchone() == (value,)


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        fact("AVG(qty)", "int8"),
        fact("AVG(big)", "int8"),
        fact("AVG(price)", "numeric"),
        fact("AVG(weight::real)", "float8"),
        fact("SUM(qty)", "int8"),
        fact("SUM(big)", "int8"),
        fact("SUM(weight::real)", "float8"),
        fact("COUNT(*)", "int8"),
        fact("STDDEV(qty)", "float8"),
        fact("VAR_POP(price)", "float8"),
        fact("MEDIAN(qty)", "numeric"),
        fact("MEDIAN(weight)", "float8"),
        fact("MEDIAN(dateid)", "timestamp"),
        fact("PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY dateid)", "date"),
        fact("BIT_AND(qty)", "int4"),
    ],
)
def test_aggregates_give_redshifts_types(sales: Connection, expression: str, kind: str) -> None:
    assert type_of(sales, f"{expression} FROM winsales") == kind


def _window(expression: str, values: list[Any], *names: str) -> Any:
    return fact(expression, values, *(f"{name} OVER" for name in names or (expression.split("(")[0],)))


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        _window(f"AVG(qty) {_BY_DATE}", [10, 10, 16, 22, 20, 20, 18, 18, 18, 18, 19]),
        _window(f"COUNT(qty_shipped) {_BY_DATE}", [1, 2, 2, 2, 2, 3, 4, 5, 5, 5, 5]),
        _window(f"MAX(qty) {_BY_DATE}", [10, 10, 30, 40, 40, 40, 40, 40, 40, 40, 40]),
        _window("MIN(qty) OVER (PARTITION BY sellerid)", [10, 10, 10, 10, 10, 20, 10, 20, 10, 10, 10]),
        _window(f"SUM(qty) {_BY_DATE}", [10, 20, 50, 90, 100, 120, 130, 150, 165, 185, 215]),
        _window("RANK() OVER (ORDER BY qty)", [1, 1, 9, 11, 1, 6, 1, 6, 5, 6, 9]),
        _window("DENSE_RANK() OVER (ORDER BY qty)", [1, 1, 4, 5, 1, 3, 1, 3, 2, 3, 4]),
        _window("ROW_NUMBER() OVER (ORDER BY dateid, salesid)", list(range(1, 12))),
        _window("NTILE(4) OVER (ORDER BY dateid, salesid)", [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4]),
        _window("ROUND(CUME_DIST() OVER (PARTITION BY sellerid ORDER BY salesid), 2)",
                [0.25, 0.33, 0.67, 0.5, 1, 0.5, 1, 1, 0.5, 0.75, 1], "CUME_DIST"),
        _window("ROUND(PERCENT_RANK() OVER (PARTITION BY sellerid ORDER BY salesid), 2)",
                [0, 0, 0.5, 0, 1, 0, 1, 1, 0.33, 0.67, 1], "PERCENT_RANK"),
        _window("RATIO_TO_REPORT(qty) OVER (PARTITION BY sellerid)",
                [10 / 75, 0.2, 0.6, 0.8, 0.2, 0.5, 0.2, 0.5, 0.2, 20 / 75, 0.4]),
        _window("MEDIAN(qty) OVER (PARTITION BY sellerid)", [17.5, 10, 10, 25, 10, 20, 25, 20, 17.5, 17.5, 17.5]),
        _window("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY qty) OVER ()", [20] * 11),
        _window("PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY qty) OVER (PARTITION BY sellerid)",
                [15, 10, 10, 10, 10, 20, 10, 20, 15, 15, 15]),
        _window("LISTAGG(sellerid) WITHIN GROUP (ORDER BY sellerid) OVER ()", ["11122333344"] * 11),
        _window("LISTAGG(DISTINCT sellerid, '-') WITHIN GROUP (ORDER BY sellerid DESC) OVER ()", ["4-3-2-1"] * 11),
        _window("LISTAGG(qty, ',') WITHIN GROUP (ORDER BY salesid) OVER (PARTITION BY sellerid)",
                [{1: "10,30,10", 2: "20,20", 3: "10,15,20,30", 4: "40,10"}[s] for s in (3, 1, 1, 4, 1, 2, 4, 2, 3, 3, 3)]),
        _window("LAG(qty_shipped) OVER (ORDER BY dateid, salesid)",
                [None, 10, 10, None, None, None, 20, 10, 20, None, None]),
        _window("LAG(qty_shipped, 1) IGNORE NULLS OVER (ORDER BY dateid, salesid)",
                [None, 10, 10, 10, 10, 10, 20, 10, 20, 20, 20]),
        _window("LAG(qty_shipped, 2) IGNORE NULLS OVER (ORDER BY dateid, salesid)",
                [None, None, 10, 10, 10, 10, 10, 20, 10, 10, 10]),
        _window("LEAD(qty_shipped) RESPECT NULLS OVER (ORDER BY dateid, salesid)",
                [10, None, None, None, 20, 10, 20, None, None, None, None]),
        _window("LEAD(qty_shipped IGNORE NULLS) OVER (ORDER BY dateid, salesid)",
                [10, 20, 20, 20, 20, 10, 20, None, None, None, None]),
        _window("LEAD(qty_shipped, 2) IGNORE NULLS OVER (ORDER BY dateid, salesid)",
                [20, 10, 10, 10, 10, 20, None, None, None, None, None]),
        _window(f"FIRST_VALUE(qty_shipped) OVER (ORDER BY dateid DESC, salesid {_WHOLE})", [None] * 11),
        _window(f"FIRST_VALUE(qty_shipped IGNORE NULLS) OVER (ORDER BY dateid DESC, salesid {_WHOLE})", [20] * 11),
        _window(f"LAST_VALUE(qty_shipped) IGNORE NULLS {_BY_DATE}", [10, 10, 10, 10, 10, 20, 10, 20, 20, 20, 20]),
        _window(f"NTH_VALUE(qty_shipped, 3) OVER (ORDER BY dateid, salesid {_WHOLE})", [None] * 11),
        _window(f"NTH_VALUE(qty_shipped, 3) IGNORE NULLS OVER (ORDER BY dateid, salesid {_WHOLE})", [20] * 11),
        _window("ROUND(STDDEV_POP(qty) OVER (PARTITION BY sellerid), 2)",
                [7.4, 9.43, 9.43, 15, 9.43, 0, 15, 0, 7.4, 7.4, 7.4], "STDDEV_POP"),
        _window("ROUND(VAR_SAMP(qty) OVER (PARTITION BY sellerid), 2)",
                [72.92, 133.33, 133.33, 450, 133.33, 0, 450, 0, 72.92, 72.92, 72.92], "VAR_SAMP"),
    ],
)  # fmt: skip
def test_window_functions_give_redshifts_values(
    sales: Connection, expression: str, values: list[Any]
) -> None:
    found = sales.execute(f"SELECT {expression} FROM winsales ORDER BY dateid, salesid").fetchall()
    assert [float(value) if isinstance(value, Decimal) else value for (value,) in found] == values


@works("function", "LISTAGG", "MEDIAN", "AVG", "PERCENTILE_CONT", "RATIO_TO_REPORT")
def test_aggregates_columns_are_named_as_redshift_names_them(sales: Connection) -> None:
    cursor = sales.execute(
        "SELECT LISTAGG(qty), MEDIAN(qty), AVG(qty), PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY qty), HLL(qty)"
        " FROM winsales"
    )
    names = [column.name for column in cursor.description or []]
    assert names == ["listagg", "median", "avg", "percentile_cont", "hll"]


@works("function", "LISTAGG", "MEDIAN", "AVG")
def test_aggregates_work_by_group_in_having_and_in_queries_of_queries(sales: Connection) -> None:
    sql = (
        "SELECT sellerid, LISTAGG(qty, '/') WITHIN GROUP (ORDER BY qty), MEDIAN(qty), AVG(price) FROM winsales"
        " GROUP BY sellerid HAVING AVG(qty) > 16 ORDER BY AVG(qty) DESC, 1"
    )
    assert sales.execute(sql).fetchall() == [
        (4, "10/40", 25, Decimal("31.25")), (2, "20/20", 20, Decimal("25.00")), (3, "10/15/20/30", 17.5, Decimal("23.43")),
    ]  # fmt: skip
    nested = f"WITH q AS ({sql}) SELECT AVG(n) FROM (SELECT LEN(listagg) AS n FROM q) AS lengths"
    assert sales.execute(nested).fetchone() == (7,)


@works("function", "LISTAGG")
def test_a_list_of_more_than_64_kb_is_refused(sales: Connection) -> None:
    with pytest.raises(psycopg.Error, match="Result size exceeds LISTAGG limit"):
        sales.execute("SELECT LISTAGG(REPEAT('x', 6000), ',') FROM winsales")
    assert sales.execute("SELECT LEN(LISTAGG(REPEAT('x', 5950), ',')) FROM winsales").fetchone() == (65460,)


@pytest.mark.parametrize(
    ("sql", "code", "message"),
    [
        pytest.param(f"SELECT {call} FROM winsales", "42883", message, marks=refused("function", call.split("(")[0]))
        for call, message in [
            ("STRING_AGG(buyerid::varchar, ',')", 'function string_agg(character varying, "unknown") does not exist'),
            ("ARRAY_AGG(qty)", "function array_agg(integer) does not exist"),
            ("JSON_AGG(qty)", "function json_agg(integer) does not exist"),
            ("CORR(weight, weight)", "function corr(double precision, double precision) does not exist"),
            ("REGEXP_MATCHES('a', 'b')", 'function regexp_matches("unknown", "unknown") does not exist'),
            ("FORMAT('%s', qty)", 'function format("unknown", integer) does not exist'),
            ("GEN_RANDOM_UUID()", "function gen_random_uuid() does not exist"),
            ("TO_TSVECTOR('a')", 'function to_tsvector("unknown") does not exist'),
            ("CONCAT_WS(',', 'a')", 'function concat_ws("unknown", "unknown") does not exist'),
            ("UNNEST(STRING_TO_ARRAY('a', 'b'))", "function unnest(text[]) does not exist"),
        ]
    ]
    + [
        pytest.param(f"SELECT {call}, qty FROM winsales", "0A000", "not supported on Redshift tables.",
                     marks=refused("function", f"{call.split('(')[0]} (with tables)"))
        for call in ("NOW()", "AGE(dateid, dateid)", "CURRENT_TIMESTAMP", "CURRENT_SCHEMA()", "GENERATE_SERIES(1, 2)")
    ]
    + [
        pytest.param(f"SELECT {call} FROM (SELECT 1 AS a) AS q", "0A000",
                     "One or more of the used functions must be applied on at least one user created tables.",
                     marks=refused("function", f"{call.split('(')[0]} (without tables)"))
        for call in ("LISTAGG(a)", "MEDIAN(a)")
    ]
    + [
        pytest.param("SELECT SUM(qty) OVER (ORDER BY dateid) FROM winsales", "42601", "require a frame clause",
                     marks=refused("clause", "OVER (ORDER BY …) of an aggregate without a frame")),
        pytest.param("SELECT SUM(qty) OVER (ORDER BY qty RANGE UNBOUNDED PRECEDING) FROM winsales", "42601",
                     'syntax error at or near "RANGE"', marks=refused("clause", "OVER (… RANGE …)")),
        pytest.param("SELECT LAG(qty, 1, 0) OVER (ORDER BY qty) FROM winsales", "0A000",
                     "Default parameter not be supported for window function lag",
                     marks=refused("function", "LAG with a default")),
    ],
)  # fmt: skip
def test_what_redshift_lacks_is_refused_in_its_words(
    sales: Connection, sql: str, code: str, message: str
) -> None:
    with pytest.raises(psycopg.Error) as refusal:
        sales.execute(sql)
    assert (refusal.value.sqlstate, message in str(refusal.value)) == (code, True)
