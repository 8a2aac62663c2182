"""Redshift's views: bound, late-binding and materialized (Database Developer Guide, "CREATE VIEW")."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import Rows, connect, unique
from tests.redshift_facts import gap, refused, works

Database = psycopg.Connection[Any]


@pytest.fixture
def schema(db: Database) -> str:
    """The name of the test's own schema."""
    row = db.execute("SELECT current_schema()").fetchone()
    assert row is not None
    return str(row[0])


@works("statement", "CREATE VIEW", "CREATE OR REPLACE VIEW", "DROP VIEW")
@refused("semantics", "DROP of a table that a view reads")
def test_a_bound_view_keeps_its_table(db: Database, rows: Rows) -> None:
    db.execute("CREATE TABLE t (a INT, b INT); CREATE VIEW v AS SELECT NVL(a, 0) AS a FROM t")
    with pytest.raises(
        psycopg.errors.DependentObjectsStillExist, match="cannot drop table t because other"
    ) as no:
        db.execute("DROP TABLE t")
    assert no.value.diag.message_hint == "Use DROP ... CASCADE to drop the dependent objects too."
    for other, why in (("b", 'name of view column "a"'), ("a::bigint AS a", 'data type of view column "a"'),
                       ("a, b", "number of columns in view")):  # fmt: skip
        with pytest.raises(psycopg.errors.InvalidTableDefinition, match=f"^cannot change {why}($|\n)"):
            db.execute(f"CREATE OR REPLACE VIEW v AS SELECT {other} FROM t")
    db.execute("CREATE OR REPLACE VIEW v AS SELECT a + 1 AS a FROM t; INSERT INTO t VALUES (1)")
    assert rows("SELECT a FROM v") == [(2,)]
    db.execute("DROP TABLE t CASCADE")
    with pytest.raises(psycopg.errors.UndefinedTable):
        db.execute("SELECT a FROM v")


@works("semantics", "views renamed by ALTER TABLE, and #temporary ones")
def test_a_view_is_renamed_as_a_table_is(db: Database, rows: Rows) -> None:
    db.execute(
        "CREATE TABLE t AS SELECT 1 AS a; CREATE VIEW v AS SELECT a FROM t; CREATE VIEW #w AS SELECT 2 AS a"
    )
    db.execute("ALTER TABLE v RENAME TO u")
    assert rows("SELECT a FROM u UNION ALL SELECT a FROM #w") == [(1,), (2,)]
    db.execute("DROP VIEW #w")


@works("clause", "WITH NO SCHEMA BINDING")
def test_a_late_binding_view_outlives_its_table(db: Database, rows: Rows, schema: str) -> None:
    db.execute(f"CREATE VIEW v AS SELECT a FROM {schema}.t WITH NO SCHEMA BINDING")
    with pytest.raises(psycopg.errors.UndefinedTable, match=f'relation "{schema}.t" does not exist'):
        db.execute("SELECT * FROM v")
    db.execute("CREATE TABLE t (a INT); INSERT INTO t VALUES (1)")
    assert rows("SELECT a FROM v") == [(1,)]
    db.execute("DROP TABLE t")
    with pytest.raises(psycopg.errors.UndefinedTable, match=f'relation "{schema}.t" does not exist'):
        db.execute("SELECT a FROM v")
    db.execute("CREATE TABLE t AS SELECT 'x'::varchar(5) AS a")
    assert rows("SELECT a FROM v") == [("x",)]
    db.execute("ALTER TABLE t RENAME COLUMN a TO b")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        db.execute("SELECT a FROM v")


@works("semantics", "late-binding views follow names")
def test_a_late_binding_view_reads_the_table_that_bears_the_name(
    db: Database, rows: Rows, schema: str
) -> None:
    db.execute("CREATE TABLE t AS SELECT 1 AS a; CREATE TABLE t_new AS SELECT 2 AS a")
    db.execute(f"CREATE VIEW v AS SELECT a FROM {schema}.t WITH NO SCHEMA BINDING")
    db.execute(f"CREATE VIEW w (n) AS SELECT count(*) FROM {schema}.v WHERE a = 2 WITH NO SCHEMA BINDING")
    with db.transaction():
        db.execute("ALTER TABLE t RENAME TO t_old")
        db.execute("ALTER TABLE t_new RENAME TO t")
        db.execute("DROP TABLE t_old")
    assert (rows("SELECT a FROM v"), rows("SELECT n FROM w")) == ([(2,)], [(1,)])
    with db.transaction(force_rollback=True):
        db.execute("DROP TABLE t CASCADE")
    assert rows("SELECT n FROM w") == [(1,)]
    db.execute(f"CREATE OR REPLACE VIEW v AS SELECT a, 'x' AS more FROM {schema}.t WITH NO SCHEMA BINDING")
    assert rows("SELECT * FROM v") == [(2, "x")]


@works("semantics", "a bound view replaces a late-binding one")
def test_a_view_is_bound_once_it_is_replaced_by_a_bound_one(db: Database, rows: Rows, schema: str) -> None:
    db.execute(
        f"CREATE TABLE t AS SELECT 1 AS a; CREATE VIEW v AS SELECT a FROM {schema}.t WITH NO SCHEMA BINDING"
    )
    db.execute("CREATE OR REPLACE VIEW v AS SELECT a FROM t")
    with pytest.raises(psycopg.errors.DependentObjectsStillExist):
        db.execute("DROP TABLE t")


