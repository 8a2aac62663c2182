"""What SQL means on Redshift: comparison, NULL, names, literals, types (aws-semantics.md §F)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import Rows, connect
from tests.redshift_facts import gap, refused, works

BLANKS = works("semantics", "trailing blanks don't count in comparisons")
LITERALS = works("semantics", "backslash escapes in literals")


def names(cursor: psycopg.Cursor[Any]) -> list[str]:
    """The names of a result's columns."""
    return [column.name for column in cursor.description or ()]


EXPRESSIONS = [
    pytest.param("7 / 2", 3, marks=works("semantics", "integer division"), id="integer division"),
    pytest.param("-7 / 2", -3, id="integer division of a negative number"),
    pytest.param("7 % -4", 3, id="modulo"),
    pytest.param("7 / 2.0", Decimal("3.5"), id="decimal division"),
    pytest.param("'a' = 'a  '", True, marks=BLANKS, id="blanks of literals"),
    pytest.param("'a ' <> 'a'", False, marks=BLANKS, id="blanks in <>"),
    pytest.param("'a ' IN ('b', 'a')", True, marks=BLANKS, id="blanks in IN"),
    pytest.param("UPPER('a ') = 'A'", True, marks=BLANKS, id="blanks of an expression"),
    pytest.param("'a '::VARCHAR(5) = 'a'::CHAR(3)", True, marks=BLANKS, id="blanks of CHAR and VARCHAR"),
    pytest.param("'a ' < 'a' OR 'a ' > 'a'", False, marks=BLANKS, id="blanks in order"),
    pytest.param("' a' = 'a'", False, marks=BLANKS, id="leading blanks count"),
    pytest.param("'a ' LIKE 'a'", False, marks=BLANKS, id="LIKE sees blanks"),
    pytest.param("LEN('a '::VARCHAR(5)) || 'a ' || 'b'", "2a b", marks=BLANKS, id="LEN and || see blanks"),
    pytest.param("'a' = 'A'", False, marks=works("semantics", "comparison by case"), id="case"),
    pytest.param("'Z' < 'a'", True, marks=works("semantics", "order by bytes"), id="order by bytes"),
    pytest.param("'' IS NULL", False, marks=works("semantics", "'' is not NULL"), id="empty text"),
    pytest.param("1 NOT IN (2, NULL)", None, marks=works("semantics", "NOT IN with NULL"), id="NOT IN"),
    pytest.param("NULL = NULL", None, marks=works("semantics", "NULL in comparisons"), id="NULL = NULL"),
    pytest.param(r"'it\'s'", "it's", marks=LITERALS, id="an escaped quote"),
    pytest.param(r"'a\tb\\c'", "a\tb\\c", marks=LITERALS, id="escaped tab and backslash"),
    pytest.param(r"'a_b' LIKE 'a\\_b' AND 'axb' NOT LIKE 'a\\_b'", True, marks=LITERALS, id="LIKE's escape"),
    pytest.param(r"REGEXP_SUBSTR('ab12', '\\d+')", "12", marks=LITERALS, id="a class of a pattern"),
    pytest.param(r"$$a\b$$", r"a\b", id="no escapes between dollars"),
    pytest.param("1 || 'a'", "1a", marks=works("semantics", "implicit cast in ||"), id="number || text"),
    pytest.param("1 = '1'", True, marks=works("semantics", "a literal takes the other's type"), id="1 = '1'"),
    pytest.param("TRUE::VARCHAR", "true", marks=works("semantics", "BOOLEAN as text"), id="boolean as text"),
    pytest.param("'2024-01-03'::DATE - '2024-01-01'::DATE", 2, id="date - date"),
    pytest.param(
        "'2024-01-01'::DATE + 1",
        date(2024, 1, 2),
        marks=works("semantics", "arithmetic of dates and days"),
        id="date + 1",
    ),
    pytest.param(
        "INTERVAL '1 d' + INTERVAL '2 weeks'",
        timedelta(days=15),
        marks=works("type", "INTERVAL literal"),
        id="intervals",
    ),
    pytest.param(
        "(@ -5) + (|/ 16)", 9.0, marks=works("semantics", "operators @, |/, ||/, %, ^"), id="operators"
    ),
    pytest.param(
        "current_setting('timezone')", "UTC", marks=works("semantics", "time zone is UTC"), id="time zone"
    ),
]


