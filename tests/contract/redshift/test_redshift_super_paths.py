"""SUPER is navigated, unnested and compared in SQL (developer guide, "Querying semistructured data")."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.contract.redshift.conftest import Rows
from tests.redshift_facts import works

ORDERS = """
    CREATE TABLE customers (id INT, c SUPER, name VARCHAR(10));
    INSERT INTO customers SELECT 1,
      JSON_PARSE('{"city": "Bern", "orders": [{"key": "a", "price": 10.5, "lines": [1, 2]},
                  {"key": "b", "price": 4, "lines": []}], "size": {"m": 1, "l": 2}}'), 'Bern';
    INSERT INTO customers SELECT 2, JSON_PARSE('{"city": "Rome", "orders": "none", "n": "3"}'), 'x';
    INSERT INTO customers SELECT 3, NULL, 'y'
"""
NAVIGATION = works("semantics", "navigation of SUPER")
UNNESTING = works("clause", "unnesting of SUPER in FROM")


@pytest.fixture
def customers(db: psycopg.Connection[Any], rows: Rows) -> Rows:
    """A table `customers` with documents, and the way to query it."""
    db.execute(ORDERS)
    return rows


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param(
            "SELECT c.city, customers.c.orders[0].price FROM customers ORDER BY id",
            [("Bern", 10.5), ("Rome", None), (None, None)],
            marks=NAVIGATION,
            id="navigation",
        ),
        pytest.param(
            "SELECT id FROM customers t WHERE t.c.city = 'Rome' AND c.orders[0].key IS NULL",
            [(2,)],
            marks=works("semantics", "comparison of SUPER with other types"),
            id="compared with a literal",
        ),
        pytest.param("SELECT id FROM customers WHERE c.city = name", [(1,)], id="compared with a column"),
        pytest.param("SELECT id FROM customers WHERE c.size.l > 1", [(1,)], id="compared with a number"),
        pytest.param("SELECT id FROM customers WHERE c.n = 3", [], id="unlike types aren't equal"),
        pytest.param("SELECT id FROM customers WHERE c.city IN ('Bern', 'Oslo')", [(1,)], id="IN"),
        pytest.param("SELECT id FROM customers WHERE c.city LIKE 'R%'", [(2,)], id="LIKE"),
        pytest.param(
            "SELECT c.city::VARCHAR || '!', c.n::INT + 1, CAST(c.orders[1].key AS VARCHAR(5))"
            " FROM customers WHERE id < 3 ORDER BY id",
            [("Bern!", None, "b"), ("Rome!", 4, None)],
            marks=works("semantics", "casts of SUPER values"),
            id="casts",
        ),
        pytest.param(
            "SELECT c.size.m + 1, SUM(c.size.l) OVER () FROM customers WHERE id = 1",
            [(2, 2)],
            id="arithmetic",
        ),
        pytest.param(
            'SELECT c."city" FROM customers GROUP BY c."city" ORDER BY c.city LIMIT 1',
            [("Bern",)],
            id="GROUP BY",
        ),
        pytest.param(
            "SELECT t.id, o.key, o.price * 2 FROM customers t, t.c.orders o WHERE o.price > 0"
            " ORDER BY o.price",
            [(1, "b", 8), (1, "a", 21)],
            marks=UNNESTING,
            id="unnesting",
        ),
        pytest.param(
            "SELECT l, i FROM customers AS t, t.c.orders AS o, o.lines AS l AT i ORDER BY i",
            [(1, 0), (2, 1)],
            marks=works("clause", "unnesting AT"),
            id="unnesting of what is unnested",
        ),
        pytest.param(
            "SELECT v, k FROM customers AS t, UNPIVOT t.c.size AS v AT k ORDER BY k",
            [(2, "l"), (1, "m")],
            marks=works("clause", "UNPIVOT of an object"),
            id="UNPIVOT of an object",
        ),
        pytest.param(
            "SELECT COUNT(*) FROM customers t, t.c.orders o WHERE t.id = 2",
            [(1,)],
            id="a scalar is its own item",
        ),
        pytest.param(
            "SELECT id FROM customers t WHERE EXISTS (SELECT 1 FROM customers u WHERE u.id = t.id"
            " AND u.c.n = '3')",
            [(2,)],
            id="beside an outer query",
        ),
    ],
)
def test_values_inside_a_super_are_reached(
    customers: Rows, sql: str, expected: list[tuple[Any, ...]]
) -> None:
    assert customers(sql) == expected


def test_tables_and_schemas_are_not_taken_for_documents(customers: Rows, db: psycopg.Connection[Any]) -> None:
    ((schema,),) = customers("SELECT current_schema()")
    assert customers(f"SELECT {schema}.customers.id FROM {schema}.customers ORDER BY 1") == [(1,), (2,), (3,)]
    assert customers(
        f"SELECT b.id FROM {schema}.customers a, {schema}.customers b WHERE a.id = b.id + 2"
    ) == [(1,)]
    with pytest.raises(psycopg.errors.UndefinedTable, match='"nothing"'):
        db.execute("SELECT nothing.id FROM customers")
