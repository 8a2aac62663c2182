"""Cancelled statements, clients and backends that die, much data: what is lost is freed, others go on."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from emulator.redshift.relay import wire
from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import ROLE, Bucket, connect, unique
from tests.contract.redshift.raw_client import RawClient, error_of, raw_client, values_of
from tests.redshift_facts import works

FREED_WITHIN_S = 10
MEGABYTE = 1024 * 1024


class Warehouse:
    """The warehouse's own view of its sessions, past the endpoint."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def sessions(self, name: str, condition: str = "true") -> list[int]:
        """The process ids of the sessions with this application name."""
        sql = f"SELECT pid FROM pg_stat_activity WHERE application_name = %s AND {condition}"
        return [row[0] for row in self._connection.execute(sql, [name]).fetchall()]

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Runs a statement."""
        return self._connection.execute(sql).fetchall()


@pytest.fixture
def warehouse(sandbox: Sandbox) -> Iterator[Warehouse]:
    """A connection past the endpoint."""
    with contextlib.closing(connect(sandbox, sandbox.settings.warehouse_port)) as connection:
        yield Warehouse(connection)


@pytest.fixture
def table(db: psycopg.Connection[Any]) -> str:
    """A table that exists for every session: its full name."""
    db.execute("CREATE TABLE t (a INT)")
    row = db.execute("SELECT current_schema()").fetchone()
    assert row is not None
    return f"{row[0]}.t"


@contextlib.contextmanager
def session(sandbox: Sandbox) -> Iterator[tuple[RawClient, str]]:
    """A raw session and its application name, by which the warehouse knows it."""
    name = unique("lost")
    with raw_client(sandbox) as client:
        client.log_in({"application_name": name})
        yield client, name


def cancel(sandbox: Sandbox, key: bytes) -> None:
    """Sends a cancel request and waits for its connection's end."""
    with raw_client(sandbox) as client:
        client.send(struct.pack("!II", 16, wire.CANCEL_REQUEST) + key)
        assert client.rest() == b""


def memory_bytes(sandbox: Sandbox) -> int:
    """The endpoint's resident memory."""
    return next(part.memory_bytes for part in sandbox.status() if part.name == "redshift")


@works("protocol", "cancel of a query, of COPY and of UNLOAD")
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT pg_sleep(60)",
        "SELECT NVL(NULL, 1), pg_sleep(60)",
        "INSERT INTO {table} SELECT 1 FROM (SELECT pg_sleep(60)) AS q",
        "COPY {table} FROM '{url}' {role}",
        "UNLOAD ('SELECT 1 FROM (SELECT pg_sleep(60)) AS q') TO '{target}' {role}",
        "TRUNCATE {table}",
        "LOCK {table}",
    ],
)
def test_whatever_runs_is_cancelled_and_its_transaction_has_failed(
    sandbox: Sandbox, db: psycopg.Connection[Any], bucket: Bucket, warehouse: Warehouse, table: str, sql: str
) -> None:
    text = sql.format(table=table, url=bucket.put("in", "1\n"), target=bucket.url("out/"), role=ROLE)
    with db.transaction(), session(sandbox) as (client, name):
        db.execute(f"LOCK {table}")  # COPY and TRUNCATE wait for it
        client.ask("BEGIN")
        client.send(wire.query(text))
        waiting = "wait_event_type IN ('Lock', 'Timeout')"
        sandbox.wait_until(lambda: warehouse.sessions(name, waiting), 10, "the statement to run")
        cancel(sandbox, client.key[:4] + b"\0\0\0\0")  # another session's key, as good as a wrong one
        assert warehouse.sessions(name, waiting)
        cancel(sandbox, client.key)
        received = client.until(b"Z")
        fields = error_of(received)
        assert (fields["S"], fields["C"], received[-1][1]) == ("ERROR", "57014", b"E")
        assert re.fullmatch(r"Query \(\d+\) cancelled on user's request", fields["M"])
        assert client.ask("ROLLBACK")[-1][1] == b"I"
        assert values_of(client.ask("SELECT 1")) == [[b"1"]]
    assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


@pytest.mark.parametrize(("before", "status"), [("BEGIN", b"E"), ("SELECT 1", b"I")])
def test_a_copy_that_waits_for_s3_is_cancelled_too(
    sandbox: Sandbox, db: psycopg.Connection[Any], bucket: Bucket, table: str, before: str, status: bytes
) -> None:
    url = bucket.put("in", "1\n")
    gateway = next(part.pid for part in sandbox.status() if part.name == "localstack")
    with session(sandbox) as (client, _):
        client.ask(before)
        os.kill(gateway, signal.SIGSTOP)
        try:
            client.send(wire.query(f"COPY {table} FROM '{url}' {ROLE}"))
            received = cancelled_at_last(sandbox, client)
        finally:
            os.kill(gateway, signal.SIGCONT)
        assert (error_of(received)["C"], received[-1][1]) == ("57014", status)
        client.ask("ROLLBACK")
        assert values_of(client.ask("SELECT 1")) == [[b"1"]]
    assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def cancelled_at_last(sandbox: Sandbox, client: RawClient) -> list[tuple[bytes, bytes]]:
    """Cancels again and again, as the request is lost on what hasn't begun; gives the answer."""

    def answered() -> bool:
        cancel(sandbox, client.key)
        return bool(select.select([client.socket], [], [], 0.2)[0])

    sandbox.wait_until(answered, 10, "the statement to be cancelled")
    return client.until(b"Z")


