"""Asks the evaluator (`evaluate.py`) about recorded calls."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.aws.policy_evaluation.deployed_roles import DeployedRole
from tests.contract.clients.redshift_clients import base_python

EVALUATE = Path(__file__).with_name("evaluate.py")
TIMEOUT_S = 120


@dataclass(frozen=True)
class Request:
    """May this role do this to this resource?

    With a `principal`: does the policy of `role`, trust policy or a resource's own, let that service?
    """

    role: str
    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)
    principal: str = ""

    def __str__(self) -> str:
        who = f"{self.principal} → {self.role}" if self.principal else self.role
        return f"{who}: {self.action} on {self.resource}" + (f" {self.context}" if self.context else "")


def requests_of(calls: Iterable[Mapping[str, Any]]) -> list[Request]:
    """A request for each resource of each call."""
    return [
        Request(call["role"], call["action"], resource, call["context"])
        for call in calls
        for resource in call["resources"]
    ]


def assumptions_of(
    assumed: Iterable[Mapping[str, Any]], roles: Mapping[str, DeployedRole], sources: Mapping[str, list[str]]
) -> list[Request]:
    """A request for each service that has taken a role on, with the context that AWS gives it.

    The source is the resource that names the role; `sources` has those of services whose resources name none.
    """
    requests: list[Request] = []
    for assumption in assumed:
        role, service = assumption["role"], assumption["service"]
        account = role.split(":")[4]
        for source in roles[role].sources.get(service) or sources[service]:
            context = {"aws:SourceAccount": account, "aws:SourceArn": source}
            requests.append(Request(role, "sts:AssumeRole", role, context, f"service:{service}"))
    return requests


def refused(
    packages: Path,
    roles: Iterable[DeployedRole],
    requests: Sequence[Request],
    resources: Mapping[str, Any] | None = None,
) -> list[Request]:
    """Those of the requests that the policies of the roles, and of `resources` by ARN, do not allow."""
    roles = list(roles)
    question = {
        "policies": {role.arn: role.policies for role in roles},
        "trust": {role.arn: role.trust for role in roles} | dict(resources or {}),
        "requests": [vars(request) | {"context": dict(request.context)} for request in requests],
    }
    done = subprocess.run(
        [base_python(), str(EVALUATE)],
        input=json.dumps(question),
        env={**os.environ, "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads(done.stdout)
    return [request for request, allowed in zip(requests, answers, strict=True) if not allowed]