@pytest.mark.parametrize(("expression", "value"), EXPRESSIONS)
def test_an_expression_means_what_it_means_on_redshift(
    db: psycopg.Connection[Any], expression: str, value: Any
) -> None:
    assert db.execute(f"SELECT {expression}").fetchone() == (value,)


@pytest.fixture
def blanks(db: psycopg.Connection[Any], rows: Rows) -> Rows:
    """A table in which 'a' stands with and without trailing blanks."""
    db.execute("CREATE TABLE blanks (v VARCHAR(5), t VARCHAR(5), c CHAR(5))")
    db.execute("INSERT INTO blanks VALUES ('a', 'a ', 'a'), ('a  ', 'a', 'a'), ('b', 'b ', 'b')")
    return rows


@BLANKS
@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT COUNT(*) FROM (SELECT v FROM blanks GROUP BY v) AS g", 2),
        ("SELECT COUNT(*) FROM (SELECT DISTINCT v FROM blanks) AS g", 2),
        ("SELECT COUNT(DISTINCT v) FROM blanks", 2),
        ("SELECT COUNT(*) FROM (SELECT v FROM blanks UNION SELECT t FROM blanks) AS u", 2),
        ("SELECT COUNT(*) FROM blanks x JOIN blanks y ON x.v = y.t", 5),
        ("SELECT COUNT(*) FROM blanks x JOIN blanks y ON x.v = y.c", 5),
        ("SELECT COUNT(*) FROM blanks x JOIN blanks y ON UPPER(x.v) = UPPER(y.t)", 5),
        ("SELECT COUNT(*) FROM blanks WHERE v IN (SELECT t FROM blanks WHERE t = 'a')", 2),
        ("SELECT COUNT(*) FROM blanks WHERE v NOT IN ('a')", 1),
        ("SELECT MAX(n) FROM (SELECT COUNT(*) OVER (PARTITION BY v) AS n FROM blanks) AS w", 2),
    ],
)
def test_rows_that_differ_in_trailing_blanks_are_of_one_group(blanks: Rows, sql: str, expected: int) -> None:
    assert blanks(sql) == [(expected,)]


@BLANKS
@pytest.mark.parametrize("method", ["hashjoin", "mergejoin", "nestloop"])
def test_however_the_warehouse_joins_blanks_do_not_count(
    blanks: Rows, db: psycopg.Connection[Any], method: str
) -> None:
    for other in {"hashjoin", "mergejoin", "nestloop"} - {method}:
        db.execute(f"SET enable_{other} TO off")
    assert blanks("SELECT COUNT(*) FROM blanks x JOIN blanks y ON x.v = y.t") == [(5,)]
    plan = str(blanks("EXPLAIN SELECT COUNT(*) FROM blanks x JOIN blanks y ON x.v = y.t"))
    assert {"hashjoin": "Hash Join", "mergejoin": "Merge Join", "nestloop": "Nested Loop"}[method] in plan


def test_parameters_compare_as_literals_do(blanks: Rows, db: psycopg.Connection[Any]) -> None:
    del blanks
    assert db.execute("SELECT COUNT(*) FROM blanks WHERE v = %s", ("a   ",)).fetchone() == (2,)
    text = "it's \\ and \\n"
    assert db.execute("SELECT %s", (text,)).fetchone() == (text,)
    assert psycopg.ClientCursor(db).execute("SELECT %s", (text,)).fetchone() == (text,)


