"""Asks tarmac's own routes on the gateway."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from typing import Any

from emulator.stack.settings import StackSettings

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
TIMEOUT_S = 30.0


def get(settings: StackSettings, path: str, **parameters: str) -> Any:
    """The JSON that a route answers; raises URLError if the stack doesn't."""
    query = f"?{urllib.parse.urlencode(parameters)}" if parameters else ""
    with OPENER.open(f"{settings.gateway_url}{path}{query}", timeout=TIMEOUT_S) as answer:
        return json.load(answer)


def alerts(settings: StackSettings) -> list[dict[str, Any]]:
    """Every message published on a topic, oldest first: time, topic_arn, subject, message, message_id."""
    found: list[dict[str, Any]] = get(settings, "/_tarmac/alerts")
    return found


def job_runs(settings: StackSettings, run_id: str = "") -> list[dict[str, Any]]:
    """Job runs, newest first, with the files that each one read."""
    found: list[dict[str, Any]] = get(settings, "/_tarmac/runs", **({"run_id": run_id} if run_id else {}))
    return found


def resume_interrupted(settings: StackSettings) -> dict[str, Any]:
    """Starts again what a restart cut off: resumed (arn, new_arn), left (arn, reason), events (count)."""
    url = f"{settings.gateway_url}/_tarmac/interrupted/resume"
    with OPENER.open(urllib.request.Request(url, method="POST"), timeout=TIMEOUT_S) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def calls(settings: StackSettings) -> dict[str, Any]:
    """The record of AWS calls by role, as `emulator/call_record/routes.py` describes it."""
    found: dict[str, Any] = get(settings, "/_tarmac/calls")
    return found


def record_calls(settings: StackSettings, record: bool) -> dict[str, Any]:
    """Begins an empty record or ends it; answers like `calls`."""
    request = urllib.request.Request(
        f"{settings.gateway_url}/_tarmac/calls", data=json.dumps({"record": record}).encode()
    )
    with OPENER.open(request, timeout=TIMEOUT_S) as answer:
        found: dict[str, Any] = json.load(answer)
        return found
