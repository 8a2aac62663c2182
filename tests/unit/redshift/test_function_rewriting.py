"""What calls of Redshift's functions become for PostgreSQL, and which are refused before it sees them."""

from __future__ import annotations

import pytest

from emulator.redshift.dialect.dialect import needs_translation, translate
from emulator.redshift.errors import reworded

_WHOLE = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
_BEFORE = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"


def plain(sql: str) -> str:
    """The translation with single spaces and without our schema's name, for comparison."""
    translation = translate(sql)
    assert translation.refusal is None
    words = " ".join(translation.sql.split()).replace("pg_catalog.", "")
    return words.replace("( ", "(").replace(" )", ")")


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
        ("SELECT DECODE(a, 1, b, '2', c)", "SELECT CASE a WHEN 1 THEN b WHEN '2' THEN c END"),
        (
            "SELECT DATEADD(day, $1, d), DATEDIFF(hr, a, b)",
            "SELECT date_add('day', $1, d), date_diff('hour', a, b)",
        ),
        (
            "SELECT DATEADD(d, 1, '2024-01-01'), DATEDIFF(d, $1, b),"
            " DATEDIFF(d, '2024-01-01', b), DATEDIFF(d, 'a', $1)",
            "SELECT date_add('day', 1, '2024-01-01'::timestamp), date_diff('day', $1::timestamp, b),"
            " date_diff('day', '2024-01-01', b), date_diff('day', 'a'::timestamp, $1::timestamp)",
        ),
        ("SELECT DATEADD('mons', 1, GETDATE())", "SELECT date_add('month', 1, GETDATE())"),
        ("SELECT DATE_PART(dayofweek, d)", "SELECT pgdate_part('dow', d)"),
        ("SELECT EXTRACT(yr FROM a.d)", "SELECT date_part('year'::name, a.d)"),
        ("SELECT SYSDATE, t.sysdate, 1 AS sysdate", "SELECT sysdate(), t.sysdate, 1 AS sysdate"),
        (
            "SELECT LISTAGG(a) FROM t",
            "SELECT listagg(string_agg(nullif((a)::text, ''), '')) FROM t",
        ),
        (
            "SELECT LISTAGG(a, ',') WITHIN GROUP (ORDER BY b DESC) OVER (PARTITION BY c) FROM t",
            "SELECT listagg(string_agg(nullif((a)::text, ''), ',')"
            f" OVER (PARTITION BY c ORDER BY b DESC {_WHOLE})) FROM t",
        ),
        (
            "SELECT LISTAGG(DISTINCT a, ', ') WITHIN GROUP (ORDER BY a) FROM t",
            "SELECT listagg(tarmac_distinct(nullif((a)::text, '') ORDER BY a), ', ') FROM t",
        ),
        ("SELECT MEDIAN(a) FROM t", "SELECT median(tarmac_sorted(a)) FROM t"),
        (
            "SELECT PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY a DESC) OVER () FROM t",
            "SELECT percentile_cont(tarmac_sorted(a) OVER (), 0.9, true) FROM t",
        ),
        ("SELECT APPROXIMATE COUNT(DISTINCT a)", "SELECT COUNT(DISTINCT a)"),
        (
            "SELECT AVG(DISTINCT a) OVER (PARTITION BY b)",
            "SELECT avg(sum(DISTINCT a) OVER (PARTITION BY b), count(DISTINCT a) OVER (PARTITION BY b))",
        ),
        (
            "SELECT RATIO_TO_REPORT(a) OVER (PARTITION BY b)",
            "SELECT ratio_to_report((a)::float8 / NULLIF(SUM(a) OVER (PARTITION BY b), 0)::float8)",
        ),
        (
            "SELECT LAG(a) IGNORE NULLS OVER (PARTITION BY b ORDER BY c) FROM t",
            f"SELECT lag(a, true) OVER (PARTITION BY b ORDER BY c {_BEFORE}) FROM t",
        ),
        (
            "SELECT LEAD(a, 1) IGNORE NULLS OVER (ORDER BY c, d DESC NULLS LAST) FROM t",
            f"SELECT lead(a, true) OVER (ORDER BY c DESC NULLS FIRST, d ASC NULLS FIRST {_BEFORE}) FROM t",
        ),
        ("SELECT LAG(a, 2) RESPECT NULLS OVER (ORDER BY c)", "SELECT lag(a, 2) OVER (ORDER BY c)"),
        (
            f"SELECT LAST_VALUE(a IGNORE NULLS) OVER (ORDER BY b {_WHOLE})",
            f"SELECT last_value(a, true) OVER (ORDER BY b {_WHOLE})",
        ),
        ("SELECT CONVERT(VARCHAR(MAX), a)", "SELECT CAST(a AS VARCHAR(65535))"),
        ("SELECT TRY_CAST(a AS INT)", "SELECT CAST(try_cast((a)::text, NULL::INT) AS INT)"),
        ("SELECT JSON_SERIALIZE(a)", "SELECT json_serialize(a)"),
        ("SELECT ARRAY(1, NVL(a, 2)), ARRAY(SELECT 1)", 'SELECT "array"(1, COALESCE(a, 2)), ARRAY(SELECT 1)'),
        ("SELECT NVL(1, 2", "SELECT NVL(1, 2"),
        ("SELECT string_agg(a, ',')", "SELECT tarmac_lacks_string_agg(a, ',')"),
    ],
)
def test_calls_are_rewritten(sql: str, expected: str) -> None:
    assert needs_translation(sql.encode())
    assert plain(sql) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'DATEADD(day, 1, d)', \"NVL\"(a), t.median, len FROM t -- LISTAGG(a)",
        "SELECT left, right, median, avg, size, format, now, unnest FROM t",
        "INSERT INTO format (a, b) VALUES (1, 2)",
        "CREATE TABLE size (a INT)",
        "CREATE VIEW mode (a) AS SELECT 1",
        "COPY size (a) FROM STDIN",
        "SELECT * FROM (SELECT 1) AS median (a)",
        "SELECT s.string_agg(a, b), s.now() FROM t",
        "SELECT now(), generate_series(1, 3)",
        "SELECT n FROM generate_series(1, 3) AS n",
        "WITH q AS (SELECT 1 AS a) SELECT now() FROM q",
        "SELECT EXTRACT(day FROM d) IS DISTINCT FROM a, current_schema() FROM (SELECT 1) AS x",
        "SELECT current_schema() FROM pg_class",
        "DECLARE c CURSOR FOR SELECT LISTAGG(a) FROM t",
        "SELECT MEDIAN(a) FROM (t JOIN u ON t.a = u.a)",
        "SELECT MEDIAN(a) FROM ((t CROSS JOIN u))",
        "(SELECT MEDIAN(a) FROM t) UNION (SELECT MEDIAN(a) FROM u)",
        "INSERT INTO t SELECT LISTAGG(a) FROM s.u",
        "UPDATE t SET a = LEN(u.l) FROM (SELECT LISTAGG(a) AS l FROM v) AS u",
        "SELECT now(), EXTRACT(day FROM d), SUBSTRING(a FROM 2), TRIM('x' FROM b)",
        "/* STRING_AGG(a) */ SELECT $$ now() FROM t $$",
    ],
)
def test_names_that_are_no_calls_or_are_in_place_are_not_refused(sql: str) -> None:
    translation = translate(sql)
    assert translation.refusal is None
    assert "tarmac_lacks_" not in translation.sql


