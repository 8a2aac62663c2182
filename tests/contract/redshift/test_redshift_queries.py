"""Redshift's clauses give Redshift's rows (Amazon Redshift Database Developer Guide, SELECT)."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.contract.redshift.conftest import Rows
from tests.redshift_facts import gap, refused, works

SALES = """
    CREATE TABLE sales (id INT, region VARCHAR(10), q1 INT, q2 INT);
    INSERT INTO sales VALUES (1, 'north', 10, 100), (2, 'south', 20, NULL), (3, 'north', 30, 300)
"""


@pytest.fixture
def sales(db: psycopg.Connection[Any], rows: Rows) -> Rows:
    """A table `sales` of three rows, and the way to query it."""
    db.execute(SALES)
    return rows


CLAUSES = [
    pytest.param(
        "SELECT TOP 2 id FROM sales ORDER BY id DESC", [(3,), (2,)], marks=works("clause", "TOP n"), id="TOP"
    ),
    pytest.param(
        "SELECT id FROM sales QUALIFY ROW_NUMBER() OVER (PARTITION BY region ORDER BY id DESC) = 1"
        " ORDER BY id",
        [(2,), (3,)],
        marks=works("clause", "QUALIFY"),
        id="QUALIFY",
    ),
    pytest.param(
        "SELECT id, RANK() OVER (ORDER BY q1 DESC) AS place FROM sales QUALIFY place < 3 ORDER BY place",
        [(3, 1), (2, 2)],
        marks=works("clause", "QUALIFY with an alias of the list"),
        id="QUALIFY an alias",
    ),
    pytest.param(
        "SELECT *, COUNT(*) OVER (PARTITION BY region) AS n FROM sales WHERE q2 > 0 QUALIFY n = 2"
        " ORDER BY q1",
        [(1, "north", 10, 100, 2), (3, "north", 30, 300, 2)],
        id="QUALIFY with a star",
    ),
    pytest.param(
        "SELECT s.region, t.id FROM sales s JOIN sales t ON s.id = t.id"
        " QUALIFY ROW_NUMBER() OVER (PARTITION BY s.region ORDER BY t.id) = 1 ORDER BY t.q1",
        [("north", 1), ("south", 2)],
        id="QUALIFY over a join, ordered by another column",
    ),
    pytest.param(
        "SELECT * FROM sales s JOIN (SELECT id, 'x' AS mark FROM sales) AS m USING (id)"
        " QUALIFY ROW_NUMBER() OVER (ORDER BY id DESC) = 1",
        [(3, "north", 30, 300, "x")],
        id="QUALIFY with a star over merged columns",
    ),
    pytest.param(
        "SELECT q1 + 1 AS more, more * 2 AS twice, twice + more AS sum FROM sales WHERE id = 1",
        [(11, 22, 33)],
        marks=works("clause", "lateral column alias"),
        id="lateral alias",
    ),
    pytest.param(
        "SELECT q1 AS q2, q2 AS other FROM sales WHERE id = 1",
        [(10, 100)],
        marks=works("clause", "lateral column alias behind a column of the FROM"),
        id="lateral alias hidden by a column",
    ),
    pytest.param(
        "SELECT id * 10 AS tens, q1 AS q2 FROM sales WHERE tens <= 10 AND q2 = 100 ORDER BY tens",
        [(10, 10)],
        marks=works("clause", "column alias in WHERE"),
        id="alias in WHERE, unless the FROM has a column of that name",
    ),
    pytest.param(
        "WITH a AS (SELECT id AS k FROM sales), b AS (SELECT k * 2 AS d, d + 1 AS e FROM a)"
        " SELECT e FROM b ORDER BY e",
        [(3,), (5,), (7,)],
        id="lateral alias in a common table over another",
    ),
    pytest.param(
        "SELECT region AS place, SUM(q1) AS total, total / 2 AS half FROM sales GROUP BY place"
        " ORDER BY place",
        [("north", 40, 20), ("south", 20, 10)],
        id="lateral alias of an aggregate",
    ),
    pytest.param(
        "SELECT * FROM (SELECT region, q1 FROM sales) PIVOT (SUM(q1) FOR region IN ('north', 'south' AS s))",
        [(40, 20)],
        marks=works("clause", "PIVOT"),
        id="PIVOT",
    ),
    pytest.param(
        "SELECT p.id, north, south FROM sales PIVOT (COUNT(*) FOR region IN ('north', 'south')) AS p"
        " ORDER BY p.id",
        [(1, 1, 0), (2, 0, 1), (3, 1, 0)],
        id="PIVOT of a table groups by its other columns",
    ),
    pytest.param(
        "SELECT id, quarter, n FROM sales UNPIVOT (n FOR quarter IN (q1, q2 AS second)) ORDER BY id, quarter",
        [(1, "q1", 10), (1, "second", 100), (2, "q1", 20), (3, "q1", 30), (3, "second", 300)],
        marks=works("clause", "UNPIVOT"),
        id="UNPIVOT",
    ),
    pytest.param(
        "SELECT COUNT(*) FROM sales UNPIVOT INCLUDE NULLS (n FOR quarter IN (q1, q2))",
        [(6,)],
        marks=works("clause", "UNPIVOT INCLUDE NULLS"),
        id="UNPIVOT INCLUDE NULLS",
    ),
    pytest.param(
        "SELECT * EXCLUDE (q1, q2) FROM sales WHERE id = 2",
        [(2, "south")],
        marks=works("clause", "SELECT * EXCLUDE"),
        id="EXCLUDE",
    ),
    pytest.param(
        "SELECT t.* EXCLUDE id FROM sales s JOIN sales t ON s.id = t.id WHERE s.id = 1",
        [("north", 10, 100)],
        id="EXCLUDE of one table's columns",
    ),
    pytest.param(
        "SELECT region, SUM(q1) FROM sales GROUP BY ALL ORDER BY region",
        [("north", 40), ("south", 20)],
        marks=works("clause", "GROUP BY ALL"),
        id="GROUP BY ALL",
    ),
    pytest.param(
        "SELECT region AS r, COUNT(*) FROM sales GROUP BY r HAVING COUNT(*) > 1 ORDER BY 1",
        [("north", 2)],
        marks=works("clause", "GROUP BY alias or position", "HAVING"),
        id="GROUP BY an alias",
    ),
    pytest.param(
        "SELECT region, SUM(q1), GROUPING(region) FROM sales GROUP BY ROLLUP (region) ORDER BY 2",
        [("south", 20, 0), ("north", 40, 0), (None, 60, 1)],
        marks=works("clause", "GROUP BY ROLLUP", "GROUP BY CUBE", "GROUPING SETS"),
        id="ROLLUP",
    ),
    pytest.param(
        "SELECT id FROM sales MINUS SELECT id FROM sales WHERE id > 1",
        [(1,)],
        marks=works("clause", "MINUS", "EXCEPT", "INTERSECT", "UNION"),
        id="MINUS",
    ),
    pytest.param(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT SUM(i) FROM n",
        [(6,)],
        marks=works("clause", "WITH", "WITH RECURSIVE"),
        id="WITH RECURSIVE",
    ),
    pytest.param(
        "SELECT id, level FROM sales START WITH id = 1 CONNECT BY PRIOR id = id - 1 ORDER BY level",
        [(1, 1), (2, 2), (3, 3)],
        marks=works("clause", "CONNECT BY", "START WITH", "PRIOR", "LEVEL"),
        id="CONNECT BY",
    ),
    pytest.param(
        "SELECT id FROM sales START WITH id = 1 CONNECT BY PRIOR id = id - 1 AND level <= 2 ORDER BY id",
        [(1,), (2,)],
        id="CONNECT BY down to a level",
    ),
    pytest.param(
        "SELECT id FROM sales ORDER BY q2 DESC, id LIMIT 2 OFFSET 1",
        [(3,), (1,)],
        marks=works("clause", "ORDER BY", "LIMIT", "OFFSET"),
        id="LIMIT",
    ),
    pytest.param(
        "SELECT SUM(q1) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) FROM sales ORDER BY 1",
        [(10,), (30,), (60,)],
        marks=works("clause", "OVER with ROWS"),
        id="ROWS",
    ),
    pytest.param(
        "SELECT id FROM sales WHERE region LIKE 'no%' AND region ILIKE 'NO%' AND region SIMILAR TO '(n|x)%'"
        " AND region ~ '^n' AND region !~* '^S' AND id BETWEEN 1 AND 2",
        [(1,)],
        marks=works("clause", "LIKE", "ILIKE", "SIMILAR TO", "POSIX operators", "BETWEEN"),
        id="patterns",
    ),
]


@pytest.mark.parametrize(("sql", "expected"), CLAUSES)
def test_a_clause_gives_redshifts_rows(sales: Rows, sql: str, expected: list[tuple[Any, ...]]) -> None:
    assert sales(sql) == expected


@works("clause", "PIVOT with an alias of the aggregate")
def test_pivoted_columns_are_named_by_value_and_aggregate(sales: Rows, db: psycopg.Connection[Any]) -> None:
    pivot = "SELECT * FROM (SELECT region, q1 FROM sales) PIVOT ({} FOR region IN ('north' AS n, 'south'))"
    named = db.execute(pivot.format("SUM(q1) AS total"))
    assert [column.name for column in named.description or ()] == ["n_total", "south_total"]
    plain = db.execute(pivot.format("COUNT(DISTINCT q1)"))
    assert [column.name for column in plain.description or ()] == ["n", "south"]
    assert plain.fetchall() == [(2, 1)]
    assert db.execute(pivot.format("AVG(q1)")).fetchall() == [(20, 20)]


def test_what_needs_columns_works_with_parameters_and_in_transactions(
    sales: Rows, db: psycopg.Connection[Any]
) -> None:
    with db.transaction():
        sql = "SELECT id + 1 AS next, next * 2 AS twice FROM sales WHERE id = %s"
        assert db.execute(sql, (1,), prepare=True).fetchone() == (2, 4)
        assert db.execute(sql, (2,), prepare=True).fetchone() == (3, 6)
        kept = db.execute("SELECT * EXCLUDE (q1, q2) FROM sales WHERE id = %s", (3,)).fetchone()
        assert kept == (3, "north")
    with pytest.raises(psycopg.errors.UndefinedColumn, match='"nothing"'):
        db.execute("SELECT * EXCLUDE (nothing) FROM sales")


def test_a_table_that_is_not_there_is_told_by_name_also_where_its_columns_are_asked_for(
    db: psycopg.Connection[Any],
) -> None:
    for sql in ("SELECT * EXCLUDE (a) FROM nowhere", "SELECT 1 AS a, a + 1 AS b FROM nowhere WHERE %s"):
        with pytest.raises(psycopg.errors.UndefinedTable, match="nowhere"):
            db.execute(sql, (True,) if "%s" in sql else None)
        assert db.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.errors.UndefinedTable), db.transaction():
        db.execute("SELECT 1 AS a, a + 1 AS b FROM nowhere")


def test_a_script_may_ask_for_columns_of_a_table_that_it_makes(db: psycopg.Connection[Any]) -> None:
    cursor = db.execute(
        "CREATE TABLE made (a INT); INSERT INTO made VALUES (1); SELECT a + 1 AS b, b + 1 AS c FROM made"
    )
    while cursor.nextset():
        pass
    assert cursor.fetchall() == [(2, 3)]


@works("statement", "SELECT INTO", "CREATE TABLE AS")
def test_the_rows_of_a_query_make_a_table(sales: Rows, db: psycopg.Connection[Any]) -> None:
    db.execute("SELECT id AS k, k * 2 AS d INTO TEMP kept FROM sales")
    db.execute("CREATE TABLE copied AS SELECT TOP 1 id AS k, k * 2 AS d FROM sales ORDER BY id DESC")
    assert sales("SELECT SUM(d) FROM kept") == [(12,)]
    assert sales("SELECT k, d FROM copied") == [(3, 6)]


@works("statement", "INSERT", "UPDATE", "UPDATE FROM", "DELETE", "DELETE USING", "DELETE without FROM")
def test_rows_are_changed_in_redshifts_forms(sales: Rows, db: psycopg.Connection[Any]) -> None:
    db.execute("CREATE TABLE other (id INT, n INT DEFAULT 7)")
    db.execute("INSERT INTO other (SELECT id, q1 FROM sales)")
    db.execute("INSERT INTO other DEFAULT VALUES; INSERT INTO other VALUES (8, DEFAULT), (9, 1)")
    db.execute("UPDATE other SET n = s.q1 + 1 FROM sales s WHERE s.id = other.id")
    db.execute("DELETE FROM other USING sales WHERE sales.id = other.id AND sales.q2 IS NULL")
    db.execute("DELETE other WHERE id = 9")
    assert sales("SELECT id, n FROM other ORDER BY id") == [(1, 11), (3, 31), (8, 7), (None, 7)]


MERGE = "MERGE INTO target USING source ON target.id = source.id "
INSERTS = "WHEN NOT MATCHED THEN INSERT VALUES (source.id, source.v)"


@pytest.fixture
def merged(db: psycopg.Connection[Any], rows: Rows) -> Rows:
    """A target with 1 and 2, a source with 2 and 3; the way to read them."""
    db.execute("CREATE TABLE target (id INT, v INT); CREATE TABLE source (id INT, v INT)")
    db.execute("INSERT INTO target VALUES (1, 10), (2, 20); INSERT INTO source VALUES (2, 21), (3, 31)")
    return rows


@works("statement", "MERGE")
@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (f"WHEN MATCHED THEN UPDATE SET v = source.v {INSERTS}", [(1, 10), (2, 21), (3, 31)]),
        (f"{INSERTS} WHEN MATCHED THEN DELETE", [(1, 10), (3, 31)]),
        pytest.param(
            "REMOVE DUPLICATES",
            [(1, 10), (2, 21), (3, 31)],
            marks=works("statement", "MERGE REMOVE DUPLICATES"),
            id="REMOVE DUPLICATES",
        ),
    ],
)
def test_merge_changes_what_matches_and_inserts_the_rest(
    merged: Rows, db: psycopg.Connection[Any], actions: str, expected: list[tuple[int, int]]
) -> None:
    db.execute(MERGE + actions)
    assert merged("SELECT id, v FROM target ORDER BY id") == expected


@refused("statement", "MERGE with two matches")
def test_merge_refuses_two_matches(merged: Rows, db: psycopg.Connection[Any]) -> None:
    db.execute("INSERT INTO source VALUES (2, 22)")
    with pytest.raises(psycopg.Error, match="Found multiple matches to update the same tuple"):
        db.execute(f"{MERGE} WHEN MATCHED THEN UPDATE SET v = source.v {INSERTS}")
    assert merged("SELECT id, v FROM target ORDER BY id") == [(1, 10), (2, 20)]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        pytest.param(
            "SELECT * FROM sales s, sales t WHERE s.id = t.id (+)",
            "outer joins marked with",
            marks=gap("clause", "(+) outer join", why="LEFT JOIN says the same"),
            id="(+)",
        ),
        pytest.param(
            "SELECT *, COUNT(*) FROM sales GROUP BY ALL",
            "GROUP BY ALL with",
            marks=gap("clause", "GROUP BY ALL with *", why="list the columns"),
            id="GROUP BY ALL *",
        ),
        pytest.param(
            "SELECT s.id FROM sales s, sales t START WITH s.id = 1 CONNECT BY PRIOR s.id = t.id",
            "CONNECT BY of anything but one table",
            marks=gap("clause", "CONNECT BY over a join", why="WITH RECURSIVE says the same"),
            id="CONNECT BY over a join",
        ),
    ],
)
def test_what_is_not_rewritten_is_refused_by_name(
    sales: Rows, db: psycopg.Connection[Any], sql: str, message: str
) -> None:
    del sales
    with pytest.raises(psycopg.errors.FeatureNotSupported, match=message):
        db.execute(sql)
