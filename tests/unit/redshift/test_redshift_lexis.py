"""Literals, names, settings, refused forms and procedures as Redshift reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from emulator.redshift.dialect import session_settings
from emulator.redshift.dialect.dialect import needs_translation, translate

SETTINGS_SQL = Path(__file__).parents[3] / "emulator" / "redshift" / "sql" / "16_settings.sql"


def plain(sql: str, is_case_sensitive: bool = False) -> str:
    """The translation with single spaces, for comparison."""
    translation = translate(sql, is_case_sensitive)
    assert translation.refusal is None
    return " ".join(translation.sql.split())


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (r"SELECT 'a\'b', 'c'", r"SELECT E'a\'b', 'c'"),
        (r"SELECT E'\n', e'\t', $$\$$", r"SELECT E'\n', e'\t', $$\$$"),
        (r"SELECT '\\' || 'x;y'", r"SELECT E'\\' || 'x;y'"),
        ('SELECT "A b", "x" FROM "S"."T"', 'SELECT "a b", "x" FROM "s"."t"'),
        ('SELECT "Ä"', 'SELECT "Ä"'),
    ],
)
def test_literals_and_names_are_read_as_redshift_reads_them(sql: str, expected: str) -> None:
    assert plain(sql) == expected


def test_quoted_names_keep_their_case_from_the_setting_on() -> None:
    sql = 'SELECT "A"; SET enable_case_sensitive_identifier TO true; SELECT "A"; RESET ALL; SELECT "A"'
    assert re.findall(r'"(\w)"', plain(sql)) == ["a", "A", "a"]
    assert translate("SET enable_case_sensitive_identifier = on").is_case_sensitive
    assert translate("SELECT NVL(1, 2)", is_case_sensitive=True).is_case_sensitive
    assert not translate("SET enable_case_sensitive_identifier TO DEFAULT", True).is_case_sensitive
    assert plain('SELECT "A", NVL(1, 2)', is_case_sensitive=True) == 'SELECT "A", COALESCE(1, 2)'


@pytest.mark.parametrize("sql", [f"SELECT 1 AS {'n' * 63}", f"SELECT '{'n' * 99}' || \"{'n' * 63}\""])
def test_names_that_postgresql_can_keep_pass(sql: str) -> None:
    assert translate(sql).refusal is None


@pytest.mark.parametrize("name", ["n" * 64, f'"{"n" * 64}"', f'"{"é" * 32}"', "#" + "n" * 64])
def test_longer_names_are_refused_not_cut_off(name: str) -> None:
    refusal = translate(f"CREATE TABLE {name} (a INT)").refusal
    assert refusal is not None
    assert refusal.code == "42622"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'returning, filter, lateral' AS a",
        'SELECT "returning", "values" FROM "do"',
        "SELECT t.returning, a.filter FROM t",
        "INSERT INTO t (a, b) VALUES (1, 2), (3, 4)",
        "INSERT INTO t VALUES (DEFAULT)",
        "SELECT substring(a FOR 2), overlay(a PLACING 'x' FROM 1 FOR 2) FROM t",
        "SELECT groups FROM t -- RANGE BETWEEN",
        "SELECT filter(a) FROM t",
        "COMMENT ON TABLE t IS 'SAVEPOINT'",
        "ROLLBACK",
        "SELECT DISTINCT a FROM t JOIN u ON t.a = u.a",
    ],
)
def test_words_of_refused_forms_are_names_elsewhere(sql: str) -> None:
    assert translate(sql).refusal is None


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t VALUES (1) RETURNING *",
        "WITH d AS (DELETE FROM t RETURNING a) SELECT 1",
        "SELECT 1 UNION VALUES (2)",
        "(VALUES (1))",
        "TABLE t",
        "SELECT a FROM t FOR NO KEY UPDATE",
        "RELEASE SAVEPOINT s",
        "ROLLBACK WORK TO SAVEPOINT s",
        "UNLISTEN *",
    ],
)
def test_refused_forms_are_seen_without_a_parse_and_refused(sql: str) -> None:
    assert needs_translation(sql.encode())
    assert translate(sql).refusal is not None


def test_every_setting_has_its_default_in_the_databases() -> None:
    listed = dict(re.findall(r"\('(\w+)', '([^']*)'\)", SETTINGS_SQL.read_text()))
    assert listed == {name.lower(): value for name, value in session_settings.DEFAULTS.items()}


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SHOW query_group", "SELECT pg_catalog.current_setting('redshift.query_group') AS query_group"),
        ("SET SESSION query_group TO 'x'", "SET SESSION redshift.query_group TO 'x'"),
        ("RESET wlm_query_slot_count", "RESET redshift.wlm_query_slot_count"),
        ("SET search_path TO query_group", "SET search_path TO query_group"),
        ("SET LOCAL query_group = 'y'", "SET LOCAL redshift.query_group = 'y'"),
    ],
)
def test_settings_have_a_prefix(sql: str, expected: str) -> None:
    assert plain(sql) == expected


BODY = """
DECLARE n INT := NVL(NULL, 1); v VARCHAR(MAX); c CURSOR FOR SELECT TOP 1 a FROM t;
BEGIN
  -- IF THEN; a comment
  IF n = NVL(1, 2) THEN UPDATE t SET a = NVL(a, 0); ELSE DELETE t; END IF;
  FOR r IN SELECT NVL(a, 1) FROM t LOOP RAISE INFO 'NVL(%); THEN', NVL(r.a, 2); END LOOP;
  WHILE NVL(n, 0) < 3 LOOP n := NVL(n, 0) + 1; END LOOP;
  EXECUTE 'CREATE TABLE x (a INT) BACKUP NO';
  EXECUTE 'DROP TABLE y; SELECT NVL(1, 2);';
  EXECUTE 'SELECT ' || NVL(v, '1');
