"""The worker's side of the messages with the Glue API."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from emulator.glue_worker.errors import ApiUnreachableError, RefusedByApiError
from emulator.glue_worker.run_contract import (
    ROUTE_PREFIX,
    SECRET_HEADER,
    Claim,
    CommitBookmark,
    Heartbeat,
    HeartbeatReply,
    OpenBookmark,
    RowsRead,
    RowWindow,
    RunAssignment,
    RunResult,
    SelectedFiles,
    SelectFiles,
    SelectRows,
    from_json,
    to_json,
)

ANSWER_WITHIN_S = 15.0


class GlueApiClient:
    """Calls the internal routes of one gateway; safe to use from several threads.

    Every method raises RefusedByApiError for a 4xx answer and ApiUnreachableError when there is none.
    """

    def __init__(self, gateway_url: str, stack_secret: str) -> None:
        address = urlsplit(gateway_url)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self._secret = stack_secret

    def claim(self, claim: Claim) -> RunAssignment | None:
        """The oldest waiting run, or None when `wait_s` passed without one."""
        body = self._post("claim", claim, timeout_s=claim.wait_s + ANSWER_WITHIN_S)
        return None if body is None else from_json(RunAssignment, body)

    def heartbeat(self, run_id: str, heartbeat: Heartbeat) -> HeartbeatReply:
        """Says that the run is alive and asks what to do with it."""
        return from_json(HeartbeatReply, self._post(f"runs/{run_id}/heartbeat", heartbeat) or {})

    def finish(self, run_id: str, result: RunResult) -> None:
        """Reports how the run ended."""
        self._post(f"runs/{run_id}/finish", result)

    def open_bookmark(self, run_id: str, opened: OpenBookmark) -> None:
        """Says on which bookmark's latest state the run builds."""
        self._post(f"runs/{run_id}/bookmark/open", opened)

    def select_files(self, run_id: str, wanted: SelectFiles) -> SelectedFiles:
        """The S3 objects that the run must read in one transformation context."""
        answer = self._post(f"runs/{run_id}/bookmark/select", wanted, timeout_s=120)
        return from_json(SelectedFiles, answer or {})

    def select_rows(self, run_id: str, wanted: SelectRows) -> RowWindow:
        """The rows of a database that the run must read in one transformation context."""
        return from_json(RowWindow, self._post(f"runs/{run_id}/bookmark/rows", wanted) or {})

    def rows_read(self, run_id: str, read: RowsRead) -> None:
        """Says how far the run reads them."""
        self._post(f"runs/{run_id}/bookmark/read", read)

    def commit_bookmark(self, run_id: str, commit: CommitBookmark) -> None:
        """Saves what the run has selected under its bookmark's name."""
        self._post(f"runs/{run_id}/bookmark/commit", commit)

    def _post(self, route: str, message: Any, timeout_s: float = ANSWER_WITHIN_S) -> dict[str, Any] | None:
        path = f"{ROUTE_PREFIX}/{route}"
        connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout_s)
        try:
            headers = {SECRET_HEADER: self._secret, "content-type": "application/json"}
            connection.request("POST", path, json.dumps(to_json(message)), headers)
            answer = connection.getresponse()
            return _body_of(answer.status, answer.read(), path)
        except (OSError, http.client.HTTPException) as error:
            raise ApiUnreachableError(
                f"POST {path} on port {self._port}: {error or type(error).__name__}"
            ) from error
        finally:
            connection.close()


def _body_of(status: int, raw: bytes, path: str) -> dict[str, Any] | None:
    if status == 204:
        return None
    try:
        body = json.loads(raw or b"{}")
    except ValueError as error:
        raise ApiUnreachableError(f"POST {path} answered {status} with no JSON: {raw[:200]!r}") from error
    if 400 <= status < 500 and isinstance(body, dict) and "code" in body:
        raise RefusedByApiError(str(body["code"]), str(body.get("message", "")))
    if status >= 400 or not isinstance(body, dict):
        raise ApiUnreachableError(f"POST {path} answered {status}: {raw[:200]!r}")
    return body