@works("semantics", "NULL sorts last, first with DESC", "NULLS FIRST", "NULLS LAST")
def test_nulls_sort_as_the_greatest(db: psycopg.Connection[Any], rows: Rows) -> None:
    db.execute("CREATE TABLE n (a INT); INSERT INTO n VALUES (1), (NULL), (2)")
    assert rows("SELECT a FROM n ORDER BY a") == [(1,), (2,), (None,)]
    assert rows("SELECT a FROM n ORDER BY a DESC") == [(None,), (2,), (1,)]
    assert rows("SELECT a FROM n ORDER BY a DESC NULLS LAST") == [(2,), (1,), (None,)]
    assert rows("SELECT a FROM n ORDER BY a NULLS FIRST") == [(None,), (1,), (2,)]


@works("semantics", "names are folded to lower case, quoted ones, too")
def test_names_have_no_case(db: psycopg.Connection[Any], rows: Rows) -> None:
    db.execute('CREATE TABLE "Mixed" ("One" INT, TWO INT)')
    db.execute("INSERT INTO mixed VALUES (1, 2)")
    cursor = db.execute('SELECT "ONE", two AS "Zwei" FROM "MIXED" AS "M" WHERE "M"."one" = 1')
    assert names(cursor) == ["one", "zwei"]
    assert rows("SELECT tablename FROM pg_table_def WHERE tablename = 'mixed' LIMIT 1") == [("mixed",)]


@works("setting", "enable_case_sensitive_identifier")
def test_quoted_names_keep_their_case_in_a_session_that_wants_it(
    sandbox: Sandbox, db: psycopg.Connection[Any]
) -> None:
    sql = 'SELECT 1 AS "Foo"'
    with connect(sandbox) as other:
        other.execute("SET enable_case_sensitive_identifier TO true")
        other.execute('CREATE TEMP TABLE "Mixed" ("One" INT, Two INT)')
        assert other.execute('SELECT "One", TWO FROM "Mixed"').fetchall() == []
        with pytest.raises(psycopg.errors.UndefinedTable):
            other.execute("SELECT 1 FROM Mixed")
        assert names(other.execute(sql)) == ["Foo"]
        other.execute("RESET enable_case_sensitive_identifier")
        assert names(other.execute(sql)) == ["foo"]
    assert names(db.execute(sql)) == ["foo"]


@gap("semantics", "names of 64 to 127 bytes", why="PostgreSQL has 63")
def test_a_name_that_would_be_cut_off_is_refused(db: psycopg.Connection[Any]) -> None:
    db.execute(f"CREATE TABLE {'n' * 63} (a INT)")
    for name in ("n" * 64, f'"{"n" * 64}"', "é" * 32):
        with pytest.raises(psycopg.errors.NameTooLong, match="63 bytes"):
            db.execute(f"CREATE TABLE {name} (a INT)")
    assert db.execute(f"SELECT '{'n' * 100}'").fetchone() == ("n" * 100,)


@works("semantics", "VARCHAR compared with a number")
def test_a_text_column_is_compared_with_a_number(db: psycopg.Connection[Any], rows: Rows) -> None:
    db.execute("CREATE TABLE v (a VARCHAR(5)); INSERT INTO v VALUES ('1'), ('x')")
    assert rows("SELECT a FROM v WHERE a = 1") == [("1",)]


