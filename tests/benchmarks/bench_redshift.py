"""The Redshift endpoint against the PostgreSQL behind it: the relay, COPY and UNLOAD of 3 M rows."""

from __future__ import annotations

import contextlib
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from emulator.stack.sandbox import Sandbox
from emulator.stack.warehouse_account import Runner, find_programs
from tests.benchmarks import BenchRow

ROWS = 3_000_000
FETCHED = 1_000_000
CALLS = 2000
CONNECTS = 50
BUCKET = "bench-redshift"
COLUMNS = "code varchar(10), a int, b int, origin int, target int, city varchar(50), day date"
MADE = (
    "SELECT 'AA' || g % 20, g % 320 - 20, g % 300 - 20, 10000 + g % 365, 10000 + g % 364,"
    " 'City ' || g % 50 || ', XY', DATE '2024-01-01' + g % 365"
)
ROLE = "IAM_ROLE default"


@dataclass
class Bench:
    """The two ways to the same database, and a folder."""

    sandbox: Sandbox
    direct: psycopg.Connection[Any]
    relayed: psycopg.Connection[Any]
    folder: Path

    def fresh_table(self) -> None:
        """An empty table to load."""
        self.direct.execute("DROP TABLE IF EXISTS bench_load")
        self.direct.execute(f"CREATE TABLE bench_load ({COLUMNS})")


def bench(sandbox: Sandbox) -> list[BenchRow]:
    """All measurements, on a sandbox that is up."""
    settings = sandbox.settings
    with contextlib.ExitStack() as stack:
        direct = stack.enter_context(contextlib.closing(_connect(sandbox, settings.warehouse_port)))
        relayed = stack.enter_context(contextlib.closing(_connect(sandbox, settings.redshift_port)))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-redshift-")))
        measured = Bench(sandbox, direct, relayed, folder)
        return [
            *relay_rows(measured),
            *load_rows(measured),
            *converted_rows(measured),
            *unload_rows(measured),
        ]


def relay_rows(bench: Bench) -> list[BenchRow]:
    """What the relay adds, without and with TLS, to a small query, a large result, and a new connection."""
    with contextlib.closing(_connect(bench.sandbox, bench.relayed.info.port, "require")) as encrypted:
        ways = {"direct": bench.direct, "through the endpoint": bench.relayed, "with TLS": encrypted}
        calls = alternated(ways, lambda connection: connection.execute("SELECT 1").fetchone(), CALLS)
        fetches = alternated(ways, _fetch, 5)
        rewritten = alternated({"": bench.relayed}, lambda one: one.execute("SELECT NVL(NULL, 1)"), CALLS)[""]
    return [
        *compared("redshift: SELECT 1, p50", calls, 1e6, "µs"),
        BenchRow(
            "redshift: SELECT NVL(NULL, 1), p50, rewritten, through the endpoint", rewritten * 1e6, "µs"
        ),
        *compared(f"redshift: {FETCHED:,} rows fetched", fetches, 1, "s"),
        *compared("redshift: connect, SELECT 1, close, p50", connect_times(bench), 1e3, "ms"),
    ]


def alternated(
    ways: Mapping[str, psycopg.Connection[Any]], work: Callable[[psycopg.Connection[Any]], Any], times: int
) -> dict[str, float]:
    """The median seconds of each way, taken in turns so that a busy moment of the machine meets all."""
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(times):
        for way, connection in ways.items():
            taken[way].append(seconds(partial(work, connection)))
    return {way: statistics.median(values) for way, values in taken.items()}


def connect_times(bench: Bench) -> dict[str, float]:
    """The median seconds of a connection's whole life, by the way it takes."""
    settings = bench.sandbox.settings
    ways = {
        "direct": (settings.warehouse_port, "disable"),
        "through the endpoint": (settings.redshift_port, "disable"),
        "with TLS": (settings.redshift_port, "require"),
    }

    def live(port: int, tls: str) -> None:
        with contextlib.closing(_connect(bench.sandbox, port, tls)) as connection:
            connection.execute("SELECT 1").fetchone()

    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(CONNECTS):
        for way, (port, tls) in ways.items():
            taken[way].append(seconds(partial(live, port, tls)))
    return {way: statistics.median(values) for way, values in taken.items()}


def compared(what: str, taken: Mapping[str, float], scale: float, unit: str) -> list[BenchRow]:
    """A line for each way; the others' notes say how many times the direct one they are."""
    notes = {
        way: f"{value / taken['direct']:.2f} times" if way != "direct" else "" for way, value in taken.items()
    }
    return [BenchRow(f"{what}, {way}", value * scale, unit, note=notes[way]) for way, value in taken.items()]