EXCEPTION WHEN OTHERS THEN RETURN;
END
"""


def test_the_sql_of_a_procedure_is_translated_and_its_own_words_stay() -> None:
    sql = plain(f"CREATE OR REPLACE PROCEDURE p(a IN INT, b OUT VARCHAR(MAX)) AS $${BODY}$$ LANGUAGE plpgsql")
    assert sql.startswith(
        "CREATE OR REPLACE PROCEDURE p(IN a INT, INOUT b VARCHAR ( 65535 ) DEFAULT NULL) AS"
    )
    assert sql.endswith("$tarmac$ LANGUAGE plpgsql")
    assert sql.replace("'NVL(%); THEN'", "").upper().count("NVL") == 0
    for part in (
        "v VARCHAR(65535);",
        "c CURSOR FOR SELECT a FROM t LIMIT 1;",
        "IF (n = COALESCE(1, 2)) THEN UPDATE t SET a = COALESCE(a, 0); ELSE DELETE FROM t; END IF;",
        "FOR r IN SELECT COALESCE(a, 1) FROM t LOOP RAISE INFO 'NVL(%); THEN', COALESCE(r.a, 2); END LOOP;",
        "WHILE COALESCE(n, 0) < 3 LOOP n := COALESCE(n, 0) + 1; END LOOP;",
        "EXECUTE 'SELECT ' || COALESCE(v, '1');",
        " TABLE y; SELECT COALESCE(1, 2);$sql$;",
        "EXCEPTION WHEN OTHERS THEN RETURN;",
    ):
        assert part in sql
    assert "BACKUP" not in re.sub(r"/\*.*?\*/", "", sql)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("CREATE FUNCTION f(a INT) RETURNS INT STABLE AS $$ x $$ LANGUAGE plpythonu", "plpythonu"),
        ("CREATE PROCEDURE p() NONATOMIC AS $$ BEGIN END $$ LANGUAGE plpgsql", "NONATOMIC"),
        ("CREATE PROCEDURE p() AS 'BEGIN DELETE FROM t RETURNING a; END' LANGUAGE plpgsql", "RETURNING"),
        ("CREATE PROCEDURE p() AS $$ BEGIN COPY t FROM 's3://b/k'; END $$ LANGUAGE plpgsql", "COPY in a"),
        ("CREATE EXTERNAL FUNCTION f(INT) RETURNS INT STABLE LAMBDA 'x' IAM_ROLE 'y'", "external"),
    ],
)  # fmt: skip
def test_procedures_that_cannot_be_executed_are_refused_by_name(sql: str, message: str) -> None:
    refusal = translate(sql).refusal
    assert refusal is not None
    assert message in refusal.message
