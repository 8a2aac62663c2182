"""What a bookmarked run costs the Glue API: 100 new files among more and more old ones, and no new file."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from emulator.glue_service.models import Job
from emulator.glue_worker.run_contract import S3File
from emulator.stack.sandbox import Sandbox
from tests.benchmarks import BenchRow
from tests.unit.glue_service.glue_doubles import Bench, make_job

OLD_FILES = (100, 1_000, 10_000)
NEW_FILES = 100
HISTORY_RUNS = 200


def bench(sandbox: Sandbox) -> list[BenchRow]:
    """Selecting, committing and recording a run, without S3 and HTTP; `sandbox` is not needed."""
    return [_row(count) for count in OLD_FILES]


def _row(old_files: int) -> BenchRow:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        job = make_job(DefaultArguments={"--job-bookmark-option": "job-bookmark-enable"})
        _read_history(bench, job, old_files)
        _drop(bench, "new", NEW_FILES)
        started = time.perf_counter()
        read = bench.read_all(job)
        seconds = time.perf_counter() - started
        assert len(read) == NEW_FILES, f"read {len(read)} files instead of {NEW_FILES}"
        name = f"bookmarks: {NEW_FILES} new files among {old_files:,} old ones"
        return BenchRow(name, round(seconds * 1000, 1), "ms", 200, f"after {HISTORY_RUNS} runs")


def _read_history(bench: Bench, job: Job, files: int) -> None:
    _drop(bench, "old", files)
    bench.clock.turn(2_000)
    for _ in range(HISTORY_RUNS):
        bench.read_all(job)


def _drop(bench: Bench, prefix: str, count: int) -> None:
    now_ms = int(bench.clock.read() * 1000)
    bench.listing += [S3File("b", f"{prefix}/{number}", "e", now_ms, 10) for number in range(count)]
