"""OpenLineage events of job runs: the Spark settings that turn them on. Pure.

The events' jobs are the Spark application and its steps, named after the Glue job in OpenLineage's own form
(lower case, underscores). The application's parent is the Glue job under its own name; as run ids must be
UUIDs, the parent's is made of the JobRunId.

Source: aws-semantics.md §G (the listener and its settings); OpenLineage's naming of datasets and jobs
("arn:aws:glue:<region>:<account>" is the namespace of AWS Glue). `spark.glue.JOB_NAME` and `JOB_RUN_ID` are
Glue's own Spark properties, here so that each event carries them.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from urllib.parse import urlsplit

from emulator.glue_worker.run_contract import RunAssignment
from emulator.glue_worker.settings import WARM_UP_ACCOUNT, WorkerSettings

LISTENER = "io.openlineage.spark.agent.OpenLineageSparkListener"
CAPTURED = "spark.master,spark.app.name,spark.glue.JOB_NAME,spark.glue.JOB_RUN_ID"
DEFAULT_ENDPOINT = "api/v1/lineage"


def spark_settings(assignment: RunAssignment, settings: WorkerSettings) -> dict[str, str]:
    """The settings for a run; none when the stack's option TARMAC_LINEAGE is off."""
    if settings.lineage == "off":
        return {}
    namespace = f"arn:aws:glue:{assignment.region}:{assignment.account_id}"
    return {
        "spark.extraListeners": LISTENER,
        "spark.openlineage.namespace": namespace,
        "spark.openlineage.parentJobNamespace": namespace,
        "spark.openlineage.parentJobName": assignment.job_name,
        "spark.openlineage.parentRunId": parent_run_id(assignment.run_id),
        "spark.openlineage.capturedProperties": CAPTURED,
        "spark.openlineage.run.tags": f"JobRunId:{assignment.run_id}:AWS_GLUE",
        "spark.glue.JOB_NAME": assignment.job_name,
        "spark.glue.JOB_RUN_ID": assignment.run_id,
        **{f"spark.openlineage.transport.{name}": text for name, text in _transport(assignment, settings)},
    }


def parent_run_id(job_run_id: str) -> str:
    """The UUID that stands for a JobRunId."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, job_run_id))


def events_file(settings: WorkerSettings, run_id: str) -> Path:
    """Where the events of a run go when the option is `file`: a JSON object a line."""
    return settings.lineage_dir / f"{run_id}.jsonl"


def _transport(assignment: RunAssignment, settings: WorkerSettings) -> list[tuple[str, str]]:
    if assignment.account_id == WARM_UP_ACCOUNT:  # loads the listener's classes, and tells nobody
        return [("type", "file"), ("location", str(settings.worker_dir / "warm-up-lineage.jsonl"))]
    if settings.lineage == "file":
        return [("type", "file"), ("location", str(events_file(settings, assignment.run_id)))]
    address = urlsplit(settings.lineage)
    base, endpoint = f"{address.scheme}://{address.netloc}", address.path.strip("/") or DEFAULT_ENDPOINT
    return [("type", "http"), ("url", base), ("endpoint", endpoint)]
