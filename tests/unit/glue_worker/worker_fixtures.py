"""Assignments and settings for tests of the worker."""

from __future__ import annotations

from pathlib import Path

from emulator.glue_worker.run_contract import RunAssignment
from emulator.glue_worker.settings import WorkerSettings


def assignment(**changes: object) -> RunAssignment:
    fields: dict[str, object] = {
        "run_id": "jr_1",
        "attempt": 0,
        "job_name": "copy orders",
        "job_id": "j_1",
        "account_id": "000000000000",
        "region": "eu-central-1",
        "command": "glueetl",
        "script_location": "s3://scripts/job.py",
        "glue_version": "5.1",
        "arguments": {},
        "connections": [],
        "timeout_s": 60.0,
        "log_group_output": "/aws-glue/jobs/output",
        "log_group_error": "/aws-glue/jobs/error",
        "log_stream": "jr_1",
    }
    return RunAssignment(**{**fields, **changes})  # type: ignore[arg-type]


def settings(tmp_path: Path, **changes: str) -> WorkerSettings:
    return WorkerSettings.from_environment(
        {
            "TARMAC_STACK_SECRET": "sesame",
            "TARMAC_STATE_DIR": str(tmp_path / "state"),
            "TARMAC_CACHE_DIR": str(tmp_path / "cache"),
            "TARMAC_GATEWAY_URL": "http://127.0.0.1:9",
            **changes,
        }
    )
