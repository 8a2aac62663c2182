"""Redshift's clauses become PostgreSQL's, and whatever isn't one of them stays as it is."""

from __future__ import annotations

import pytest

from emulator.redshift.dialect.columns import Column, Columns
from emulator.redshift.dialect.dialect import needs_translation, translate


def plain(sql: str, answers: dict[str, Columns] | None = None) -> str:
    """The translation with single spaces, for comparison."""
    translation = translate(sql, answers=answers)
    assert translation.refusal is None
    assert not translation.question
    return " ".join(translation.sql.split()).replace("( ", "(").replace(" )", ")")


def columns(*names: str) -> Columns:
    """Columns of these names."""
    return tuple(Column(name) for name in names)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "SELECT a, count(*), b x FROM t u WHERE c QUALIFY RANK() OVER (ORDER BY a) = 1 ORDER BY a",
            'SELECT a, "count", x FROM (SELECT a AS a, count(*) AS "count", b AS x,'
            ' (RANK() OVER (ORDER BY a) = 1) AS "_keep" FROM t u WHERE c) AS "_q" WHERE "_keep" ORDER BY a',
        ),
        (
            "SELECT * FROM (SELECT * FROM s.t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1) q",
            'SELECT * FROM (SELECT ("_row0").* FROM (SELECT t AS "_row0",'
            ' (ROW_NUMBER() OVER (ORDER BY a) = 1) AS "_keep" FROM s.t) AS "_q" WHERE "_keep") q',
        ),
        (
            "SELECT a FROM t QUALIFY RANK() OVER (ORDER BY b) = 1 ORDER BY t.c DESC NULLS LAST, a LIMIT 3",
            'SELECT a FROM (SELECT a AS a, t.c AS "_order0", (RANK() OVER (ORDER BY b) = 1) AS "_keep"'
            ' FROM t) AS "_q" WHERE "_keep" ORDER BY "_order0" DESC NULLS LAST, a LIMIT 3',
        ),
        ("SELECT 1 MINUS SELECT 2", "SELECT 1 EXCEPT SELECT 2"),
        ("DELETE t WHERE a = 1", "DELETE FROM t WHERE a = 1"),
        ("SELECT a, count(*), max(b) + 1 FROM t GROUP BY ALL", None),
        ("SELECT a, sum(b) OVER () FROM t GROUP BY ALL", "SELECT a, sum(b) OVER () FROM t GROUP BY 1, 2"),
        (
            "SELECT x, level FROM t START WITH p IS NULL CONNECT BY PRIOR x = p",
            'SELECT x, level FROM (WITH RECURSIVE "_tree" ("_row", "_level") AS (SELECT t, 1 FROM t WHERE p'
            ' IS NULL UNION ALL SELECT t, "_tree"."_level" + 1 FROM "_tree" JOIN t ON ("_tree"."_row").x = p)'
            ' SELECT ("_row").*, "_level" AS level FROM "_tree") AS t',
        ),
    ],
)
def test_clauses_are_rewritten(sql: str, expected: str | None) -> None:
    assert needs_translation(sql.encode())
    assert plain(sql).endswith(expected or "FROM t GROUP BY 1")


def test_columns_are_asked_for_one_relation_after_the_other() -> None:
    sql = "SELECT x.* EXCLUDE a, y.* FROM x JOIN y ON x.a = y.a"
    refusal = translate(sql, answers={}).refusal  # EXCLUDE ends the list
    assert refusal is not None
    assert "syntax error" in refusal.message
    sql = "SELECT * EXCLUDE a FROM x JOIN s.y AS z ON x.a = z.a"
    answers: dict[str, Columns] = {}
    for question, found in (("SELECT * FROM x", ("a", "b")), ("SELECT * FROM s.y AS z", ("a", "c"))):
        assert translate(sql, answers=answers).question == question
        answers[question] = columns(*found)
    assert plain(sql, answers) == 'SELECT x."b", z."c" FROM x JOIN s.y AS z ON x.a = z.a'


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("a + 1 AS b, b * 2 AS c", "a + 1 AS b, (a + 1) * 2 AS c"),
        ("a + 1 b, b * 2 c, c + b", "a + 1 AS b, (a + 1) * 2 AS c, ((a + 1) * 2) + (a + 1)"),
        ("a AS real, real + 1", "a AS real, real + 1"),
        ("a + 1 AS b, t.b, f(b.x), b(1)", "a + 1 AS b, t.b, f(b.x), b(1)"),
        ("a + 1 AS b, 'b', \"b\"", "a + 1 AS b, 'b', (a + 1)"),
        ("a + 1 AS b, (SELECT b FROM u)", "a + 1 AS b, (SELECT b FROM u)"),
        ("a + 1 AS day, x::day, CAST(x AS day)", "a + 1 AS day, x::day, CAST(x AS day)"),
        ("a AS a, a + 1 AS b", "a AS a, a + 1 AS b"),
    ],
)
def test_names_of_the_list_stand_for_their_expressions_unless_a_column_has_them(
    listed: str, expected: str
) -> None:
    answers = {"SELECT * FROM t": columns("a", "real", "x")}
    assert plain(f"SELECT {listed} FROM t", answers) == f"SELECT {expected} FROM t"


def test_where_nobody_can_be_asked_a_name_that_its_own_expression_uses_is_a_column() -> None:
    assert plain("SELECT upper(n) AS n, n || 'x' AS m FROM t") == "SELECT upper(n) AS n, n || 'x' AS m FROM t"
    assert plain("SELECT a + 1 AS b, b + 1 AS c FROM t") == "SELECT a + 1 AS b, (a + 1) + 1 AS c FROM t"
    refusal = translate("SELECT * EXCLUDE a FROM t").refusal
    assert refusal is not None
    assert "the columns of t can't be told" in refusal.message


