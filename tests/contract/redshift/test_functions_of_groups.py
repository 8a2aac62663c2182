"""Redshift's aggregate functions, over the Developer Guide's table WINSALES."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from tests.contract.redshift.function_facts import Connection, fact, type_of
from tests.redshift_facts import works


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        fact("ANY_VALUE(sellerid - sellerid)", 0),
        fact("APPROXIMATE COUNT(DISTINCT sellerid)", 4, "APPROXIMATE COUNT"),
        fact(
            "APPROXIMATE PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY qty)", 20, "APPROXIMATE PERCENTILE_DISC"
        ),
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
)
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


@works("function", "LISTAGG", "MEDIAN", "AVG", "PERCENTILE_CONT", "RATIO_TO_REPORT")
def test_aggregates_columns_are_named_as_redshift_names_them(sales: Connection) -> None:
    cursor = sales.execute(
        "SELECT LISTAGG(qty), MEDIAN(qty), AVG(qty), PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY qty),"
        " HLL(qty) FROM winsales"
    )
    names = [column.name for column in cursor.description or []]
    assert names == ["listagg", "median", "avg", "percentile_cont", "hll"]


@works("function", "LISTAGG", "MEDIAN", "AVG")
def test_aggregates_work_by_group_in_having_and_in_queries_of_queries(sales: Connection) -> None:
    sql = (
        "SELECT sellerid, LISTAGG(qty, '/') WITHIN GROUP (ORDER BY qty), MEDIAN(qty), AVG(price)"
        " FROM winsales GROUP BY sellerid HAVING AVG(qty) > 16 ORDER BY AVG(qty) DESC, 1"
    )
    assert sales.execute(sql).fetchall() == [
        (4, "10/40", 25, Decimal("31.25")),
        (2, "20/20", 20, Decimal("25.00")),
        (3, "10/15/20/30", 17.5, Decimal("23.43")),
    ]
    nested = f"WITH q AS ({sql}) SELECT AVG(n) FROM (SELECT LEN(listagg) AS n FROM q) AS lengths"
    assert sales.execute(nested).fetchone() == (7,)


@works("function", "LISTAGG")
def test_a_list_of_more_than_64_kb_is_refused(sales: Connection) -> None:
    with pytest.raises(psycopg.Error, match="Result size exceeds LISTAGG limit"):
        sales.execute("SELECT LISTAGG(REPEAT('x', 6000), ',') FROM winsales")
    assert sales.execute("SELECT LEN(LISTAGG(REPEAT('x', 5950), ',')) FROM winsales").fetchone() == (65460,)
