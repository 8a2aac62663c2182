"""Questions to the catalogue get our relations, and tools' words that PostgreSQL can't read are replaced."""

from __future__ import annotations

import pytest

from emulator.redshift.dialect.column_aliases import without_alias_references
from emulator.redshift.dialect.sql_tokens import text_of, tokens_of
from emulator.redshift.dialect.system_catalog import rewritten, status_report


@pytest.mark.parametrize(
    ("sql", "result"),
    [
        ("SELECT * FROM pg_class", "SELECT * FROM pg_redshift.pg_class"),
        ("SELECT c.oid FROM pg_catalog.pg_class c", "SELECT c.oid FROM pg_redshift.pg_class c"),
        ('SELECT 1 FROM pg_catalog."pg_class"', 'SELECT 1 FROM pg_redshift."pg_class"'),
        ("SELECT pg_class.oid FROM PG_CLASS", "SELECT pg_class.oid FROM pg_redshift.PG_CLASS"),
        ("SELECT 1 FROM a, pg_type", "SELECT 1 FROM a, pg_redshift.pg_type"),
        ("SELECT 'pg_class'::regclass", "SELECT 'pg_class'::regclass"),
        ("SELECT 1 FROM mine.pg_class", "SELECT 1 FROM mine.pg_class"),
        ("SELECT 1 FROM pg_catalog.pg_am", "SELECT 1 FROM pg_catalog.pg_am"),
        ("SELECT format_type(1, 2)", "SELECT pg_redshift.format_type(1, 2)"),
        ("SELECT pg_catalog.format_type(1, 2)", "SELECT pg_redshift.format_type(1, 2)"),
        ("SELECT format_type FROM t", "SELECT format_type FROM t"),
        ("SELECT 1 FROM information_schema.columns", "SELECT 1 FROM pg_redshift_information.columns"),
        ("SELECT 1 FROM information_schema.triggers", "SELECT 1 FROM information_schema.triggers"),
        ("SHOW server_version", "SELECT '8.0.2' AS server_version"),
        ("SELECT 1 FROM pg_user WHERE 1", "SELECT 1 FROM pg_redshift.pg_user WHERE TRUE"),
        ("SELECT 1 FROM pg_user WHERE 1 = 1", "SELECT 1 FROM pg_redshift.pg_user WHERE 1 = 1"),
        ("SELECT CASE a WHEN 2 THEN 4WHEN 3 THEN 5 END FROM svv_tables", None),
    ],
)
def test_names_of_the_catalogue_are_read_from_our_schema(sql: str, result: str | None) -> None:
    expected = result if result is not None else sql.replace("4WHEN", "4 WHEN")
    assert text_of(rewritten(tokens_of(sql))) == expected


def test_a_statement_without_the_catalogue_is_left_alone() -> None:
    tokens = tokens_of("SELECT a AS b FROM t WHERE b = 1")
    assert rewritten(tokens) is tokens


@pytest.mark.parametrize(
    ("sql", "result"),
    [
        ("SELECT a.b AS c FROM t a WHERE c = 1", "SELECT a.b AS c FROM t a WHERE (a.b) = 1"),
        ("SELECT x+1 AS y, y*2 AS z FROM t", "SELECT x+1 AS y, (x+1)*2 AS z FROM t"),
        ("SELECT lower(name) AS name FROM t WHERE name = 'a'", None),
        ("SELECT c.name, o.owner AS name FROM t WHERE name = 'a'", None),
        ("SELECT a.b AS c FROM t a ORDER BY c", None),
        ("SELECT a AS c FROM t WHERE d.c = 1 AND c(1) IN (SELECT c FROM u)", None),
        (
            "SELECT 'x' AS k FROM t WHERE k = 'x' UNION SELECT v AS k FROM u WHERE (k > 'a')",
            "SELECT 'x' AS k FROM t WHERE ('x') = 'x' UNION SELECT v AS k FROM u WHERE ((v) > 'a')",
        ),
        (
            "SELECT * FROM (SELECT a AS b FROM t WHERE b > 0) WHERE b < 9",
            "SELECT * FROM (SELECT a AS b FROM t WHERE (a) > 0) WHERE b < 9",
        ),
    ],
)
def test_names_of_the_select_list_are_replaced_where_no_column_has_them(sql: str, result: str | None) -> None:
    assert text_of(without_alias_references(tokens_of(sql))) == (sql if result is None else result)


def test_the_version_is_reported_with_what_drivers_recognise_redshift_by() -> None:
    report = status_report(b"server_version\x0018.1\0")
    assert report is not None
    assert b"server_version\x008.0.2\0" in report
    assert b"padb_revision\0" in report
    assert status_report(b"TimeZone\0UTC\0") is None