def test_a_statement_that_runs_out_of_time_is_told_so_in_redshifts_words(sandbox: Sandbox) -> None:
    with session(sandbox) as (client, _):
        client.ask("SET statement_timeout TO 50")
        fields = error_of(client.ask("SELECT pg_sleep(60)"))
        assert fields["C"] == "57014"
        assert fields["M"].endswith(" cancelled on user's request")


def test_cancelling_an_idle_session_does_nothing(sandbox: Sandbox) -> None:
    with session(sandbox) as (client, _):
        cancel(sandbox, client.key)
        assert values_of(client.ask("SELECT 1")) == [[b"1"]]


@works("protocol", "a client that dies frees its backend, its locks and its transaction")
@pytest.mark.parametrize(
    ("sql", "abruptly"),
    [
        ("SELECT 1", False),
        ("SELECT 1", True),
        ("SELECT pg_sleep(600)", False),
        ("SELECT repeat('x', 1000) FROM generate_series(1, 1000000)", True),
        ("COPY {table} FROM STDIN", False),
        ("COPY {other} FROM '{url}' {role}", True),
        ("UNLOAD ('SELECT 1 FROM (SELECT pg_sleep(600)) AS q') TO '{target}' {role}", False),
    ],
)
def test_a_client_that_dies_frees_what_it_held(
    sandbox: Sandbox,
    db: psycopg.Connection[Any],
    bucket: Bucket,
    warehouse: Warehouse,
    table: str,
    sql: str,
    abruptly: bool,
) -> None:
    other = f"{table}_other"
    db.execute(f"CREATE TABLE {other} (a INT)")
    names = {"table": table, "other": other, "url": bucket.put("in", "1\n"), "target": bucket.url("out/")}
    with session(sandbox) as (client, name), connect(sandbox) as locker:
        locker.autocommit = False
        locker.execute(f"LOCK {other}")
        client.ask("BEGIN")
        client.ask(f"LOCK {table}")
        client.send(wire.query(sql.format(role=ROLE, **names)))
        sandbox.wait_until(lambda: warehouse.sessions(name), 10, "the statement to run")
        if abruptly:
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        sandbox.wait_until(lambda: not warehouse.sessions(name), FREED_WITHIN_S, "its backend to end")
        locker.rollback()
    db.execute(f"INSERT INTO {table} VALUES (1)")  # would wait for the lock
    assert db.execute(f"SELECT count(*) FROM {other}").fetchone() == (0,)


@works("protocol", "a session that the warehouse ends is told why")
@pytest.mark.parametrize("is_busy", [False, True])
def test_a_terminated_backend_tells_its_client_and_no_other(
    sandbox: Sandbox, db: psycopg.Connection[Any], warehouse: Warehouse, is_busy: bool
) -> None:
    with session(sandbox) as (client, name):
        if is_busy:
            client.send(wire.query("SELECT pg_sleep(60)"))
        (pid,) = sandbox.wait_until(lambda: warehouse.sessions(name), 10, "the session")
        warehouse.run(f"SELECT pg_terminate_backend({pid})")
        fields = error_of(client.until(b"E"))
        assert (fields["S"], fields["C"]) == ("FATAL", "57P01")
        assert client.rest() == b""
    assert db.execute("SELECT 1").fetchone() == (1,)


def test_a_backend_that_ends_in_a_copy_tells_its_client_why(
    sandbox: Sandbox, db: psycopg.Connection[Any], bucket: Bucket, warehouse: Warehouse, table: str
) -> None:
    url = bucket.put("in", "1\n")
    with db.transaction(), session(sandbox) as (client, name):
        db.execute(f"LOCK {table}")
        client.send(wire.query(f"COPY {table} FROM '{url}' {ROLE}"))
        waiting = "wait_event_type = 'Lock'"
        (pid,) = sandbox.wait_until(lambda: warehouse.sessions(name, waiting), 10, "the COPY to wait")
        warehouse.run(f"SELECT pg_terminate_backend({pid})")
        fields = error_of(client.until(b"E"))
        assert (fields["S"], fields["C"]) == ("FATAL", "57P01")
        assert client.rest() == b""
    assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


