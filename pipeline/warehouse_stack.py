"""The stack of a warehouse of the pipeline's own (warehouse.yaml), and what the pipeline takes from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import boto3

from pipeline.cloudformation_stack import Outcome, Preview, Stack
from pipeline.errors import StackError
from pipeline.settings import PipelineSettings

TEMPLATE = Path(__file__).parent / "cloudformation" / "warehouse.yaml"


def deploy(stack: Stack, settings: PipelineSettings) -> Outcome:
    """Creates or updates the warehouse. Raises StackError when CloudFormation refuses or fails."""
    return stack.deploy(TEMPLATE.read_text(encoding="utf-8"), template_parameters(settings))


def preview(stack: Stack, settings: PipelineSettings) -> Preview:
    """What `deploy` would do."""
    return stack.preview(TEMPLATE.read_text(encoding="utf-8"), template_parameters(settings))


def completed(settings: PipelineSettings, stack: Stack, session: boto3.Session) -> PipelineSettings:
    """The settings with those that the warehouse gives.

    Raises StackError if Redshift keeps no secret of the warehouse's user.
    """
    outputs = stack.outputs()
    return replace(
        settings,
        warehouse_url=outputs["WarehouseUrl"],
        warehouse_workgroup=outputs["WorkgroupName"],
        warehouse_secret_arn=_secret_arn(session, outputs["NamespaceName"]),
        subnet_id=outputs["SubnetId"],
        subnet_availability_zone=outputs["SubnetAvailabilityZone"],
        security_group_id=outputs["SecurityGroupId"],
        copy_role_arn=outputs["CopyRoleArn"],
    )


def _secret_arn(session: boto3.Session, namespace: str) -> str:
    """Of the password that Redshift made; CloudFormation has no attribute for it."""
    found = session.client("redshift-serverless").get_namespace(namespaceName=namespace)["namespace"]
    if not found.get("adminPasswordSecretArn"):
        raise StackError(
            f"Namespace {namespace} has no secret of its user (adminPasswordSecretArn). Next: let Redshift "
            "manage the password (ManageAdminPassword), then deploy again."
        )
    return found["adminPasswordSecretArn"]


def to_be_made(settings: PipelineSettings) -> PipelineSettings:
    """Values of the right form, for the preview of a pipeline whose warehouse isn't there yet."""
    return replace(
        settings,
        warehouse_url="jdbc:redshift://to-be-made:5439/dev",
        warehouse_workgroup="to-be-made",
        warehouse_secret_arn="arn:aws:secretsmanager:us-east-1:123456789012:secret:to-be-made",
        subnet_id="subnet-0",
        subnet_availability_zone="to-be-made",
        security_group_id="sg-0",
        copy_role_arn="arn:aws:iam::123456789012:role/to-be-made",
    )


def template_parameters(settings: PipelineSettings) -> dict[str, str]:
    """Name and value of every parameter of warehouse.yaml that the settings decide."""
    return {
        "Prefix": settings.prefix,
        "BaseCapacity": str(settings.warehouse_base_capacity),
        "MaxCapacity": str(settings.warehouse_max_capacity),
        "VpcNetwork": settings.warehouse_network,
        "LogRetentionDays": str(settings.log_retention_days),
    }
