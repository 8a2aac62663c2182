"""The `Glue Job State Change` events on the default bus, one for each run that ends; best effort.

Source: aws-semantics.md §D, "Logs". They are sent by a thread of their own: a rule on them may start the
next run, and the run control is locked while it reports an end.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.glue_service.job_runs import JobRun, RunState
from emulator.glue_service.models import Scope

LOG = logging.getLogger(__name__)

Detail = dict[str, str]
_SEVERITY_AND_MESSAGE = {
    RunState.SUCCEEDED: ("INFO", "Job run succeeded"),
    RunState.FAILED: ("ERROR", "Job run failed"),
    RunState.ERROR: ("ERROR", "Job run failed"),
    RunState.TIMEOUT: ("WARN", "Job run timed out"),
    RunState.STOPPED: ("INFO", "Job run stopped"),
}


class JobEvents:
    """Listens to the ends of runs; `client` gives an EventBridge client of a scope."""

    def __init__(self, client: Callable[[Scope], Any]) -> None:
        self._client = client
        self._sender = ThreadPoolExecutor(1, thread_name_prefix="tarmac-job-events")

    def run_ended(self, run: JobRun) -> None:
        """Sends the run's event soon."""
        self._sender.submit(self._send, Scope(run.account_id, run.region), event_of(run))

    def _send(self, scope: Scope, detail: Detail) -> None:
        entry = {"Source": "aws.glue", "DetailType": "Glue Job State Change", "Detail": json.dumps(detail)}
        try:
            self._client(scope).put_events(Entries=[entry])
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