@works("semantics", "late-binding views of sessions side by side")
def test_an_unbound_view_that_a_session_holds_does_not_stop_others(
    db: Database, schema: str, sandbox: Sandbox
) -> None:
    db.execute(f"CREATE VIEW v AS SELECT a FROM {schema}.t WITH NO SCHEMA BINDING")
    with closing(connect(sandbox)) as other, db.transaction():
        db.execute(f"CREATE OR REPLACE VIEW v AS SELECT b FROM {schema}.t WITH NO SCHEMA BINDING")
        other.execute(f"CREATE TABLE {schema}.t (a INT, b INT)")
    db.execute("CREATE TABLE another (a INT)")
    db.execute("SELECT b FROM v")


@works("semantics", "late-binding views keep owner and grants")
def test_a_late_binding_view_that_is_made_anew_keeps_its_grants(
    db: Database, rows: Rows, schema: str
) -> None:
    reader = unique("reader")
    db.execute(f"CREATE USER {reader} PASSWORD DISABLE; CREATE TABLE t AS SELECT 1 AS a")
    db.execute(f"CREATE VIEW v AS SELECT * FROM {schema}.t WITH NO SCHEMA BINDING")
    db.execute(f"GRANT SELECT ON v TO {reader}")
    db.execute("DROP TABLE t; CREATE TABLE t AS SELECT 'x' AS other, 2 AS a")
    assert rows("SELECT * FROM v") == [("x", 2)]
    assert rows(f"SELECT has_table_privilege('{reader}', 'v', 'SELECT')") == [(True,)]
    db.execute(f"DROP VIEW v; DROP USER {reader}")


@works("semantics", "late-binding views of other schemas")
def test_a_late_binding_view_stays_when_another_schema_is_dropped(db: Database, rows: Rows) -> None:
    other = unique("other")
    db.execute(f"CREATE SCHEMA {other}; CREATE TABLE {other}.t AS SELECT 1 AS a")
    db.execute(
        f"CREATE VIEW v AS SELECT a FROM {other}.t WITH NO SCHEMA BINDING; DROP SCHEMA {other} CASCADE"
    )
    with pytest.raises(psycopg.errors.UndefinedTable, match="does not exist"):
        db.execute("SELECT a FROM v")
    assert rows("SELECT count(*) FROM pg_catalog.tarmac_late_view WHERE viewid = 'v'::regclass") == [(1,)]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "CREATE VIEW v AS SELECT a FROM t WITH NO SCHEMA BINDING",
            "All the relation names inside should be",
        ),
        ("CREATE VIEW v AS SELECT 1 + WITH NO SCHEMA BINDING", "syntax error"),
        ("CREATE VIEW t AS SELECT 1 AS a WITH NO SCHEMA BINDING", 'Relation "t" already exists'),
        ("CREATE VIEW v AS SELECT 1 / 0 AS a WITH NO SCHEMA BINDING; SELECT a FROM v", "division by zero"),
    ],
)
@refused("clause", "WITH NO SCHEMA BINDING over names without a schema")
def test_a_late_binding_view_that_can_not_be_read_is_refused(db: Database, sql: str, message: str) -> None:
    db.execute("CREATE TABLE t (a INT)")
    with pytest.raises(psycopg.Error, match=message):
        db.execute(sql)


@works("statement", "CREATE MATERIALIZED VIEW", "REFRESH MATERIALIZED VIEW", "ALTER MATERIALIZED VIEW")
@works("statement", "DROP MATERIALIZED VIEW")
def test_a_materialized_view_shows_what_was_when_it_was_refreshed(db: Database, rows: Rows) -> None:
    db.execute("CREATE TABLE t (a INT); INSERT INTO t VALUES (1)")
    db.execute(
        "CREATE MATERIALIZED VIEW m BACKUP NO DISTSTYLE KEY DISTKEY (a) SORTKEY (n) AUTO REFRESH NO"
        " AS SELECT a, COUNT(*) AS n FROM t GROUP BY a"
    )
    db.execute("INSERT INTO t VALUES (2)")
    assert rows("SELECT * FROM m") == [(1, 1)]
    db.execute("REFRESH MATERIALIZED VIEW m")
    assert rows("SELECT * FROM m ORDER BY 1") == [(1, 1), (2, 1)]
    recorded = (
        "SELECT distkey, sortkey FROM pg_catalog.tarmac_column WHERE relid = 'm'::regclass ORDER BY attnum"
    )
    assert rows(recorded) == [(True, 0), (False, 1)]
    db.execute("ALTER MATERIALIZED VIEW m AUTO REFRESH YES; ALTER MATERIALIZED VIEW m ALTER DISTSTYLE ALL")
    assert rows("SELECT diststyle FROM pg_catalog.tarmac_table WHERE relid = 'm'::regclass") == [("ALL",)]
    db.execute("DROP MATERIALIZED VIEW IF EXISTS m")


@gap("clause", "REFRESH MATERIALIZED VIEW CASCADE", why="one view at a time")
def test_refreshing_with_cascade_is_refused(db: Database) -> None:
    with pytest.raises(psycopg.Error, match="REFRESH MATERIALIZED VIEW CASCADE is not supported"):
        db.execute("REFRESH MATERIALIZED VIEW m CASCADE")