@pytest.mark.parametrize(
    ("sql", "is_suspected"),
    [
        ("SELECT age, size, format AS now, avg FROM people WHERE median > 1", False),
        ("SELECT name (x) FROM t", False),
        ("SELECT Now () FROM t", True),
        ("SELECT avg /* of all */ (a) FROM t", True),
        ("SELECT avg -- of all\n(a) FROM t", True),
        ("SELECT current_timestamp, a FROM t", True),
        ("SELECT sum(a) OVER (ORDER BY b) FROM t", True),
    ],
)
def test_only_calls_of_a_functions_name_cost_a_parse(sql: str, is_suspected: bool) -> None:
    assert needs_translation(sql.encode()) == is_suspected


_ORDERS = "within group ORDER BY clauses for aggregate functions must be the same"


@pytest.mark.parametrize(
    ("sql", "is_refused"),
    [
        ("SELECT LISTAGG(a) WITHIN GROUP (ORDER BY d), LISTAGG(d) WITHIN GROUP (ORDER BY a) FROM t", True),
        ("SELECT ROUND(MEDIAN(a)), PERCENTILE_CONT(0.6) WITHIN GROUP (ORDER BY b) FROM t", True),
        ("SELECT LISTAGG(a) WITHIN GROUP (ORDER BY d), LISTAGG(d) FROM t", False),
        ("SELECT MEDIAN(t.a), PERCENTILE_CONT(0.6) WITHIN GROUP (ORDER BY A ASC) FROM t", False),
        ("SELECT MEDIAN(a), MEDIAN(b) OVER () FROM t", False),
        ("SELECT MEDIAN(a), (SELECT MEDIAN(b) FROM u) FROM t UNION SELECT MEDIAN(b), 1 FROM u", False),
    ],
)
def test_sorting_aggregates_of_a_query_share_one_order(sql: str, is_refused: bool) -> None:
    refusal = translate(sql).refusal
    assert (refusal.message if refusal else "") == (_ORDERS if is_refused else "")


