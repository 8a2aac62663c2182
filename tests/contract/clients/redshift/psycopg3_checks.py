"""What scripts do with psycopg 3: server-side parameters, pipelines, prepared statements, async."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.contract.clients.redshift.raised import raised

SCHEMA = os.environ["CHECK_SCHEMA"]


@contextmanager
def opened() -> Iterator[Any]:
    """A connection of which the search path begins with the checks' own schema."""
    with psycopg.connect(autocommit=True) as connection:
        connection.execute(f"SET search_path TO {SCHEMA}, public")
        yield connection


def the_server_is_redshift(connection: Any) -> None:
    """`server_version` is 80002."""
    assert connection.info.server_version == 80002


def parameters_of_all_kinds_reach_the_server(connection: Any) -> None:
    """Typed by Python's types, in text and in binary."""
    values = (1, Decimal("1.50"), "it's", True, date(2024, 2, 29), None)
    sql = "SELECT %s::int, %s::decimal(10,2), %s::varchar, %s::boolean, %s::date, %s::varchar"
    assert connection.execute(sql, values).fetchone() == values
    with connection.cursor(binary=True) as cursor:
        assert cursor.execute(sql, values).fetchone() == values


def redshifts_functions_take_parameters(connection: Any) -> None:
    """A translated statement keeps its placeholders in order."""
    row = connection.execute(
        "SELECT DATEADD(day, %s, %s::date)::date, NVL(%s::varchar, 'none'), DECODE(%s, 1, 'one', 'many')",
        (1, date(2024, 2, 28), None, 2),
    ).fetchone()
    assert row == (date(2024, 2, 29), "none", "many")


def a_statement_is_prepared_once_and_run_often(connection: Any) -> None:
    """psycopg prepares by itself from the fifth execution on."""
    for number in range(8):
        assert connection.execute("SELECT LEN(%s::varchar)", ("x" * number,)).fetchone() == (number,)
    assert connection.execute("SELECT NVL(%s::int, 7)", (None,), prepare=True).fetchone() == (7,)


def a_pipeline_answers_in_order(connection: Any) -> None:
    """Several statements are on their way at once; the table is Redshift's."""
    with connection.pipeline():
        connection.execute("CREATE TABLE piped (a int ENCODE raw) DISTKEY (a)")
        connection.execute("INSERT INTO piped VALUES (%s), (%s)", (1, 2))
        cursor = connection.execute("SELECT SUM(a), LISTAGG(a, ',') WITHIN GROUP (ORDER BY a) FROM piped")
    assert cursor.fetchone() == (3, "1,2")


def a_transaction_is_left_as_it_was_after_an_error(connection: Any) -> None:
    """The block rolls back; the connection goes on."""
    connection.execute("CREATE TABLE blocks (a int NOT NULL)")

    def insert() -> None:
        with connection.transaction():
            connection.execute("INSERT INTO blocks VALUES (1)")
            connection.execute("INSERT INTO blocks VALUES (NULL)")

    raised(psycopg.IntegrityError, insert)
    assert connection.execute("SELECT COUNT(*) FROM blocks").fetchone() == (0,)


def many_rows_go_in_at_once(connection: Any) -> None:
    """executemany sends them in a pipeline."""
    connection.execute("CREATE TABLE many (a int, b varchar(10))")
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO many VALUES (%s, %s)", [(n, str(n)) for n in range(100)])
    assert connection.execute("SELECT COUNT(*), MAX(LEN(b)) FROM many").fetchone() == (100, 2)


def rows_come_as_dictionaries_and_in_parts(connection: Any) -> None:
    """By a row factory, and by a cursor of the server's in a transaction."""
    with connection.transaction(), connection.cursor("parts", row_factory=dict_row) as cursor:
        cursor.execute("SELECT 1 AS a UNION ALL SELECT 2 ORDER BY a")
        assert cursor.fetchmany(1) == [{"a": 1}]
        assert cursor.fetchall() == [{"a": 2}]


def several_coroutines_query_at_once(_connection: Any) -> None:
    """Each with a connection of its own."""

    async def squared(number: int) -> int:
        async with await psycopg.AsyncConnection.connect() as connection:
            cursor = await connection.execute("SELECT %s::int * %s::int", (number, number))
            return int((await cursor.fetchone() or (0,))[0])

    async def all_squared() -> list[int]:
        return await asyncio.gather(*[squared(number) for number in range(5)])

    assert asyncio.run(all_squared()) == [0, 1, 4, 9, 16]
