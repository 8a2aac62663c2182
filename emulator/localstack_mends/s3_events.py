"""S3's events as AWS sends them."""

from __future__ import annotations

import datetime
import json
from typing import Any
from urllib.parse import unquote

REASONS = {
    "s3:ObjectCreated:Put": "PutObject",
    "s3:ObjectCreated:Post": "POST Object",
    "s3:ObjectCreated:Copy": "CopyObject",
    "s3:ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
}


def send_keys_verbatim() -> None:
    """Sends EventBridge the object's key as it is, AWS's `reason`, and the time in UTC.

    The original URL-encodes the key, as S3's own notifications do, says `s3:ObjectCreated:…` for a multipart
    upload, and takes the machine's local time for UTC. aws-semantics.md §E.
    """
    from localstack.services.s3.notifications import EventBridgeNotifier

    original = EventBridgeNotifier._get_event_payload

    def payload(context: Any, config_id: Any = None) -> dict[str, Any]:
        return corrected(original(context, config_id), context)

    EventBridgeNotifier._get_event_payload = staticmethod(payload)


def corrected(entry: dict[str, Any], context: Any) -> dict[str, Any]:
    """The PutEvents entry with the key, reason, requester and time that AWS would send."""
    detail = json.loads(entry["Detail"])
    detail["object"]["key"] = unquote(context.key_name)
    if "sequencer" in detail["object"]:
        detail["object"]["sequencer"] = sequencer(context.event_time)
    detail["requester"] = context.account_id
    if context.event_type in REASONS:
        detail["reason"] = REASONS[context.event_type]
    time = entry["Time"]
    utc = time.astimezone(datetime.UTC) if isinstance(time, datetime.datetime) else time
    return {**entry, "Time": utc, "Detail": json.dumps(detail, ensure_ascii=False)}


def sequencer(time: datetime.datetime) -> str:
    """Hexadecimal digits that grow with the time of the event, as AWS's sequencer does for one key."""
    return f"{int(time.timestamp() * 1_000_000):018X}"


def filter_on_plain_keys() -> None:
    """Matches prefix and suffix filters of bucket notifications against the key itself.

    The original matches its URL-encoded form, so that a prefix with `=`, as partition folders have, never
    matches.
    """
    from localstack.services.s3 import notifications

    original = notifications._matching_filter
    notifications._matching_filter = lambda rules, key: original(rules, unquote(key))


def encode_spaces_as_aws_does() -> None:
    """Writes a space in a bucket notification's key as `+`, and a sequencer that grows.

    The original writes `%20`, which a receiver that forgets to decode `+` would pass with, and one sequencer
    for all events. "Event message structure" of S3; aws-semantics.md §E.
    """
    from localstack.services.s3.notifications import BaseNotifier

    original = BaseNotifier._get_event_payload

    def payload(context: Any, config_id: Any) -> dict[str, Any]:
        return encoded(original(context, config_id), context)

    BaseNotifier._get_event_payload = staticmethod(payload)


def encoded(notification: dict[str, Any], context: Any) -> dict[str, Any]:
    """The notification with the key and sequencer that AWS would send; both are changed in place."""
    for record in notification["Records"]:
        told = record["s3"]["object"]
        told["key"] = told["key"].replace("%20", "+")
        if "sequencer" in told:
            told["sequencer"] = sequencer(context.event_time)
    return notification
