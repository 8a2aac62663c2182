"""What scripts do with psycopg2."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg2
import psycopg2.errorcodes
import psycopg2.extras

from tests.contract.clients.redshift.raised import raised

SCHEMA, BUCKET = os.environ["CHECK_SCHEMA"], os.environ["CHECK_BUCKET"]


@contextmanager
def opened() -> Iterator[Any]:
    """A connection of which the search path begins with the checks' own schema."""
    with closing(psycopg2.connect("")) as connection:
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {SCHEMA}, public")
        connection.commit()
        yield connection


def _query(connection: Any, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def the_server_is_redshift(connection: Any) -> None:
    """`server_version` is 80002, `version()` names Redshift."""
    assert connection.server_version == 80002
    assert "Redshift 1.0" in _query(connection, "SELECT version()")[0][0]


def values_come_back_as_python_types(connection: Any) -> None:
    """Numbers, texts, dates and times with and without zone, booleans and NULL."""
    sql = (
        "SELECT 1::bigint, 1.50::decimal(10,2), 2.5::float8, 'x'::varchar(5), TRUE, DATE '2024-02-29',"
        " TIMESTAMP '2024-02-29 01:02:03.5', TIMESTAMPTZ '2024-02-29 01:02:03+00', NULL"
    )
    moment = datetime(2024, 2, 29, 1, 2, 3)
    assert _query(connection, sql)[0] == (
        1,
        Decimal("1.50"),
        2.5,
        "x",
        True,
        date(2024, 2, 29),
        moment.replace(microsecond=500000),
        moment.replace(tzinfo=UTC),
        None,
    )


def parameters_are_quoted(connection: Any) -> None:
    """By place and by name; quotes, backslashes, percent signs and other scripts arrive as they are."""
    for text in ("it's", 'a "b"', "back\\slash", "100%", "日本語", "a;b--c"):
        assert _query(connection, "SELECT %s::varchar(40)", text) == [(text,)], text
    with connection.cursor() as cursor:
        cursor.execute("SELECT NVL(%(a)s, %(b)s)", {"a": None, "b": "given"})
        assert cursor.fetchone() == ("given",)


def a_transaction_is_rolled_back_or_committed_as_a_whole(connection: Any) -> None:
    """And an error says its SQLSTATE and leaves the transaction failed."""
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (a int ENCODE az64, b varchar(MAX)) DISTSTYLE ALL SORTKEY (a)")
        cursor.execute("INSERT INTO kept VALUES (1, 'one')")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kept")
    connection.rollback()
    error = raised(psycopg2.Error, _query, connection, "SELECT a FROM missing")
    assert error.pgcode == psycopg2.errorcodes.UNDEFINED_TABLE
    assert connection.info.transaction_status == psycopg2.extensions.TRANSACTION_STATUS_INERROR
    connection.rollback()
    assert _query(connection, "SELECT * FROM kept") == [(1, "one")]


def many_rows_go_in_at_once(connection: Any) -> None:
    """By executemany, execute_values and execute_batch."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE many (a int, b varchar(10))")
        cursor.executemany("INSERT INTO many VALUES (%s, %s)", [(1, "a"), (2, None)])
        psycopg2.extras.execute_values(cursor, "INSERT INTO many VALUES %s", [(3, "c"), (4, "d")])
        psycopg2.extras.execute_batch(cursor, "INSERT INTO many VALUES (%s, %s)", [(5, "e")])
    assert _query(connection, "SELECT COUNT(*), COUNT(b), SUM(a) FROM many") == [(5, 4, 15)]


def rows_are_read_as_dictionaries(connection: Any) -> None:
    """By RealDictCursor."""
    with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
        cursor.execute("SELECT 1 AS \"First\", DATEADD(day, 1, '2024-02-28'::date)::date AS next_day")
        assert cursor.fetchall() == [{"first": 1, "next_day": date(2024, 2, 29)}]


def a_named_cursor_fetches_in_parts(connection: Any) -> None:
    """A cursor of the server's, as it is used for results that don't fit into memory."""
    with connection.cursor(name="parts") as cursor:
        cursor.itersize = 2
        cursor.execute("SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 3 ORDER BY a")
        assert [row[0] for row in cursor] == [1, 2, 3]


def rows_are_copied_from_s3_and_back(connection: Any) -> None:
    """COPY and UNLOAD, and what COPY tells."""
    role = "IAM_ROLE 'arn:aws:iam::000000000000:role/loader'"
    with connection.cursor() as cursor:
        cursor.execute(f"UNLOAD ('SELECT 1, ''x''') TO 's3://{BUCKET}/psycopg2/' {role} CSV")
        cursor.execute("CREATE TABLE loaded (a int, b varchar(5))")
        cursor.execute(f"COPY loaded FROM 's3://{BUCKET}/psycopg2/' {role} CSV")
    assert "1 record(s) loaded successfully" in "".join(connection.notices)
    assert _query(connection, "SELECT * FROM loaded") == [(1, "x")]


def the_cursor_describes_its_columns(connection: Any) -> None:
    """By name and type, also those of an empty result."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1::bigint AS n, 'x'::varchar(5) AS t, 1.5::decimal(10,2) AS d WHERE FALSE")
        described = [(column.name, column.type_code) for column in cursor.description]
    assert described == [("n", 20), ("t", 1043), ("d", 1700)]
