"""Which rows of a database a source reads: the bookmark decides in a run (aws-semantics.md §A, JDBC).

The window closes when the source is made: rows that come later wait for the next run, whenever Spark reads.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

from emulator.glue_worker import run_context
from emulator.glue_worker.engine.errors import GlueError, UnknownSourceError
from emulator.glue_worker.engine.jdbc_address import JdbcAddress, plain_message
from emulator.glue_worker.engine.jdbc_keys import KeyOrder, quoted
from emulator.glue_worker.engine.jdbc_options import JdbcRead
from emulator.glue_worker.run_context import RunContext
from emulator.glue_worker.run_contract import RowsRead, RowWindow, SelectRows

NO_ROWS = "FALSE"
_PRIMARY_KEY = (
    "SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_index i JOIN pg_attribute a"
    " ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
    " WHERE i.indisprimary AND i.indrelid = to_regclass(%s)"
)


def condition(source: JdbcAddress, wanted: JdbcRead, transformation_ctx: str) -> str:
    """The condition on the rows that this run must read; empty for all of them.

    Keys are `jobBookmarkKeys`, else the table's primary key if its values are whole numbers without a gap,
    else none: then every run reads everything. Redshift tells of no primary key here.

    Raises GlueError for a key that is no column of the source, or is spelt with capitals in the database;
    UnknownSourceError with the database's own message; RefusedByApiError and ApiUnreachableError.
    """
    run = run_context.current()
    if run is None:
        return ""
    window = run.select_rows(_request(run, wanted, transformation_ctx))
    if not window.tracked or not (wanted.bookmark_keys or _may_have_primary_key(source, wanted)):
        return ""
    with closing(source.connect()) as connection:
        keys = wanted.bookmark_keys or _default_keys(connection, wanted)
        if not keys:
            return ""
        order = KeyOrder(_columns(connection, wanted, keys), wanted.descending)
        keyed = replace(wanted, bookmark_keys=order.columns)
        window = run.select_rows(_request(run, keyed, transformation_ctx))
        up_to = _last_key(connection, wanted, order, window)
    run.rows_read(RowsRead(run.bookmark_name, transformation_ctx, up_to))
    return order.within(window.after, up_to) if up_to else NO_ROWS


def _request(run: RunContext, wanted: JdbcRead, transformation_ctx: str) -> SelectRows:
    return SelectRows(
        run.bookmark_name,
        transformation_ctx or "",
        wanted.name,
        list(wanted.bookmark_keys),
        wanted.descending,
    )


def _last_key(connection: Any, wanted: JdbcRead, order: KeyOrder, window: RowWindow) -> list[str]:
    """The last key in the window, empty if no row lies in it."""
    if window.nothing:
        return []
    rows = _rows(connection, order.last_of(wanted.rows, order.within(window.after, window.up_to)))
    return [str(value) for value in rows[0]] if rows else []


def _may_have_primary_key(source: JdbcAddress, wanted: JdbcRead) -> bool:
    return bool(wanted.table) and source.kind == "postgresql"


def _default_keys(connection: Any, wanted: JdbcRead) -> tuple[str, ...]:
    found = [(str(name), kind) for name, kind in _rows(connection, _PRIMARY_KEY, wanted.table)]
    if len(found) != 1 or found[0][1] not in ("smallint", "integer", "bigint"):
        return ()
    name = found[0][0]
    if name != name.lower():
        return ()
    gapless = f"SELECT count(*) = max({quoted(name)}) - min({quoted(name)}) + 1 FROM {wanted.table}"
    ((sequential,),) = _rows(connection, gapless)
    # An empty table has no gap: its first rows decide.
    return () if sequential is False else (name,)


def _columns(connection: Any, wanted: JdbcRead, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The keys as the source's columns are spelt."""
    cursor = connection.cursor()
    _execute(cursor, f"SELECT * FROM ({wanted.rows}) AS source LIMIT 0", ())
    names = {str(column[0]).lower(): str(column[0]) for column in cursor.description}
    for key in keys:
        if key.lower() not in names:
            raise GlueError(
                f"the job bookmark key {key!r} is not a column of {wanted.name}; it has {', '.join(names)}"
            )
        if names[key.lower()] != key.lower():
            raise GlueError(
                "AWS Glue doesn't support using case-sensitive columns as job bookmark keys: "
                f"{names[key.lower()]!r} of {wanted.name}"
            )
    return tuple(key.lower() for key in keys)


def _rows(connection: Any, sql: str, *values: str) -> list[tuple[Any, ...]]:
    cursor = connection.cursor()
    _execute(cursor, sql, values)
    return [tuple(row) for row in cursor.fetchall()]


def _execute(cursor: Any, sql: str, values: tuple[str, ...]) -> None:
    import pg8000

    try:
        cursor.execute(sql, values) if values else cursor.execute(sql)
    except pg8000.Error as error:
        raise UnknownSourceError(f"looking for new rows: {plain_message(error)} (in: {sql})") from error