_LEADER = "Specified types or functions (one per INFO message) not supported on Redshift tables."
_COMPUTE = "One or more of the used functions must be applied on at least one user created tables."
_FRAME = "Aggregate window functions with an ORDER BY clause require a frame clause"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT now(), a FROM t", _LEADER),
        ("UPDATE t SET a = CURRENT_TIMESTAMP", _LEADER),
        ("SELECT 1 FROM generate_series(1, 3) AS g, s.t", _LEADER),
        ("SELECT now() FROM (t CROSS JOIN u)", _LEADER),
        ("SELECT a FROM t WHERE b IN (SELECT generate_series(1, 3))", _LEADER),
        ("SELECT LISTAGG(a) FROM (SELECT 1 AS a) AS q", _COMPUTE),
        ("SELECT MEDIAN(a) FROM pg_class", _COMPUTE),
        ("SELECT SUM(a) OVER (ORDER BY b) FROM t", _FRAME),
        ("SELECT FIRST_VALUE(a) IGNORE NULLS OVER (ORDER BY b) FROM t", _FRAME),
        ("SELECT NVL(AVG(a) OVER (PARTITION BY c ORDER BY b), 0) FROM t", _FRAME),
        ("SELECT SUM(a) OVER (ORDER BY b RANGE 1 PRECEDING) FROM t", 'syntax error at or near "RANGE"'),
        ("SELECT LAG(a, 1, 0) OVER (ORDER BY b)", "Default parameter not be supported for window"),
        ("SELECT MEDIAN(a) OVER (ORDER BY b) FROM t", "MEDIAN OVER takes PARTITION BY only"),
        ("SELECT RATIO_TO_REPORT(a) FROM t", "RATIO_TO_REPORT needs an OVER clause"),
        ("SELECT ST_Area(a) FROM t", "function ST_AREA is not supported"),
        ("SELECT CURRENT_NAMESPACE", "function CURRENT_NAMESPACE is not supported"),
        ("SELECT NVL2(1, 2)", "NVL2 needs 3 arguments, not 2"),
        ("SELECT DECODE(1, 2)", "DECODE needs at least 3 arguments, not 2"),
        ("SELECT DATEADD(day, 1)", "DATEADD needs 3 arguments, not 2"),
        ("SELECT DATEADD(a + b, 1, c)", "a date part must be a name such as day"),
        ("SELECT PERCENTILE_CONT(0.5) FROM t", "PERCENTILE_CONT needs WITHIN GROUP (ORDER BY …)"),
        ("SELECT CAST(a)", 'syntax error: CAST needs "AS" and a type'),
    ],
)  # fmt: skip
def test_what_redshift_refuses_is_refused(sql: str, message: str) -> None:
    assert needs_translation(sql.encode())
    refusal = translate(sql).refusal
    assert refusal is not None
    assert refusal.message.startswith(message)


def test_an_unknown_function_is_told_by_its_own_name() -> None:
    said = reworded({"M": "function tarmac_lacks_format(unknown, integer) does not exist", "C": "42883"})
    assert said is not None
    assert (said.code, said.message) == ("42883", 'function format("unknown", integer) does not exist')


def test_a_rewritten_statement_stays_as_it_is_when_it_is_rewritten_again() -> None:
    sql = (
        "SELECT DATEADD(day, 1, a), EXTRACT(hr FROM a), AVG(b), MEDIAN(b),"
        " LISTAGG(DISTINCT c, ',') WITHIN GROUP (ORDER BY d), MEDIAN(b), NVL(b, 1), DECODE(b, 1, 2, 3) FROM t"
    )
    once = translate(sql).sql
    again = translate(once.replace("pg_catalog", "PG_CATALOG")).sql
    assert again.replace("PG_CATALOG", "pg_catalog") == once
