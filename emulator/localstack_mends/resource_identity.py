"""Updates of IAM roles and managed policies in place, so that the role's ARN and id stay."""

from __future__ import annotations

import json
from typing import Any

from emulator.localstack_mends.resource_tags import tag_changes, tag_list

Model = dict[str, Any]
MAX_POLICY_VERSIONS = 5


def update_role(clients: Any, model: Model, previous: Model) -> None:
    """Changes trust policy, inline and managed policies, description, session length, boundary and tags."""
    iam, name = clients.iam, model["RoleName"]
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(model["AssumeRolePolicyDocument"]))
    _update_inline_policies(iam, name, model, previous)
    _update_attachments(iam, name, model, previous)
    _update_role_settings(iam, name, model, previous)
    added, removed = tag_changes(model, previous)
    if added:
        iam.tag_role(RoleName=name, Tags=tag_list(added))
    if removed:
        iam.untag_role(RoleName=name, TagKeys=removed)


def _update_inline_policies(iam: Any, name: str, model: Model, previous: Model) -> None:
    wanted = {policy["PolicyName"]: policy["PolicyDocument"] for policy in model.get("Policies") or []}
    for policy_name, document in wanted.items():
        iam.put_role_policy(RoleName=name, PolicyName=policy_name, PolicyDocument=json.dumps(document))
    for policy in previous.get("Policies") or []:
        if policy["PolicyName"] not in wanted:
            iam.delete_role_policy(RoleName=name, PolicyName=policy["PolicyName"])


def _update_attachments(iam: Any, name: str, model: Model, previous: Model) -> None:
    wanted, before = set(model.get("ManagedPolicyArns") or []), set(previous.get("ManagedPolicyArns") or [])
    for arn in sorted(wanted - before):
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    for arn in sorted(before - wanted):
        iam.detach_role_policy(RoleName=name, PolicyArn=arn)


def _update_role_settings(iam: Any, name: str, model: Model, previous: Model) -> None:
    settings = {key: model[key] for key in ("Description", "MaxSessionDuration") if key in model}
    if settings:
        iam.update_role(RoleName=name, **settings)
    boundary = model.get("PermissionsBoundary")
    if boundary:
        iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
    elif previous.get("PermissionsBoundary"):
        iam.delete_role_permissions_boundary(RoleName=name)


def update_managed_policy(clients: Any, model: Model, previous: Model) -> None:
    """Makes the document a new default version (the oldest goes when there are five), and the attachments."""
    iam, arn = clients.iam, model["Id"]
    if model["PolicyDocument"] != previous.get("PolicyDocument"):
        _make_room_for_version(iam, arn)
        document = json.dumps(model["PolicyDocument"])
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
    for kind in ("Role", "User", "Group"):
        wanted, before = set(model.get(f"{kind}s") or []), set(previous.get(f"{kind}s") or [])
        for name in sorted(wanted - before):
            getattr(iam, f"attach_{kind.lower()}_policy")(**{f"{kind}Name": name}, PolicyArn=arn)
        for name in sorted(before - wanted):
            getattr(iam, f"detach_{kind.lower()}_policy")(**{f"{kind}Name": name}, PolicyArn=arn)


def _make_room_for_version(iam: Any, arn: str) -> None:
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    old = sorted((v for v in versions if not v["IsDefaultVersion"]), key=lambda v: v["CreateDate"])
    if len(versions) >= MAX_POLICY_VERSIONS:
        iam.delete_policy_version(PolicyArn=arn, VersionId=old[0]["VersionId"])


UPDATES = {"AWS::IAM::Role": update_role, "AWS::IAM::ManagedPolicy": update_managed_policy}
