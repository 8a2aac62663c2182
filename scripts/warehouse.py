"""The pipeline's own queries on the warehouse."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from emulator.stack.client_environment import warehouse_connection
from emulator.stack.settings import StackSettings

ROOT = Path(__file__).parents[1]
DELAY_BY_CITY = ROOT / "pipeline" / "delay_by_city.sql"
FIRST_ROWS = """
    SELECT carrier, dep_delay, arr_delay, dep_airport, arr_airport, dep_city, arr_city, dep_state, arr_state,
           flight_date
    FROM airlines.daily_flights_processed ORDER BY flight_date, source_file, dep_airport, carrier, arr_airport
    LIMIT {count}
"""

Rows = tuple[list[str], list[tuple[Any, ...]]]


def fetch(settings: StackSettings, sql: str) -> Rows:
    """The column names and rows of one query."""
    with contextlib.closing(warehouse_connection(settings)) as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        return [column[0] for column in cursor.description], [tuple(row) for row in cursor.fetchall()]


def first_rows(settings: StackSettings, count: int) -> Rows:
    """The first enriched rows: carrier, both delays (minutes), airports, cities, states, date."""
    return fetch(settings, FIRST_ROWS.format(count=count))


def delay_by_city(settings: StackSettings) -> Rows:
    """What pipeline/delay_by_city.sql answers."""
    return fetch(settings, DELAY_BY_CITY.read_text().rstrip().rstrip(";"))
