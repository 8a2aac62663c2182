"""What scripts do with pg8000 and asyncpg: the extended protocol, in text and in binary."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import asyncpg
import pg8000.dbapi

SCHEMA = os.environ["CHECK_SCHEMA"]


@contextmanager
def opened() -> Iterator[Any]:
    """A connection of pg8000's of which the search path begins with the checks' own schema."""
    connection = pg8000.dbapi.connect(
        user=os.environ["PGUSER"],
        password=os.environ["PGPASSWORD"],
        host=os.environ["PGHOST"],
        port=int(os.environ["PGPORT"]),
        database=os.environ["PGDATABASE"],
    )
    with closing(connection):
        connection.cursor().execute(f"SET search_path TO {SCHEMA}, public")
        yield connection


def pg8000_sends_and_receives_values(connection: Any) -> None:
    """By its format style, with a transaction that is rolled back."""
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE typed (a int, b decimal(10,2), c varchar(20), d date) SORTKEY (a)")
    connection.commit()
    cursor.execute(
        "INSERT INTO typed VALUES (%s, %s, %s, %s)", (1, Decimal("1.50"), "it's", date(2024, 2, 29))
    )
    cursor.execute("SELECT a, b, c, d, NVL(c, '') FROM typed")
    assert [tuple(row) for row in cursor.fetchall()] == [
        (1, Decimal("1.50"), "it's", date(2024, 2, 29), "it's")
    ]
    connection.rollback()
    cursor.execute("SELECT COUNT(*) FROM typed")
    assert list(cursor.fetchone()) == [0]


@asynccontextmanager
async def _asyncpg() -> AsyncIterator[Any]:
    """A connection of asyncpg's; 8.0's server has neither statement caches nor RESET ALL of PostgreSQL 18."""
    connection = await asyncpg.connect(ssl=False)
    try:
        await connection.execute(f"SET search_path TO {SCHEMA}, public")
        yield connection
    finally:
        await connection.close()


def _with_asyncpg(work: Callable[[Any], Awaitable[None]]) -> None:
    async def run() -> None:
        async with _asyncpg() as connection:
            await work(connection)

    asyncio.run(run())


def asyncpg_sends_and_receives_binary_values(_connection: Any) -> None:
    """Prepared, with parameters, in a transaction that is rolled back."""

    async def work(connection: Any) -> None:
        await connection.execute("CREATE TABLE binary_values (a int, b decimal(10,2), c varchar(20), d date)")
        row = (1, Decimal("1.50"), "it's", date(2024, 2, 29))
        await connection.execute("INSERT INTO binary_values VALUES ($1, $2, $3, $4)", *row)
        assert tuple(await connection.fetchrow("SELECT * FROM binary_values WHERE a = $1", 1)) == row
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("DELETE FROM binary_values")
        await transaction.rollback()
        assert await connection.fetchval("SELECT COUNT(*) FROM binary_values") == 1

    _with_asyncpg(work)


def asyncpg_fetches_by_a_cursor(_connection: Any) -> None:
    """Portals with a row limit."""

    async def work(connection: Any) -> None:
        async with connection.transaction():
            numbers = "SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 3 ORDER BY a"
            assert [row["a"] async for row in connection.cursor(numbers, prefetch=2)] == [1, 2, 3]

    _with_asyncpg(work)
