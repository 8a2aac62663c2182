"""The events of job runs on the default bus; best effort.

`Glue Job State Change` for each run that ends, `Glue Job Run Status` for each that runs longer than its
NotifyDelayAfter. Source: aws-semantics.md §D, "Logs", and the examples under "AWS Glue events" in the
EventBridge documentation. They are sent by a thread of their own: a rule on them may start the next run, and
the run control is locked while it reports an end.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.glue_service.job_runs import JobRun, RunState, moment
from emulator.glue_service.models import Scope

LOG = logging.getLogger(__name__)

Detail = dict[str, Any]
_SEVERITY_AND_MESSAGE = {
    RunState.SUCCEEDED: ("INFO", "Job run succeeded"),
    RunState.FAILED: ("ERROR", "Job run failed"),
    RunState.ERROR: ("ERROR", "Job run failed"),
    RunState.TIMEOUT: ("WARN", "Job run timed out"),
    RunState.STOPPED: ("INFO", "Job run stopped"),
}


class JobEvents:
    """Listens to the runs; `client` gives an EventBridge client of a scope."""

    def __init__(self, client: Callable[[Scope], Any]) -> None:
        self._client = client
        self._sender = ThreadPoolExecutor(1, thread_name_prefix="tarmac-job-events")

    def run_ended(self, run: JobRun) -> None:
        """Sends the run's last event soon."""
        self._sender.submit(self._send, run, "Glue Job State Change", event_of(run))

    def run_delayed(self, run: JobRun) -> None:
        """Sends the run's delay notification soon."""
        self._sender.submit(self._send, run, "Glue Job Run Status", delay_event_of(run))

    def _send(self, run: JobRun, detail_type: str, detail: Detail) -> None:
        entry = {"Source": "aws.glue", "DetailType": detail_type, "Detail": json.dumps(detail)}
        try:
            self._client(Scope(run.account_id, run.region)).put_events(Entries=[entry])
        except (ClientError, BotoCoreError) as error:
            LOG.warning("event %s of run %s lost: %s", detail["state"], detail["jobRunId"], error)


def event_of(run: JobRun) -> Detail:
    """The `detail` of a run's last event."""
    severity, message = _SEVERITY_AND_MESSAGE[run.state]
    return {
        "jobName": run.job_name,
        "severity": severity,
        "state": str(run.state),
        "jobRunId": run.run_id,
        "message": run.error_message or message,
    }


def delay_event_of(run: JobRun) -> Detail:
    """The `detail` of the event that a run takes longer than its NotifyDelayAfter."""
    started = moment(run.started_ms)
    return {
        "jobName": run.job_name,
        "severity": "INFO",
        "notificationCondition": {"NotifyDelayAfter": float(run.notify_delay_after_min or 0)},
        "state": str(run.state),
        "jobRunId": run.run_id,
        "message": f"Job is in {run.state} state",
        "startedOn": f"{started:%Y-%m-%dT%H:%M:%S}.{started.microsecond // 1000:03d}Z",
    }
