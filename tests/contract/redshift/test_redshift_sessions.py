"""Transactions, cursors, settings, SHOW and procedures as on Redshift (developer guide, SQL commands)."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import Rows, connect
from tests.redshift_facts import gap, refused, works


@works("statement", "BEGIN", "START TRANSACTION", "COMMIT", "END", "ROLLBACK", "ABORT")
@pytest.mark.parametrize(
    ("begin", "end", "kept"),
    [
        ("BEGIN", "COMMIT", 1),
        ("BEGIN TRANSACTION READ WRITE", "END TRANSACTION", 1),
        ("BEGIN WORK ISOLATION LEVEL SERIALIZABLE", "COMMIT WORK", 1),
        ("START TRANSACTION ISOLATION LEVEL SNAPSHOT", "END", 1),
        ("BEGIN", "ROLLBACK", 0),
        ("START TRANSACTION", "ABORT", 0),
    ],
)
def test_transactions_keep_or_undo(
    db: psycopg.Connection[Any], rows: Rows, begin: str, end: str, kept: int
) -> None:
    db.execute("CREATE TABLE t (a INT)")
    db.execute(begin)
    db.execute("INSERT INTO t VALUES (1)")
    db.execute(end)
    assert rows("SELECT COUNT(*) FROM t") == [(kept,)]


@works("statement", "TRUNCATE")
def test_truncate_commits_what_was_done_before(db: psycopg.Connection[Any], rows: Rows) -> None:
    db.execute("CREATE TABLE t (a INT); CREATE TABLE u (a INT); INSERT INTO t VALUES (1)")
    db.execute("BEGIN")
    db.execute("INSERT INTO u VALUES (1)")
    db.execute("TRUNCATE TABLE t")
    db.execute("ROLLBACK")
    assert rows("SELECT (SELECT COUNT(*) FROM t), (SELECT COUNT(*) FROM u)") == [(0, 1)]


@works("statement", "DECLARE", "FETCH", "CLOSE")
def test_a_cursor_gives_its_rows_forward(db: psycopg.Connection[Any]) -> None:
    db.execute("CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2), (3), (4)")
    with db.transaction():
        db.execute("DECLARE c CURSOR FOR SELECT TOP 4 a FROM t ORDER BY NVL(a, 0)")
        assert db.execute("FETCH NEXT FROM c").fetchall() == [(1,)]
        assert db.execute("FETCH FORWARD 2 FROM c").fetchall() == [(2,), (3,)]
        assert db.execute("FETCH ALL FROM c").fetchall() == [(4,)]
        db.execute("CLOSE c")


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("DECLARE c SCROLL CURSOR FOR SELECT 1", marks=refused("statement", "DECLARE SCROLL")),
        pytest.param("DECLARE c BINARY CURSOR FOR SELECT 1", marks=refused("statement", "DECLARE BINARY")),
        pytest.param(
            "DECLARE c CURSOR WITH HOLD FOR SELECT 1", marks=refused("statement", "DECLARE WITH HOLD")
        ),
        "DECLARE c CURSOR FOR SELECT 1; FETCH BACKWARD 1 FROM c",
    ],
)
def test_cursors_that_redshift_lacks_are_refused(db: psycopg.Connection[Any], sql: str) -> None:
    with pytest.raises(psycopg.Error, match=r"syntax error|can only scan forward"), db.transaction():
        db.execute(sql)


@refused("statement", "DECLARE outside a transaction")
def test_a_cursor_needs_a_transaction(db: psycopg.Connection[Any]) -> None:
    with pytest.raises(psycopg.errors.NoActiveSqlTransaction):
        db.execute("DECLARE c CURSOR FOR SELECT 1")


@works("statement", "PREPARE", "EXECUTE", "DEALLOCATE")
def test_a_statement_is_prepared_in_redshifts_sql(db: psycopg.Connection[Any]) -> None:
    db.execute("PREPARE p (INT, VARCHAR) AS SELECT NVL($1, 0) + 1, NVL2($2, 'given', 'none')")
    assert db.execute("EXECUTE p (1, NULL)").fetchall() == [(2, "none")]
    db.execute("DEALLOCATE p")


@refused("protocol", "several statements in a prepared one")
def test_a_prepared_statement_is_one(db: psycopg.Connection[Any]) -> None:
    for sql in ("SELECT 1; SELECT 2", "SELECT NVL(1, 2); SELECT 1 AS a, a + 1 AS b"):
        with pytest.raises(psycopg.errors.SyntaxError, match="multiple commands"):
            db.execute(sql, prepare=True)
    assert db.execute("SELECT 1").fetchone() == (1,)


@works("statement", "EXPLAIN")
@pytest.mark.parametrize("word", ["EXPLAIN", "EXPLAIN VERBOSE"])
def test_a_plan_is_told_line_by_line(db: psycopg.Connection[Any], word: str) -> None:
    plan = db.execute(f"{word} SELECT TOP 1 NVL(1, 2) AS a, a + 1 AS b").fetchall()
    assert plan
    assert all(len(row) == 1 for row in plan)


@works("statement", "LOCK")
def test_a_table_is_locked_in_a_transaction(db: psycopg.Connection[Any]) -> None:
    db.execute("CREATE TABLE t (a INT)")
    with db.transaction():
        db.execute("LOCK t")
        db.execute("LOCK TABLE t")


@works("statement", "CANCEL")
def test_a_query_is_cancelled_by_its_process_id(sandbox: Sandbox, db: psycopg.Connection[Any]) -> None:
    with connect(sandbox) as other:
        row = other.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        with other.transaction():
            other.execute("DECLARE c CURSOR FOR SELECT 1")
            assert db.execute(f"CANCEL {row[0]} 'enough'").fetchall() == [(True,)]


@pytest.mark.parametrize(
    ("name", "default", "value"),
    [
        pytest.param(name, default, value, marks=works("setting", name), id=name)
        for name, default, value in [
            ("query_group", "unset", "etl"),
            ("wlm_query_slot_count", "1", "3"),
            ("enable_result_cache_for_session", "on", "off"),
            ("analyze_threshold_percent", "10", "5"),
            ("describe_field_name_in_uppercase", "off", "on"),
            ("json_serialization_enable", "off", "on"),
            ("search_path", '"$user", public', "pg_catalog"),
            ("statement_timeout", "0", "10000"),
            ("timezone", "UTC", "Asia/Tokyo"),
            ("datestyle", "ISO, MDY", "ISO, DMY"),
        ]
    ],
)
def test_a_setting_has_its_default_and_is_of_the_session(
    sandbox: Sandbox, name: str, default: str, value: str
) -> None:
    with connect(sandbox) as session:
        shown = session.execute(f"SHOW {name}")
        assert [column.name.lower() for column in shown.description or ()] == [name]
        assert shown.fetchone() == (default,)
        session.execute(f"SET {name} TO '{value}'" if name != "search_path" else f"SET {name} TO {value}")
        row = session.execute(f"SHOW {name}").fetchone()
        assert row is not None
        assert row[0].rstrip("s") in (value, "10")
        session.execute(f"RESET {name}")
        assert session.execute(f"SHOW {name}").fetchone() == (default,)


@refused("setting", "an unknown setting", "a value that is no Boolean")
@pytest.mark.parametrize(
    "sql", ["SET no_such_setting TO 1", "SHOW no_such_setting", "SET use_fips_ssl TO maybe"]
)
def test_settings_that_are_not_there_are_refused(db: psycopg.Connection[Any], sql: str) -> None:
    with pytest.raises(psycopg.Error, match=r"unrecognized configuration parameter|requires a Boolean value"):
        db.execute(sql)


@works("statement", "SHOW", "SET", "RESET", "SET SESSION AUTHORIZATION")
def test_a_setting_of_a_transaction_ends_with_it(db: psycopg.Connection[Any], rows: Rows) -> None:
    with db.transaction():
        db.execute("SET LOCAL query_group TO 'inside'")
        assert rows("SHOW query_group") == [("inside",)]
    assert rows("SHOW query_group") == [("unset",)]
    db.execute("SET SESSION AUTHORIZATION DEFAULT")


@works("statement", "SHOW DATABASES", "SHOW SCHEMAS", "SHOW TABLES", "SHOW COLUMNS")
def test_objects_are_shown(db: psycopg.Connection[Any], rows: Rows) -> None:
    ((schema,),) = rows("SELECT current_schema()")
    db.execute("CREATE TABLE shown (a INT NOT NULL, b VARCHAR(7)); CREATE TABLE other (a INT)")
    db.execute("COMMENT ON TABLE shown IS 'a note'; CREATE VIEW shown_view AS SELECT a FROM shown")
    assert ("dev", "local") in [(row[0], row[2]) for row in rows("SHOW DATABASES")]
    found = rows(f"SHOW SCHEMAS FROM DATABASE dev LIKE '{schema}'")
    assert [row[:2] for row in found] == [("dev", schema)]
    found = rows(f"SHOW TABLES FROM SCHEMA dev.{schema} LIKE 'shown%'")
    assert [(row[2], row[3], row[5]) for row in found] == [
        ("shown", "TABLE", "a note"),
        ("shown_view", "VIEW", None),
    ]
    assert len(rows(f"SHOW TABLES FROM SCHEMA {schema} LIMIT 1")) == 1
    found = rows(f"SHOW COLUMNS FROM TABLE dev.{schema}.shown")
    assert [(row[3], row[4], row[6], row[8]) for row in found] == [("a", 1, "NO", None), ("b", 2, "YES", 7)]


@pytest.mark.parametrize(
    "what",
    [
        pytest.param(
            what, marks=gap("statement", f"SHOW {what.split()[0]}", why="ask the system views"), id=what
        )
        for what in ("PROCEDURE p()", "GRANTS ON TABLE t", "DATASHARES")
    ],
)
def test_what_is_not_shown_is_refused_by_name(db: psycopg.Connection[Any], what: str) -> None:
    with pytest.raises(psycopg.errors.FeatureNotSupported, match=f"SHOW {what.split()[0]}"):
        db.execute(f"SHOW {what}")


PROCEDURE = """
CREATE OR REPLACE PROCEDURE refresh(lowest IN INT, note INOUT VARCHAR(MAX), changed OUT INT) AS $$
DECLARE
  found RECORD; total INT := 0; most CURSOR FOR SELECT TOP 1 a FROM source ORDER BY a DESC; top_a INT;
