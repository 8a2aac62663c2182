"""deployer.yaml allows what a deploy calls, as far as that is known without an account, and only on its own.

What CloudFormation calls for a resource stands in the type's schema (`handlers.*.permissions`), which
LocalStack brings for about half of the types; the calls of the deploy command itself are listed here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import localstack.services
import pytest
from cfnlint.decode import cfn_yaml

FOLDER = Path(__file__).parents[3] / "pipeline" / "cloudformation"
LARGEST_POLICY = 6_144  # characters but blanks: the quota of a managed policy
VALUES = {
    "Prefix": "prod-flights",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::AccountId": "111122223333",
    "Name": "prod_flights",
    "WarehouseSecretArn": "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ours",
}
CALLED_BY_DEPLOY = {
    "cloudformation": [
        "CreateChangeSet",
        "ExecuteChangeSet",
        "DeleteChangeSet",
        "DescribeStacks",
        "DescribeStackEvents",
        "ContinueUpdateRollback",
        "DeleteStack",
        "GetTemplate",
        "ListStackResources",
    ],
    "states": ["ValidateStateMachineDefinition"],
    "redshift-serverless": ["GetNamespace"],
    "redshift-data": ["BatchExecuteStatement", "DescribeStatement"],
    "secretsmanager": ["GetSecretValue"],
    "glue": ["StartCrawler", "GetCrawler"],
    "s3": [
        "CreateBucket",
        "PutBucketPublicAccessBlock",
        "ListBucket",
        "GetObject",
        "PutObject",
        "DeleteObject",
        "ListBucketVersions",
        "DeleteObjectVersion",
        "ListBucketMultipartUploads",
        "AbortMultipartUpload",
        "DeleteBucket",
    ],
}
# Permissions in schemas for properties that our templates don't use.
NOT_USED = {
    "ec2:AssociateSubnetCidrBlock": "IPv6",
    "ec2:DisassociateSubnetCidrBlock": "IPv6",
    "ec2:ModifyVpcTenancy": "InstanceTenancy",
    "firehose:TagDeliveryStream": "log delivery to Firehose",
    "iam:AttachRolePolicy": "ManagedPolicyArns",
    "iam:DetachRolePolicy": "ManagedPolicyArns",
    "iam:DeleteRolePermissionsBoundary": "PermissionsBoundary",
    "iam:PutRolePermissionsBoundary": "PermissionsBoundary",
    "logs:AssociateKmsKey": "KmsKeyId",
    "logs:DisassociateKmsKey": "KmsKeyId",
    "logs:CreateLogDelivery": "log delivery of the group",
    "logs:DeleteDataProtectionPolicy": "DataProtectionPolicy",
    "logs:PutDataProtectionPolicy": "DataProtectionPolicy",
    "logs:PutResourcePolicy": "ResourcePolicyDocument",
}


@cache
def _resources(template: str) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(cfn_yaml.load(str(FOLDER / template))))
    resources: dict[str, Any] = plain["Resources"]
    return resources


def _policies() -> dict[str, dict[str, Any]]:
    return {
        name: _filled_in(resource["Properties"]["PolicyDocument"])
        for name, resource in _resources("deployer.yaml").items()
    }


def _filled_in(node: Any) -> Any:
    """The document as IAM gets it."""
    if isinstance(node, list):
        return [_filled_in(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "Fn::Sub" in node:
        text = node["Fn::Sub"] if isinstance(node["Fn::Sub"], str) else node["Fn::Sub"][0]
        return re.sub(r"\$\{([\w:]+)\}", lambda name: VALUES[name[1]], text)
    if "Fn::If" in node:
        return VALUES[node["Fn::If"][1]["Ref"]]
    return {key: _filled_in(value) for key, value in node.items()}


def _statements() -> Iterator[dict[str, Any]]:
    for policy in _policies().values():
        yield from policy["Statement"]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _allowed(action: str) -> bool:
    patterns = [pattern for statement in _statements() for pattern in _listed(statement["Action"])]
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def _types() -> set[str]:
    templates = ("pipeline.yaml", "warehouse.yaml")
    return {item["Type"] for template in templates for item in _resources(template).values()}


def _permissions_by_type() -> dict[str, set[str]]:
    """What the schemas of our types say that their handlers call."""
    found = {}
    for path in Path(localstack.services.__path__[0]).glob("**/*.schema.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        if schema["typeName"] in _types() and (handlers := schema.get("handlers")):
            steps = (handlers.get(step, {}) for step in ("create", "read", "update", "delete"))
            found[schema["typeName"]] = {one for step in steps for one in step.get("permissions", [])}
    return found


def test_everything_is_allowed_that_the_types_schemas_say_cloudformation_calls() -> None:
    by_type = _permissions_by_type()
    assert len(by_type) >= 12
    denied = {
        (kind, action)
        for kind, actions in by_type.items()
        for action in actions - NOT_USED.keys()
        if not _allowed(action)
    }
    assert denied == set()


def test_an_exception_is_still_one() -> None:
    named = {action for actions in _permissions_by_type().values() for action in actions}
    assert [action for action in NOT_USED if action not in named or _allowed(action)] == []


@pytest.mark.parametrize("service", CALLED_BY_DEPLOY)
def test_what_the_command_itself_calls_is_allowed(service: str) -> None:
    assert [name for name in CALLED_BY_DEPLOY[service] if not _allowed(f"{service}:{name}")] == []


@pytest.mark.parametrize("name", ["CrawlerRole", "JobRole", "StateMachineRole", "EventRole", "CopyRole"])
def test_each_role_of_the_pipeline_can_be_made_and_passed_on(name: str) -> None:
    role = _filled_in(_resources("pipeline.yaml")[name]["Properties"]["RoleName"])
    assert f"arn:aws:iam::111122223333:role/{role}" in _resources_of("Roles")


@pytest.mark.parametrize("name", ["DeployRole", "PreviewRole"])
def test_a_deployer_cannot_rewrite_the_roles_that_deploy(name: str) -> None:
    text = _resources("github-oidc.yaml")[name]["Properties"]["RoleName"]["Fn::Sub"]
    role = text.replace("${Environment}", "prod")
    arn = f"arn:aws:iam::111122223333:role/{_filled_in({'Fn::Sub': role})}"
    patterns = [pattern for statement in _statements() for pattern in _listed(statement["Resource"])]
    assert [pattern for pattern in patterns if pattern != "*" and fnmatchcase(arn, pattern)] == []


def test_without_a_resource_only_through_cloudformation_or_harmless() -> None:
    open_to_all = {
        action
        for statement in _statements()
        if "*" in _listed(statement["Resource"]) and "Condition" not in statement
        for action in _listed(statement["Action"])
    }
    assert open_to_all == {
        "states:ValidateStateMachineDefinition",
        "redshift-data:DescribeStatement",
        "redshift-data:GetStatementResult",
    }


def test_no_statement_allows_every_action() -> None:
    for statement in _statements():
        services = {action.partition(":")[0] for action in _listed(statement["Action"])}
        assert "*" not in services
        assert "iam:*" not in _listed(statement["Action"])


@pytest.mark.parametrize("name", list(_resources("deployer.yaml")))
def test_a_policy_fits_the_quota(name: str) -> None:
    assert len(re.sub(r"\s", "", json.dumps(_policies()[name]))) <= LARGEST_POLICY


def _resources_of(sid: str) -> list[str]:
    (statement,) = [one for one in _statements() if one.get("Sid") == sid]
    return _listed(statement["Resource"])
