"""The Glue API and the real worker together: what a script reads, and what becomes of a run that is lost."""

from __future__ import annotations

import textwrap
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

SCRIPT = textwrap.dedent(
    """
    import sys, threading
    from awsglue.context import GlueContext
    from awsglue.job import Job
    from awsglue.utils import getResolvedOptions
    from pyspark.context import SparkContext

    args = getResolvedOptions(sys.argv, ["JOB_NAME", "path", "sleep_s", "fail"])
    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    job.init(args["JOB_NAME"], args)
    frame = context.create_dynamic_frame.from_options(
        "s3",
        {"paths": [args["path"]], "recurse": True},
        format="csv",
        format_options={"withHeader": True},
        transformation_ctx="source",
    )
    print("rows", frame.count(), "columns", len(frame.toDF().columns))
    threading.Event().wait(float(args["sleep_s"]))
    if args["fail"] == "yes":
        raise ValueError("as told")
    job.commit()
    """
)


@dataclass
class ScriptedJob:
    """A bookmarked job of the test's own that counts the rows under `raw/`."""

    sandbox: Sandbox
    name: str

    def __post_init__(self) -> None:
        self.glue = self.sandbox.client("glue")
        self.s3 = self.sandbox.client("s3")
        self.s3.create_bucket(Bucket=self.name)
        self.s3.put_object(Bucket=self.name, Key="job.py", Body=SCRIPT.encode())
        arguments = {
            "--job-bookmark-option": "job-bookmark-enable",
            "--path": f"s3://{self.name}/raw/",
            "--sleep_s": "0",
            "--fail": "no",
        }
        command = {"Name": "glueetl", "ScriptLocation": f"s3://{self.name}/job.py"}
        self.glue.create_job(
            Name=self.name, Role="role", GlueVersion="5.1", Command=command, DefaultArguments=arguments
        )

    def put(self, key: str, rows: int = 2) -> None:
        body = "a,b\n" + "1,2\n" * rows
        self.s3.put_object(Bucket=self.name, Key=f"raw/{key}", Body=body.encode())

    def start(self, **arguments: str) -> str:
        given = {f"--{name}": value for name, value in arguments.items()}
        return str(self.glue.start_job_run(JobName=self.name, Arguments=given)["JobRunId"])

    def state(self, run_id: str) -> str:
        return str(self.glue.get_job_run(JobName=self.name, RunId=run_id)["JobRun"]["JobRunState"])

    def wait(self, run_id: str, *states: str) -> None:
        self.sandbox.wait_until(lambda: self.state(run_id) in states, 90, f"{run_id} to be {states}")

    def run(self, **arguments: str) -> dict[str, Any]:
        """The report of a whole run, however it ended."""
        run_id = self.start(**arguments)
        self.wait(run_id, "SUCCEEDED", "FAILED", "ERROR", "TIMEOUT", "STOPPED")
        (report,) = self.sandbox.runs(run_id)
        return report


@pytest.fixture
def job(sandbox: Sandbox) -> ScriptedJob:
    return ScriptedJob(sandbox, f"t-{uuid.uuid4().hex[:12]}")


def read_by(report: dict[str, Any]) -> list[str]:
    assert report["state"] == "SUCCEEDED", report["error"]
    return sorted(file["key"] for file in report["files_read"])


def test_a_script_reads_what_is_new_and_the_report_names_it(job: ScriptedJob) -> None:
    job.put("day=1/a b+%é.csv")
    first = job.run()
    assert (read_by(first), first["records_read"]) == (["raw/day=1/a b+%é.csv"], 2)
    assert read_by(job.run()) == []
    job.put("day=2/a.csv", rows=5)
    third = job.run()
    assert (read_by(third), third["records_read"]) == (["raw/day=2/a.csv"], 5)


def test_a_script_that_fails_leaves_its_files_to_the_next_run(job: ScriptedJob) -> None:
    job.put("a.csv")
    failed = job.run(fail="yes")
    assert failed["state"] == "FAILED"
    assert "ValueError: as told" in failed["error"]
    assert read_by(job.run()) == ["raw/a.csv"]


def test_a_run_is_stopped_while_its_script_runs(job: ScriptedJob) -> None:
    job.put("a.csv")
    run_id = job.start(sleep_s="60")
    job.wait(run_id, "RUNNING")
    job.glue.batch_stop_job_run(JobName=job.name, JobRunIds=[run_id])
    job.wait(run_id, "STOPPED")
    assert read_by(job.run()) == ["raw/a.csv"]


def test_a_run_whose_worker_is_stopped_fails_with_the_reason(job: ScriptedJob) -> None:
    job.put("a.csv")
    run_id = job.start(sleep_s="60")
    job.wait(run_id, "RUNNING")
    job.sandbox.restart("glue-worker")
    (report,) = job.sandbox.runs(run_id)
    assert report["state"] == "FAILED"
    assert "worker was stopped" in report["error"]
    assert read_by(job.run()) == ["raw/a.csv"]


def test_a_run_whose_worker_is_killed_fails_and_the_next_one_picks_up_its_files(job: ScriptedJob) -> None:
    job.put("a.csv")
    run_id = job.start(sleep_s="60")
    job.wait(run_id, "RUNNING")
    job.sandbox.kill("glue-worker")
    job.wait(run_id, "FAILED")
    (report,) = job.sandbox.runs(run_id)
    assert "has taken the place of" in report["error"]
    assert read_by(job.run()) == ["raw/a.csv"]
