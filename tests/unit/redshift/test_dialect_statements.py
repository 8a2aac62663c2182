"""What Redshift's SQL becomes for PostgreSQL, and what is refused (aws-semantics.md §F)."""

from __future__ import annotations

import pytest

from emulator.redshift.dialect.dialect import needs_translation, translate

NO_INDEX = 'SQL command "CREATE INDEX" not supported on Redshift tables.'


def plain(sql: str) -> str:
    """The translation with single spaces, for comparison."""
    translation = translate(sql)
    assert translation.refusal is None
    return " ".join(translation.sql.split()).replace("( ", "(").replace(" )", ")")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "BEGIN",
        "INSERT INTO t VALUES (1, 'x')",
        "SELECT a, count(*) FROM t WHERE b ILIKE 'x%' GROUP BY a ORDER BY 2 DESC LIMIT 10",
        "UPDATE t SET a = s.a FROM s WHERE s.id = t.id",
        "SELECT getdate(), len(a), charindex('x', a), date_trunc('month', d) FROM t",
        "COMMIT",
    ],
)
def test_statements_that_postgresql_takes_as_they_are_cost_no_parse(sql: str) -> None:
    assert not needs_translation(sql.encode())


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT TOP 5 a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a LIMIT 5"),
        (
            "SELECT * FROM (SELECT DISTINCT TOP 5 a FROM t) q",
            "SELECT * FROM (SELECT DISTINCT a FROM t LIMIT 5) q",
        ),
        ("SELECT CAST(a AS SUPER), b::super", "SELECT CAST(a AS jsonb), b::jsonb"),
        ("SELECT a # b, c FROM #t", 'SELECT a # b, c FROM "#t"'),
        ("SET query_group TO 'x'", "SET redshift.query_group TO 'x'"),
        ("SELECT NVL(1, 2", "SELECT NVL(1, 2"),
        (
            "SELECT string_agg(a, ',') FROM pg_catalog.pg_class",
            "SELECT string_agg(a, ',') FROM pg_redshift.pg_class",
        ),
    ],
)
def test_redshifts_functions_and_clauses_are_rewritten(sql: str, expected: str) -> None:
    assert needs_translation(sql.encode())
    assert plain(sql) == expected


@pytest.mark.parametrize(
    ("sql", "code", "message"),
    [
        ("CREATE INDEX i ON t (a)", "0A000", NO_INDEX),
        ("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", "42601", 'syntax error at or near "ON"'),
        ("SELECT 1; CREATE INDEX i ON t (a)", "0A000", NO_INDEX),
    ],
)  # fmt: skip
def test_what_redshift_lacks_is_refused_in_its_words(sql: str, code: str, message: str) -> None:
    refusal = translate(sql).refusal
    assert refusal is not None
    assert (refusal.code, refusal.message) == (code, message)


def test_copy_and_unload_of_s3_are_the_endpoints_own() -> None:
    sql = (
        "BEGIN; COPY t FROM 's3://b/k' IAM_ROLE default; COPY t FROM STDIN; UNLOAD ('SELECT 1') TO 's3://b/k'"
    )
    statements = translate(sql).statements
    assert [(statement.keyword, statement.is_local) for statement in statements] == [
        ("BEGIN", False),
        ("COPY", True),
        ("COPY", False),
        ("UNLOAD", True),
    ]
