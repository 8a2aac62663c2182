"""System views have the guide's columns in its order, and what they say is true."""

from __future__ import annotations

import contextlib
import re
import time
from typing import Any

import psycopg
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import Rows, connect
from tests.contract.redshift.system_view_facts import COLUMNS, EMPTY, LACKING
from tests.redshift_facts import gap, works


@pytest.mark.parametrize("view", [pytest.param(name, marks=works("system view", name)) for name in COLUMNS])
def test_a_system_view_has_the_guides_columns(db: psycopg.Connection[Any], view: str) -> None:
    cursor = db.execute(f"SELECT * FROM {view} LIMIT 1")
    assert [column.name for column in cursor.description or ()] == COLUMNS[view].split()
    if view in EMPTY:
        assert cursor.fetchall() == []


@pytest.mark.parametrize(
    "view", [pytest.param(name, marks=gap("system view", name, why=why)) for name, why in LACKING.items()]
)
def test_a_system_view_that_is_lacking_is_refused_by_name(db: psycopg.Connection[Any], view: str) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable, match=f'relation "{view}" does not exist'):
        db.execute(f"SELECT * FROM {view}")


TABLE = """CREATE TABLE sold (
        id BIGINT IDENTITY(1,1), at DATE NOT NULL, name VARCHAR(20) ENCODE zstd, data SUPER,
        price NUMERIC(8,2) DEFAULT 0, PRIMARY KEY (id), UNIQUE (name))
    DISTSTYLE KEY DISTKEY (at) SORTKEY (at, id)"""


@pytest.fixture
def sold(db: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """The connection, with a table of two rows and a view of it."""
    db.execute(TABLE)
    db.execute("INSERT INTO sold (at, name) VALUES ('2024-01-01', 'a'), ('2024-01-02', 'b')")
    db.execute("CREATE VIEW dear AS SELECT id, price FROM sold WHERE price > 100")
    return db


def test_pg_table_def_tells_encodings_and_keys(sold: psycopg.Connection[Any], rows: Rows) -> None:
    sql = 'SELECT "column", trim(type), trim(encoding), distkey, sortkey, "notnull" FROM pg_table_def'
    assert rows(f"{sql} WHERE tablename = 'sold'") == [
        ("id", "bigint", "none", False, 2, True),
        ("at", "date", "none", True, 1, True),
        ("name", "character varying(20)", "zstd", False, 0, False),
        ("data", "super", "zstd", False, 0, False),
        ("price", "numeric(8,2)", "az64", False, 0, False),
    ]
    sold.execute("SET search_path TO public")
    assert rows(f"{sql} WHERE tablename = 'sold'") == []


def test_svv_table_info_counts_rows_without_analyze(sold: psycopg.Connection[Any], rows: Rows) -> None:
    sql = """SELECT encoded, diststyle, sortkey1, trim(sortkey1_enc), sortkey_num, max_varchar, size, tbl_rows
             FROM svv_table_info WHERE schema = current_schema() AND "table" = 'sold'"""
    assert rows(sql) == [("Y", "KEY(at)", "at", "none", 2, 20, 1, 2)]
    sold.execute("DELETE FROM sold")
    assert rows(sql) == []  # the guide: nothing about empty tables


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        ("DISTSTYLE EVEN", ("EVEN", "AUTO(SORTKEY)")),
        ("DISTSTYLE ALL", ("ALL", "AUTO(SORTKEY)")),
        ("", ("AUTO(ALL)", "AUTO(SORTKEY)")),
        ("DISTKEY (a) INTERLEAVED SORTKEY (b, a)", ("KEY(a)", "b")),
    ],
)
def test_svv_table_info_tells_styles(
    db: psycopg.Connection[Any], rows: Rows, attributes: str, told: tuple[str, str]
) -> None:
    db.execute(f"CREATE TABLE styled (a INT, b INT) {attributes}")
    db.execute("INSERT INTO styled VALUES (1, 2)")
    sql = "SELECT diststyle, sortkey1 FROM svv_table_info WHERE schema = current_schema()"
    assert rows(sql) == [told]


def test_interleaved_sort_keys_are_listed(db: psycopg.Connection[Any], rows: Rows) -> None:
    db.execute("CREATE TABLE woven (a INT, b INT, c INT) INTERLEAVED SORTKEY (c, a)")
    sql = "SELECT col FROM svv_interleaved_columns WHERE tbl = 'woven'::regclass::oid ORDER BY col"
    assert rows(sql) == [(0,), (2,)]


def test_tables_columns_and_views_are_listed(sold: psycopg.Connection[Any], rows: Rows) -> None:
    sold.execute("COMMENT ON TABLE sold IS 'what went'")
    assert rows(
        """SELECT table_name, table_type, remarks FROM svv_tables
           WHERE table_schema = current_schema() ORDER BY 1"""
    ) == [("dear", "VIEW", None), ("sold", "BASE TABLE", "what went")]
    assert rows(
        "SELECT table_name, table_type FROM svv_all_tables WHERE schema_name = current_schema() ORDER BY 1"
    ) == [("dear", "VIEW"), ("sold", "TABLE")]
    assert rows(
        """SELECT column_name, data_type, is_nullable, encoding, distkey, sortkey FROM svv_redshift_columns
           WHERE schema_name = current_schema() AND table_name = 'sold' AND ordinal_position IN (2, 4)
           ORDER BY 1"""
    ) == [("at", "date", "NO", "none", True, 1), ("data", "super", "YES", "zstd", False, 0)]


