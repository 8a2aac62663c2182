"""Three million rows through the job, against DuckDB's transform plus PostgreSQL's COPY in the same run."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import duckdb
import psycopg

from emulator.stack.sandbox import Sandbox
from tests.benchmarks import BenchRow
from tests.benchmarks.pipeline_under_test import deployed_pipeline, generated_file, timed_drop

ROWS = 3_000_000
AIM_TIMES = 2.0
KEY = "year=2026/month=02/day=01/flights.csv"
AIRPORTS = Path(__file__).parents[2] / "seed_data" / "airports.csv"
CHUNK_BYTES = 1 << 20
TRANSFORM = """
    COPY (
        SELECT f.Carrier, f.DepDelay, f.ArrDelay, d.name, a.name, d.city, a.city, d.state, a.state,
               DATE '2026-02-01', '{source_file}', '{run_id}', now()
        FROM read_csv('{source}') f
        LEFT JOIN read_csv('{airports}') d ON d.airport_id = f.OriginAirportID
        LEFT JOIN read_csv('{airports}') a ON a.airport_id = f.DestAirportID
    ) TO '{target}' (FORMAT csv, HEADER false)
"""


def bench(sandbox: Sandbox) -> list[BenchRow]:
    """Seconds of the job's run and of the yardstick, and the first as a multiple of the second."""
    target = deployed_pipeline(sandbox)
    with tempfile.TemporaryDirectory() as folder:
        path = generated_file(Path(folder), ROWS)
        size_mb = path.stat().st_size / 1e6
        drop = timed_drop(sandbox, target, path, KEY)
        run = next(run for run in sandbox.runs() if run["run_id"] in drop.execution.job_run_ids)
        # The same rows as the job's: these two texts make up half of what is copied.
        marks = {"source_file": f"s3://{target.raw_bucket}/{target.raw_prefix}{KEY}", "run_id": run["run_id"]}
        yardstick_s = _yardstick_s(sandbox, path, Path(folder) / "enriched.csv", marks)
    return [
        BenchRow(
            f"job, {ROWS:,} rows ({size_mb:.0f} MB)",
            run["seconds"],
            "s",
            None,
            "crawl and message not counted",
        ),
        BenchRow(
            "DuckDB transform + PostgreSQL COPY", yardstick_s, "s", None, "the same file, in the same run"
        ),
        BenchRow("job / yardstick", run["seconds"] / yardstick_s, "times", AIM_TIMES),
        BenchRow(f"put → alert, {ROWS:,} rows", drop.seconds, "s"),
        *(BenchRow(f"· · job: {name}", seconds, "s") for name, seconds in run["phases"].items()),
    ]


def _yardstick_s(sandbox: Sandbox, source: Path, enriched: Path, marks: dict[str, str]) -> float:
    settings = sandbox.settings
    sandbox.query("CREATE TABLE yardstick (LIKE airlines.daily_flights_processed)")
    began = time.monotonic()
    duckdb.sql(TRANSFORM.format(source=source, airports=AIRPORTS, target=enriched, **marks))
    with (
        psycopg.connect(
            host="127.0.0.1",
            port=settings.warehouse_port,
            dbname=settings.database,
            user=settings.user,
            password=settings.password,
        ) as connection,
        connection.cursor().copy("COPY yardstick FROM STDIN (FORMAT csv)") as copy,
        enriched.open("rb") as file,
    ):
        while chunk := file.read(CHUNK_BYTES):
            copy.write(chunk)
    return time.monotonic() - began
