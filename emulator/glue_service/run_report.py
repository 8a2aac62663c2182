"""What `tarmac runs` and the readiness check read: `GET /_tarmac/runs` and `GET /_tarmac/health`."""

from __future__ import annotations

import json
from typing import Any

from localstack.http import Request, Response, Router
from localstack.services.plugins import SERVICE_PLUGINS

from emulator.glue_service.glue_api import GlueApi
from emulator.glue_service.job_runs import JobRun, moment

DEFAULT_LIMIT = 100
FILES_IN_LIST = 100
"""How many files of each run a list shows; the report on a single run shows all."""


class ReportRoutes:
    """Open routes: they show no secret and change nothing."""

    def __init__(self, api: GlueApi) -> None:
        self._api = api

    def register(self, router: Router[Any]) -> None:
        router.add("/_tarmac/health", self.health, methods=["GET"])
        router.add("/_tarmac/runs", self.runs, methods=["GET"])

    def health(self, _request: Request) -> Response:
        """`{"glue": "running", "workers": n, "worker_seen_s": age or null}`, or 503 with the cause."""
        try:
            SERVICE_PLUGINS.require("glue")
        except Exception as error:
            return _json({"glue": "error", "message": repr(error)}, 503)
        count, seen_s = self._api.runs.workers()
        return _json({"glue": "running", "workers": count, "worker_seen_s": seen_s})

    def runs(self, request: Request) -> Response:
        """Newest first; `run_id` asks for one run, `limit` for more or fewer than 100."""
        run_id = request.args.get("run_id")
        if run_id:
            run = self._api.ledger.find_run(run_id)
            return _json([self._report(run, None)] if run else [])
        limit = request.args.get("limit", default=DEFAULT_LIMIT, type=int)
        return _json([self._report(run, FILES_IN_LIST) for run in self._api.ledger.latest_runs(limit)])

    def _report(self, run: JobRun, most_files: int | None) -> dict[str, Any]:
        bookmarks = self._api.bookmarks
        return report(
            run,
            bookmarks.files_read(run.run_id, most_files),
            bookmarks.files_count(run.run_id),
            bookmarks.readings(run.run_id),
        )


def report(
    run: JobRun, files: list[dict[str, Any]], files_count: int, contexts: list[dict[str, Any]]
) -> dict[str, Any]:
    """One run for people: times in ISO 8601 UTC; `seconds` is null until it ends.

    `records_written` counts rows in files and tables; `records_read` is Spark's count, once for each pass.

    `trigger` names the trigger that started the run, and is empty for a user's.

    `files_read` holds bucket, key, size, etag, transformation_ctx and last_modified (epoch ms) of the first
    files, `files_count` the number of all. `contexts` says, for each transformation context,
    what was read of which source, and the bookmark's version before and after.
    """
    ended = bool(run.completed_ms)
    return {
        "run_id": run.run_id,
        "job": run.job_name,
        "account_id": run.account_id,
        "region": run.region,
        "state": str(run.state),
        "attempt": run.attempt,
        "trigger": run.trigger_name,
        "started": moment(run.started_ms).isoformat(),
        "completed": moment(run.completed_ms).isoformat() if ended else None,
        "seconds": (run.completed_ms - run.started_ms) / 1000 if ended else None,
        "files_read": files,
        "files_count": files_count,
        "contexts": contexts,
        "records_read": run.records_read,
        "records_written": run.records_written,
        "error": run.error_message,
        "phases": run.phases_s,
    }


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, mimetype="application/json")
