"""The example pipeline on a benchmark's sandbox: deploys it, drops generated files, and takes the times."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from emulator.stack.sandbox import Sandbox
from scripts.following import Execution, Follower
from scripts.pipeline_deployment import PipelineTarget, deploy_pipeline, find_pipeline
from seed_data.generate import Request, generate

TIMEOUT_S = 600.0
POLL_S = 0.5  # times come from the execution's history, so a slow look costs no accuracy, but saves load


@dataclass(frozen=True)
class TimedDrop:
    """One dropped file: epoch seconds of the put's begin and of the alert's arrival."""

    put: float
    alerted: float
    execution: Execution

    @property
    def seconds(self) -> float:
        return self.alerted - self.put


def deployed_pipeline(sandbox: Sandbox) -> PipelineTarget:
    """Deploys the pipeline into the sandbox; nothing happens if it is there already."""
    deploy_pipeline(sandbox.settings, lambda _: None)
    return find_pipeline(sandbox.settings)


def generated_file(folder: Path, rows: int, seed: int = 7) -> Path:
    """One day's file with that many rows, all of them good."""
    (path,) = generate(Request(rows=rows, days=1, bad_share=0.0, seed=seed, out=folder))
    return path


def timed_drop(sandbox: Sandbox, target: PipelineTarget, path: Path, key: str) -> TimedDrop:
    """Puts a file and waits for its execution's end and its message.

    Raises RuntimeError if the execution fails.
    """
    alerts_before = len(sandbox.alerts())
    follower = Follower(sandbox.client("stepfunctions"), target.state_machine_arn)
    follower.remember_existing()
    s3 = sandbox.client("s3")
    put = time.time()
    s3.upload_file(str(path), target.raw_bucket, target.raw_prefix + key)
    (execution,) = follower.follow([target.raw_prefix + key], TIMEOUT_S, POLL_S)
    if execution.status != "SUCCEEDED":
        raise RuntimeError(f"{key}: {execution.status}: {execution.error}")
    sandbox.wait_until(lambda: len(sandbox.alerts()) > alerts_before, 30, "the alert")
    return TimedDrop(put, _alert_time(sandbox), execution)


def _alert_time(sandbox: Sandbox) -> float:
    return datetime.fromisoformat(sandbox.alerts()[-1]["time"]).timestamp()