BEGIN
  DROP TABLE IF EXISTS stage;
  CREATE TEMP TABLE stage (a INT ENCODE az64 DISTKEY, at TIMESTAMP DEFAULT SYSDATE) SORTKEY (a);
  INSERT INTO stage SELECT a, DATEADD(day, 1, GETDATE()) FROM source WHERE a >= lowest;
  GET DIAGNOSTICS changed := ROW_COUNT;
  FOR found IN SELECT a AS x, x * 2 AS twice FROM stage LOOP
    total := total + NVL(found.twice, 0);
  END LOOP;
  OPEN most; FETCH most INTO top_a; CLOSE most;
  IF DECODE(changed, 0, 'none', 'some') = 'some' THEN
    RAISE INFO 'changed % up to %', changed, top_a;
  END IF;
  MERGE INTO target USING stage ON target.a = stage.a WHEN MATCHED THEN DELETE
    WHEN NOT MATCHED THEN INSERT VALUES (stage.a);
  EXECUTE 'CREATE TABLE made DISTSTYLE ALL AS SELECT NVL(a, 0) AS a FROM stage';
  note := note || ':' || total;
EXCEPTION WHEN division_by_zero THEN
  RAISE EXCEPTION 'never';
END;
$$ LANGUAGE plpgsql
"""


@works("statement", "CREATE PROCEDURE", "CALL", "DROP PROCEDURE")
def test_a_procedure_in_redshifts_sql_runs(db: psycopg.Connection[Any], rows: Rows) -> None:
    db.execute("CREATE TABLE source (a INT); CREATE TABLE target (a INT)")
    db.execute("INSERT INTO source VALUES (1), (2), (3); INSERT INTO target VALUES (3)")
    db.execute(PROCEDURE)
    notices: list[str] = []
    db.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
    assert db.execute("CALL refresh(2, 'sum')").fetchone() == ("sum:10", 2)
    assert "changed 2 up to 3" in notices
    assert rows("SELECT a FROM target") == [(2,)]
    assert rows("SELECT COUNT(*) FROM made") == [(2,)]
    db.execute(
        "CREATE PROCEDURE nothing() AS $$ BEGIN NULL; END $$ LANGUAGE plpgsql; DROP PROCEDURE nothing()"
    )


@works("statement", "CREATE FUNCTION", "DROP FUNCTION")
def test_a_function_in_redshifts_sql_gives_its_value(db: psycopg.Connection[Any], rows: Rows) -> None:
    db.execute(
        "CREATE FUNCTION f_greater (FLOAT, FLOAT) RETURNS FLOAT STABLE AS"
        " $$ SELECT CASE WHEN NVL($1, 0) > $2 THEN $1 ELSE $2 END $$ LANGUAGE sql"
    )
    assert rows("SELECT f_greater(1, 2.5), f_greater(NULL, -1)") == [(2.5, None)]
    db.execute("DROP FUNCTION f_greater(FLOAT, FLOAT)")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        pytest.param(
            "CREATE FUNCTION f (a INT) RETURNS INT STABLE AS $$ return a $$ LANGUAGE plpythonu",
            "plpythonu",
            marks=gap("statement", "CREATE FUNCTION in Python", why="Redshift ends them, too"),
            id="Python",
        ),
        pytest.param(
            "CREATE PROCEDURE p () NONATOMIC AS $$ BEGIN NULL; END $$ LANGUAGE plpgsql",
            "NONATOMIC",
            marks=gap("statement", "CREATE PROCEDURE NONATOMIC", why="each CALL is one transaction"),
            id="NONATOMIC",
        ),
        pytest.param(
            "CREATE PROCEDURE p () AS $$ BEGIN COPY t FROM 's3://b/k'; END $$ LANGUAGE plpgsql",
            "COPY in a stored procedure",
            marks=gap("statement", "COPY and UNLOAD in a procedure", why="the endpoint executes them itself"),
            id="COPY",
        ),
    ],
)
def test_definitions_that_are_not_executed_are_refused_by_name(
    db: psycopg.Connection[Any], sql: str, message: str
) -> None:
    with pytest.raises(psycopg.errors.FeatureNotSupported, match=message):
        db.execute(sql)
