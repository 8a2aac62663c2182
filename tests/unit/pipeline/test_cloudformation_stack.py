"""Change sets by what the stack was in: created, updated, unchanged, refused, deleted, rolled back further.

The client is a stub: no stack on a sandbox ends UPDATE_ROLLBACK_FAILED or stays in progress by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from pipeline.cloudformation_stack import Stack
from pipeline.errors import StackError

NO_STACK = ClientError(
    {"Error": {"Code": "ValidationError", "Message": "Stack x does not exist"}}, "Describe"
)
READY = {"Status": "CREATE_COMPLETE", "Changes": [{}]}
EMPTY = {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."}


def event(logical_id: str, status: str, reason: str = "") -> dict[str, Any]:
    return {
        "EventId": f"{logical_id} {status}",
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": f"physical {logical_id}",
        "ResourceType": "AWS::Any::Type",
        "ResourceStatus": status,
        **({"ResourceStatusReason": reason} if reason else {}),
    }


FAILURE = event("Job", "CREATE_FAILED", "no such role")


class StackUnderTest:
    """A stack whose client shows these statuses one after the other; the events come with the execution."""

    def __init__(
        self, statuses: list[str | None], change_set: dict[str, Any], events: list[dict[str, Any]]
    ) -> None:
        self.client, self.told = Mock(), list[str]()
        self.statuses, self.events, self.begun = iter(statuses), events, False
        self.client.describe_stacks.side_effect = self._describe
        self.client.describe_change_set.return_value = change_set
        self.client.describe_stack_events.side_effect = lambda **_: {
            "StackEvents": self.events[::-1] if self.begun else [event("Old", "CREATE_FAILED", "long ago")]
        }
        for name in ("execute_change_set", "delete_stack", "continue_update_rollback"):
            getattr(self.client, name).side_effect = self._begin
        self.stack = Stack(self.client, "x", first_wait_s=0.001, progress=self.told.append)

    def _describe(self, **_: Any) -> dict[str, Any]:
        status = next(self.statuses)
        if status is None:
            raise NO_STACK
        return {"Stacks": [{"StackStatus": status, "StackId": "arn:x"}]}

    def _begin(self, **_: Any) -> None:
        self.begun = True

    def called(self) -> Iterator[str]:
        """The calls that change something."""
        for name, _, _ in self.client.mock_calls:
            if not name.startswith("describe"):
                yield name


def test_a_new_stack_is_created() -> None:
    new = StackUnderTest([None, "CREATE_IN_PROGRESS", "CREATE_COMPLETE"], READY, [])
    assert new.stack.deploy("template", {"A": "1"}) == "created"
    request = new.client.create_change_set.call_args.kwargs
    assert (request["ChangeSetType"], request["TemplateBody"]) == ("CREATE", "template")
    assert request["Parameters"] == [{"ParameterKey": "A", "ParameterValue": "1"}]


def test_a_parameter_without_a_value_keeps_the_one_that_the_stack_has() -> None:
    old = StackUnderTest(["CREATE_COMPLETE", "UPDATE_COMPLETE"], READY, [])
    old.stack.deploy("template", {"Secret": None})
    (parameter,) = old.client.create_change_set.call_args.kwargs["Parameters"]
    assert parameter == {"ParameterKey": "Secret", "UsePreviousValue": True}


def test_an_existing_stack_is_updated_once_it_has_settled() -> None:
    old = StackUnderTest(["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "UPDATE_COMPLETE"], READY, [])
    assert old.stack.deploy("template", {}) == "updated"
    assert old.told == ["Stack x is UPDATE_IN_PROGRESS: waiting for its end"]


def test_an_empty_change_set_changes_nothing() -> None:
    same = StackUnderTest(["CREATE_COMPLETE"], EMPTY, [])
    assert same.stack.deploy("template", {}) == "unchanged"
    assert list(same.called()) == ["create_change_set", "delete_change_set"]


def test_the_events_are_told_as_they_come() -> None:
    events = [event("Job", "CREATE_IN_PROGRESS"), event("Job", "CREATE_COMPLETE")]
    new = StackUnderTest([None, "CREATE_IN_PROGRESS", "CREATE_COMPLETE"], READY, events)
    new.stack.deploy("template", {})
    assert new.told == ["  Job (AWS::Any::Type) CREATE_COMPLETE"]


def test_a_failed_create_is_explained_and_deleted() -> None:
    bad = StackUnderTest(
        [None, "ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE", "DELETE_COMPLETE"], READY, [FAILURE]
    )
    with pytest.raises(StackError, match=r"(?s)ROLLBACK_COMPLETE.*Job .*CREATE_FAILED: no such role"):
        bad.stack.deploy("template", {})
    bad.client.delete_stack.assert_called_once()


def test_the_root_cause_is_told_and_what_was_cancelled_is_only_counted() -> None:
    events = [
        FAILURE,
        event("Topic", "CREATE_FAILED", "Resource creation cancelled"),
        event("Queue", "CREATE_FAILED", "Resource creation cancelled"),
    ]
    bad = StackUnderTest(["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"], READY, events)
    with pytest.raises(StackError) as error:
        bad.stack.deploy("template", {})
    told = str(error.value).splitlines()
    assert told == [
        "Stack x ended UPDATE_ROLLBACK_COMPLETE. The next deploy can update it.",
        "  Job (AWS::Any::Type) CREATE_FAILED: no such role",
        "  (2 more failed or were cancelled because of that)",
    ]


def test_a_resource_that_exists_already_has_a_next_step() -> None:
    taken = event("Bucket", "CREATE_FAILED", "b already exists")
    bad = StackUnderTest(["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"], READY, [taken])
    with pytest.raises(StackError, match="Next: it is left from an earlier stack or someone else's"):
        bad.stack.deploy("template", {})


@pytest.mark.parametrize(
    "status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED", "REVIEW_IN_PROGRESS"]
)
def test_a_stack_that_never_came_to_be_is_deleted_before_the_next(status: str) -> None:
    left = StackUnderTest([status, status, None, "CREATE_COMPLETE"], READY, [])
    assert left.stack.deploy("template", {}) == "created"
    assert list(left.called()) == ["delete_stack", "create_change_set", "execute_change_set"]
    assert left.told[0] == f"Stack x is {status} and can't be updated: it is deleted and created anew"


def test_a_failed_update_is_explained_and_left_for_the_next_deploy() -> None:
    bad = StackUnderTest(["CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"], READY, [FAILURE])
    with pytest.raises(StackError, match="The next deploy can update it"):
        bad.stack.deploy("template", {})
    bad.client.delete_stack.assert_not_called()


def test_a_rollback_that_failed_is_continued_before_the_update() -> None:
    stuck = StackUnderTest(
        [
            *("UPDATE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"),
            "UPDATE_COMPLETE",
        ],
        READY,
        [],
    )
    assert stuck.stack.deploy("template", {}) == "updated"
    assert next(stuck.called()) == "continue_update_rollback"


def test_a_rollback_that_fails_again_names_the_resource_and_the_way_out() -> None:
    failure = event("Job", "UPDATE_FAILED", "the old role is gone")
    stuck = StackUnderTest(["UPDATE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED"], READY, [failure])
    with pytest.raises(StackError, match=r"(?s)the old role is gone.*--resources-to-skip"):
        stuck.stack.deploy("template", {})
    stuck.client.create_change_set.assert_not_called()


def test_a_refused_change_set_says_why_and_is_removed() -> None:
    refusal = {"Status": "FAILED", "StatusReason": "no such parameter"}
    broken = StackUnderTest(["CREATE_COMPLETE", "CREATE_COMPLETE"], refusal, [])
    with pytest.raises(StackError, match=r"no such parameter.*Next: "):
        broken.stack.deploy("template", {})
    assert list(broken.called()) == ["create_change_set", "delete_change_set"]


def test_an_interrupted_deploy_says_what_goes_on() -> None:
    cut = StackUnderTest(["CREATE_COMPLETE"], READY, [])
    cut.client.execute_change_set.side_effect = None
    cut.client.describe_stack_events.side_effect = [{"StackEvents": []}, KeyboardInterrupt]
    cut.statuses = iter(["CREATE_COMPLETE", "UPDATE_IN_PROGRESS"])
    with pytest.raises(KeyboardInterrupt):
        cut.stack.deploy("template", {})
    assert cut.told == [
        "Interrupted: CloudFormation goes on with stack x. "
        "The next deploy or destroy waits for its end and continues from there."
    ]


def test_an_interrupt_before_the_execution_leaves_no_change_set_and_no_empty_stack() -> None:
    cut = StackUnderTest([None, "REVIEW_IN_PROGRESS", "REVIEW_IN_PROGRESS"], READY, [])
    cut.client.describe_change_set.side_effect = KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        cut.stack.deploy("template", {})
    assert list(cut.called()) == ["create_change_set", "delete_change_set", "delete_stack"]


def test_a_template_too_long_for_a_request_goes_by_s3() -> None:
    new = StackUnderTest([None, "CREATE_COMPLETE"], READY, [])
    new.stack.deploy("x" * 51_201, {}, "https://bucket/template")
    request = new.client.create_change_set.call_args.kwargs
    assert request["TemplateURL"] == "https://bucket/template"
    assert "TemplateBody" not in request


@pytest.mark.parametrize(
    ("size", "url", "told"),
    [(51_201, "", "51201 bytes; CloudFormation takes 51200"), (1_000_001, "https://b/t", "takes 1000000")],
)
def test_a_template_that_cloudformation_takes_in_no_way_is_refused(size: int, url: str, told: str) -> None:
    new = StackUnderTest([None, None], READY, [])
    with pytest.raises(StackError, match=told):
        new.stack.deploy("x" * size, {}, url)
    assert list(new.called()) == []


def test_a_preview_executes_nothing_and_takes_its_stack_back() -> None:
    new = StackUnderTest([None, "REVIEW_IN_PROGRESS", "REVIEW_IN_PROGRESS"], READY, [])
    change = {"Action": "Add", "LogicalResourceId": "Job", "ResourceType": "AWS::Glue::Job"}
    new.client.describe_change_set.return_value = {**READY, "Changes": [{"ResourceChange": change}]}
    preview = new.stack.preview("template", {})
    assert (preview.status, [item.logical_id for item in preview.changes]) == ("new", ["Job"])
    assert list(new.called()) == ["create_change_set", "delete_change_set", "delete_stack"]


def test_a_preview_of_a_stack_that_nothing_can_be_compared_with_says_so() -> None:
    left = StackUnderTest(["ROLLBACK_COMPLETE"], READY, [])
    with pytest.raises(StackError, match=r"ROLLBACK_COMPLETE.*Next: deploy without --dry-run"):
        left.stack.preview("template", {})
    assert list(left.called()) == []