REFUSED = [
    pytest.param(
        "INSERT INTO r VALUES (1) ON CONFLICT DO NOTHING",
        'at or near "ON"',
        marks=refused("clause", "ON CONFLICT"),
    ),
    pytest.param(
        "INSERT INTO r VALUES (1) RETURNING a",
        "RETURNING",
        marks=refused("clause", "RETURNING"),
        id="RETURNING",
    ),
    pytest.param("UPDATE r SET a = 1 RETURNING a", "RETURNING", id="UPDATE RETURNING"),
    pytest.param(
        "SELECT DISTINCT ON (a) a FROM r",
        "SELECT DISTINCT ON is not supported",
        marks=refused("clause", "DISTINCT ON"),
        id="DISTINCT ON",
    ),
    pytest.param(
        "SELECT COUNT(*) FILTER (WHERE a > 1) FROM r",
        "syntax error",
        marks=refused("clause", "FILTER (WHERE)"),
    ),
    pytest.param(
        "SELECT * FROM r, LATERAL (SELECT 1) AS l",
        "LATERAL",
        marks=refused("clause", "LATERAL"),
        id="LATERAL",
    ),
    pytest.param(
        "SELECT * FROM r TABLESAMPLE SYSTEM (10)", "TABLESAMPLE", marks=refused("clause", "TABLESAMPLE")
    ),
    pytest.param(
        "SELECT * FROM (VALUES (1), (2)) AS v (a)", "VALUES", marks=refused("clause", "VALUES as a query")
    ),
    pytest.param("VALUES (1)", "VALUES", id="VALUES alone"),
    pytest.param("SELECT a FROM r FOR UPDATE", "FOR UPDATE", marks=refused("clause", "FOR UPDATE")),
    pytest.param(
        "WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT * FROM n",
        '"n" does not exist',
        marks=refused("clause", "a recursive WITH without RECURSIVE"),
        id="WITH without RECURSIVE",
    ),
    pytest.param(
        "SELECT SUM(a) OVER (ORDER BY a RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM r",
        "syntax error",
        marks=refused("clause", "RANGE and GROUPS frames"),
        id="RANGE",
    ),
    pytest.param("SAVEPOINT s", "SAVEPOINT", marks=refused("statement", "SAVEPOINT"), id="SAVEPOINT"),
    pytest.param("ROLLBACK TO s", "ROLLBACK TO", marks=refused("statement", "ROLLBACK TO"), id="ROLLBACK TO"),
    pytest.param("LISTEN c", "LISTEN", marks=refused("statement", "LISTEN", "NOTIFY"), id="LISTEN"),
    pytest.param("DO $$ BEGIN NULL; END $$", '"DO"', marks=refused("statement", "DO"), id="DO"),
    pytest.param(
        "PREPARE TRANSACTION 'x'",
        "PREPARE TRANSACTION",
        marks=refused("statement", "PREPARE TRANSACTION"),
        id="PREPARE TRANSACTION",
    ),
    pytest.param(
        "MERGE INTO r USING (SELECT 1 AS a) AS s ON r.a = s.a WHEN MATCHED THEN DELETE"
        " WHEN NOT MATCHED THEN INSERT VALUES (1)",
        "source must be a table",
        marks=refused("statement", "MERGE from a subquery"),
        id="MERGE from a subquery",
    ),
    pytest.param(
        "MERGE INTO r USING s ON r.a = s.a WHEN MATCHED THEN DELETE",
        "WHEN NOT MATCHED",
        marks=refused("statement", "MERGE without WHEN NOT MATCHED"),
        id="MERGE without an INSERT",
    ),
    pytest.param(
        "MERGE INTO r AS x USING s ON x.a = s.a WHEN MATCHED THEN DELETE"
        " WHEN NOT MATCHED THEN INSERT VALUES (1)",
        "syntax error",
        marks=refused("statement", "MERGE with an alias of the target"),
        id="MERGE with an alias",
    ),
    pytest.param(
        "MERGE INTO r USING s ON r.a = s.a WHEN MATCHED AND s.a > 1 THEN DELETE"
        " WHEN NOT MATCHED THEN INSERT VALUES (1)",
        "syntax error",
        marks=refused("statement", "MERGE with AND conditions"),
        id="MERGE with a condition",
    ),
]


@pytest.mark.parametrize(("sql", "message"), REFUSED)
def test_what_redshift_refuses_is_refused(db: psycopg.Connection[Any], sql: str, message: str) -> None:
    db.execute("CREATE TABLE r (a INT); CREATE TABLE s (a INT)")
    with pytest.raises(psycopg.Error, match=message):
        db.execute(sql)
    assert db.execute("SELECT COUNT(*) FROM r").fetchone() == (0,)
