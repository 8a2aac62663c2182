"""What a job run costs beside its script's own work, warm; and how long many at once take."""

from __future__ import annotations

import statistics
import time
from functools import partial
from typing import Any

from emulator.stack.sandbox import Sandbox
from emulator.stack.waiting import wait_until
from tests.benchmarks import BenchRow

BUCKET = "bench-runs"
WARM_UPS = 2
MEASURED = 10
AT_ONCE = 20
POLL_S = 0.01
ENDED = ("SUCCEEDED", "FAILED", "ERROR", "TIMEOUT", "STOPPED")
NOTHING = "print('ran')\n"
SPARK = """
from awsglue.context import GlueContext
from pyspark.context import SparkContext
print(GlueContext(SparkContext.getOrCreate()).spark_session.range(7).count())
"""


def bench(sandbox: Sandbox) -> list[BenchRow]:
    """StartJobRun to the end that GetJobRun shows (seconds, medians), and runs at once (seconds for all)."""
    sandbox.client("s3").create_bucket(Bucket=BUCKET)
    script = _job(sandbox, "nothing", NOTHING, "glueetl")
    spark = _job(sandbox, "spark", SPARK, "glueetl")
    shell = _job(sandbox, "shell", NOTHING, "pythonshell")
    return [
        BenchRow("run of an empty script", _median_s(sandbox, script), "s", None, f"median of {MEASURED}"),
        BenchRow("run that counts 7 rows with Spark", _median_s(sandbox, spark), "s"),
        BenchRow("run of an empty Python shell", _median_s(sandbox, shell), "s", None, "a fresh interpreter"),
        BenchRow(f"{AT_ONCE} empty runs at once, all ended", _seconds(sandbox, script, AT_ONCE), "s"),
    ]


def _job(sandbox: Sandbox, name: str, script: str, command: str) -> str:
    sandbox.client("s3").put_object(Bucket=BUCKET, Key=f"{name}.py", Body=script.encode())
    sandbox.client("glue").create_job(
        Name=name,
        Role="role",
        GlueVersion="5.1",
        Command={"Name": command, "ScriptLocation": f"s3://{BUCKET}/{name}.py"},
        DefaultArguments={"library-set": "none"} if command == "pythonshell" else {},
        ExecutionProperty={"MaxConcurrentRuns": AT_ONCE},
    )
    return name


def _median_s(sandbox: Sandbox, job: str) -> float:
    taken = [_seconds(sandbox, job, 1) for _ in range(WARM_UPS + MEASURED)]
    return statistics.median(taken[WARM_UPS:])


def _seconds(sandbox: Sandbox, job: str, count: int) -> float:
    glue = sandbox.client("glue")
    began = time.monotonic()
    for run_id in [glue.start_job_run(JobName=job)["JobRunId"] for _ in range(count)]:
        run = wait_until(partial(_ended, glue, job, run_id), 120, f"the end of {run_id}", POLL_S)
        assert run["JobRunState"] == "SUCCEEDED", run
    return time.monotonic() - began


def _ended(glue: Any, job: str, run_id: str) -> dict[str, Any]:
    run: dict[str, Any] = glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]
    return run if run["JobRunState"] in ENDED else {}
