"""`/_tarmac/calls`: which AWS calls were made for which role.

    GET  /_tarmac/calls                  {"recording", "dropped", "calls": […], "assumed": […]}
    POST /_tarmac/calls  {"record": b}   true begins an empty record, false ends it; answers like GET

A call is {"role": ARN, "session", "action", "resources": [ARN], "context": {condition key: value}, "count"};
its resources must all allow the action. `assumed` says which service acts as which role: {"role", "service",
"session"}.
"""

from __future__ import annotations

import json
from typing import Any

from localstack.http import Request, Response, Router

from emulator.call_record.record import CallRecord

CALLS_ROUTE = "/_tarmac/calls"


class CallRoutes:
    """Open like the other reports: what it shows has no secret in it."""

    def __init__(self, record: CallRecord) -> None:
        self._record = record

    def register(self, router: Router[Any]) -> None:
        router.add(CALLS_ROUTE, self.show, methods=["GET"])
        router.add(CALLS_ROUTE, self.switch, methods=["POST"])

    def show(self, _request: Request) -> Response:
        return _json(self._record.as_document())

    def switch(self, request: Request) -> Response:
        wanted = request.get_json(force=True, silent=True)
        if not isinstance(wanted, dict) or not isinstance(wanted.get("record"), bool):
            message = (
                f'{request.get_data(as_text=True)!r} is no switch. Next: POST {{"record": true}} or false'
            )
            return _json({"message": message}, 400)
        self._record.switch(wanted["record"])
        return _json(self._record.as_document())


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, mimetype="application/json")
