"""Removes a deployment: its stacks, what is in their buckets, and the artifact bucket.

May be interrupted and repeated: what is gone already is passed over, a stack that is being deleted is waited
for, and one whose deletion failed is deleted again. The artifact bucket goes last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import yaml

from pipeline.artifact_bucket import ArtifactBucket
from pipeline.aws_account import Identity, identify
from pipeline.aws_errors import aws_errors_explained
from pipeline.bucket_emptying import bucket_exists, count_versions, empty_bucket
from pipeline.cloudformation_stack import Stack
from pipeline.errors import StackError
from pipeline.settings import PipelineSettings

Report = Callable[[str], None]
ATTEMPTS = 3  # a file may come in between the emptying of a bucket and its deletion
LEFT_BY_SERVICES = (
    "log groups /aws-glue/… that Glue made (other jobs of the account write there too)",
    "KMS keys of the stack, which AWS deletes at the end of their waiting period",
)


@dataclass(frozen=True)
class Resource:
    """One resource of a stack."""

    type: str
    logical_id: str
    name: str  # CloudFormation's physical id
    retained: bool  # its DeletionPolicy keeps it


@dataclass(frozen=True)
class DestroyPlan:
    """What would be deleted; stacks in the order of their deletion."""

    identity: Identity
    stacks: dict[str, list[Resource]]
    artifact_bucket: ArtifactBucket | None  # None if there is none
    versions: dict[str, int]  # in each bucket that would be emptied
    stays: list[str]

    @property
    def is_empty(self) -> bool:
        return not self.stacks and self.artifact_bucket is None


def plan_destroy(settings: PipelineSettings, session: boto3.Session) -> DestroyPlan:
    """Looks at what there is; changes nothing. Raises AccessError if AWS can't be used."""
    with aws_errors_explained():
        identity = identify(session, settings)
        found = {name: _resources(session, name) for name in _stack_names(settings)}
        stacks = {name: resources for name, resources in found.items() if resources is not None}
        bucket = ArtifactBucket.of(session, settings.prefix, identity)
        artifact_bucket = bucket if bucket.exists() else None
        names = [name for resources in stacks.values() for name in _buckets(resources)]
        names += [bucket.name] if artifact_bucket else []
        present = [name for name in names if bucket_exists(bucket.client, name, identity.account)]
        versions = {name: count_versions(bucket.client, name) for name in present}
        return DestroyPlan(identity, stacks, artifact_bucket, versions, _stays(settings, stacks))


def destroy(plan: DestroyPlan, report: Report, session: boto3.Session) -> list[str]:
    """Deletes what the plan names, its buckets' contents included; returns what stays.

    Raises StackError, with the events that explain it, if a stack can't be deleted; the same again goes on.
    """
    with aws_errors_explained():
        left = list(plan.stays)
        for name, resources in plan.stacks.items():
            stack = Stack(session.client("cloudformation"), name, progress=report)
            left += _delete_stack(session, stack, _buckets(resources), plan.identity.account, report)
            report(f"Stack {name} deleted")
        if plan.artifact_bucket:
            bucket = plan.artifact_bucket
            _empty(session, [bucket.name], plan.identity.account, report)
            bucket.client.delete_bucket(Bucket=bucket.name, ExpectedBucketOwner=bucket.owner)
            report(f"Bucket {bucket.name} deleted")
        return list(dict.fromkeys(left))


def _stack_names(settings: PipelineSettings) -> Iterator[str]:
    yield settings.stack_name
    if settings.warehouse == "create":  # else a stack of that name is someone else's
        yield settings.warehouse_stack_name


def _resources(session: boto3.Session, name: str) -> list[Resource] | None:
    """The resources that a stack has; None for no stack."""
    client = session.client("cloudformation")
    if not Stack(client, name).exists():
        return None
    body: Any = client.get_template(StackName=name)["TemplateBody"]
    retained = retained_ids(body)
    pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
    found = [item for page in pages for item in page["StackResourceSummaries"]]
    return [
        Resource(
            item["ResourceType"],
            item["LogicalResourceId"],
            item["PhysicalResourceId"],
            item["LogicalResourceId"] in retained,
        )
        for item in found
        if item.get("PhysicalResourceId") and item["ResourceStatus"] != "DELETE_COMPLETE"
    ]


class _TagBlindLoader(yaml.SafeLoader):
    """Reads a template whatever its short forms (`!Ref x`) mean."""


_TagBlindLoader.add_multi_constructor("!", lambda *_: None)


def retained_ids(template: str | dict[str, Any]) -> set[str]:
    """The logical ids of the resources whose DeletionPolicy keeps them; boto3 parses a template of JSON."""
    parsed = yaml.load(template, Loader=_TagBlindLoader) if isinstance(template, str) else template
    resources: dict[str, Any] = parsed.get("Resources", {})
    keeps = ("Retain", "RetainExceptOnCreate")
    return {name for name, resource in resources.items() if resource.get("DeletionPolicy") in keeps}


def _buckets(resources: list[Resource]) -> list[str]:
    """The buckets that go with the stack."""
    return [item.name for item in resources if item.type == "AWS::S3::Bucket" and not item.retained]


def _stays(settings: PipelineSettings, stacks: dict[str, list[Resource]]) -> list[str]:
    kept = [
        f"{item.type} {item.name}" for resources in stacks.values() for item in resources if item.retained
    ]
    if settings.warehouse != "create":
        kept.append("the tables of schema airlines in the warehouse, which isn't this deployment's")
    return [*kept, *LEFT_BY_SERVICES]


def _delete_stack(
    session: boto3.Session, stack: Stack, buckets: list[str], owner: str, report: Report
) -> list[str]:
    """Empties the buckets and deletes the stack, again if a file came in between; returns what it left."""
    for attempt in range(1, ATTEMPTS + 1):
        _empty(session, buckets, owner, report)
        if not stack.exists():
            return []
        try:
            return stack.delete()
        except StackError:
            if attempt == ATTEMPTS:
                raise
            report(f"Stack {stack.name} could not be deleted; its buckets are emptied once more")
    return []


def _empty(session: boto3.Session, buckets: list[str], owner: str, report: Report) -> None:
    client = session.client("s3")
    for bucket in buckets:
        if bucket_exists(client, bucket, owner):
            deleted = empty_bucket(client, bucket)
            report(f"Bucket {bucket} emptied: {deleted} versions deleted")
