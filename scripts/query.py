"""`make query SQL="…"`."""

from __future__ import annotations

import contextlib
from typing import Annotated

import typer

from emulator.stack.client_environment import warehouse_connection
from emulator.stack.settings import StackSettings
from scripts.console import CommandError, note, print_json, print_rows, say

NEXT = 'Next: make query SQL="SELECT count(*) FROM airlines.daily_flights_processed"'


def query(
    sql: Annotated[str, typer.Argument(help="one statement")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="a list of objects")] = False,
) -> None:
    """Run SQL on the warehouse; tab-separated when piped."""
    if not sql.strip():
        raise CommandError(f"No SQL was given. {NEXT}")
    with contextlib.closing(warehouse_connection(StackSettings.from_environment())) as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        columns = [column[0] for column in cursor.description or ()]
        rows = cursor.fetchall() if columns else []
        connection.commit()
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif columns:
        print_rows(columns, rows)
        note(f"{len(rows)} row{'' if len(rows) == 1 else 's'}")
    else:
        say("done" if cursor.rowcount < 0 else f"done, {cursor.rowcount} rows")
