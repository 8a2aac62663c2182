"""Scripts that run in the session's sandbox, one after the other, with what they print."""

from __future__ import annotations

import textwrap
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

ENDED = ("SUCCEEDED", "FAILED", "ERROR", "TIMEOUT", "STOPPED")
PROLOGUE = """
import sys
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

glue = GlueContext(SparkContext.getOrCreate())
spark = glue.spark_session
"""


@dataclass(frozen=True)
class EndedRun:
    """A job run that has ended: GetJobRun's answer and the stack's own report."""

    sandbox: Sandbox
    job_run: dict[str, Any]
    report: dict[str, Any]

    @property
    def state(self) -> str:
        return str(self.job_run["JobRunState"])

    @property
    def error(self) -> str:
        return str(self.job_run.get("ErrorMessage", ""))

    @cached_property
    def stdout(self) -> str:
        return self._file("stdout")

    @cached_property
    def stderr(self) -> str:
        return self._file("stderr")

    def lines(self) -> list[str]:
        """What the script printed; fails with its error if it did not succeed."""
        assert self.state == "SUCCEEDED", f"{self.error}\n{self.stderr}"
        return self.stdout.splitlines()

    def _file(self, name: str) -> str:
        folder = self.sandbox.settings.state_dir / "runs" / self.job_run["Id"]
        return str((folder / f"{name}.log").read_text())


@dataclass(frozen=True)
class ScriptRunner:
    """Runs scripts as jobs, each with a bucket of the test's own."""

    sandbox: Sandbox
    bucket: str
    account_id: str | None = None

    def client(self, service: str) -> Any:
        return self.sandbox.client(service, self.account_id)

    def put(self, key: str, body: bytes | str) -> None:
        raw = body.encode() if isinstance(body, str) else body
        self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=raw)

    def keys(self, prefix: str = "") -> list[str]:
        found = self.client("s3").list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [item["Key"] for item in found.get("Contents", [])]

    def start(self, script: str, arguments: dict[str, str] | None = None, **job: Any) -> tuple[str, str]:
        """Starts the script as a new job; gives the job's name and the run's id."""
        name = f"job-{uuid.uuid4().hex[:12]}"
        self.put(f"{name}.py", textwrap.dedent(script))
        command = {"Name": "glueetl", "ScriptLocation": f"s3://{self.bucket}/{name}.py"}
        glue = self.client("glue")
        glue.create_job(Name=name, **{"Role": "role", "GlueVersion": "5.1", "Command": command, **job})
        return name, glue.start_job_run(JobName=name, Arguments=arguments or {})["JobRunId"]

    def ended(self, name: str, run_id: str, timeout_s: float = 120) -> EndedRun:
        """The run, once it has ended."""
        glue = self.client("glue")

        def job_run() -> dict[str, Any] | None:
            found: dict[str, Any] = glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
            return found if found["JobRunState"] in ENDED else None

        found = self.sandbox.wait_until(job_run, timeout_s, f"the end of {run_id}")
        assert found is not None
        return EndedRun(self.sandbox, found, self.sandbox.runs(run_id)[0])

    def run(self, script: str, arguments: dict[str, str] | None = None, **job: Any) -> EndedRun:
        """A script from start to end."""
        return self.ended(*self.start(script, arguments, **job))

    def glue(self, script: str, arguments: dict[str, str] | None = None, **job: Any) -> EndedRun:
        """A script that finds `glue` (a GlueContext), `spark` and `BUCKET`."""
        head = f"BUCKET = {self.bucket!r}\n{PROLOGUE}"
        return self.run(head + textwrap.dedent(script), arguments, **job)


@pytest.fixture
def runner_of(sandbox: Sandbox) -> Callable[..., ScriptRunner]:
    def make(account_id: str | None = None) -> ScriptRunner:
        runner = ScriptRunner(sandbox, f"t-{uuid.uuid4().hex[:12]}", account_id)
        runner.client("s3").create_bucket(Bucket=runner.bucket)
        return runner

    return make


@pytest.fixture
def runner(runner_of: Callable[..., ScriptRunner]) -> ScriptRunner:
    return runner_of()
