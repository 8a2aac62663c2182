"""Carries Spark's event log of a run to the S3 path that the job names."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.glue_worker.run_contract import RunAssignment

log = logging.getLogger(__name__)


def upload(folder: Path, assignment: RunAssignment, s3: Any) -> None:
    """Puts the log under `--spark-event-logs-path` as the run's id; a failure is only logged, as on AWS.

    Spark has closed the file when its context was stopped; that of a killed JVM ends in `.inprogress`.
    """
    path = assignment.arguments["--spark-event-logs-path"].split("://", 1)[-1].strip("/")
    bucket, _, prefix = path.partition("/")
    for file in sorted(folder.glob("[!.]*")):
        suffix = ".inprogress" if file.name.endswith(".inprogress") else ""
        key = "/".join(part for part in (prefix, assignment.run_id + suffix) if part)
        try:
            with file.open("rb") as body:
                s3.put_object(Bucket=bucket, Key=key, Body=body)
        except (ClientError, BotoCoreError, OSError) as error:
            log.warning("the event log of %s could not be put to %s: %s", assignment.run_id, path, error)