def test_columns_of_a_late_binding_view_are_in_svv_columns_only(
    sold: psycopg.Connection[Any], rows: Rows
) -> None:
    schema = rows("SELECT current_schema()")[0][0]
    sold.execute(f"CREATE VIEW late AS SELECT name FROM {schema}.sold WITH NO SCHEMA BINDING")
    where = "WHERE table_schema = current_schema() AND table_name = 'late'"
    assert rows(f"SELECT column_name, data_type FROM svv_columns {where}") == [("name", "character varying")]
    assert rows(f"SELECT column_name FROM information_schema.columns {where}") == []
    assert rows(
        """SELECT c.name, c.type, c.number FROM pg_get_late_binding_view_cols()
           c(schema name, view name, name name, type varchar, number int) WHERE schema = current_schema()"""
    ) == [("name", "character varying(20)", 1)]


def test_schemas_and_databases_are_listed_without_ours(rows: Rows) -> None:
    names = [name for (name,) in rows("SELECT schema_name FROM svv_all_schemas")]
    assert {"public", "pg_catalog", "information_schema"} <= set(names)
    assert not [name for name in names if name.startswith("pg_redshift")]
    assert rows(
        "SELECT database_type FROM svv_redshift_databases WHERE database_name = current_database()"
    ) == [("local",)]


def test_a_session_sees_itself_and_its_locks(sold: psycopg.Connection[Any], rows: Rows) -> None:
    pid = rows("SELECT pg_backend_pid()")[0][0]
    assert rows(f"SELECT trim(user_name), trim(db_name) FROM stv_sessions WHERE process = {pid}") == rows(
        "SELECT current_user::text, current_database()::text"
    )
    with sold.transaction():
        sold.execute("LOCK TABLE sold")
        held = f"WHERE pid = {pid} AND relation = 'sold'::regclass::oid"
        assert rows(f"SELECT lock_mode, granted FROM svv_transactions {held}") == [
            ("AccessExclusiveLock", True)
        ]
        assert rows(f"SELECT trim(lock_status) FROM stv_locks WHERE lock_owner_pid = {pid}") == [
            ("Holding write lock",)
        ]


def test_privileges_are_listed_by_who_has_them(sold: psycopg.Connection[Any], rows: Rows) -> None:
    sold.execute("GRANT SELECT ON sold TO PUBLIC")
    sql = """SELECT privilege_type, identity_type FROM svv_relation_privileges
             WHERE namespace_name = current_schema() AND relation_name = 'sold'
               AND identity_name = 'public'"""
    assert rows(sql) == [("SELECT", "public")]
    assert rows("SELECT has_table_privilege('sold', 'select')") == [(True,)]


def test_privileges_on_columns_are_listed(sold: psycopg.Connection[Any], rows: Rows) -> None:
    sold.execute("GRANT SELECT (name) ON sold TO PUBLIC")
    sql = """SELECT column_name, privilege_type FROM svv_column_privileges
             WHERE namespace_name = current_schema() AND relation_name = 'sold'"""
    assert rows(sql) == [("name", "SELECT")]


@works("function", "PG_GET_COLS")
def test_pg_get_cols_tells_the_columns_of_a_view(sold: psycopg.Connection[Any], rows: Rows) -> None:
    sql = """SELECT c.name, c.type, c.number FROM pg_get_cols('dear')
             c(schema name, view name, name name, type varchar, number int) ORDER BY 3"""
    assert rows(sql) == [("id", "bigint", 1), ("price", "numeric(8,2)", 2)]


@works("function", "PG_CANCEL_BACKEND", "PG_TERMINATE_BACKEND", "PG_BACKEND_PID")
def test_another_session_can_be_cancelled_and_ended(rows: Rows, sandbox: Sandbox) -> None:
    with contextlib.closing(connect(sandbox)) as other:
        pid = other.execute("SELECT pg_backend_pid()").fetchall()[0][0]
        assert rows(f"SELECT pg_cancel_backend({pid})") == [(True,)]
        assert rows(f"SELECT pg_terminate_backend({pid})") == [(True,)]
        deadline = time.monotonic() + 10
        while rows(f"SELECT count(*) FROM stv_sessions WHERE process = {pid}") != [(0,)]:
            assert time.monotonic() < deadline
        with pytest.raises(psycopg.OperationalError):
            other.execute("SELECT 1")


def test_users_are_listed_with_redshifts_attributes(rows: Rows) -> None:
    assert rows(
        "SELECT usename::text, usesuper, syslogaccess FROM svl_user_info WHERE usename = current_user"
    ) == [(rows("SELECT current_user::text")[0][0], True, "UNRESTRICTED")]
    assert rows("SELECT usecatupd FROM pg_user WHERE usename = current_user") == [(False,)]


@works("function", "VERSION")
def test_version_is_redshifts(rows: Rows) -> None:
    assert re.match(r"PostgreSQL 8\.0\.2 on .* Redshift \d", rows("SELECT version()")[0][0])
