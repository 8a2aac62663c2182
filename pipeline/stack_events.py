"""A stack's events: told as they come, and picked out when they have to explain a failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

SHOWN_FAILURES = 8
# These failed only because another resource did; "Resource creation cancelled" is CloudFormation's text.
CONSEQUENCES = ("cancelled", "the following resource(s) failed")
NEXT_STEPS = (
    (
        "already exists",
        "it is left from an earlier stack or someone else's: delete it, or choose another prefix",
    ),
    ("not authorized", "have that allowed (docs/aws.md lists what a deploy needs)"),
    ("accessdenied", "have that allowed (docs/aws.md lists what a deploy needs)"),
    ("not empty", "`make destroy` empties buckets after a yes"),
    ("dependen", "what uses it may take an hour to go (Glue's network interfaces): the same again then"),
    ("limit", "ask for a higher quota, or remove what is no longer used"),
)


@dataclass
class EventLog:
    """The events of one stack, by name or id, since this was made."""

    client: CloudFormationClient
    stack: str
    newest_seen: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)  # oldest first

    def skip(self) -> None:
        """What has happened until now is not to be told; however much that is, one look will do."""
        newest = self.client.describe_stack_events(StackName=self.stack)["StackEvents"][:1]
        self.newest_seen = newest[0]["EventId"] if newest else ""

    def read(self) -> list[dict[str, Any]]:
        """The events since the last look, oldest first."""
        fresh: list[dict[str, Any]] = []
        request: dict[str, Any] = {"StackName": self.stack}
        while True:
            page: Any = self.client.describe_stack_events(**request)
            for event in page["StackEvents"]:
                if event["EventId"] == self.newest_seen:
                    return self._keep(fresh)
                fresh.append(event)
            if not page.get("NextToken"):
                return self._keep(fresh)
            request["NextToken"] = page["NextToken"]

    def _keep(self, newest_first: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if newest_first:
            self.newest_seen = newest_first[0]["EventId"]
        fresh = newest_first[::-1]
        self.events += fresh
        return fresh

    def tell(self, progress: Callable[[str], None]) -> None:
        """A line for every resource that came to an end since the last look."""
        for event in self.read():
            if not event["ResourceStatus"].endswith("_IN_PROGRESS"):
                progress(f"  {_line(event)}")

    def retained(self) -> list[str]:
        """What a deleted stack has left because its template says so, as `type name`."""
        return [
            f"{event['ResourceType']} {event['PhysicalResourceId']}"
            for event in self.events
            if event["ResourceStatus"] == "DELETE_SKIPPED"
        ]

    def explanation(self) -> str:
        """The failures, root cause first, one a line, and what to do next if that is known."""
        failed = [event for event in self.events if event["ResourceStatus"].endswith("_FAILED")]
        causes = [event for event in failed if not _is_consequence(event)]
        lines = [f"  {_line(event)}" for event in (causes or failed)[:SHOWN_FAILURES]]
        others = len(failed) - len(lines)
        if others > 0:
            lines.append(f"  ({others} more failed or were cancelled because of that)")
        return "\n".join([*lines, *_next_steps(lines)]) or "  (no event says why)"


def _line(event: dict[str, Any]) -> str:
    reason = event.get("ResourceStatusReason")
    told = f": {reason}" if reason and event["ResourceStatus"].endswith("_FAILED") else ""
    return f"{event['LogicalResourceId']} ({event['ResourceType']}) {event['ResourceStatus']}{told}"


def _is_consequence(event: dict[str, Any]) -> bool:
    reason = event.get("ResourceStatusReason", "").lower()
    return any(text in reason for text in CONSEQUENCES)


def _next_steps(lines: list[str]) -> list[str]:
    text = "\n".join(lines).lower()
    return [f"Next: {step}." for words, step in NEXT_STEPS if words in text][:1]
