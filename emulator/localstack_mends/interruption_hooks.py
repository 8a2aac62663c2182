"""Where LocalStack tells of executions and events, which are noted, and the routes to what is left."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from emulator.localstack_mends.interrupted_executions import Interrupted
from emulator.localstack_mends.kept_state import kept_state
from emulator.localstack_mends.patching import wrap

ROUTE = "/_tarmac/interrupted"


def note_executions_and_events() -> None:
    """Notes standard executions from their start to their end, and S3's events until they are delivered.

    Raises UnreadableStateError for a state of another format.
    """
    interrupted = Interrupted(kept_state())
    _note_executions(interrupted)
    _note_events(interrupted)
    _register_routes(interrupted)


def _note_executions(interrupted: Interrupted) -> None:
    from localstack.services.stepfunctions.backend.execution import (
        BaseExecutionWorkerCommunication,
        Execution,
    )

    def start(original: Any, execution: Any) -> None:
        if type(execution) is Execution and _is_noted(execution.account_id, execution.sm_type):
            interrupted.note_execution(execution)
        original(execution)

    def terminated(original: Any, communication: Any) -> None:
        original(communication)
        if not _is_stopping():  # what fails now, fails because LocalStack goes down
            interrupted.forget_execution(communication.execution.exec_arn)

    wrap(Execution, "start", start)
    wrap(BaseExecutionWorkerCommunication, "terminated", terminated)


def _note_events(interrupted: Interrupted) -> None:
    from localstack.services.s3.notifications import NotificationDispatcher

    from emulator.localstack_mends.eventbridge import when_matched

    matched: dict[str, bool] = {}

    def submit(original: Any, dispatcher: Any, notifier: Any, ctx: Any, config: Any) -> None:
        account = ctx.bucket_account_id
        if notifier.service_name != "events" or not _is_noted(account):
            original(dispatcher, notifier, ctx, config)
            return
        entry = notifier._get_event_payload(ctx)
        event_id = interrupted.note_event(account, ctx.bucket_location, entry)
        place = event_place(json.loads(entry["Detail"]))
        dispatcher.executor.submit(deliver, notifier, ctx, config, event_id, place)

    def deliver(notifier: Any, ctx: Any, config: Any, event_id: str, place: str) -> None:
        matched[place] = False
        notifier.notify(ctx, config)
        was_matched = matched.pop(place, False)
        if not _is_stopping():
            interrupted.event_delivered(event_id, ctx.bucket_name, was_matched)

    def note_match(event: dict[str, Any]) -> None:
        if event.get("source") == "aws.s3" and (place := event_place(event["detail"])) in matched:
            matched[place] = True

    when_matched.append(note_match)
    wrap(NotificationDispatcher, "_submit_notification", submit)


def event_place(detail: dict[str, Any]) -> str:
    """What tells S3's events apart: the request, and its object."""
    return f"{detail.get('request-id')} {detail.get('object', {}).get('key')}"


def _is_noted(account_id: str, kind: str = "STANDARD") -> bool:
    from localstack.config import INTERNAL_RESOURCE_ACCOUNT  # where an event is rehearsed

    return bool(account_id != INTERNAL_RESOURCE_ACCOUNT and kind == "STANDARD")


def _is_stopping() -> bool:
    from localstack.runtime import events

    return bool(events.infra_stopping.is_set())


def _register_routes(interrupted: Interrupted) -> None:
    from localstack.http import Response
    from localstack.services.edge import ROUTER

    def show(_request: Any, **_path: Any) -> Any:
        left = [asdict(item) for item in interrupted.left_over()]
        return Response(json.dumps({"executions": left}), mimetype="application/json")

    def resume(_request: Any, **_path: Any) -> Any:
        return Response(json.dumps(interrupted.resume()), mimetype="application/json")

    ROUTER.add(ROUTE, show, methods=["GET"])
    ROUTER.add(f"{ROUTE}/resume", resume, methods=["POST"])
