"""Change sets: created, updated, unchanged, refused, and cleaned up after a failed create."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from pipeline.cloudformation_stack import Stack
from pipeline.errors import StackError

NO_STACK = ClientError(
    {"Error": {"Code": "ValidationError", "Message": "Stack x does not exist"}}, "Describe"
)


def stack(statuses: list[str | None], change_set: dict[str, Any], events: list[dict[str, Any]]) -> Stack:
    """A stack whose client shows these statuses one after the other."""
    client = Mock()
    answers = [NO_STACK if s is None else {"Stacks": [{"StackStatus": s}]} for s in statuses]
    client.describe_stacks.side_effect = answers
    client.describe_change_set.return_value = change_set
    client.describe_stack_events.side_effect = [{"StackEvents": []}, {"StackEvents": events}]
    return Stack(client, "x", first_wait_s=0.001)


READY = {"Status": "CREATE_COMPLETE", "Changes": [{}]}
EMPTY = {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."}
FAILURE = {
    "EventId": "1",
    "LogicalResourceId": "Job",
    "ResourceStatus": "CREATE_FAILED",
    "ResourceStatusReason": "no such role",
}


def test_a_new_stack_is_created() -> None:
    new = stack([None, "CREATE_IN_PROGRESS", "CREATE_COMPLETE"], READY, [])
    assert new.deploy("template", {"A": "1"}) == "created"
    assert new.client.create_change_set.call_args.kwargs["ChangeSetType"] == "CREATE"  # type: ignore[attr-defined]


def test_an_existing_stack_is_updated_once_it_has_settled() -> None:
    old = stack(["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "UPDATE_COMPLETE"], READY, [])
    assert old.deploy("template", {}) == "updated"


def test_an_empty_change_set_changes_nothing() -> None:
    same = stack(["CREATE_COMPLETE"], EMPTY, [])
    assert same.deploy("template", {}) == "unchanged"
    same.client.execute_change_set.assert_not_called()  # type: ignore[attr-defined]


def test_a_failed_create_is_explained_and_deleted() -> None:
    bad = stack([None, "ROLLBACK_COMPLETE", None], READY, [FAILURE])
    with pytest.raises(StackError, match=r"(?s)ROLLBACK_COMPLETE.*Job CREATE_FAILED: no such role"):
        bad.deploy("template", {})
    bad.client.delete_stack.assert_called_once()  # type: ignore[attr-defined]


def test_a_stack_left_by_a_failed_create_is_deleted_before_the_next() -> None:
    left = stack(["ROLLBACK_COMPLETE", None, "CREATE_COMPLETE"], READY, [])
    assert left.deploy("template", {}) == "created"


def test_a_failed_update_is_explained_and_left_for_the_next_deploy() -> None:
    bad = stack(["CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"], READY, [FAILURE])
    with pytest.raises(StackError, match="The next deploy can update it"):
        bad.deploy("template", {})
    bad.client.delete_stack.assert_not_called()  # type: ignore[attr-defined]


def test_a_refused_change_set_says_why() -> None:
    broken = stack(["CREATE_COMPLETE"], {"Status": "FAILED", "StatusReason": "no such parameter"}, [])
    with pytest.raises(StackError, match="no such parameter"):
        broken.deploy("template", {})
