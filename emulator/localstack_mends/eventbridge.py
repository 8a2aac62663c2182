"""Delivery of events to a rule's targets: retries, dead-letter queues, one execution per delivery.

LocalStack stores a target's DeadLetterConfig and RetryPolicy and ignores both. Behaviour after
aws-semantics.md §E and AWS's page on rule dead-letter queues: an error that only an action of the user can
cure (no permission, no such resource) goes to the queue at once; any other is retried with a growing pause.
"""

from __future__ import annotations

import json
import logging
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

LOG = logging.getLogger(__name__)

DEFAULT_ATTEMPTS = 185
DEFAULT_AGE_S = 86_400
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 600.0

NO_PERMISSION = ("AccessDenied", "Unauthorized", "NotAuthorized", "InvalidClientTokenId", "Forbidden")
NO_RESOURCE = ("NotFound", "DoesNotExist", "NonExistent", "NoSuch", "Deleting")
THROTTLED = ("Throttl", "TooManyRequests", "LimitExceeded", "SlowDown")


@dataclass(frozen=True)
class Failure:
    """Why an event did not reach its target, in the words of a dead-letter queue's attributes."""

    code: str
    message: str
    retryable: bool


@dataclass
class Delivery:
    """One event on its way to one target."""

    sender: Any
    event: dict[str, Any]
    trace_header: Any
    attempts: int = 0
    started_s: float = 0.0


def deliver_with_retry_policy() -> None:
    """Makes every target sender honour its target's RetryPolicy and DeadLetterConfig."""
    from localstack.services.events.target import TargetSender

    from emulator.localstack_mends.patching import wrap

    wrap(TargetSender, "process_event", _process_event)


def leave_disabled_rules_alone() -> None:
    """Makes DisableRule and `State: DISABLED` mean that the rule's targets get no event."""
    from localstack.services.events.provider import EventsProvider

    from emulator.localstack_mends.patching import wrap

    wrap(EventsProvider, "_process_rules", _process_unless_disabled)


def _process_unless_disabled(original: Any, provider: Any, rule: Any, *arguments: Any) -> None:
    if rule.state != "DISABLED":
        original(provider, rule, *arguments)


def start_executions_under_unique_names() -> None:
    """Names executions `<event id>_<uuid>`, as AWS does.

    The original names them by the event's id, so that two rules that match one event start one execution,
    and an input without an `id` (Input, InputTransformer) none.
    """
    from localstack.services.events.target import StatesTargetSender

    StatesTargetSender.send_event = _start_execution


def _start_execution(sender: Any, event: Any, trace_header: Any) -> None:  # noqa: ARG001
    sender.service = "stepfunctions"
    event_id = getattr(_current, "event_id", None) or uuid.uuid4()
    sender.client.start_execution(
        stateMachineArn=sender.target["Arn"],
        name=f"{event_id}_{uuid.uuid4()}",
        input=json.dumps(event, default=str),
    )


_current = threading.local()


when_matched: list[Callable[[dict[str, Any]], None]] = []
"""Called with each event that matches a rule, once per target, before PutEvents is answered."""


def _process_event(original: Any, sender: Any, event: Any, trace_header: Any) -> None:
    for tell in when_matched:
        tell(event)
    delivery = Delivery(sender, dict(event), trace_header, started_s=time.monotonic())
    _attempt(original, delivery)


def _attempt(original: Any, delivery: Delivery) -> None:
    """Tries once; then done, queued for another try, or in the dead-letter queue."""
    _current.event_id = delivery.event.get("id")
    try:
        original(delivery.sender, dict(delivery.event), delivery.trace_header)
    except Exception as error:
        _handle_failure(original, delivery, classify(error))
    finally:
        _current.event_id = None


