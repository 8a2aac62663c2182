"""The stack of a warehouse of the pipeline's own (warehouse.yaml), and what the pipeline takes from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.cloudformation_stack import Outcome, Preview, Stack
from pipeline.errors import StackError
from pipeline.settings import PipelineSettings

TEMPLATE = Path(__file__).parent / "cloudformation" / "warehouse.yaml"
# Stand in for the outputs in the preview of a pipeline whose warehouse isn't there yet.
PLACEHOLDERS: dict[str, str] = {
    "WarehouseUrl": "jdbc:redshift://to-be-made:5439/dev",
    "WorkgroupName": "to-be-made",
    "WarehouseSecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:to-be-made",
    "SubnetId": "subnet-0",
    "SubnetAvailabilityZone": "to-be-made",
    "SecurityGroupId": "sg-0",
    "CopyRoleArn": "arn:aws:iam::123456789012:role/to-be-made",
}


def deploy(stack: Stack, settings: PipelineSettings) -> Outcome:
    """Creates or updates the warehouse. Raises StackError when CloudFormation refuses or fails."""
    return stack.deploy(_template(), _parameters(settings))


def preview(stack: Stack, settings: PipelineSettings) -> Preview:
    """What `deploy` would do."""
    return stack.preview(_template(), _parameters(settings))


def completed(settings: PipelineSettings, outputs: Mapping[str, str]) -> PipelineSettings:
    """The settings with those that the warehouse's outputs give."""
    return replace(
        settings,
        warehouse_url=outputs["WarehouseUrl"],
        warehouse_workgroup=outputs["WorkgroupName"],
        warehouse_secret_arn=outputs["WarehouseSecretArn"],
        subnet_id=outputs["SubnetId"],
        subnet_availability_zone=outputs["SubnetAvailabilityZone"],
        security_group_id=outputs["SecurityGroupId"],
        copy_role_arn=outputs["CopyRoleArn"],
    )


def _template() -> str:
    if not TEMPLATE.is_file():
        raise StackError(f"There is no template {TEMPLATE.name}. Next: use a warehouse that exists.")
    return TEMPLATE.read_text(encoding="utf-8")


def _parameters(settings: PipelineSettings) -> dict[str, str]:
    return {"Prefix": settings.prefix}
