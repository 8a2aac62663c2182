"""Both templates, made for real in the sandbox with the parameters of the profile `aws`."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox
from tests.aws.deployed_templates import (
    NOT_IN_THE_SANDBOX,
    DeployedTemplates,
    delete_templates,
    deploy_templates,
    types_in_templates,
    types_in_the_sandbox,
)
from tests.aws.template_files import findings

RECORDED = Path(__file__).with_name("recorded")
STARTS = {
    "put_of_a_csv",
    "put_of_a_key_with_reserved_characters",
    "put_of_a_key_that_holds_percent_signs",
    "put_of_a_key_beyond_ascii",
    "multipart_upload_of_a_csv",
    "copy_of_a_csv",
}
"""The recorded events that start the pipeline; the rest have another suffix, prefix, bucket or kind."""
EXPLAINED = {
    "states/pipeline": "PERMISSIONS_MANAGEMENT_ACTIONS: logs:putresourcepolicy, which Step Functions asks of "
    'every role that logs ("Logging using CloudWatch Logs")',
}
"""What parliament finds by policy, and why it stays."""


@pytest.fixture(scope="module")
def deployed(sandbox: Sandbox) -> Iterator[DeployedTemplates]:
    """Both stacks, under a prefix of their own."""
    made = deploy_templates(sandbox, f"aws-{uuid.uuid4().hex[:8]}")
    yield made
    delete_templates(made)


@pytest.fixture(scope="module")
def policies(deployed: DeployedTemplates) -> dict[str, dict[str, Any]]:
    """Every policy of every role, as IAM has it, by `<role>/<policy>`."""
    return deployed.policies()


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_the_sandbox_has_every_type_of_the_templates_but_those_listed() -> None:
    assert types_in_templates() - types_in_the_sandbox() == NOT_IN_THE_SANDBOX.keys()
    documented = Path(__file__).parents[2] / "docs" / "fidelity.md"
    assert all(kind in documented.read_text(encoding="utf-8") for kind in NOT_IN_THE_SANDBOX)


def test_the_crawler_and_the_job_reach_the_warehouse_in_its_network(deployed: DeployedTemplates) -> None:
    name = f"{deployed.prefix}-warehouse"
    connection = deployed.sandbox.client("glue").get_connection(Name=name)["Connection"]
    assert connection["PhysicalConnectionRequirements"] == {
        "SubnetId": deployed.warehouse["SubnetId"],
        "AvailabilityZone": deployed.warehouse["SubnetAvailabilityZone"],
        "SecurityGroupIdList": [deployed.warehouse["SecurityGroupId"]],
    }
    assert connection["ConnectionProperties"] == {
        "JDBC_CONNECTION_URL": deployed.warehouse["WarehouseUrl"],
        "JDBC_ENFORCE_SSL": "true",
        "SECRET_ID": deployed.secret_arn,
    }


def test_the_warehouse_is_private_and_spans_three_zones(deployed: DeployedTemplates) -> None:
    client = deployed.sandbox.client("redshift-serverless")
    workgroup = client.get_workgroup(workgroupName=deployed.warehouse["WorkgroupName"])["workgroup"]
    assert (workgroup["publiclyAccessible"], workgroup["enhancedVpcRouting"]) == (False, True)
    found = deployed.sandbox.client("ec2").describe_subnets(SubnetIds=workgroup["subnetIds"])["Subnets"]
    assert len({subnet["AvailabilityZone"] for subnet in found}) == 3
    assert not any(subnet["MapPublicIpOnLaunch"] for subnet in found)


def test_the_network_has_the_endpoints_that_a_job_without_internet_needs(deployed: DeployedTemplates) -> None:
    ids = deployed.resources(f"{deployed.prefix}-warehouse", "AWS::EC2::VPCEndpoint")
    found = deployed.sandbox.client("ec2").describe_vpc_endpoints(VpcEndpointIds=ids)["VpcEndpoints"]
    services = {one["ServiceName"].rpartition(".")[2]: one["VpcEndpointType"] for one in found}
    interfaces = dict.fromkeys(("glue", "secretsmanager", "logs", "monitoring"), "Interface")
    assert services == {"s3": "Gateway", **interfaces}


def test_alerts_are_encrypted_with_a_key_that_alarms_may_use(deployed: DeployedTemplates) -> None:
    topic = deployed.pipeline["TopicArn"]
    attributes = deployed.sandbox.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
    policy = deployed.sandbox.client("kms").get_key_policy(
        KeyId=attributes["KmsMasterKeyId"], PolicyName="default"
    )["Policy"]
    services = [one["Principal"].get("Service") for one in json.loads(policy)["Statement"]]
    assert "cloudwatch.amazonaws.com" in services


def test_each_alarm_is_told_on_the_topic(deployed: DeployedTemplates) -> None:
    client = deployed.sandbox.client("cloudwatch")
    found = client.describe_alarms(AlarmNamePrefix=deployed.prefix)["MetricAlarms"]
    names = {alarm["AlarmName"].removeprefix(f"{deployed.prefix}-") for alarm in found}
    assert names == {"failed-executions", "undelivered-events", "no-execution-for-a-day"}
    assert all(alarm["AlarmActions"] == [deployed.pipeline["TopicArn"]] for alarm in found)


def test_every_log_group_forgets(deployed: DeployedTemplates) -> None:
    stacks = (f"{deployed.prefix}-pipeline", f"{deployed.prefix}-warehouse")
    groups = [name for stack in stacks for name in deployed.resources(stack, "AWS::Logs::LogGroup")]
    client = deployed.sandbox.client("logs")
    for name in groups:
        (group,) = client.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        assert group["retentionInDays"] == 30, name
    assert len(groups) == 6


def test_buckets_refuse_requests_without_tls(deployed: DeployedTemplates) -> None:
    client = deployed.sandbox.client("s3")
    for bucket in (deployed.pipeline["RawBucket"], deployed.pipeline["WorkBucket"]):
        (statement,) = json.loads(client.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.process
def test_parliament_finds_nothing_in_the_policies_but_what_is_explained(
    deployed: DeployedTemplates, policies: dict[str, dict[str, Any]], check_packages: Path
) -> None:
    broken = {"Effect": "Allow", "Action": "s3:GetObjcet", "Resource": "*"}
    control = {"control": {"Version": "2012-10-17", "Statement": [broken]}}
    found = findings(check_packages, "lint_policies.py", {**policies, **control})
    assert found.pop("control")
    told = {name: lines for name, lines in found.items() if lines}
    short = {name.replace(f"{deployed.prefix}-", "").replace("-us-east-1", ""): x for name, x in told.items()}
    assert short.keys() == EXPLAINED.keys()
    assert all(len(lines) == 1 and lines[0].split(":")[0] in EXPLAINED[name] for name, lines in short.items())


def test_no_policy_allows_every_action_of_a_service(policies: dict[str, dict[str, Any]]) -> None:
    assert len(policies) > 10
    for name, policy in policies.items():
        actions = [action for part in policy["Statement"] for action in listed(part["Action"])]
        assert not [action for action in actions if "*" in action], name


def test_every_trust_is_in_this_accounts_own_resources(deployed: DeployedTemplates) -> None:
    iam = deployed.sandbox.client("iam")
    roles = deployed.roles()
    assert len(roles) == 5
    for role in roles:
        (statement,) = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"]
        condition = statement["Condition"]
        assert condition["StringEquals"] == {"aws:SourceAccount": "000000000000"}, role
        sources = listed(condition["ArnLike"]["aws:SourceArn"])
        assert all(":us-east-1:000000000000:" in source for source in sources), role


def test_step_functions_finds_the_deployed_machine_valid(deployed: DeployedTemplates) -> None:
    client = deployed.sandbox.client("stepfunctions")
    machine = client.describe_state_machine(stateMachineArn=deployed.pipeline["StateMachineArn"])
    assert "${" not in machine["definition"]
    assert client.validate_state_machine_definition(definition=machine["definition"])["result"] == "OK"
    broken = machine["definition"].replace('"Next": "NotifySuccess"', '"Next": "Nowhere"')
    assert client.validate_state_machine_definition(definition=broken)["result"] == "FAIL"


@pytest.mark.parametrize("recorded", sorted(RECORDED.glob("*.json")), ids=lambda path: path.stem)
def test_the_rule_starts_the_pipeline_for_files_only(deployed: DeployedTemplates, recorded: Path) -> None:
    events = deployed.sandbox.client("events")
    pattern = events.describe_rule(Name=deployed.pipeline["RuleName"])["EventPattern"]
    event = recorded.read_text(encoding="utf-8")
    event = event.replace("amzn-s3-demo-bucket1", deployed.pipeline["RawBucket"])
    event = event.replace("amzn-s3-demo-bucket2", deployed.pipeline["WorkBucket"])
    matches = events.test_event_pattern(EventPattern=pattern, Event=event)["Result"]
    assert matches == (recorded.stem in STARTS)


def test_the_events_that_start_the_pipeline_are_recorded() -> None:
    recorded = {path.stem for path in RECORDED.glob("*.json")}
    assert recorded > STARTS
