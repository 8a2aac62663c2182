"""What a bookmarked run costs: the Glue API alone, and whole runs, among more and more files and runs."""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from emulator.glue_service.models import Job
from emulator.glue_worker.run_contract import S3File
from emulator.stack.sandbox import Sandbox
from tests.benchmarks import BenchRow
from tests.unit.glue_service.glue_doubles import Bench, make_job

OLD_FILES = (100, 1_000, 10_000)
NEW_FILES = 100
HISTORY_RUNS = (200, 1_000)
WHOLE_RUNS = (100, 1_000, 10_000)
AMONG_OLD = 1_000
RUN_WITHIN_S = 900.0
SCRIPT = """
import sys
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ['JOB_NAME', 'path'])
glue = GlueContext(SparkContext.getOrCreate())
job = Job(glue)
job.init(args['JOB_NAME'], args)
frame = glue.create_dynamic_frame.from_options(
    's3', {'paths': [args['path']], 'recurse': True, 'maxFilesInBand': '100000'}, 'csv',
    {'withHeader': True}, transformation_ctx='src')
print(frame.count())
job.commit()
"""


def bench(sandbox: Sandbox) -> list[BenchRow]:
    """Milliseconds of the API for select, commit and record; seconds of runs over small CSV files."""
    api = [_api_row(files, HISTORY_RUNS[0]) for files in OLD_FILES]
    return [*api, _api_row(OLD_FILES[-1], HISTORY_RUNS[-1]), *_whole_runs(sandbox)]


def _api_row(old_files: int, runs: int) -> BenchRow:
    """Without S3 and HTTP."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        job = make_job(DefaultArguments={"--job-bookmark-option": "job-bookmark-enable"})
        _read_history(bench, job, old_files, runs)
        _drop(bench, "new", NEW_FILES)
        started = time.perf_counter()
        read = bench.read_all(job)
        seconds = time.perf_counter() - started
        assert len(read) == NEW_FILES, f"read {len(read)} files instead of {NEW_FILES}"
        name = f"bookmarks: {NEW_FILES} new files among {old_files:,} old ones"
        return BenchRow(name, round(seconds * 1000, 1), "ms", 200, f"after {runs:,} runs")


def _read_history(bench: Bench, job: Job, files: int, runs: int) -> None:
    _drop(bench, "old", files)
    bench.clock.turn(2_000)
    for _ in range(runs):
        bench.read_all(job)


def _drop(bench: Bench, prefix: str, count: int) -> None:
    now_ms = int(bench.clock.read() * 1000)
    bench.listing += [S3File("b", f"{prefix}/{number}", "e", now_ms, 10) for number in range(count)]


def _whole_runs(sandbox: Sandbox) -> Iterator[BenchRow]:
    seconds: dict[int, float] = {}
    for files in WHOLE_RUNS:
        job = _CountingJob(sandbox)
        job.drop(files)
        seconds[files] = job.run(files)
        yield BenchRow(f"run over {files:,} new files", seconds[files], "s", None, "small CSV files")
    job.drop(AMONG_OLD)
    old = f"{WHOLE_RUNS[-1]:,} old ones"
    yield BenchRow(f"run over {AMONG_OLD:,} new files among {old}", job.run(AMONG_OLD), "s")
    yield BenchRow(f"run over no new file among {old}", job.run(0), "s")
    first, *_, before_last, last = WHOLE_RUNS
    growth = (seconds[last] - seconds[first]) / (seconds[before_last] - seconds[first])
    linear = (last - first) / (before_last - first)
    yield BenchRow("growth of a run with its files, against linear", round(growth / linear, 2), "times", 1.5)


class _CountingJob:
    """A job that counts the rows of what is new in a bucket of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._name = f"bench-{uuid.uuid4().hex[:12]}"
        self._files = 0
        self._s3: Any = sandbox.client("s3")
        self._glue: Any = sandbox.client("glue")
        self._s3.create_bucket(Bucket=self._name)
        self._s3.put_object(Bucket=self._name, Key="job.py", Body=SCRIPT.encode())
        self._glue.create_job(
            Name=self._name,
            Role="role",
            GlueVersion="5.1",
            Command={"Name": "glueetl", "ScriptLocation": f"s3://{self._name}/job.py"},
            DefaultArguments={
                "--job-bookmark-option": "job-bookmark-enable",
                "--path": f"s3://{self._name}/raw/",
            },
        )

    def drop(self, files: int) -> None:
        """So many more objects, of two rows each."""
        numbers = range(self._files, self._files + files)
        self._files += files
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._put, numbers))

    def run(self, expected_files: int) -> float:
        """The seconds of a run that must read so many of them."""
        run_id = self._glue.start_job_run(JobName=self._name)["JobRunId"]
        self._sandbox.wait_until(lambda: self._ended(run_id), RUN_WITHIN_S, f"the end of {run_id}")
        report = self._sandbox.runs(run_id)[0]
        assert report["state"] == "SUCCEEDED", report["error"]
        assert report["files_count"] == expected_files, report["files_count"]
        return float(report["seconds"])

    def _put(self, number: int) -> None:
        body = b"id,name\n%d,one\n%d,two\n" % (number, number)
        self._s3.put_object(Bucket=self._name, Key=f"raw/part={number % 10}/{number}.csv", Body=body)

    def _ended(self, run_id: str) -> bool:
        run = self._glue.get_job_run(JobName=self._name, RunId=run_id)["JobRun"]
        return run["JobRunState"] not in ("STARTING", "RUNNING", "STOPPING", "WAITING")
