"""Keeps every message that was published on a topic, and shows them at `GET /_tarmac/alerts`."""

from __future__ import annotations

import datetime
import json
import os
import threading
from pathlib import Path
from typing import Any

ALERTS_ROUTE = "/_tarmac/alerts"


class AlertFile:
    """`<state>/alerts.jsonl`: one JSON object a line, oldest first, appended only.

    Keys: time (ISO-8601, UTC), topic_arn, subject (may be null), message, message_id.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def append(self, topic_arn: str, message: Any) -> None:
        """Writes one SnsMessage of LocalStack; of a message per protocol, the default one."""
        line = json.dumps(alert(topic_arn, message), ensure_ascii=False)
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def read(self) -> list[dict[str, Any]]:
        """All messages, oldest first; a last line that a crash cut short is left out."""
        if not self._path.exists():
            return []
        with self._lock:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        return [parsed for line in lines if (parsed := _parsed(line)) is not None]


def alert(topic_arn: str, message: Any) -> dict[str, Any]:
    """The record of one published message."""
    text = message.message
    return {
        "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "topic_arn": topic_arn,
        "subject": message.subject,
        "message": text.get("default", json.dumps(text)) if isinstance(text, dict) else text,
        "message_id": message.message_id,
    }


def alert_file() -> AlertFile:
    """The stack's own, in the folder that `TARMAC_STATE_DIR` names."""
    return AlertFile(Path(os.environ.get("TARMAC_STATE_DIR", ".tarmac")) / "alerts.jsonl")


def record_published_messages() -> None:
    """Appends to the file before the message goes to its subscribers, so that no publish is missed."""
    from localstack.services.sns.publisher import PublishDispatcher

    from emulator.localstack_mends.patching import wrap

    file = alert_file()

    def publish(original: Any, dispatcher: Any, ctx: Any, topic_arn: str) -> None:
        file.append(topic_arn, ctx.message)
        original(dispatcher, ctx, topic_arn)

    def publish_batch(original: Any, dispatcher: Any, ctx: Any, topic_arn: str) -> None:
        for message in ctx.messages:
            file.append(topic_arn, message)
        original(dispatcher, ctx, topic_arn)

    wrap(PublishDispatcher, "publish_to_topic", publish)
    wrap(PublishDispatcher, "publish_batch_to_topic", publish_batch)
    _register_route(file)


def _register_route(file: AlertFile) -> None:
    from localstack.http import Response
    from localstack.services.edge import ROUTER

    def show(_request: Any, **_path: Any) -> Any:
        return Response.for_json(file.read())

    ROUTER.add(ALERTS_ROUTE, show, methods=["GET"])


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        parsed: dict[str, Any] = json.loads(line)
    except json.JSONDecodeError:
        return None
    return parsed
