"""A change set: what CloudFormation would do to a stack, made without doing it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from pipeline.errors import StackError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

LONGEST_BODY_BYTES = 51_200  # in a request; "AWS CloudFormation quotas"
LONGEST_TEMPLATE_BYTES = 1_000_000  # by S3
NO_CHANGES = ("didn't contain changes", "no updates are to be performed", "no changes")


@dataclass(frozen=True)
class Change:
    """What would happen to one resource."""

    action: str  # Add, Modify, Remove, Import or Dynamic
    logical_id: str
    type: str
    replacement: str = ""  # True, False or Conditional; only of Modify
    scope: str = ""  # the attributes, and the properties among them, that change


@dataclass(frozen=True)
class Template:
    """A template's text, and its URL in S3 for the case that the text is too long for a request."""

    body: str
    url: str = ""

    @property
    def request(self) -> dict[str, str]:
        """How CloudFormation is told of it. Raises StackError if it can't be."""
        size_bytes = len(self.body.encode())
        if size_bytes <= LONGEST_BODY_BYTES:
            return {"TemplateBody": self.body}
        if size_bytes <= LONGEST_TEMPLATE_BYTES and self.url:
            return {"TemplateURL": self.url}
        longest = LONGEST_TEMPLATE_BYTES if self.url else LONGEST_BODY_BYTES
        way = "at all: split it into two stacks" if self.url else "in a request: upload it (a deploy does)"
        raise StackError(
            f"The template has {size_bytes} bytes; CloudFormation takes {longest} at most. Next: {way}."
        )


@dataclass
class ChangeSet:
    """One change set of a stack, which may be new."""

    client: CloudFormationClient
    stack: str
    name: str
    wait: Callable[[], Iterator[None]]

    def create(self, template: Template, parameters: Mapping[str, str | None], creating: bool) -> bool:
        """Makes it and waits until it is ready; False if it holds no change.

        A parameter that is None keeps the value that the stack has. Raises StackError if CloudFormation
        refuses the template or the parameters.
        """
        request: dict[str, Any] = {
            "StackName": self.stack,
            "ChangeSetName": self.name,
            "ChangeSetType": "CREATE" if creating else "UPDATE",
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "Parameters": [_parameter(name, value) for name, value in parameters.items()],
            **template.request,
        }
        try:
            self.client.create_change_set(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            raise StackError(
                f"CloudFormation refused the change set for stack {self.stack}: {error}. "
                "Next: mend the template or the setting that it names."
            ) from error
        return self._ready()

    def _ready(self) -> bool:
        for _ in self.wait():
            found = self.client.describe_change_set(StackName=self.stack, ChangeSetName=self.name)
            if found["Status"] == "CREATE_COMPLETE":
                return bool(found.get("Changes"))
            if found["Status"] == "FAILED":
                return self._refused(found.get("StatusReason", ""))
        raise StackError(
            f"The change set for stack {self.stack} isn't ready; look at it in CloudFormation's console"
        )

    def _refused(self, reason: str) -> bool:
        """False when the change set is empty; any other reason is an error."""
        if any(text in reason.lower() for text in NO_CHANGES):
            return False
        raise StackError(
            f"CloudFormation can't make a change set for stack {self.stack}: {reason}. "
            "Next: mend the template or the setting that it names."
        )

    def changes(self) -> list[Change]:
        """All that it would do, in CloudFormation's order."""
        found: list[Change] = []
        request: dict[str, Any] = {"StackName": self.stack, "ChangeSetName": self.name}
        while True:
            page = self.client.describe_change_set(**request)
            found += [_change(item["ResourceChange"]) for item in page["Changes"] if "ResourceChange" in item]
            if not page.get("NextToken"):
                return found
            request["NextToken"] = page["NextToken"]

    def execute(self) -> None:
        """Starts it; the stack's status tells how it goes."""
        self.client.execute_change_set(StackName=self.stack, ChangeSetName=self.name)

    def delete(self) -> None:
        """Takes it back, without any change to the stack's resources."""
        self.client.delete_change_set(StackName=self.stack, ChangeSetName=self.name)


def new_name() -> str:
    """A name that no other change set has."""
    return f"deploy-{time.time_ns()}"


def _parameter(name: str, value: str | None) -> Any:
    if value is None:
        return {"ParameterKey": name, "UsePreviousValue": True}
    return {"ParameterKey": name, "ParameterValue": value}


def _change(change: Any) -> Change:
    properties = {
        target["Name"]
        for detail in change.get("Details", ())
        if (target := detail.get("Target", {})).get("Name")
    }
    scope = ", ".join(change.get("Scope", ()))
    named = f"{scope}: {', '.join(sorted(properties))}" if properties else scope
    return Change(
        change["Action"],
        change["LogicalResourceId"],
        change["ResourceType"],
        change.get("Replacement", ""),
        named,
    )
