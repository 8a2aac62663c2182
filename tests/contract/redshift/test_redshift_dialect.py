"""Redshift's SQL gives Redshift's results (aws-semantics.md §F): functions, DDL, constraints, settings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from tests.contract.redshift.conftest import Rows


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("NVL(NULL, 2)", 2),
        ("NVL2('x', 1, 2)", 1),
        ("DECODE(2, 1, 'one', 2, 'two', 'many')", "two"),
        ("DECODE(NULL, NULL, 'nothing', 'else')", "nothing"),
        ("ISNULL(NULL, 5)", 5),
        ("DATEADD(month, 1, '2024-01-31'::date)", datetime(2024, 2, 29)),
        ("DATEADD(month, 1, '2024-02-29'::date)", datetime(2024, 3, 31)),
        ("DATEADD(hr, -2, '2024-01-01 01:00'::timestamp)", datetime(2023, 12, 31, 23)),
        ("DATEADD(qtr, 1, '2024-01-15'::date)", datetime(2024, 4, 15)),
        ("DATEADD(day, 1, '2024-02-28')", datetime(2024, 2, 29)),
        ("DATEDIFF(day, '2024-01-01 23:59'::timestamp, '2024-01-02 00:01'::timestamp)", 1),
        ("DATEDIFF(year, '2023-12-31'::date, '2024-01-01'::date)", 1),
        ("DATEDIFF(qtr, '1998-07-01', '2024-01-01')", 102),
        ("DATEDIFF(week, '2024-01-06'::date, '2024-01-07'::date)", 1),
        ("DATEDIFF(hour, '2024-01-01 10:59'::timestamp, '2024-01-01 11:01'::timestamp)", 1),
        ("DATE_PART(dow, '2024-01-07'::date)", 0),
        ("DATE_TRUNC('month', '2024-01-17'::date)::date", date(2024, 1, 1)),
        ("ADD_MONTHS('2024-01-31', 1)", datetime(2024, 2, 29)),
        ("LAST_DAY('2024-02-03'::date)", date(2024, 2, 29)),
        ("MONTHS_BETWEEN('2024-03-31', '2024-02-29')", 1.0),
        ("TRUNC('2024-01-02 03:04'::timestamp)", date(2024, 1, 2)),
        ("CONVERT_TIMEZONE('UTC', 'America/New_York', '2024-07-01 12:00')", datetime(2024, 7, 1, 8)),
        ("LEN('abc ')", 4),
        ("LEN('abc '::char(10))", 3),
        ("CHARINDEX('b', 'abc')", 2),
        ("STRTOL('ff', 16)", 255),
        ("STRTOL('-101', 2)", -5),
        ("SPLIT_PART('a-b-c', '-', 2)", "b"),
        ("REGEXP_COUNT('abcabc', 'b')", 2),
        ("REGEXP_SUBSTR('abc123', '[0-9]+')", "123"),
        ("REGEXP_REPLACE('a1b2', '[0-9]', '-')", "a-b-"),
        ("REGEXP_REPLACE('a1b2', '[0-9]')", "ab"),
        ("MD5('a')", "0cc175b9c0f1b6a831c399e269772661"),
        ("SHA2('a', 256)", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
        ("JSON_EXTRACT_PATH_TEXT('{\"a\": {\"b\": 5}}', 'a', 'b')", "5"),
        ("JSON_EXTRACT_PATH_TEXT('nothing', 'a', TRUE)", None),
        ("JSON_EXTRACT_ARRAY_ELEMENT_TEXT('[1, 2]', 1)", "2"),
        ("JSON_ARRAY_LENGTH('[1, 2]')", 2),
        ("IS_VALID_JSON('{\"a\": 1}')", True),
        ("IS_VALID_JSON_ARRAY('[1')", False),
        ("JSON_TYPEOF(JSON_PARSE('[1]'))", "array"),
        ("7 / 2", 3),
        ("BTRIM(' a ')", "a"),
        ("CONVERT(INTEGER, '12')", 12),
        ("GETDATE() <= SYSDATE", True),
        ("TO_CHAR('2024-01-02'::date, 'YYYYMMDD')", "20240102"),
        ("TO_DATE('20240102', 'YYYYMMDD')", date(2024, 1, 2)),
        ("CAST('1.005' AS NUMERIC(5,2))", Decimal("1.01")),
        ("TEXTLEN('abc')", 3),
        ("GREATEST(1, NULL, 3)", 3),
        ("BOOL_AND(TRUE)", True),
        ("UPPER('été') || INITCAP('ab cd')", "ÉTÉAb Cd"),
    ],
)
def test_functions_give_redshifts_values(db: psycopg.Connection[Any], expression: str, value: Any) -> None:
    assert db.execute(f"SELECT {expression}").fetchone() == (value,)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("LISTAGG(a, '-') WITHIN GROUP (ORDER BY a DESC)", "3-2-1"),
        ("LISTAGG(DISTINCT b, ',')", "x,y"),
        ("MEDIAN(a)", 2),
        ("APPROXIMATE COUNT(DISTINCT b)", 2),
        ("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a)", 2),
        ("SUM(CASE WHEN a > 1 THEN 1 END)", 2),
    ],
)
def test_aggregates_give_redshifts_values(db: psycopg.Connection[Any], expression: str, value: Any) -> None:
    rows = "(SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y' UNION ALL SELECT 3, 'x') AS q"
    assert db.execute(f"SELECT {expression} FROM {rows}").fetchone() == (value,)


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


def test_keys_are_recorded_for_people_and_not_enforced(rows: Rows, db: psycopg.Connection[Any]) -> None:
    db.execute("CREATE TABLE parent (id INT PRIMARY KEY)")
    db.execute("CREATE TABLE child (id INT UNIQUE, parent_id INT REFERENCES parent (id), PRIMARY KEY (id))")
    db.execute("INSERT INTO child VALUES (1, 99), (1, 99)")
    assert rows("SELECT count(*) FROM child") == [(2,)]
    with pytest.raises(psycopg.errors.NotNullViolation):
        db.execute("INSERT INTO child VALUES (NULL, 1)")
    db.execute("ALTER TABLE parent ADD CONSTRAINT again UNIQUE (id)")
    db.execute("INSERT INTO parent VALUES (1), (1)")


def test_identity_columns_count_from_their_seed(rows: Rows, db: psycopg.Connection[Any]) -> None:
    db.execute(
        "CREATE TABLE i (a BIGINT IDENTITY(0, 10), b INT GENERATED BY DEFAULT AS IDENTITY(5, 1), c INT)"
    )
    db.execute("INSERT INTO i (c) VALUES (1), (2)")
    db.execute("INSERT INTO i (b, c) VALUES (77, 3)")
    assert rows("SELECT a, b FROM i ORDER BY c") == [(0, 5), (10, 6), (20, 77)]
    with pytest.raises(psycopg.Error):
        db.execute("INSERT INTO i (a) VALUES (1)")


def test_a_script_of_ddl_runs_as_one_query(rows: Rows, db: psycopg.Connection[Any]) -> None:
    db.execute(
        "CREATE TABLE IF NOT EXISTS f (k BIGINT NOT NULL ENCODE az64, note VARCHAR(MAX), extra SUPER,"
        " at TIMESTAMP DEFAULT GETDATE()) DISTSTYLE KEY DISTKEY (k) COMPOUND SORTKEY (k, at);"
        "CREATE TABLE g DISTSTYLE EVEN AS SELECT NVL(k, 0) AS k FROM f;"
        "ALTER TABLE f ADD COLUMN more VARCHAR(10) ENCODE zstd DEFAULT 'x';"
        "ALTER TABLE f ALTER SORTKEY (k); ALTER TABLE f ALTER DISTSTYLE ALL;"
        "ALTER TABLE f ALTER COLUMN more TYPE VARCHAR(20);"
        "COMMENT ON TABLE f IS 'facts'"
    )
    db.execute("VACUUM FULL f TO 100 PERCENT")
    db.execute("ANALYZE f PREDICATE COLUMNS")
    assert rows("SELECT count(*) FROM f") == [(0,)]


def test_super_holds_documents(rows: Rows, db: psycopg.Connection[Any]) -> None:
    db.execute("CREATE TABLE s (d SUPER)")
    db.execute("""INSERT INTO s SELECT JSON_PARSE('{"a": [1, 2], "b": null}')""")
    assert rows("SELECT JSON_SERIALIZE(d) FROM s") == [('{"a":[1,2],"b":null}',)]


def test_temporary_tables_with_a_hash_belong_to_the_session(db: psycopg.Connection[Any], rows: Rows) -> None:
    db.execute("CREATE TABLE #mine (a INT)")
    db.execute("INSERT INTO #mine VALUES (1)")
    db.execute("DELETE FROM #mine USING #mine other WHERE #mine.a = other.a")
    assert rows("SELECT count(*) FROM #mine, (SELECT 1) AS one") == [(0,)]
    db.execute("DROP TABLE IF EXISTS #mine")


def test_merge_updates_and_inserts_and_refuses_two_matches(rows: Rows, db: psycopg.Connection[Any]) -> None:
    db.execute("CREATE TABLE target (id INT, v INT); CREATE TABLE source (id INT, v INT)")
    db.execute("INSERT INTO target VALUES (1, 10), (2, 20); INSERT INTO source VALUES (2, 21), (3, 31)")
    merge = (
        "MERGE INTO target USING source ON target.id = source.id WHEN MATCHED THEN UPDATE SET v = source.v"
        " WHEN NOT MATCHED THEN INSERT VALUES (source.id, source.v)"
    )
    db.execute(merge)
    assert rows("SELECT * FROM target ORDER BY 1") == [(1, 10), (2, 21), (3, 31)]
    db.execute("INSERT INTO source VALUES (3, 32)")
    with pytest.raises(psycopg.Error, match="Found multiple matches to update the same tuple"):
        db.execute(merge)
    db.execute("MERGE INTO target USING source ON target.id = source.id REMOVE DUPLICATES")
    assert rows("SELECT id, v FROM target ORDER BY 1, 2") == [(1, 10), (2, 21), (3, 31), (3, 32)]


def test_truncate_commits(db: psycopg.Connection[Any], rows: Rows) -> None:
    db.execute("CREATE TABLE t (a INT)")
    db.execute("INSERT INTO t VALUES (1)")
    db.execute("BEGIN")
    db.execute("TRUNCATE t")
    db.execute("ROLLBACK")
    assert rows("SELECT count(*) FROM t") == [(0,)]


def test_append_moves_the_rows_of_one_table_to_another(db: psycopg.Connection[Any], rows: Rows) -> None:
    db.execute("CREATE TABLE a (x INT, y INT); CREATE TABLE b (y INT, x INT)")
    db.execute("INSERT INTO b VALUES (2, 1)")
    db.execute("ALTER TABLE a APPEND FROM b")
    assert rows("SELECT * FROM a") == [(1, 2)]
    assert rows("SELECT count(*) FROM b") == [(0,)]


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
    assert rows('SELECT "table", tbl_rows FROM svv_table_info WHERE "table" = \'d\'') == [("d", 0)]
    assert rows("SELECT column_name, data_type FROM svv_columns WHERE table_name = 'd'") == [
        ("a", "bigint"), ("b", "character varying"), ("c", "numeric"),
    ]  # fmt: skip
    with db.transaction():
        db.execute("SET LOCAL search_path TO public")
        assert rows(sql) == []
