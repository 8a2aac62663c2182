"""What Redshift's SQL becomes for PostgreSQL, and what is refused (aws-semantics.md §F)."""

from __future__ import annotations

import pytest

from emulator.redshift.dialect import needs_translation, translate

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
        ("SELECT NVL(a, NVL(b, 0)) FROM t", "SELECT COALESCE(a, COALESCE(b, 0)) FROM t"),
        ("SELECT NVL2(a, 1, 2)", "SELECT CASE WHEN (a) IS NOT NULL THEN 1 ELSE 2 END"),
        (
            "SELECT DECODE(a, 1, 'x', NULL, 'n', 'else')",
            "SELECT CASE WHEN (a) IS NOT DISTINCT FROM 1 THEN 'x'"
            " WHEN (a) IS NOT DISTINCT FROM NULL THEN 'n' ELSE 'else' END",
        ),
        ("SELECT decode('ff', 'hex')", "SELECT decode('ff', 'hex')"),
        (
            "SELECT DATEADD(day, 1, d), DATEDIFF(hr, a, b)",
            "SELECT DATEADD('day', 1, d), DATEDIFF('hr', a, b)",
        ),
        ("SELECT DATEADD('month', 1, GETDATE())", "SELECT DATEADD('month', 1, GETDATE())"),
        ("SELECT DATE_PART(dow, d)", "SELECT DATE_PART('dow', d)"),
        ("SELECT SYSDATE", "SELECT pg_catalog.sysdate()"),
        (
            "SELECT LISTAGG(DISTINCT a, ', ') WITHIN GROUP (ORDER BY a)",
            "SELECT string_agg(DISTINCT (a)::text, ', ' ORDER BY (a)::text)",
        ),
        ("SELECT LISTAGG(a) FROM t", "SELECT string_agg((a)::text, '') FROM t"),
        ("SELECT MEDIAN(a)", "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a)"),
        ("SELECT APPROXIMATE COUNT(DISTINCT a)", "SELECT COUNT(DISTINCT a)"),
        (
            "SELECT RATIO_TO_REPORT(a) OVER (PARTITION BY b)",
            "SELECT ((a)::float8 / NULLIF(SUM(a) OVER (PARTITION BY b), 0)::float8)",
        ),
        ("SELECT TOP 5 a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a LIMIT 5"),
        (
            "SELECT * FROM (SELECT DISTINCT TOP 5 a FROM t) q",
            "SELECT * FROM (SELECT DISTINCT a FROM t LIMIT 5) q",
        ),
        ("SELECT CONVERT(VARCHAR(MAX), a)", "SELECT CAST(a AS VARCHAR(65535))"),
        ("SELECT CAST(a AS SUPER), b::super", "SELECT CAST(a AS jsonb), b::jsonb"),
        ("SELECT a # b, c FROM #t", 'SELECT a # b, c FROM "#t"'),
        ("SET query_group TO 'x'", "SET redshift.query_group TO 'x'"),
        ("VACUUM FULL t TO 99 PERCENT", "VACUUM t"),
        ("ANALYZE t PREDICATE COLUMNS", "ANALYZE t"),
        ("SELECT NVL(1, 2", "SELECT NVL(1, 2"),
        (
            "SELECT a, count(*), b x FROM t u WHERE c QUALIFY RANK() OVER (ORDER BY a) = 1 ORDER BY a",
            'SELECT a, "count", x FROM (SELECT a, count(*) AS "count", b x,'
            ' (RANK() OVER (ORDER BY a) = 1) AS "_keep" FROM t u WHERE c) AS "_q" WHERE "_keep" ORDER BY a',
        ),
        (
            "SELECT * FROM (SELECT * FROM s.t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1) q",
            'SELECT * FROM (SELECT ("_row").* FROM (SELECT t AS "_row",'
            ' (ROW_NUMBER() OVER (ORDER BY a) = 1) AS "_keep" FROM s.t) AS "_q" WHERE "_keep") q',
        ),
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
    ("sql", "expected"),
    [
        (
            "CREATE TABLE s.t (a BIGINT ENCODE az64 DISTKEY, b VARCHAR(MAX) ENCODE lzo NOT NULL SORTKEY)"
            " DISTSTYLE KEY DISTKEY(a) COMPOUND SORTKEY(a, b) BACKUP NO",
            "CREATE TABLE s.t (a BIGINT, b VARCHAR(65535) NOT NULL)",
        ),
        (
            "CREATE TABLE t (a INT PRIMARY KEY, b INT UNIQUE, c INT REFERENCES s.u (x), d INT)"
            " DISTSTYLE AUTO SORTKEY AUTO ENCODE AUTO",
            "CREATE TABLE t (a INT NOT NULL, b INT, c INT, d INT)",
        ),
        (
            "CREATE TABLE t (a INT, b INT, CONSTRAINT k PRIMARY KEY (a, b), UNIQUE (b),"
            " FOREIGN KEY (a) REFERENCES u (x))",
            "CREATE TABLE t (a INT NOT NULL, b INT NOT NULL)",
        ),
        (
            "CREATE TABLE t (a BIGINT IDENTITY(1, 2), b BIGINT GENERATED BY DEFAULT AS IDENTITY(5,1))",
            "CREATE TABLE t (a BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 1 INCREMENT BY 2 MINVALUE 1),"
            " b BIGINT GENERATED BY DEFAULT AS IDENTITY (START WITH 5 INCREMENT BY 1 MINVALUE 5))",
        ),
        (
            "CREATE TABLE t (a VARCHAR, b TEXT, c NUMERIC, d SUPER, e CHAR(5) COLLATE CASE_INSENSITIVE)",
            "CREATE TABLE t (a VARCHAR(256), b varchar(256), c NUMERIC(18,0), d jsonb, e CHAR(5))",
        ),
        ("CREATE TABLE #t (a INT) DISTSTYLE ALL", 'CREATE TEMP TABLE "#t" (a INT)'),
        ("CREATE TABLE t SORTKEY(a) AS SELECT NVL(a, 0)", "CREATE TABLE t AS SELECT COALESCE(a, 0)"),
        ("CREATE TABLE t (LIKE u INCLUDING DEFAULTS)", "CREATE TABLE t (LIKE u INCLUDING DEFAULTS)"),
        ("CREATE TABLE t (a TIME DEFAULT SYSDATE)", "CREATE TABLE t (a TIME DEFAULT pg_catalog.sysdate())"),
        ("ALTER TABLE t ADD COLUMN x VARCHAR(MAX) ENCODE zstd", "ALTER TABLE t ADD COLUMN x VARCHAR(65535)"),
        ("ALTER TABLE s.t ALTER DISTKEY a", "ALTER TABLE s.t RESET (fillfactor)"),
        ("ALTER TABLE t ALTER COLUMN a ENCODE lzo", "ALTER TABLE t RESET (fillfactor)"),
        ("ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (a)", "ALTER TABLE t RESET (fillfactor)"),
        ("ALTER TABLE t RENAME TO u", "ALTER TABLE t RENAME TO u"),
    ],
)  # fmt: skip
def test_ddl_loses_what_only_redshift_keeps(sql: str, expected: str) -> None:
    assert needs_translation(sql.encode())
    assert plain(sql) == expected


@pytest.mark.parametrize(
    ("sql", "code", "message"),
    [
        ("CREATE INDEX i ON t (a)", "0A000", NO_INDEX),
        ("CREATE TABLE t (a INT, b INT[])", "0A000", 'Column "t.b" has unsupported type "int[]".'),
        ("CREATE TABLE t (a SERIAL)", "0A000", 'Column "t.a" has unsupported type "serial".'),
        ("CREATE TABLE t (a INT, CHECK (a > 0))", "0A000", "CHECK constraints are not supported"),
        ("SELECT STRING_AGG(a, ',') FROM t", "42883", "function string_agg() does not exist"),
        ("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", "42601", 'syntax error at or near "ON"'),
        ("CREATE EXTERNAL SCHEMA s FROM DATA", "0A000", "external schemas and tables are not supported"),
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
