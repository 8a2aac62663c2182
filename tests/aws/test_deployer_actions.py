"""deployer.yaml allows what takes no ARN on every resource: a statement that names one would never match.

Where a statement allows all of a service on our own resources, that is easy to miss; the actions here are
those that CloudFormation calls for the templates' types.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.aws.template_files import PIPELINE_DIR, findings, read_template

DEPLOYER = PIPELINE_DIR / "cloudformation" / "deployer.yaml"
CALLED = [
    *("glue:CreateCrawler", "glue:UpdateCrawler", "glue:DeleteCrawler", "glue:StartCrawler"),
    *("glue:CreateJob", "glue:UpdateJob", "glue:DeleteJob", "glue:StartJobRun"),
    *("glue:CreateConnection", "glue:UpdateConnection", "glue:DeleteConnection"),
    *("glue:CreateDatabase", "glue:UpdateDatabase", "glue:DeleteDatabase"),
    *("sns:CreateTopic", "sns:SetTopicAttributes", "sns:DeleteTopic", "sns:Subscribe", "sns:Unsubscribe"),
    *("sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:ListSubscriptionsByTopic"),
    *("sqs:CreateQueue", "sqs:SetQueueAttributes", "sqs:DeleteQueue", "sqs:GetQueueAttributes"),
    *("states:CreateStateMachine", "states:UpdateStateMachine", "states:ValidateStateMachineDefinition"),
    *("events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:DeleteRule"),
]


def allowed_everywhere() -> set[str]:
    """The actions that some statement allows on every resource."""
    policies = [one["Properties"]["PolicyDocument"] for one in read_template(DEPLOYER)["Resources"].values()]
    statements: list[dict[str, Any]] = [one for policy in policies for one in policy["Statement"]]
    actions = [one["Action"] for one in statements if one["Resource"] == "*"]
    return {action for value in actions for action in ([value] if isinstance(value, str) else value)}


@pytest.mark.process
def test_what_takes_no_arn_is_allowed_on_every_resource(check_packages: Path) -> None:
    found = findings(check_packages, "actions_without_arn.py", {"called": CALLED})["called"]
    assert "glue:CreateCrawler" in found
    assert set(found) - allowed_everywhere() == set()
