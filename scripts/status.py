"""`make status`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from emulator.stack.choice import chosen_stack
from emulator.stack.client_environment import aws_client
from emulator.stack.interface import PartStatus
from emulator.stack.settings import StackSettings
from scripts.console import clock, duration, print_json, print_rows, say, size

PROCESS_COLUMNS = ("part", "state", "port", "pid", "memory", "up for", "restarts", "last restart", "note")


def status(as_json: Annotated[bool, typer.Option("--json", help="one object")] = False) -> None:
    """Show each process with port, memory and last restart, and the deployed resources."""
    settings = StackSettings.from_environment()
    stack = chosen_stack(settings)
    parts = stack.status()
    resources = deployed_resources(settings) if _gateway_is_ready(parts) else []
    if as_json:
        print_json({"parts": [asdict(part) for part in parts], "resources": resources})
    else:
        print_rows(PROCESS_COLUMNS, [_row(part) for part in parts])
        say(f"memory of all: {size(sum(part.memory_bytes for part in parts))}, state in {stack.home}")
        say()
        print_rows(("stack", "resource", "type", "status"), [_resource_row(item) for item in resources])
    if any(part.state != "ready" for part in parts):
        raise typer.Exit(1)


def deployed_resources(settings: StackSettings) -> list[dict[str, Any]]:
    """Every resource of every CloudFormation stack: stack, stack_status, type, id, status."""
    cloudformation = aws_client(settings, "cloudformation")
    listed = cloudformation.describe_stacks()["Stacks"]
    stacks = [stack for stack in listed if stack["StackStatus"] != "DELETE_COMPLETE"]
    return [
        {
            "stack": stack["StackName"],
            "stack_status": stack["StackStatus"],
            "type": resource["ResourceType"],
            "id": resource.get("PhysicalResourceId", ""),
            "status": resource["ResourceStatus"],
        }
        for stack in stacks
        for resource in cloudformation.describe_stack_resources(StackName=stack["StackName"])[
            "StackResources"
        ]
    ]


def _gateway_is_ready(parts: list[PartStatus]) -> bool:
    return any(part.name == "localstack" and part.state == "ready" for part in parts)


def _row(part: PartStatus) -> tuple[Any, ...]:
    return (
        part.name,
        part.state,
        part.port or "",
        part.pid or "",
        size(part.memory_bytes),
        duration(part.uptime_s),
        part.restarts,
        clock(part.restarted),
        part.note,
    )


def _resource_row(resource: dict[str, Any]) -> tuple[str, ...]:
    return resource["stack"], resource["id"], resource["type"], resource["status"]
