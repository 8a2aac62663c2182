"""Run with the packages of locks/checks.txt: lints IAM policies with parliament.

Reads JSON from stdin, a policy document by name; writes the findings as JSON, a list of lines by name.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from parliament import analyze_policy_string


def findings(policy: dict[str, Any]) -> list[str]:
    """What parliament says against the policy, each with its detail and the place that it means."""
    found = analyze_policy_string(json.dumps(policy), include_community_auditors=True).findings
    return [f"{one.issue}: {one.detail or ''} {one.location}" for one in found]


def main() -> None:
    policies = json.load(sys.stdin)
    json.dump({name: findings(policy) for name, policy in policies.items()}, sys.stdout)


if __name__ == "__main__":
    main()
