"""The roles of a stack as they were deployed: their policies, and who takes them on for which resource."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from emulator.stack.sandbox import Sandbox


@dataclass(frozen=True)
class DeployedRole:
    """A role: `policies` are its inline ones, `sources` what `aws:SourceArn` is when a service assumes it."""

    arn: str
    trust: dict[str, Any]
    policies: list[dict[str, Any]]
    sources: dict[str, list[str]]

    @property
    def name(self) -> str:
        return self.arn.rpartition("/")[2]

    def allowed_actions(self) -> list[str]:
        """Every action that one of its statements allows, as it is written there."""
        statements = [part for policy in self.policies for part in _listed(policy["Statement"])]
        return sorted({action for part in statements for action in _listed(part["Action"])})

    def unused(self, used: set[str]) -> list[str]:
        """The allowed actions that match none of those used."""
        patterns = self.allowed_actions()
        return [
            pattern
            for pattern in patterns
            if not any(fnmatchcase(action.lower(), pattern.lower()) for action in used)
        ]


def deployed_roles(sandbox: Sandbox, prefix: str) -> dict[str, DeployedRole]:
    """The roles whose names begin so, by ARN."""
    iam = sandbox.client("iam")
    sources = _sources(sandbox)
    found: dict[str, DeployedRole] = {}
    for page in iam.get_paginator("list_roles").paginate():
        for role in page["Roles"]:
            if role["RoleName"].startswith(prefix):
                name, arn = role["RoleName"], role["Arn"]
                policies = list(_inline_policies(iam, name))
                found[arn] = DeployedRole(
                    arn, role["AssumeRolePolicyDocument"], policies, sources.get(arn, {})
                )
    return found


def _inline_policies(iam: Any, role: str) -> Iterator[dict[str, Any]]:
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert not attached, f"{role} has managed policies, which this reader doesn't know: {attached}"
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        yield iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]


def _sources(sandbox: Sandbox) -> dict[str, dict[str, list[str]]]:
    """Role ARN to service to the resources that it serves: on AWS they are the values of aws:SourceArn."""
    found: dict[str, dict[str, list[str]]] = {}
    for role, service, arn in [*_state_machines(sandbox), *_rules(sandbox), *_glue(sandbox)]:
        found.setdefault(role, {}).setdefault(f"{service}.amazonaws.com", []).append(arn)
    return found


def _state_machines(sandbox: Sandbox) -> Iterator[tuple[str, str, str]]:
    client = sandbox.client("stepfunctions")
    for machine in client.list_state_machines()["stateMachines"]:
        arn = machine["stateMachineArn"]
        yield client.describe_state_machine(stateMachineArn=arn)["roleArn"], "states", arn


def _rules(sandbox: Sandbox) -> Iterator[tuple[str, str, str]]:
    client = sandbox.client("events")
    for rule in client.list_rules()["Rules"]:
        for target in client.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
            if "RoleArn" in target:
                yield target["RoleArn"], "events", rule["Arn"]


def _glue(sandbox: Sandbox) -> Iterator[tuple[str, str, str]]:
    client = sandbox.client("glue")
    account = sandbox.client("sts").get_caller_identity()["Account"]
    here = f"arn:aws:glue:{client.meta.region_name}:{account}"
    for job in client.get_jobs()["Jobs"]:
        yield _role_arn(job["Role"], account), "glue", f"{here}:job/{job['Name']}"
    for crawler in client.get_crawlers()["Crawlers"]:
        yield _role_arn(crawler["Role"], account), "glue", f"{here}:crawler/{crawler['Name']}"


def _role_arn(role: str, account: str) -> str:
    return role if role.startswith("arn:") else f"arn:aws:iam::{account}:role/{role}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
