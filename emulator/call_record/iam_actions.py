"""From an API call to what AWS asks IAM for: action, resource ARNs, condition keys. Pure.

Source: "Actions, resources, and condition keys for AWS services" (Service Authorization Reference).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.call_record import iam_glue, iam_s3
from emulator.call_record.record import Access

UNKNOWN = ("?",)
PREFIXES = {"monitoring": "cloudwatch"}
"""IAM's name of a service where it is not the one that requests are signed for."""
WITHOUT_PERMISSION = frozenset({"sts:GetCallerIdentity", "sts:AssumeRole"})
"""GetCallerIdentity needs none; AssumeRole is recorded as an assumption."""


@dataclass(frozen=True)
class Call:
    """One API call: `service` is the name that its requests are signed for."""

    service: str
    operation: str
    region: str
    account_id: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"


def accesses(call: Call) -> list[Access]:
    """What the call needs; a call that needs several permissions has several."""
    if call.service == "s3":
        return iam_s3.accesses(call.operation, call.parameters)
    action = f"{PREFIXES.get(call.service, call.service)}:{call.operation}"
    if action in WITHOUT_PERMISSION:
        return []
    if call.service == "events" and call.operation == "PutEvents":
        return _put_events(call)
    find = _RESOURCES.get(call.service)
    return [Access(action, find(call) if find else UNKNOWN, _context(call))]


def _put_events(call: Call) -> list[Access]:
    """An event whose source is AWS's own is sent by the service, not by the role it acts for."""
    buses = {
        entry.get("EventBusName") or "default"
        for entry in call.parameters.get("Entries", [])
        if not str(entry.get("Source", "")).startswith("aws.")
    }
    arns = [
        bus if bus.startswith("arn:") else call.arn("events", f"event-bus/{bus}") for bus in sorted(buses)
    ]
    return [Access("events:PutEvents", (arn,)) for arn in arns]


def _context(call: Call) -> tuple[tuple[str, str], ...]:
    if call.service == "monitoring" and "Namespace" in call.parameters:
        return (("cloudwatch:namespace", str(call.parameters["Namespace"])),)
    return ()


def _of_logs(call: Call) -> tuple[str, ...]:
    """Group and stream; a call on a group asks for a stream without a name, as AWS's refusals show."""
    group = call.parameters.get("logGroupName")
    if group is None:
        return ("*",) if call.operation.startswith("DescribeLogGroups") else UNKNOWN
    stream = call.parameters.get("logStreamName", "") if call.operation != "CreateLogStream" else ""
    return (call.arn("logs", f"log-group:{group}:log-stream:{stream}"),)


def _of_sns(call: Call) -> tuple[str, ...]:
    arn = call.parameters.get("TopicArn") or call.parameters.get("TargetArn")
    return (str(arn),) if arn else UNKNOWN


def _of_sqs(call: Call) -> tuple[str, ...]:
    url = str(call.parameters.get("QueueUrl", ""))
    name = url.rpartition("/")[2] or call.parameters.get("QueueName")
    return (call.arn("sqs", str(name)),) if name else UNKNOWN


def _of_states(call: Call) -> tuple[str, ...]:
    arn = call.parameters.get("stateMachineArn") or call.parameters.get("executionArn")
    return (str(arn),) if arn else UNKNOWN


def _of_secrets(call: Call) -> tuple[str, ...]:
    """A secret asked for by its name has an ARN with six more characters, which only AWS knows."""
    secret = str(call.parameters.get("SecretId", ""))
    if not secret:
        return UNKNOWN
    return (secret if secret.startswith("arn:") else call.arn("secretsmanager", f"secret:{secret}-??????"),)


def _of_glue(call: Call) -> tuple[str, ...]:
    names = iam_glue.resources(call.operation, call.parameters)
    return tuple(name if name == "*" else call.arn("glue", name) for name in names) or UNKNOWN


_RESOURCES: dict[str, Callable[[Call], tuple[str, ...]]] = {
    "glue": _of_glue,
    "logs": _of_logs,
    "monitoring": lambda _call: ("*",),  # no action of CloudWatch's metrics takes an ARN
    "secretsmanager": _of_secrets,
    "sns": _of_sns,
    "sqs": _of_sqs,
    "states": _of_states,
}
