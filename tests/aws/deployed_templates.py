"""Both templates on a sandbox with the parameters that the profile `aws` gives them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

from emulator.stack.sandbox import Sandbox
from tests.aws.template_files import DEFINITION, PIPELINE, TEMPLATES, WAREHOUSE, read_template

NOT_IN_THE_SANDBOX = {
    "AWS::EC2::SecurityGroupIngress": "a group that lets its own members in can't be written without it",
    "AWS::IAM::OIDCProvider": "GitHub's workflow has no keys (github-oidc.yaml, which is not deployed here)",
}
"""The types that LocalStack lacks, and why a template has them; docs/fidelity.md names them, too."""
SCRIPTS = {
    "ScriptKey": "scripts/job.py",
    "LibraryKey": "scripts/library.zip",
    "DefinitionKey": "definition.json",
}


@dataclass(frozen=True)
class DeployedTemplates:
    """The two stacks and what they were given."""

    sandbox: Sandbox
    prefix: str
    warehouse: dict[str, str]  # outputs of warehouse.yaml
    pipeline: dict[str, str]  # outputs of pipeline.yaml
    secret_arn: str

    def resources(self, stack: str, kind: str) -> list[str]:
        """The physical ids of a stack's resources of this type."""
        found = self.sandbox.client("cloudformation").describe_stack_resources(StackName=stack)
        every = found["StackResources"]
        return [one["PhysicalResourceId"] for one in every if one["ResourceType"] == kind]

    def policies(self) -> dict[str, dict[str, Any]]:
        """Every policy of every role, as IAM has it, by `<role>/<policy>`."""
        return {f"{role}/{name}": document for role in self.roles() for name, document in self._inline(role)}

    def roles(self) -> list[str]:
        """The names of all roles."""
        stacks = (f"{self.prefix}-pipeline", f"{self.prefix}-warehouse")
        return [role for stack in stacks for role in self.resources(stack, "AWS::IAM::Role")]

    def _inline(self, role: str) -> Iterator[tuple[str, dict[str, Any]]]:
        iam = self.sandbox.client("iam")
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            yield name, iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]


def deploy_templates(sandbox: Sandbox, prefix: str) -> DeployedTemplates:
    """Deploys the warehouse, then the pipeline with the warehouse's outputs, as the deploy command does."""
    bucket = f"{prefix}-artifacts"
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=SCRIPTS["DefinitionKey"], Body=DEFINITION.read_bytes())
    warehouse = create(
        sandbox, f"{prefix}-warehouse", without_gaps(read_template(WAREHOUSE)), {"Prefix": prefix}
    )
    namespace = sandbox.client("redshift-serverless").get_namespace(namespaceName=warehouse["NamespaceName"])
    secret = str(namespace["namespace"]["adminPasswordSecretArn"])
    told = {name: warehouse[name] for name in warehouse.keys() - {"WorkgroupName", "NamespaceName"}}
    given = {
        **{"Prefix": prefix, "DatabaseName": "aws_parameters", "ArtifactBucket": bucket, **SCRIPTS},
        **{"PollSeconds": "10", "MaxRejectedRatio": "0.5", "AlertEmail": "team@example.com"},
        **{"WarehouseSecretArn": secret, "WarehouseRequiresTls": "true", "AlarmActions": "true", **told},
    }
    outputs = create(sandbox, f"{prefix}-pipeline", read_template(PIPELINE), given)
    return DeployedTemplates(sandbox, prefix, warehouse, outputs, secret)


def create(sandbox: Sandbox, stack: str, template: dict[str, Any], given: dict[str, str]) -> dict[str, str]:
    """Creates the stack; its outputs. Fails the test with the events that explain a failure."""
    client = sandbox.client("cloudformation")
    client.create_stack(
        StackName=stack,
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
    )

    def settled() -> dict[str, Any]:
        found: dict[str, Any] = client.describe_stacks(StackName=stack)["Stacks"][0]
        return {} if found["StackStatus"].endswith("_IN_PROGRESS") else found

    ended = sandbox.wait_until(settled, 120, f"an end of stack {stack}")
    events = client.describe_stack_events(StackName=stack)["StackEvents"]
    assert ended["StackStatus"] == "CREATE_COMPLETE", [event.get("ResourceStatusReason") for event in events]
    return {output["OutputKey"]: output["OutputValue"] for output in ended.get("Outputs", [])}


def delete_templates(deployed: DeployedTemplates) -> None:
    """Deletes both stacks and the bucket."""
    client = deployed.sandbox.client("cloudformation")
    for stack in (f"{deployed.prefix}-pipeline", f"{deployed.prefix}-warehouse"):
        client.delete_stack(StackName=stack)
        client.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
    s3 = deployed.sandbox.client("s3")
    s3.delete_object(Bucket=f"{deployed.prefix}-artifacts", Key=SCRIPTS["DefinitionKey"])
    s3.delete_bucket(Bucket=f"{deployed.prefix}-artifacts")


def types_in_templates() -> set[str]:
    """Every resource type of the templates."""
    resources = [one for path in TEMPLATES for one in read_template(path)["Resources"].values()]
    return {resource["Type"] for resource in resources}


def types_in_the_sandbox() -> set[str]:
    """Every resource type that LocalStack, or this package, can make."""
    return {point.name for point in entry_points(group="localstack.cloudformation.resource_providers")}


def without_gaps(template: dict[str, Any]) -> dict[str, Any]:
    """The template without the resources whose type the sandbox lacks."""
    resources = template["Resources"].items()
    kept = {name: one for name, one in resources if one["Type"] not in NOT_IN_THE_SANDBOX}
    return {**template, "Resources": kept}
