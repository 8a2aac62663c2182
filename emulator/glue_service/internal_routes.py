"""The worker's routes on the gateway, as `glue_worker/run_contract.py` describes them."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from localstack.http import Request, Response, Router

from emulator.glue_service.errors import GlueError, InvalidInput, WorkerRefused
from emulator.glue_service.glue_api import GlueApi
from emulator.glue_service.models import Scope
from emulator.glue_service.role_notes import note_listing
from emulator.glue_service.role_sessions import JOB_SESSION
from emulator.glue_worker.run_contract import (
    ROUTE_PREFIX,
    SECRET_HEADER,
    Claim,
    CommitBookmark,
    Heartbeat,
    M,
    OpenBookmark,
    RoleCredentials,
    RowsRead,
    RunAssignment,
    RunResult,
    SelectFiles,
    SelectRows,
    from_json,
    to_json,
)

LOG = logging.getLogger(__name__)


class WorkerRoutes:
    """Each route checks the secret, reads its message, and answers with a message or an error body."""

    def __init__(self, api: GlueApi) -> None:
        self._api = api

    def register(self, router: Router[Any]) -> None:
        routes: dict[str, Callable[..., Response]] = {
            "/claim": self.claim,
            "/runs/<run_id>/heartbeat": self.heartbeat,
            "/runs/<run_id>/finish": self.finish,
            "/runs/<run_id>/bookmark/open": self.open_bookmark,
            "/runs/<run_id>/bookmark/select": self.select,
            "/runs/<run_id>/bookmark/rows": self.select_rows,
            "/runs/<run_id>/bookmark/read": self.rows_read,
            "/runs/<run_id>/bookmark/commit": self.commit,
        }
        for path, handle in routes.items():
            router.add(f"{ROUTE_PREFIX}{path}", self._guarded(handle), methods=["POST"])

    def claim(self, request: Request) -> Response:
        assignment = self._api.runs.claim(_message(request, Claim))
        if assignment is None:
            return Response(status=204)
        return _json(to_json(replace(assignment, credentials=self._credentials(assignment))))

    def heartbeat(self, request: Request, run_id: str) -> Response:
        return _json(to_json(self._api.runs.heartbeat(run_id, _message(request, Heartbeat))))

    def finish(self, request: Request, run_id: str) -> Response:
        self._api.runs.finish(run_id, _message(request, RunResult))
        return _json({})

    def open_bookmark(self, request: Request, run_id: str) -> Response:
        self._api.bookmarks.open(run_id, _message(request, OpenBookmark).bookmark_name)
        return _json({})

    def select(self, request: Request, run_id: str) -> Response:
        wanted = _message(request, SelectFiles)
        if run := self._api.ledger.find_run(run_id):
            scope = Scope(run.account_id, run.region)
            note_listing(scope, self._role_of(scope, run.job_name), JOB_SESSION, wanted.paths)
        return _json(to_json(self._api.bookmarks.select(run_id, wanted)))

    def select_rows(self, request: Request, run_id: str) -> Response:
        return _json(to_json(self._api.bookmarks.select_rows(run_id, _message(request, SelectRows))))

    def rows_read(self, request: Request, run_id: str) -> Response:
        self._api.bookmarks.rows_read(run_id, _message(request, RowsRead))
        return _json({})

    def commit(self, request: Request, run_id: str) -> Response:
        self._api.bookmarks.commit(run_id, _message(request, CommitBookmark).bookmark_name)
        return _json({})

    def _credentials(self, assignment: RunAssignment) -> RoleCredentials | None:
        scope = Scope(assignment.account_id, assignment.region)
        role = self._role_of(scope, assignment.job_name)
        return self._api.role_sessions.credentials(scope, role, JOB_SESSION)

    def _role_of(self, scope: Scope, job_name: str) -> str:
        job = self._api.stores[scope].jobs.get(job_name)
        return str(job.fields["Role"]) if job else ""

    def _guarded(self, handle: Callable[..., Response]) -> Callable[..., Response]:
        def call(request: Request, **arguments: str) -> Response:
            try:
                self._check_secret(request)
                return handle(request, **arguments)
            except GlueError as error:
                return _json({"code": error.code, "message": error.message}, error.status)
            except Exception as error:
                LOG.exception("worker's request %s failed", request.path)
                return _json({"code": "InternalServiceException", "message": repr(error)}, 500)

        return call

    def _check_secret(self, request: Request) -> None:
        secret = self._api.settings.stack_secret
        if not secret:
            raise WorkerRefused(
                "TARMAC_STACK_SECRET is not set in LocalStack's environment; start it by `tarmac up`"
            )
        if not hmac.compare_digest(secret.encode(), request.headers.get(SECRET_HEADER, "").encode()):
            raise WorkerRefused(f"The header {SECRET_HEADER} does not hold this stack's secret")


def _message(request: Request, kind: type[M]) -> M:
    try:
        return from_json(kind, json.loads(request.get_data()))
    except (ValueError, AttributeError) as error:
        raise InvalidInput(f"Not a {kind.__name__} message: {error}") from error


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, mimetype="application/json")
