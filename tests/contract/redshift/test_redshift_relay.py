"""The relay is faithful to real clients: psql and psycopg with pipelines, portals, cancel and COPY."""

from __future__ import annotations

import contextlib
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import ROLE, Bucket
from tests.redshift_facts import works


def psql(sandbox: Sandbox, *arguments: str) -> subprocess.CompletedProcess[str]:
    """psql with nothing but the sandbox's environment."""
    environment = {**os.environ, **sandbox.environment()}
    command = ["psql", "-X", "-A", "-t", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@works("client", "psql")
def test_psql_works_with_its_own_commands(sandbox: Sandbox, db: psycopg.Connection[Any]) -> None:
    db.execute(
        "CREATE TABLE public.for_psql (id INT PRIMARY KEY, note VARCHAR(MAX) ENCODE lzo) DISTSTYLE ALL"
    )
    try:
        assert "character varying(65535)" in psql(sandbox, "-c", r"\d for_psql").stdout
        assert "for_psql" in psql(sandbox, "-c", r"\dt public.for_psql").stdout
        done = psql(sandbox, "-c", "SELECT NVL(NULL, 5)", "-c", "SELECT version()")
        assert done.stdout.startswith("5\nPostgreSQL 8.0.2 on ")
        assert "Redshift 1.0." in done.stdout
    finally:
        db.execute("DROP TABLE public.for_psql")


@works("protocol", "server-side cursors of drivers")
def test_prepared_statements_and_portals_pass(db: psycopg.Connection[Any]) -> None:
    cursor = db.cursor()
    for number in range(8):
        cursor.execute("SELECT DATEADD(day, %s, DATE '2024-01-30')::date::text", [number], prepare=True)
        assert cursor.fetchone() == (
            f"2024-{'01-3' + str(number) if number < 2 else '02-0' + str(number - 1)}",
        )
    with db.transaction(), db.cursor(name="portal") as portal:
        portal.execute("SELECT n FROM generate_series(1, 5000) AS n")
        assert len(portal.fetchmany(10)) == 10
        assert sum(1 for _ in portal) == 4990


def test_a_refused_statement_in_a_pipeline_fails_its_own_place(db: psycopg.Connection[Any]) -> None:
    found: list[Any] = []

    def pipelined() -> None:
        with db.pipeline():
            found.append(db.execute("SELECT 1"))
            db.execute("SELECT string_agg(a, ',') FROM (SELECT 'x' AS a) AS q")
            db.execute("SELECT 2")

    with pytest.raises(psycopg.errors.UndefinedFunction, match="string_agg"):
        pipelined()
    assert found[0].fetchone() == (1,)
    assert db.execute("SELECT 3").fetchone() == (3,)


@works("protocol", "COPY from S3 in a pipeline")
def test_copy_from_s3_in_a_pipeline_keeps_its_place(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    db.execute("CREATE TABLE p (a INT)")
    url = bucket.put("f", "1\n2\n")
    with db.pipeline():
        before = db.execute("SELECT count(*) FROM p")
        db.execute(f"COPY p FROM '{url}' {ROLE} CSV", prepare=True)
        after = db.execute("SELECT count(*) FROM p")
    assert (before.fetchone(), after.fetchone()) == ((0,), (2,))


def test_the_clients_own_copy_passes_in_both_directions(db: psycopg.Connection[Any]) -> None:
    db.execute("CREATE TABLE c (a INT, b VARCHAR(100))")
    line = "7\t" + "x" * 90 + "\n"
    with db.cursor().copy("COPY c FROM STDIN") as copy:
        for _ in range(50):
            copy.write(line * 2000)
    with db.cursor().copy("COPY c TO STDOUT") as copy:
        received = sum(bytes(block).count(b"\n") for block in copy)
    assert received == 100_000
    with (
        pytest.raises(psycopg.errors.InvalidTextRepresentation),
        db.cursor().copy("COPY c FROM STDIN") as copy,
    ):
        copy.write("x\ty\n")
    assert db.execute("SELECT count(*) FROM c").fetchone() == (100_000,)


def test_a_running_query_can_be_cancelled(db: psycopg.Connection[Any]) -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(db.execute, "SELECT pg_sleep(60)")
        while not running.done():
            db.cancel_safe(timeout=5)
            with contextlib.suppress(TimeoutError):
                running.exception(timeout=0.2)
        assert isinstance(running.exception(), psycopg.errors.QueryCanceled)
    assert db.execute("SELECT 1").fetchone() == (1,)


def test_large_results_arrive_whole(db: psycopg.Connection[Any]) -> None:
    rows = db.execute("SELECT n, repeat('x', 100) FROM generate_series(1, 200000) AS n").fetchall()
    assert (len(rows), rows[-1][0], len(rows[-1][1])) == (200000, 200000, 100)
    big = db.execute("SELECT repeat('y', 5000000)").fetchone()
    assert big is not None
    assert len(big[0]) == 5_000_000
