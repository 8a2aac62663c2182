"""Creates or updates a CloudFormation stack by a change set; never leaves one that blocks the next try."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import ClientError

from pipeline.errors import StackError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

Outcome = Literal["created", "updated", "unchanged"]
DEADLINE_S = 1800.0
EVENTS_SHOWN = 8
# A stack in one of these can't be updated, only deleted.
BEYOND_UPDATE = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")
SUCCEEDED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
NO_CHANGES = ("didn't contain changes", "no updates are to be performed", "no changes")


@dataclass
class Stack:
    """One stack by name; `first_wait_s` is the shortest time between two looks at it."""

    client: CloudFormationClient
    name: str
    first_wait_s: float = 0.1

    def deploy(self, template: str, parameters: dict[str, str]) -> Outcome:
        """Brings the stack to this template with these parameters.

        Raises StackError, with the events that explain it, when CloudFormation refuses or fails. A failed
        create is deleted, so that the next deploy starts afresh.
        """
        status = self._prepared_status()
        creating = status is None
        change_set = f"deploy-{time.time_ns()}"
        self._create_change_set(change_set, template, parameters, creating)
        if not self._change_set_has_changes(change_set):
            self.client.delete_change_set(StackName=self.name, ChangeSetName=change_set)
            return "unchanged"
        started = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
        seen = {event["EventId"] for event in started}
        self.client.execute_change_set(StackName=self.name, ChangeSetName=change_set)
        final = self._wait_until_settled()
        if final not in SUCCEEDED:
            self._fail(final, seen, creating)
        return "created" if creating else "updated"

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

    def delete(self) -> None:
        """Deletes the stack and waits until it is gone. Raises StackError if it stays."""
        self.client.delete_stack(StackName=self.name)
        final = self._wait_until_settled()
        if final not in (None, "DELETE_COMPLETE"):
            raise StackError(f"Stack {self.name} was to be deleted, but is {final}.\n{self._events(set())}")

    def _prepared_status(self) -> str | None:
        """The status before a change set; a stack that never came to be is deleted first."""
        status = self._wait_until_settled()
        if status in BEYOND_UPDATE or status == "REVIEW_IN_PROGRESS":
            self.delete()
            return None
        return None if status == "DELETE_COMPLETE" else status

    def _create_change_set(
        self, change_set: str, template: str, parameters: dict[str, str], creating: bool
    ) -> None:
        try:
            self.client.create_change_set(
                StackName=self.name,
                ChangeSetName=change_set,
                ChangeSetType="CREATE" if creating else "UPDATE",
                TemplateBody=template,
                Capabilities=["CAPABILITY_NAMED_IAM"],
                Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            )
        except ClientError as error:
            raise StackError(
                f"CloudFormation refused the change set for stack {self.name}: {error}"
            ) from error

    def _change_set_has_changes(self, change_set: str) -> bool:
        deadline, wait_s = time.monotonic() + DEADLINE_S, self.first_wait_s
        while time.monotonic() < deadline:
            found = self.client.describe_change_set(StackName=self.name, ChangeSetName=change_set)
            if found["Status"] == "CREATE_COMPLETE":
                return bool(found.get("Changes"))
            if found["Status"] == "FAILED":
                return self._refused(found.get("StatusReason", ""))
            wait_s = _sleep(wait_s)
        raise StackError(f"The change set for stack {self.name} was not ready after {DEADLINE_S:.0f} s")

    def _refused(self, reason: str) -> bool:
        """False when the change set is empty; any other reason is an error."""
        if any(text in reason.lower() for text in NO_CHANGES):
            return False
        raise StackError(f"CloudFormation can't make a change set for stack {self.name}: {reason}")

    def _wait_until_settled(self) -> str | None:
        deadline, wait_s = time.monotonic() + DEADLINE_S, self.first_wait_s
        while time.monotonic() < deadline:
            status = self.status()
            if status is None or status == "REVIEW_IN_PROGRESS" or not status.endswith("_IN_PROGRESS"):
                return status
            wait_s = _sleep(wait_s)
        raise StackError(f"Stack {self.name} is still {status} after {DEADLINE_S:.0f} s; look at its events")

    def _fail(self, final: str | None, seen: set[str], creating: bool) -> None:
        explanation = self._events(seen)
        if creating:
            self.delete()
        left = "What was made is deleted again" if creating else "The next deploy can update it"
        raise StackError(f"Stack {self.name} ended {final}. {left}.\n{explanation}")

    def _events(self, seen: set[str]) -> str:
        """The newest failures that aren't in `seen`, oldest first, one a line."""
        events = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
        failed = [
            f"  {event['LogicalResourceId']} {event['ResourceStatus']}: {event.get('ResourceStatusReason')}"
            for event in events
            if event["EventId"] not in seen and event["ResourceStatus"].endswith("_FAILED")
        ]
        return "\n".join(reversed(failed[:EVENTS_SHOWN])) or "  (no event says why)"


def _sleep(wait_s: float) -> float:
    """Sleeps, and returns the next, longer wait."""
    time.sleep(wait_s)
    return min(wait_s * 1.5, 5.0)
