"""Every AWS call of the example's run is allowed by the policies of its role, and little else is."""

from __future__ import annotations

import json
import random
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox
from scripts import gateway
from tests.aws.policy_evaluation.deployed_roles import DeployedRole, deployed_roles
from tests.aws.policy_evaluation.evaluation import Request, assumptions_of, refused, requests_of
from tests.contract.clients.redshift_clients import installed
from tests.end_to_end.flight_pipeline import ATLANTA, DENVER, csv_file, deploy_into

PREFIX = "flights-"
SOURCES = {
    # Of the form that "Cross-service confused deputy prevention" (Redshift) shows.
    "redshift.amazonaws.com": ["arn:aws:redshift:us-east-1:000000000000:cluster:any"],
}
SYNC = "Step Functions' policy for `glue:startJobRun.sync` has it; called when an execution is stopped"
CRAWLER = "AWS's crawler may read partitions before it writes them; which call it makes is not documented"
DELIVERY = "Step Functions delivers its log by these; LocalStack writes none"
TRACING = "X-Ray; LocalStack sends no traces"
ENCRYPTION = "Amazon SNS asks AWS KMS as the publisher; LocalStack's topics are not encrypted"
UNUSED = {
    "copy": {"s3:GetBucketLocation": "Redshift finds a bucket's region by it"},
    "crawler": {
        "s3:GetBucketLocation": "AWS's crawler finds a bucket's region by it",
        "glue:BatchCreatePartition": "used by a table's first crawl with a new folder",
        "glue:BatchGetPartition": CRAWLER,
        "glue:BatchUpdatePartition": "used by a crawl of a folder that it knows",
        "glue:CreateTable": "used by the first crawl",
        "glue:GetPartition": CRAWLER,
        "glue:GetPartitions": CRAWLER,
        "glue:GetTables": CRAWLER,
        "glue:UpdatePartition": CRAWLER,
        "glue:UpdateTable": "used by a crawl of a table that it knows",
    },
    "job": {
        "cloudwatch:PutMetricData": "Glue's job metrics; the sandbox has none",
        "glue:GetDatabase": "AWS's awsglue looks the database up",
        "glue:GetJobBookmark": "AWS's awsglue reads the bookmark; here by a message of tarmac's own",
        "s3:DeleteObject": "Spark deletes folder markers, where it meets any",
        "s3:GetBucketLocation": "Glue's reader of S3 finds a bucket's region by it",
    },
    "states": {
        "glue:GetJobRuns": SYNC,
        "glue:BatchStopJobRun": SYNC,
        "kms:Decrypt": ENCRYPTION,
        "kms:GenerateDataKey": ENCRYPTION,
        **dict.fromkeys(
            (
                "logs:CreateLogDelivery",
                "logs:DeleteLogDelivery",
                "logs:DescribeLogGroups",
                "logs:DescribeResourcePolicies",
                "logs:GetLogDelivery",
                "logs:ListLogDeliveries",
                "logs:PutResourcePolicy",
                "logs:UpdateLogDelivery",
            ),
            DELIVERY,
        ),
        **dict.fromkeys(
            (
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
                "xray:PutTelemetryRecords",
                "xray:PutTraceSegments",
            ),
            TRACING,
        ),
    },
    "events": {},
}
"""By role: allowed actions that a run here need not use, and why they are allowed."""


@dataclass(frozen=True)
class Recorded:
    """What the pipeline's roles did while it was deployed, loaded a file and refused one."""

    roles: dict[str, DeployedRole]
    calls: list[dict[str, Any]]
    assumed: list[dict[str, Any]]

    def used_by(self, role: str) -> set[str]:
        return {call["action"] for call in self.calls if call["role"] == role}


@pytest.fixture(scope="session")
def policy_packages(pytestconfig: pytest.Config) -> Path:
    """The packages of locks/policies.txt."""
    return installed("policies", pytestconfig)


@pytest.fixture(scope="module")
def recorded(sandbox: Sandbox) -> Recorded:
    gateway.record_calls(sandbox.settings, True)
    flights = deploy_into(sandbox)
    key, minutes = f"raw/year=2026/month=10/day=21/{uuid.uuid4().hex}", random.randrange(100_000)
    loaded = flights.drop(f"{key}.csv", csv_file(f"DL,{ATLANTA},{DENVER},{minutes},-3"))
    again = flights.start_again(loaded)
    refused_file = flights.drop(f"{key}-refused.csv", csv_file("DL,nowhere,never,x,y"))
    flights.delete(refused_file.key)  # later runs would read it again
    document = gateway.record_calls(sandbox.settings, False)
    assert [loaded.status, again.status, refused_file.status] == ["SUCCEEDED", "SUCCEEDED", "FAILED"]
    assert document["dropped"] == 0
    roles = deployed_roles(sandbox, PREFIX)
    return Recorded(
        roles,
        [call for call in document["calls"] if call["role"] in roles],
        [found for found in document["assumed"] if found["role"] in roles],
    )


