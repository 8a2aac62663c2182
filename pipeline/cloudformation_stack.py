"""Brings one CloudFormation stack to a template by a change set; never leaves one that blocks the next try.

What a deploy meets, by the stack's status ("Stack status codes" of the CloudFormation user guide):
`*_IN_PROGRESS` is waited for (another deploy, or one that was interrupted); one that never came to be
(REVIEW_IN_PROGRESS, ROLLBACK_COMPLETE and the like) is deleted and created anew, as nothing else is possible;
UPDATE_ROLLBACK_FAILED is rolled back further; any other is updated.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import ClientError

from pipeline.change_sets import Change, ChangeSet, Template, new_name
from pipeline.errors import StackError
from pipeline.stack_events import EventLog

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

Outcome = Literal["created", "updated", "unchanged"]
DEADLINE_S = 3600.0  # a Redshift workgroup and its network may take half of it
# A stack in one of these can't be updated, only deleted.
BEYOND_UPDATE = (
    *("REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"),
    *("CREATE_FAILED", "DELETE_FAILED"),
)
SUCCEEDED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def _silent(_: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Preview:
    """What a deploy would do to a stack."""

    stack: str
    status: str  # what was met; "new" for no stack
    changes: list[Change]


@dataclass
class Stack:
    """One stack by name; `first_wait_s` is the shortest time between two looks at it."""

    client: CloudFormationClient
    name: str
    first_wait_s: float = 0.05
    progress: Callable[[str], None] = _silent  # gets a line for each event worth knowing

    def deploy(self, template: str, parameters: Mapping[str, str | None], url: str = "") -> Outcome:
        """Brings the stack to this template with these parameters; None keeps a parameter's value.

        `url` is where the same template lies in S3; it is used when the text is too long for a request.
        Raises StackError, with the events that explain it, when CloudFormation refuses or fails. A failed
        create is deleted, so that the next deploy starts afresh.
        """
        creating = self._prepared_status() is None
        change_set = self._change_set()
        try:
            changed = change_set.create(Template(template, url), parameters, creating)
        except BaseException:
            self._take_back(change_set, creating)
            raise
        if not changed and not creating:
            change_set.delete()
            return "unchanged"
        log = EventLog(self.client, self.name)
        log.skip()
        change_set.execute()
        final = self._finished(log)
        if final not in SUCCEEDED:
            self._fail(final, log, creating)
        return "created" if creating else "updated"

    def preview(self, template: str, parameters: Mapping[str, str | None], url: str = "") -> Preview:
        """What a deploy would do now; the change set that tells it is deleted again.

        Raises StackError if CloudFormation refuses it, or the stack's status leaves nothing to compare with.
        """
        status = self._settled()
        creating = status in (None, "DELETE_COMPLETE", "REVIEW_IN_PROGRESS")
        if not creating and (status in BEYOND_UPDATE or status == "UPDATE_ROLLBACK_FAILED"):
            raise StackError(
                f"Stack {self.name} is {status}: no change set can be made of it. Next: deploy without "
                "--dry-run; that first brings it to where it can be changed."
            )
        change_set = self._change_set()
        try:
            changes = (
                change_set.changes()
                if change_set.create(Template(template, url), parameters, creating)
                else []
            )
        finally:
            self._take_back(change_set, creating and status != "REVIEW_IN_PROGRESS")
        return Preview(self.name, "new" if creating else str(status), changes)

    def outputs(self) -> dict[str, str]:
        """The stack's outputs by name."""
        stack = self.client.describe_stacks(StackName=self.name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def status(self) -> str | None:
        """The stack's status; None if there is no such stack."""
        try:
            return self.client.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise

    def exists(self) -> bool:
        """Is there anything to update or delete?"""
        return self.status() not in (None, "DELETE_COMPLETE")

    def delete(self) -> list[str]:
        """Deletes the stack and waits until it is gone; returns what it left, as `type name`.

        Raises StackError, with the events that explain it, if the stack stays.
        """
        # By id, as a stack that is gone has no name.
        log = EventLog(self.client, self.client.describe_stacks(StackName=self.name)["Stacks"][0]["StackId"])
        log.skip()
        self.client.delete_stack(StackName=self.name)
        final = self._finished(log)
        if final not in (None, "DELETE_COMPLETE"):
            raise StackError(f"Stack {self.name} was to be deleted, but is {final}.\n{log.explanation()}")
        return log.retained()

    def _change_set(self) -> ChangeSet:
        return ChangeSet(self.client, self.name, new_name(), self._looks)

    def _take_back(self, change_set: ChangeSet, with_stack: bool) -> None:
        """Removes a change set that was not executed, and the empty stack that it may have made."""
        if self.status() is None:
            return
        change_set.delete()
        if with_stack and self.status() == "REVIEW_IN_PROGRESS":
            self.client.delete_stack(StackName=self.name)

    def _prepared_status(self) -> str | None:
        """The status before a change set, once the stack is in one that a change set can start from."""
        status = self._settled()
        if status in BEYOND_UPDATE:
            self.progress(
                f"Stack {self.name} is {status} and can't be updated: it is deleted and created anew"
            )
            self.delete()
            return None
        if status == "UPDATE_ROLLBACK_FAILED":
            self._roll_back_further()
        return None if status == "DELETE_COMPLETE" else status

    def _roll_back_further(self) -> None:
        self.progress(f"Stack {self.name} is UPDATE_ROLLBACK_FAILED: its rollback is continued")
        log = EventLog(self.client, self.name)
        log.skip()
        self.client.continue_update_rollback(StackName=self.name)
        final = self._finished(log)
        if final != "UPDATE_ROLLBACK_COMPLETE":
            raise StackError(
                f"Stack {self.name} is {final}: its last update can't be rolled back.\n{log.explanation()}\n"
                "Next: mend what these events name, or leave those resources as they are by "
                f"`aws cloudformation continue-update-rollback --stack-name {self.name} "
                "--resources-to-skip …`; then deploy again."
            )

    def _finished(self, log: EventLog) -> str | None:
        """Waits for the end of what was started, and tells its events."""
        try:
            return self._settled(log)
        except KeyboardInterrupt:
            self.progress(
                f"Interrupted: CloudFormation goes on with stack {self.name}. "
                "The next deploy or destroy waits for its end and continues from there."
            )
            raise

    def _settled(self, log: EventLog | None = None) -> str | None:
        """Waits until nothing is in progress; returns the status, None for no stack."""
        status, told = None, log is not None
        for _ in self._looks():
            status = self.status()
            if log:
                log.tell(self.progress)
            if status is None or status == "REVIEW_IN_PROGRESS" or not status.endswith("_IN_PROGRESS"):
                return status
            if not told:
                told = True
                self.progress(f"Stack {self.name} is {status}: waiting for its end")
        raise StackError(
            f"Stack {self.name} is still {status} after {DEADLINE_S:.0f} s. "
            "Next: look at its events in CloudFormation's console; deploy again when it has ended."
        )

    def _looks(self) -> Iterator[None]:
        """One turn for each look at something that takes a while, up to the deadline."""
        deadline, wait_s = time.monotonic() + DEADLINE_S, self.first_wait_s
        while time.monotonic() < deadline:
            yield
            time.sleep(wait_s)
            wait_s = min(wait_s * 1.3, 5.0)

    def _fail(self, final: str | None, log: EventLog, creating: bool) -> None:
        left = self._after_failed_create() if creating else "The next deploy can update it"
        raise StackError(f"Stack {self.name} ended {final}. {left}.\n{log.explanation()}")

    def _after_failed_create(self) -> str:
        try:
            self.delete()
        except StackError as error:
            return f"It could not be deleted either ({error}); the next deploy tries again"
        return "What was made is deleted again"
