"""psql as people and scripts use it: its commands, scripts with variables, \\copy, exit codes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.clients.machines import unique
from tests.redshift_facts import works

pytestmark = pytest.mark.process
Psql = Callable[..., subprocess.CompletedProcess[str]]
SCRIPT_FAILED = 3  # psql's exit code with ON_ERROR_STOP


@pytest.fixture(scope="module")
def schema(sandbox: Sandbox) -> Iterator[str]:
    """A schema with a table, a view, a function and a procedure."""
    name = unique("psql").replace("-", "_")
    for sql in (
        f"CREATE SCHEMA {name}",
        f"CREATE TABLE {name}.orders (id int IDENTITY(1,1) PRIMARY KEY,"
        " name varchar(20) NOT NULL ENCODE zstd, price decimal(10,2) DEFAULT 0) DISTKEY (id) SORTKEY (name)",
        f"CREATE VIEW {name}.names AS SELECT name FROM {name}.orders",
        f"CREATE FUNCTION {name}.twice (int) RETURNS int STABLE AS $$ SELECT $1 * 2 $$ LANGUAGE sql",
    ):
        sandbox.query(sql)
    yield name
    sandbox.query(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture
def psql(sandbox: Sandbox, schema: str) -> Psql:
    """Runs psql on a text of commands; the schema is the first on the search path."""
    if not shutil.which("psql"):
        pytest.skip("psql is not on this machine")

    def run(script: str, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["psql", "-X", "-A", *options],
            input=f"SET search_path TO {schema}, public;\n{script}",
            env={**sandbox.environment(), "PAGER": "cat"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def answer(done: subprocess.CompletedProcess[str]) -> str:
    """What it wrote, without the first SET; it must not have complained."""
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout.removeprefix("SET\n").strip()


COMMANDS = {
    r"\d orders": ["name|character varying(20)||not null|", "orders_pkey", "PRIMARY KEY"],
    r"\d": ["orders|table", "names|view"],
    r"\d+ orders": ["price|numeric(10,2)"],
    r"\dt": ["orders|table"],
    r"\dt *.orders": ["orders|table"],
    r"\dv": ["names|view"],
    r"\d+ names": ["SELECT"],
    r"\df twice": ["twice|integer|integer"],
    r"\dn": ["public|"],
    r"\l": ["dev|"],
    r"\du": ["awsuser|"],
    r"\dp orders": ["orders|table"],
    r"\z orders": ["orders|table"],
    r"\dT": [],
    r"\conninfo": ['database "dev"', '"awsuser"'],
    r"\encoding": ["UTF8"],
    "\\timing off": ["Timing is off."],
    r"\x on": ["Expanded display is on."],
}


@works("client", "psql 15: \\d \\d+ \\dt \\dv \\df \\dn \\l \\du \\dp \\dT \\conninfo")
@pytest.mark.parametrize("command", COMMANDS)
def test_psqls_commands_answer(psql: Psql, command: str) -> None:
    found = answer(psql(command))
    for part in COMMANDS[command]:
        assert part in found


@works("client", "psql 15: -f, -v, ON_ERROR_STOP, \\if, \\gset, \\i, \\copy")
def test_a_script_has_variables_conditions_and_other_scripts(psql: Psql, tmp_path: Path) -> None:
    (tmp_path / "other.sql").write_text("SELECT NVL(NULL, :'given');\n")
    script = f"""
        SELECT COUNT(*) AS before FROM orders \\gset
        \\if :before
            \\echo rows before
        \\else
            \\echo none before
        \\endif
        BEGIN;
        INSERT INTO orders (name) VALUES (:'given'), ('b');
        SELECT LISTAGG(name, ',') WITHIN GROUP (ORDER BY name) FROM orders;
        ROLLBACK;
        \\i {tmp_path / "other.sql"}
    """
    lines = answer(psql(script, "-q", "-t", "-v", "given=it's", "-v", "ON_ERROR_STOP=1")).splitlines()
    assert lines == ["none before", "b,it's", "it's"]


def test_a_script_stops_at_its_first_error_with_psqls_exit_code(psql: Psql) -> None:
    done = psql("SELECT 1;\nSELECT * FROM missing;\nSELECT 2;", "-q", "-t", "-v", "ON_ERROR_STOP=1")
    assert (done.returncode, done.stdout) == (SCRIPT_FAILED, "1\n")
    assert 'relation "missing" does not exist' in done.stderr
    assert "LINE 1: SELECT * FROM missing;" in done.stderr


def test_several_statements_in_one_option_are_one_transaction(psql: Psql) -> None:
    done = psql("", "-c", "CREATE TABLE public.never_made (a int) DISTSTYLE EVEN; SELECT 1/0")
    assert done.returncode == 1
    assert answer(psql("SELECT COUNT(*) FROM svv_tables WHERE table_name = 'never_made';", "-q", "-t")) == "0"


def test_rows_go_to_and_from_a_local_file(psql: Psql, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text('name,price\na,1.50\n"b, c",2\n')
    script = f"""
        CREATE TEMP TABLE copied (name varchar(20), price decimal(10,2)) DISTSTYLE ALL;
        \\copy copied FROM '{file}' CSV HEADER
        \\copy (SELECT * FROM copied ORDER BY name) TO '{tmp_path / "out.csv"}' CSV
    """
    answer(psql(script, "-q"))
    assert (tmp_path / "out.csv").read_text() == 'a,1.50\n"b, c",2.00\n'


def test_rows_come_in_parts_with_a_fetch_count(psql: Psql) -> None:
    numbers = " UNION ALL ".join(f"SELECT {number} AS n" for number in range(7))
    found = answer(psql(f"SELECT n FROM ({numbers}) ORDER BY n;", "-q", "-t", "-v", "FETCH_COUNT=3"))
    assert found.split() == [str(number) for number in range(7)]
