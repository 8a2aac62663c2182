"""Killing any one container in the middle of a load loses nothing and doubles nothing.

The moment is not left to chance: the test holds a lock on the fact table, so that the job waits inside the
transaction that replaces the file's rows. Then the container's program gets SIGKILL.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pg8000.exceptions
import pytest

from tests.compose.commands import tarmac
from tests.end_to_end.flight_pipeline import ATLANTA, DENVER, FlightPipeline, csv_file

ROWS = 20
UNKNOWN = 99999
BODY = csv_file(*[f"DL,{ATLANTA},{DENVER},1,1"] * ROWS, f"DL,{UNKNOWN},{DENVER},1,1")
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"
LOST = (pg8000.exceptions.InterfaceError, pg8000.exceptions.DatabaseError, OSError)

pytestmark = pytest.mark.parametrize("stack", ["compose"])


def _key(name: str) -> str:
    return f"raw/year=2026/month=08/day=01/{name}.csv"


@contextlib.contextmanager
def load_in_progress(flights: FlightPipeline, key: str) -> Iterator[None]:
    """In the block, a job that loads this file waits in its transaction."""
    connection = flights.sandbox.warehouse()
    try:
        connection.cursor().execute("LOCK TABLE airlines.daily_flights_processed")
        flights.put(key, BODY)
        flights.sandbox.wait_until(
            lambda: flights.query(BLOCKED) != [(0,)], 120, f"a load of {key} that waits for the lock"
        )
        yield
    finally:
        with contextlib.suppress(*LOST):  # the kill may have taken it along
            connection.close()


def _counts(flights: FlightPipeline, *keys: str) -> dict[str, tuple[int, int]]:
    return {key: (flights.loaded(key), len(flights.quarantined(key))) for key in keys}


@pytest.mark.parametrize("part", ["glue-worker", "redshift", "warehouse"])
def test_a_load_that_a_kill_cuts_off_is_alerted_and_made_up_for_by_the_next(
    flights: FlightPipeline, stack: str, part: str
) -> None:
    cut_off, after = _key(f"cut-off-{part}"), _key(f"after-{part}")
    alerts_before = len(flights.alerts())

    with load_in_progress(flights, cut_off):
        flights.sandbox.kill(part)
    flights.wait_until_idle()

    (alert,) = flights.alerts()[alerts_before:]
    assert "FAILED" in alert["subject"] or "failed" in alert["message"].lower(), alert
    assert flights.drop(after, BODY).status == "SUCCEEDED"
    assert _counts(flights, cut_off, after) == dict.fromkeys((cut_off, after), (ROWS, 1))


def test_a_load_that_a_kill_of_localstack_cuts_off_is_started_again_by_up(
    flights: FlightPipeline, stack: str
) -> None:
    cut_off, after = _key("cut-off-localstack"), _key("after-localstack")

    with load_in_progress(flights, cut_off):
        flights.sandbox.kill("localstack")
    said = tarmac(flights.sandbox, "up")
    flights.wait_until_idle()

    assert "1 execution" in said
    assert _counts(flights, cut_off) == {cut_off: (ROWS, 1)}
    assert flights.drop(after, BODY).status == "SUCCEEDED"
    assert _counts(flights, cut_off, after) == dict.fromkeys((cut_off, after), (ROWS, 1))