def load_rows(bench: Bench) -> list[BenchRow]:
    """COPY from S3 against psql's \\copy of the same file, alternately, the better of two each."""
    file = _made_file(bench)
    plain, ours = [], []
    for _ in range(2):
        bench.fresh_table()
        plain.append(seconds(lambda: _psql_copy(bench.sandbox, file)))
        bench.fresh_table()
        with watched_memory(bench.sandbox) as memory:
            ours.append(seconds(lambda: _copy(bench, f"s3://{BUCKET}/load/", "CSV IGNOREHEADER 1")))
    ratio = min(ours) / min(plain)
    return [
        BenchRow(f"redshift: psql \\copy of {ROWS:,} rows, direct", min(plain), "s"),
        BenchRow("redshift: COPY of the same file from S3", min(ours), "s"),
        BenchRow("redshift: COPY against \\copy", ratio, "times", aim=1.3),
        BenchRow("redshift: endpoint's memory after the COPY", memory[0] / 1e6, "MB"),
    ]


def converted_rows(bench: Bench) -> list[BenchRow]:
    """COPY with an option for which the endpoint converts every record itself."""
    bench.fresh_table()
    taken = seconds(lambda: _copy(bench, f"s3://{BUCKET}/load/", "CSV IGNOREHEADER 1 TRUNCATECOLUMNS"))
    return [BenchRow("redshift: COPY with TRUNCATECOLUMNS, each record converted", ROWS / taken, "rows/s")]


def unload_rows(bench: Bench) -> list[BenchRow]:
    """UNLOAD of the loaded table to Parquet against DuckDB writing Parquet from the same CSV, and back."""
    target = f"s3://{BUCKET}/unload/"
    sql = f"UNLOAD ('SELECT * FROM bench_load') TO '{target}' {ROLE} PARQUET ALLOWOVERWRITE"
    ours = seconds(lambda: bench.relayed.execute(sql))
    theirs = seconds(lambda: _duckdb_parquet(bench.folder))
    bench.fresh_table()
    back = seconds(lambda: _copy(bench, target, "PARQUET"))
    bench.direct.execute("DROP TABLE bench_load")
    return [
        BenchRow(f"redshift: UNLOAD of {ROWS:,} rows to Parquet", ours, "s"),
        BenchRow(
            "redshift: DuckDB, CSV to Parquet, the same rows", theirs, "s", note=f"{ours / theirs:.1f} times"
        ),
        BenchRow("redshift: COPY of that Parquet", back, "s"),
    ]


def seconds(work: Callable[[], Any]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextlib.contextmanager
def watched_memory(sandbox: Sandbox) -> Iterator[list[int]]:
    """A list that holds the endpoint's resident bytes afterwards."""
    found: list[int] = []
    yield found
    found.append(next(part.memory_bytes for part in sandbox.status() if part.name == "redshift"))


def _connect(sandbox: Sandbox, port: int, tls: str = "disable") -> psycopg.Connection[Any]:
    settings = sandbox.settings
    return psycopg.connect(
        host="127.0.0.1",
        port=port,
        user=settings.user,
        password=settings.password,
        dbname=settings.database,
        sslmode=tls,
        autocommit=True,
    )


def _fetch(connection: psycopg.Connection[Any]) -> None:
    connection.execute(f"{MADE} FROM generate_series(1, {FETCHED}) AS g")


def _made_file(bench: Bench) -> Path:
    """The rows as CSV, in a file and in S3."""
    path = bench.folder / "rows.csv"
    query = f"COPY ({MADE} FROM generate_series(1, {ROWS}) AS g) TO STDOUT WITH (FORMAT csv, HEADER)"
    with path.open("wb") as file, bench.direct.cursor().copy(query) as copy:
        for block in copy:
            file.write(block)
    s3 = bench.sandbox.client("s3")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET)
    s3.upload_file(str(path), BUCKET, "load/rows.csv")
    return path


def _psql_copy(sandbox: Sandbox, file: Path) -> None:
    program = shutil.which("psql") or str(find_programs(Runner()) / "psql")
    environment = {**os.environ, **sandbox.environment(), "PGPORT": str(sandbox.settings.warehouse_port)}
    command = [program, "-X", "-q", "-c", f"\\copy bench_load FROM '{file}' CSV HEADER"]
    subprocess.run(command, env=environment, check=True)


def _copy(bench: Bench, url: str, options: str) -> None:
    bench.relayed.execute(f"COPY bench_load FROM '{url}' {ROLE} {options}")


def _duckdb_parquet(folder: Path) -> None:
    source, target = folder / "rows.csv", folder / "rows.parquet"
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{source}')) TO '{target}' (FORMAT parquet)")
