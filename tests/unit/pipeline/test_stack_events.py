"""The events of a stack: those since a moment, across pages, and what of them explains a failure.

The client is a stub: what AWS cancels, and a history of several pages, don't come about on a sandbox.
"""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest

from pipeline.stack_events import EventLog


def event(number: int, status: str = "UPDATE_COMPLETE", reason: str = "") -> dict[str, Any]:
    return {
        "EventId": str(number),
        "LogicalResourceId": f"R{number}",
        "PhysicalResourceId": f"r-{number}",
        "ResourceType": "AWS::Any::Type",
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


class PagedClient:
    """Answers with the newest event first, two a page."""

    def __init__(self, *events: dict[str, Any]) -> None:
        self.events, self.asked = list(events), 0

    def describe_stack_events(self, **request: str) -> dict[str, Any]:
        self.asked += 1
        start, newest_first = int(request.get("NextToken", "0")), self.events[::-1]
        more = {"NextToken": str(start + 2)} if start + 2 < len(newest_first) else {}
        return {"StackEvents": newest_first[start : start + 2], **more}


def log_of(*events: dict[str, Any]) -> tuple[EventLog, PagedClient]:
    client = PagedClient(*events)
    stubbed = Mock()
    stubbed.describe_stack_events = client.describe_stack_events
    return EventLog(stubbed, "x"), client


def test_a_long_history_is_skipped_by_one_look() -> None:
    log, client = log_of(*map(event, range(20)))
    log.skip()
    assert client.asked == 1
    assert log.read() == []


def test_new_events_are_read_across_pages_oldest_first_and_once() -> None:
    log, client = log_of(event(1))
    log.skip()
    client.events += [event(number) for number in range(2, 8)]
    assert [item["EventId"] for item in log.read()] == ["2", "3", "4", "5", "6", "7"]
    assert log.read() == []


def test_a_stack_without_any_event_yet_is_read_from_its_first() -> None:
    log, client = log_of()
    log.skip()
    client.events.append(event(1))
    assert [item["EventId"] for item in log.read()] == ["1"]


def test_only_consequences_are_told_if_there_is_nothing_else() -> None:
    log, _ = log_of(event(1, "CREATE_FAILED", "Resource creation cancelled"))
    log.read()
    assert log.explanation() == "  R1 (AWS::Any::Type) CREATE_FAILED: Resource creation cancelled"


def test_no_failure_says_so() -> None:
    log, _ = log_of(event(1))
    log.read()
    assert log.explanation() == "  (no event says why)"


@pytest.mark.parametrize(
    ("reason", "step"),
    [
        ("User: a is not authorized to perform: iam:CreateRole", "have that allowed"),
        ("The bucket you tried to delete is not empty", "`make destroy` empties buckets"),
        ("resource sg-1 has a dependent object", "may take an hour to go"),
        ("b already exists", "choose another prefix"),
    ],
)
def test_known_reasons_have_a_next_step(reason: str, step: str) -> None:
    log, _ = log_of(event(1, "CREATE_FAILED", reason))
    log.read()
    last = log.explanation().splitlines()[-1]
    assert last.startswith("Next: ")
    assert step in last


def test_what_a_template_retains_is_named_by_type_and_name() -> None:
    log, _ = log_of(event(1, "DELETE_SKIPPED"), event(2, "DELETE_COMPLETE"))
    log.read()
    assert log.retained() == ["AWS::Any::Type r-1"]
