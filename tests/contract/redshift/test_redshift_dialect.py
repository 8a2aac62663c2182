"""Redshift's SQL gives Redshift's results (aws-semantics.md §F): functions, DDL, constraints, settings."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.contract.redshift.conftest import Rows


def test_queries_have_redshifts_clauses(rows: Rows, db: psycopg.Connection[Any]) -> None:
    db.execute("CREATE TABLE q (a INT, b INT)")
    db.execute("INSERT INTO q VALUES (1, 1), (1, 2), (2, 5), (NULL, 7)")
    assert rows("SELECT TOP 2 b FROM q ORDER BY b DESC") == [(7,), (5,)]
    latest = "SELECT a, b FROM q QUALIFY ROW_NUMBER() OVER (PARTITION BY a ORDER BY b DESC) = 1 ORDER BY a"
    assert rows(latest) == [(1, 2), (2, 5), (None, 7)]
    assert rows(latest.replace("a, b FROM", "* FROM")) == [(1, 2), (2, 5), (None, 7)]
    named = "SELECT a, RANK() OVER (ORDER BY b) place FROM q QUALIFY place < 3 ORDER BY place"
    assert rows(named) == [(1, 1), (1, 2)]
    share = "SELECT b, RATIO_TO_REPORT(b) OVER () FROM q ORDER BY b"
    assert [round(row[1], 3) for row in rows(share)] == [0.067, 0.133, 0.333, 0.467]
    db.execute("SELECT a, b INTO #kept FROM q WHERE a = 1")
    assert rows("SELECT count(*) FROM #kept") == [(2,)]
    db.execute("UPDATE q SET b = k.b * 10 FROM #kept k WHERE q.b = k.b")
    assert rows("SELECT sum(b) FROM q") == [(42,)]


def test_super_holds_documents(rows: Rows, db: psycopg.Connection[Any]) -> None:
    db.execute("CREATE TABLE s (d SUPER)")
    db.execute("""INSERT INTO s SELECT JSON_PARSE('{"a": [1, 2], "b": null}')""")
    assert rows("SELECT JSON_SERIALIZE(d) FROM s") == [('{"a":[1,2],"b":null}',)]


@pytest.mark.parametrize(
    "sql",
    [
        "SET enable_result_cache_for_session TO OFF",
        "SET query_group TO 'etl'",
        "SET statement_timeout TO 0",
        "SHOW query_group",
        "RESET query_group",
        "SELECT pg_last_query_id()",
        "SELECT * FROM svv_tables LIMIT 1",
        "SELECT * FROM stl_load_commits LIMIT 1",
        "SELECT * FROM sys_load_error_detail LIMIT 1",
        "SELECT * FROM stv_sessions LIMIT 1",
        "SELECT * FROM svv_external_columns UNION ALL SELECT * FROM svv_external_columns",
        "SELECT * FROM pg_get_late_binding_view_cols() c(a name, b name, c name, d varchar, e int)",
        "CREATE VIEW unbound AS SELECT NVL(NULL, 1) AS a WITH NO SCHEMA BINDING",
    ],
)
def test_what_tools_say_on_connecting_is_understood(db: psycopg.Connection[Any], sql: str) -> None:
    db.execute("SET query_group TO 'before'")
    db.execute(sql)


def test_table_definitions_are_listed_for_the_search_path(rows: Rows, db: psycopg.Connection[Any]) -> None:
    db.execute("CREATE TABLE d (a BIGINT NOT NULL, b VARCHAR(20), c NUMERIC(8,2))")
    sql = 'SELECT "column", trim(type), "notnull" FROM pg_table_def WHERE tablename = \'d\''
    assert rows(sql) == [
        ("a", "bigint", True),
        ("b", "character varying(20)", False),
        ("c", "numeric(8,2)", False),
    ]
    assert rows("SELECT column_name, data_type FROM svv_columns WHERE table_name = 'd'") == [
        ("a", "bigint"), ("b", "character varying"), ("c", "numeric"),
    ]  # fmt: skip
    with db.transaction():
        db.execute("SET LOCAL search_path TO public")
        assert rows(sql) == []