def test_common_tables_are_told_with_the_question() -> None:
    sql = "WITH c (k) AS (SELECT NVL(a, 0) FROM t) SELECT k + 1 AS b, b + 1 AS d FROM c"
    question = "WITH RECURSIVE c (k) AS (SELECT COALESCE(a, 0) FROM t) SELECT * FROM c"
    assert translate(sql, answers={}).question == question
    assert "(k + 1) + 1 AS d" in plain(sql, {question: columns("k")})


def test_pivots_become_subqueries() -> None:
    answers = {
        'SELECT * FROM t AS "_pivoted"': columns("g", "h", "k", "v"),
        "SELECT * FROM t AS p": columns("g", "k", "v"),
    }
    assert plain("SELECT * FROM t PIVOT (COUNT(v) FOR k IN ('A b', 2 AS two, NULL))", answers) == (
        'SELECT * FROM (SELECT "g", "h", COUNT(CASE WHEN k IS NOT DISTINCT FROM \'A b\' THEN v END) AS "A b",'
        ' COUNT(CASE WHEN k IS NOT DISTINCT FROM 2 THEN v END) AS "two",'
        ' COUNT(CASE WHEN k IS NOT DISTINCT FROM NULL THEN v END) AS "null"'
        ' FROM t AS "_pivoted" GROUP BY "g", "h") AS "_pivoted"'
    )
    assert plain("SELECT * FROM u, t AS p UNPIVOT (n FOR q IN (k, v AS w)) WHERE n > 1", answers) == (
        'SELECT * FROM u, (SELECT "g", "_unpivoted".q, "_unpivoted".n FROM t AS p CROSS JOIN LATERAL'
        " (VALUES ('k', k), ('w', v)) AS \"_unpivoted\" (q, n) WHERE \"_unpivoted\".n IS NOT NULL) AS p"
        " WHERE n > 1"
    )


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT * FROM t PIVOT (MAX(a), MIN(a) FOR k IN (1))", "more than one aggregate"),
        ("SELECT * FROM t PIVOT (LISTAGG(a) FOR k IN (1))", "supports the aggregates"),
        ("SELECT * FROM t PIVOT (v FOR k IN (1))", "supports the aggregates"),
        ("SELECT * FROM t PIVOT (MAX(a))", "syntax error in PIVOT"),
        ("SELECT * FROM t UNPIVOT (a, b FOR k IN (c))", "more than one value column"),
        ("SELECT * FROM t PIVOT (MAX(a) FOR nothing IN (1))", '"nothing" does not exist'),
        ("SELECT * FROM t UNPIVOT (a FOR k IN (nothing))", '"nothing" does not exist'),
        ("SELECT * FROM a, b WHERE a.x = b.x (+)", "outer joins marked with"),
        ("SELECT * FROM t CONNECT BY a = b", "CONNECT BY without PRIOR"),
    ],
)
def test_what_cannot_be_rewritten_is_refused(sql: str, message: str) -> None:
    refusal = translate(sql, answers={'SELECT * FROM t AS "_pivoted"': columns("a")}).refusal
    assert refusal is not None
    assert message in refusal.message


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'QUALIFY PIVOT (x) MINUS' AS a FROM t -- EXCLUDE, CONNECT BY",
        'SELECT "qualify", "pivot", "minus" FROM t',
        "SELECT $$ GROUP BY ALL (+) $$, /* DELETE t */ qualify.x FROM qualify",
        "SELECT ((qualify FROM t",
        "SELECT qualify) FROM t",
        "SELECT 'unterminated qualify FROM t",
        "CREATE TABLE minus (pivot INT, level INT)",
        "SELECT exclude, connect FROM t GROUP BY exclude",
        "SELECT count(*) AS exclude FROM t",
        "SELECT a IS DISTINCT FROM b AS c FROM t",
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) AS m FROM t",
        "SELECT qualify",
        "QUALIFY",
        "SELECT FROM WHERE GROUP BY QUALIFY ORDER BY",
        "SELECT a AS",
        "SELECT , AS b, b FROM",
    ],
)
def test_words_that_are_no_clauses_break_nothing(sql: str) -> None:
    translation = translate(sql, answers=None)
    assert translation.refusal is not None or translation.sql is not None
    kept = "".join(sql.split())
    if translation.refusal is None and not sql.startswith(("CREATE", "SELECT percentile")):
        assert "".join(translation.sql.split()).startswith(kept[:7])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a AS b, c AS d FROM t ORDER BY b",
        "SELECT a AS b FROM (SELECT x AS y FROM z) AS q WHERE a = 1 GROUP BY b",
        "WITH q AS (SELECT a AS b FROM t) SELECT b FROM q",
        "INSERT INTO t SELECT a AS b, c FROM u",
        "UPDATE t AS x SET a = 1",
    ],
)
def test_names_used_outside_their_list_cost_no_parse(sql: str) -> None:
    assert not needs_translation(sql.encode())


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a AS b, b + 1 FROM t",
        "select x, (select 1 as y, y + 1)",
        "INSERT INTO t SELECT a AS b, b + 1 FROM u",
    ],
)
def test_names_used_in_their_own_list_are_seen_without_a_parse(sql: str) -> None:
    assert needs_translation(sql.encode())
