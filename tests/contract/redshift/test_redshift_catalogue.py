"""Tools ask pg_catalog and information_schema as on Redshift: psql's commands, questions of drivers."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

import psycopg
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import Rows
from tests.redshift_facts import works

COMMANDS = tuple(
    f"\\{name}"
    for names in (
        "l l+ d d+ dt dt+ dv dv+ dn dn+ du du+ dg df df+ di dp z dT ds dm dE db do dC dL dx dD da dc dd ddp",
        "des dew det deu drds dA dF dO dS dconfig conninfo encoding timing",
    )
    for name in names.split()
)


@pytest.fixture
def keys(db: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """The connection, with two tables of declared keys and a view."""
    db.execute("CREATE TABLE maker (id INT PRIMARY KEY, name VARCHAR(30) DEFAULT 'x')")
    db.execute(
        """CREATE TABLE made (id BIGINT IDENTITY(7,2), maker INT REFERENCES maker (id), code CHAR(3) UNIQUE,
           data SUPER, PRIMARY KEY (id, code)) DISTKEY (maker) SORTKEY (code)"""
    )
    db.execute("CREATE VIEW names AS SELECT name FROM maker")
    return db


def psql(sandbox: Sandbox, schema: str, *commands: str) -> subprocess.CompletedProcess[str]:
    """Runs commands of psql, if it is here."""
    program = shutil.which("psql")
    if program is None:
        pytest.skip("psql isn't installed")
    settings = sandbox.settings
    where = ["-h", "127.0.0.1", "-p", str(settings.redshift_port), "-U", settings.user, settings.database]
    environment = {
        **os.environ, "PGPASSWORD": settings.password, "PGOPTIONS": f"-c search_path={schema},public"
    }  # fmt: skip
    asked = [part for command in commands for part in ("-c", command)]
    return subprocess.run(
        [program, "-X", "-v", "ON_ERROR_STOP=1", *where, *asked],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@works("client", "psql: its \\d commands")
def test_psqls_commands_are_answered(keys: psycopg.Connection[Any], rows: Rows, sandbox: Sandbox) -> None:
    schema = rows("SELECT current_schema()")[0][0]
    done = psql(sandbox, schema, *COMMANDS)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "ERROR" in line]) == (0, [])
    assert "pg_redshift" not in done.stdout
    assert "tarmac" not in done.stdout.replace(f'database "{sandbox.settings.database}"', "")


def test_psql_describes_a_table_with_its_declared_keys(
    keys: psycopg.Connection[Any], rows: Rows, sandbox: Sandbox
) -> None:
    schema = rows("SELECT current_schema()")[0][0]
    told = psql(sandbox, schema, r"\d made", rf"\dt {schema}.*", rf"\dv {schema}.*").stdout
    for line in (
        '"made_pkey" PRIMARY KEY, btree (id, code)',
        "FOREIGN KEY (maker) REFERENCES maker(id)",
        '"identity"(',
        "'7,2'::text)",
        "| super",
        f"{schema} | made  | table",
        "| names | view",
    ):
        assert line in told, told


@works("setting", "server_version")
def test_the_servers_version_is_redshifts(db: psycopg.Connection[Any], rows: Rows) -> None:
    assert db.info.server_version == 80002
    assert db.info.parameter_status("server_version") == "8.0.2"
    assert db.info.parameter_status("padb_version")
    for sql in ("SHOW server_version", "SELECT current_setting('server_version')"):
        assert rows(sql) == [("8.0.2",)]
    assert rows("SELECT setting FROM pg_settings WHERE name = 'server_version'") == [("8.0.2",)]


def test_the_catalogue_has_redshifts_columns(keys: psycopg.Connection[Any], rows: Rows) -> None:
    assert rows(
        """SELECT c.reldiststyle, c.relhaspkey, c.relukeys, c.relfkeys, c.relhasoids, c.relchecks
           FROM pg_catalog.pg_class c WHERE oid = 'made'::regclass"""
    ) == [(1, True, 1, 1, False, 0)]
    assert rows(
        """SELECT attname, attisdistkey, attsortkeyord, format_encoding(attencodingtype::integer),
                  format_type(atttypid, atttypmod)
           FROM pg_attribute WHERE attrelid = 'made'::regclass AND attnum > 0 ORDER BY attnum"""
    ) == [
        ("id", False, 0, "az64", "bigint"),
        ("maker", True, 0, "az64", "integer"),
        ("code", False, 1, "none", "character(3)"),
        ("data", False, 0, "zstd", "super"),
    ]
    assert rows("SELECT adsrc FROM pg_attrdef WHERE adrelid = 'maker'::regclass") == [
        ("'x'::character varying",)
    ]


def test_declared_keys_are_constraints_of_the_catalogue(keys: psycopg.Connection[Any], rows: Rows) -> None:
    sql = """SELECT conname, contype, conkey, pg_catalog.pg_get_constraintdef(oid, true)
             FROM pg_catalog.pg_constraint WHERE conrelid = 'made'::regclass ORDER BY conname"""
    assert rows(sql) == [
        ("made_code_key", "u", [3], "UNIQUE (code)"),
        ("made_maker_fkey", "f", [2], "FOREIGN KEY (maker) REFERENCES maker(id)"),
        ("made_pkey", "p", [1, 3], "PRIMARY KEY (id, code)"),
    ]
    assert rows(
        """SELECT k.column_name, k.ordinal_position FROM information_schema.table_constraints t
           JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name)
           WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_schema = current_schema()
             AND t.table_name = 'made'
           ORDER BY 2"""
    ) == [("id", 1), ("code", 2)]


def test_drivers_find_the_primary_key_by_its_index(keys: psycopg.Connection[Any], rows: Rows) -> None:
    assert rows(
        """SELECT a.attname, a.attnum, ci.relname FROM pg_catalog.pg_namespace n, pg_catalog.pg_class ct,
             pg_catalog.pg_class ci, pg_catalog.pg_attribute a, pg_catalog.pg_index i
           WHERE ct.oid = i.indrelid AND ci.oid = i.indexrelid AND a.attrelid = ci.oid AND i.indisprimary
             AND ct.relnamespace = n.oid AND n.nspname = current_schema() AND ct.relname = 'made'
           ORDER BY 2"""
    ) == [("id", 1, "made_pkey"), ("code", 2, "made_pkey")]


@works("clause", "an alias of the select list in WHERE (catalogue)")
def test_reflection_may_use_names_of_the_select_list(keys: psycopg.Connection[Any], rows: Rows) -> None:
    sql = """SELECT n.nspname AS "schema", c.relname AS "table_name" FROM pg_catalog.pg_class c
             LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname !~ '^pg_' AND schema = current_schema() AND table_name = 'maker'
             UNION SELECT view_schema AS "schema", view_name AS "table_name"
             FROM pg_get_late_binding_view_cols()
             cols(view_schema name, view_name name, col_name name, col_type varchar, col_num int)
             WHERE 1 AND schema = 'nowhere'"""
    assert rows(sql) == [(rows("SELECT current_schema()")[0][0], "maker")]


def test_what_is_ours_is_hidden(rows: Rows) -> None:
    for sql in (
        "SELECT count(*) FROM pg_catalog.pg_class WHERE relname LIKE 'tarmac%'",
        "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'pg_redshift%'",
        "SELECT count(*) FROM pg_proc WHERE proname LIKE 'tarmac%'",
        "SELECT count(*) FROM information_schema.tables WHERE table_schema LIKE 'pg_redshift%'",
        "SELECT count(*) FROM information_schema.schemata WHERE schema_name LIKE 'pg_redshift%'",
        "SELECT count(*) FROM information_schema.routines WHERE routine_name LIKE 'tarmac%'",
        "SELECT count(*) FROM information_schema.table_privileges WHERE table_name LIKE 'tarmac%'",
        "SELECT count(*) FROM svv_tables WHERE table_name LIKE 'tarmac%'",
        "SELECT count(*) FROM pg_views WHERE schemaname LIKE 'pg_redshift%'",
    ):
        assert rows(sql) == [(0,)]


@works("statement", "SHOW TABLE")
def test_show_table_gives_a_statement_that_makes_the_table_again(
    keys: psycopg.Connection[Any], rows: Rows
) -> None:
    definition = """SELECT "column", type, encoding, distkey, sortkey, "notnull" FROM pg_table_def
                    WHERE tablename = 'made'"""
    before = rows(definition)
    ((shown,),) = rows("SHOW TABLE made")
    for line in (
        "id bigint IDENTITY(7,2) ENCODE az64",
        "maker integer ENCODE az64 distkey",
        "code character(3) NOT NULL ENCODE raw",
        "PRIMARY KEY (id, code)",
        "FOREIGN KEY (maker) REFERENCES maker(id)",
        "DISTSTYLE KEY SORTKEY ( code );",
    ):
        assert line in shown
    keys.execute("DROP TABLE made")
    keys.execute(shown)
    assert rows(definition) == before
    assert rows("SHOW TABLE made") == [(shown,)]


@works("statement", "SHOW VIEW")
def test_show_view_gives_its_query(keys: psycopg.Connection[Any], rows: Rows) -> None:
    assert " ".join(rows("SHOW VIEW names")[0][0].split()) == "SELECT name FROM maker;"
    with pytest.raises(psycopg.errors.WrongObjectType):
        keys.execute("SHOW VIEW maker")
    with pytest.raises(psycopg.errors.UndefinedTable):
        keys.execute("SHOW TABLE nowhere")


def test_columns_of_redshifts_older_catalogue_are_there(keys: psycopg.Connection[Any], rows: Rows) -> None:
    keys.execute("CREATE TABLE thrown (a INT) BACKUP NO")
    assert rows(
        """SELECT split_part(key, '_', 5) = 'thrown'::regclass::oid, value FROM pg_conf
           WHERE key LIKE 'pg_class_backup_%' AND split_part(key, '_', 5) = (SELECT 'thrown'::regclass::oid)
             AND split_part(key, '_', 4) = (SELECT oid FROM pg_database WHERE datname = current_database())"""
    ) == [(True, "NO")]
    pid = rows("SELECT pg_backend_pid()")[0][0]
    assert rows(f"SELECT current_query LIKE '%procpid%' FROM pg_stat_activity WHERE procpid = {pid}") == [
        (True,)
    ]
    assert rows("SELECT datconnlimit FROM pg_database_info WHERE datname = current_database()") == [
        ("UNLIMITED",)
    ]
    assert rows("SELECT conkey[1] FROM pg_constraint WHERE conname = 'made_code_key'") == [(3,)]
    assert rows(
        "SELECT count(*) FROM pg_attribute_info WHERE attrelid = 'made'::regclass AND attnum > 0"
    ) == [(4,)]
    assert rows("SELECT releffectivediststyle FROM pg_class_info WHERE relname = 'thrown'") == [(10,)]