def _handle_failure(original: Any, delivery: Delivery, failure: Failure) -> None:
    policy = delivery.sender.target.get("RetryPolicy") or {}
    exhausted = exhausted_condition(policy, delivery.attempts, time.monotonic() - delivery.started_s)
    if failure.retryable and not exhausted:
        delivery.attempts += 1
        timer = threading.Timer(pause_s(delivery.attempts), _attempt, (original, delivery))
        timer.daemon = True
        timer.start()
        return
    _give_up(delivery, failure, exhausted if failure.retryable else "")


def classify(error: Exception) -> Failure:
    """The dead-letter queue's error code, the message, and whether another try makes sense."""
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
    message = f"{code}: {error}"
    if any(word in code for word in NO_PERMISSION):
        return Failure("NO_PERMISSIONS", message, retryable=False)
    if any(word in code for word in NO_RESOURCE):
        return Failure("NO_RESOURCE", message, retryable=False)
    if any(word in code for word in THROTTLED):
        return Failure("THROTTLING", message, retryable=True)
    if isinstance(error, NotImplementedError | KeyError | TypeError) or _is_client_fault(error):
        return Failure("SDK_CLIENT_ERROR", message, retryable=False)
    return Failure("UNKNOWN", message, retryable=True)


def _is_client_fault(error: Exception) -> bool:
    if not isinstance(error, ClientError):
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    return 400 <= int(status) < 500


def exhausted_condition(policy: dict[str, Any], attempts: int, age_s: float) -> str:
    """Which limit of a RetryPolicy is reached after that many retries and seconds; empty text if none."""
    if attempts >= int(policy.get("MaximumRetryAttempts", DEFAULT_ATTEMPTS)):
        return "MaximumRetryAttempts"
    if age_s >= float(policy.get("MaximumEventAgeInSeconds", DEFAULT_AGE_S)):
        return "MaximumEventAgeInSeconds"
    return ""


def pause_s(attempt: int) -> float:
    """Seconds before that retry: doubling from one second, at most ten minutes, with jitter."""
    longest = min(FIRST_PAUSE_S * 2.0 ** (attempt - 1), LONGEST_PAUSE_S)
    return random.uniform(longest / 2, longest)


def _give_up(delivery: Delivery, failure: Failure, exhausted: str) -> None:
    sender = delivery.sender
    queue_arn = (sender.target.get("DeadLetterConfig") or {}).get("Arn")
    LOG.warning(
        "event %s of rule %s did not reach %s after %d retries (%s)%s",
        delivery.event.get("id"),
        sender.rule_name,
        sender.arn,
        delivery.attempts,
        failure.message,
        f"; it is in {queue_arn}" if queue_arn else "; the target has no dead-letter queue, it is lost",
    )
    if queue_arn:
        _send_to_queue(delivery, queue_arn, dead_letter_attributes(delivery, failure, exhausted))


def dead_letter_attributes(delivery: Delivery, failure: Failure, exhausted: str) -> dict[str, str]:
    """The message attributes of an event in the dead-letter queue."""
    attributes = {
        "RULE_ARN": str(delivery.sender.rule_arn),
        "TARGET_ARN": str(delivery.sender.arn),
        "ERROR_CODE": failure.code,
        "ERROR_MESSAGE": failure.message,
        "RETRY_ATTEMPTS": str(delivery.attempts),
    }
    return {**attributes, **({"EXHAUSTED_RETRY_CONDITION": exhausted} if exhausted else {})}


def _send_to_queue(delivery: Delivery, queue_arn: str, attributes: dict[str, str]) -> None:
    from localstack.aws.connect import connect_to
    from localstack.utils.aws.arns import parse_arn, sqs_queue_url_for_arn

    where = parse_arn(queue_arn)
    body = {key: value for key, value in delivery.event.items() if key != "event-bus-name"}
    try:
        sqs = connect_to(aws_access_key_id=where["account"], region_name=where["region"]).sqs
        sqs.send_message(
            QueueUrl=sqs_queue_url_for_arn(queue_arn),
            MessageBody=json.dumps(body, default=str),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()
            },
        )
    except Exception as error:
        LOG.error("event %s is lost: can't send it to %s (%s)", delivery.event.get("id"), queue_arn, error)