def test_every_call_of_a_role_is_allowed_by_its_policies(recorded: Recorded, policy_packages: Path) -> None:
    requests = requests_of(recorded.calls)

    found = refused(policy_packages, recorded.roles.values(), requests)

    assert len(requests) > 50
    assert [str(request) for request in found] == []


def test_every_role_does_something_and_is_taken_on_by_its_service_alone(
    recorded: Recorded, policy_packages: Path
) -> None:
    requests = assumptions_of(recorded.assumed, recorded.roles, SOURCES)

    found = refused(policy_packages, recorded.roles.values(), requests)

    assert [str(request) for request in found] == []
    assert {request.role for request in requests} == set(recorded.roles)
    assert {call["role"] for call in recorded.calls} == set(recorded.roles)


def test_no_role_is_taken_on_for_another_account_or_by_another_service(
    recorded: Recorded, policy_packages: Path
) -> None:
    requests = assumptions_of(recorded.assumed, recorded.roles, SOURCES)
    strange = [
        Request(each.role, each.action, each.resource, changed, principal)
        for each in requests
        for changed, principal in (
            ({**each.context, "aws:SourceAccount": "210987654321"}, each.principal),
            (each.context, "service:lambda.amazonaws.com"),
        )
    ]

    assert refused(policy_packages, recorded.roles.values(), strange) == strange


def test_what_is_allowed_and_never_used_is_explained(recorded: Recorded) -> None:
    unused = {_kind(arn): role.unused(recorded.used_by(arn)) for arn, role in recorded.roles.items()}
    for name, actions in sorted(unused.items()):
        print(f"{name}: {', '.join(actions) or 'every allowed action was used'}")

    unexplained = {
        name: [each for each in found if each not in UNUSED[name]] for name, found in unused.items()
    }

    assert unexplained == {name: [] for name in UNUSED}


def test_queue_and_topic_let_in_the_services_of_this_pipeline_alone(
    sandbox: Sandbox, recorded: Recorded, policy_packages: Path
) -> None:
    queue, topic, policies = _resource_policies(sandbox)
    (rule,) = {
        arn for role in recorded.roles.values() for arn in role.sources.get("events.amazonaws.com", [])
    }
    alarm = rule.replace(":events:", ":cloudwatch:").replace(":rule/", ":alarm:")
    account = {"aws:SourceAccount": rule.split(":")[4]}
    wanted = [
        Request(queue, "sqs:SendMessage", queue, {"aws:SourceArn": rule}, "service:events.amazonaws.com"),
        Request(
            topic,
            "sns:Publish",
            topic,
            account | {"aws:SourceArn": alarm},
            "service:cloudwatch.amazonaws.com",
        ),
    ]
    strange = [replace(each, context={"aws:SourceArn": f"{rule}-of-another"}) for each in wanted]

    found = refused(policy_packages, recorded.roles.values(), [*wanted, *strange], policies)

    assert [str(request) for request in found] == [str(request) for request in strange]


def test_the_evaluator_refuses_what_another_role_may(recorded: Recorded, policy_packages: Path) -> None:
    """A control: with the roles' policies taken away from them in a circle, most calls are refused."""
    names = list(recorded.roles)
    following = dict(zip(names, [*names[1:], names[0]], strict=True))
    requests = [
        Request(following[each.role], each.action, each.resource, each.context)
        for each in requests_of(recorded.calls)
    ]

    assert len(refused(policy_packages, recorded.roles.values(), requests)) > len(requests) / 2


def _kind(role_arn: str) -> str:
    """`flights-job-us-east-1` is the job's."""
    return role_arn.rpartition("/")[2].removeprefix(PREFIX).partition("-")[0]


def _resource_policies(sandbox: Sandbox) -> tuple[str, str, dict[str, Any]]:
    """The ARNs of the queue of undelivered events and of the alerts' topic, and their policies by ARN."""
    sqs, sns = sandbox.client("sqs"), sandbox.client("sns")
    url = sqs.get_queue_url(QueueName=f"{PREFIX}undelivered-events")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    topics = [topic["TopicArn"] for topic in sns.list_topics()["Topics"]]
    topic = next(arn for arn in topics if arn.endswith(f":{PREFIX}alerts"))
    policy = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    return (
        queue["QueueArn"],
        topic,
        {queue["QueueArn"]: json.loads(queue["Policy"]), topic: json.loads(policy)},
    )
