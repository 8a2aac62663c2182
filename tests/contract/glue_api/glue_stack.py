"""What tests of CloudFormation stacks of Glue resources share."""

from __future__ import annotations

from typing import Any

from emulator.stack.waiting import wait_until
from tests.contract.glue_api.gateway import GlueBench


def ended(bench: GlueBench) -> tuple[str, dict[str, str]]:
    """The stack's status once nothing is in progress, and its outputs."""
    cloudformation = bench.gateway.client("cloudformation")

    def stack() -> Any:
        found = cloudformation.describe_stacks(StackName=bench.name)["Stacks"][0]
        return None if found["StackStatus"].endswith("_IN_PROGRESS") else found

    found = wait_until(stack, 60, f"stack {bench.name} to come to rest")
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}
    return found["StackStatus"], outputs


def delete(bench: GlueBench) -> None:
    """Deletes the stack and waits until it is gone."""
    cloudformation = bench.gateway.client("cloudformation")
    stack_id = cloudformation.describe_stacks(StackName=bench.name)["Stacks"][0]["StackId"]
    cloudformation.delete_stack(StackName=bench.name)

    def status() -> str:
        return str(cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])

    wait_until(lambda: status() == "DELETE_COMPLETE", 60, f"stack {bench.name} to be deleted")