@works("protocol", "the warehouse's restart: sessions are told, the next one waits for it")
def test_after_a_crash_of_the_warehouse_sessions_are_told_and_the_next_one_waits(sandbox: Sandbox) -> None:
    table = unique("kept")
    with connect(sandbox) as before:
        before.execute(f"CREATE TABLE public.{table} (a INT)")
        before.execute(f"INSERT INTO public.{table} VALUES (7)")
    with session(sandbox) as (idle, _), session(sandbox) as (client, name):
        ((pid,),) = values_of(client.ask("SELECT pg_backend_pid()"))
        client.send(wire.query("SELECT pg_sleep(60)"))
        with contextlib.closing(connect(sandbox, sandbox.settings.warehouse_port)) as direct:
            active = Warehouse(direct)
            sandbox.wait_until(lambda: active.sessions(name, "state = 'active'"), 10, "the query to run")
        os.kill(int(pid or b"0"), signal.SIGKILL)  # the warehouse ends all its sessions for that
        assert error_of([client.until(b"E")[-1]])["S"] == "FATAL"
        assert error_of([idle.until(b"E")[-1]])["S"] == "FATAL"
        assert client.rest() == b""
    with connect(sandbox, connect_timeout=30) as after:
        assert after.execute(f"SELECT a FROM public.{table}").fetchone() == (7,)
        after.execute(f"DROP TABLE public.{table}")


def drain(client: RawClient, wanted_bytes: int) -> int:
    """Reads so many bytes; returns how many are left of the last piece."""
    while wanted_bytes > 0:
        wanted_bytes -= len(client.socket.recv(1_000_000))
    return -wanted_bytes


@works("protocol", "large results in bounded memory")
def test_a_result_of_300_mb_for_a_slow_reader_stays_out_of_the_endpoints_memory(
    sandbox: Sandbox, db: psycopg.Connection[Any]
) -> None:
    before = memory_bytes(sandbox)
    with session(sandbox) as (client, _):
        client.send(wire.query("SELECT repeat('x', 1000) FROM generate_series(1, 300000)"))
        most = 0
        for _ in range(5):
            drain(client, 60_000_000)
            most = max(most, memory_bytes(sandbox) - before)
        assert db.execute("SELECT 1").fetchone() == (1,)  # others are served meanwhile
    assert most < 64 * MEGABYTE


@works("protocol", "rows of 50 MB")
def test_a_row_of_50_mb_passes_in_parts(sandbox: Sandbox) -> None:
    before = memory_bytes(sandbox)
    with session(sandbox) as (client, _):
        client.send(wire.query("SELECT repeat('y', 50000000)"))
        kinds = [client.receive()[0]]
        drain(client, 25_000_000)
        assert memory_bytes(sandbox) - before < 40 * MEGABYTE
    assert kinds == [b"T"]


def test_a_warehouse_that_does_not_read_slows_its_client_and_fills_no_memory(
    sandbox: Sandbox, table: str
) -> None:
    before = memory_bytes(sandbox)
    with session(sandbox) as (client, _):
        ((pid,),) = values_of(client.ask("SELECT pg_backend_pid()"))
        client.send(wire.query(f"COPY {table} FROM STDIN"))
        client.until(b"G")
        os.kill(int(pid or b"0"), signal.SIGSTOP)
        try:
            sent = send_what_fits(client, wire.frame(b"d", b"1\n" * 50_000), 300 * MEGABYTE)
            assert sent < 64 * MEGABYTE
            assert memory_bytes(sandbox) - before < 64 * MEGABYTE
        finally:
            os.kill(int(pid or b"0"), signal.SIGCONT)


def send_what_fits(client: RawClient, message: bytes, most_bytes: int) -> int:
    """Sends until the other end takes no more for half a second, or the most has been sent."""
    client.socket.settimeout(0.5)
    sent = 0
    with contextlib.suppress(TimeoutError):
        while sent < most_bytes:
            client.socket.sendall(message)
            sent += len(message)
    return sent


@works("protocol", "100 sessions at work")
def test_a_hundred_sessions_connect_work_and_leave_at_once(sandbox: Sandbox, warehouse: Warehouse) -> None:
    name = unique("crowd")

    def work(number: int) -> int:
        with connect(sandbox, application_name=name) as connection:
            connection.execute("CREATE TEMP TABLE mine (a INT)")
            connection.execute(
                "INSERT INTO mine SELECT NVL(NULL, %s) + n FROM generate_series(1, 3) n", [number]
            )
            row = connection.execute("SELECT sum(a) FROM mine, pg_sleep(0.2)").fetchone()
            return int(row[0]) if row else -1

    with ThreadPoolExecutor(100) as pool:
        assert list(pool.map(work, range(100))) == [3 * number + 6 for number in range(100)]
    sandbox.wait_until(lambda: not warehouse.sessions(name), FREED_WITHIN_S, "their backends to end")


def test_a_long_statement_of_one_session_does_not_hold_up_another(sandbox: Sandbox) -> None:
    values = ",".join(f"({number}, 'row {number}', GETDATE())" for number in range(20_000))
    with session(sandbox) as (slow, _), session(sandbox) as (quick, _):
        slow.ask("CREATE TEMP TABLE long (a INT, b VARCHAR, c TIMESTAMP)")
        slow.send(wire.query(f"INSERT INTO long VALUES {values}"))
        longest = 0.0
        for _ in range(20):
            began = time.monotonic()
            quick.ask("SELECT 1")
            longest = max(longest, time.monotonic() - began)
        assert slow.until(b"Z")[0][1] == b"INSERT 0 20000\0"
    assert longest < 0.5
