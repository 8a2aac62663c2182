"""CloudFormation: an update changes the resource, a failure is taken back, a delete leaves nothing."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.stack.sandbox import Sandbox

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
MACHINE = json.dumps(
    {
        "StartAt": "W",
        "States": {"W": {"Type": "Wait", "Seconds": 0, "Next": "P"}, "P": {"Type": "Pass", "End": True}},
    }
).replace('"Seconds": 0', '"Seconds": ${Seconds}')
UNSUPPORTED = {"Type": "AWS::Nobody::Knows", "Properties": {}}


class StackUnderTest:
    """One stack of the sandbox; every call waits for its end and gives the stack's status."""

    def __init__(self, sandbox: Sandbox, name: str) -> None:
        self.sandbox, self.name = sandbox, name
        self.api = sandbox.client("cloudformation")

    def create(self, template: dict[str, Any], **parameters: Any) -> str:
        return self._call(self.api.create_stack, template, parameters)

    def update(self, template: dict[str, Any], **parameters: Any) -> str:
        return self._call(self.api.update_stack, template, parameters)

    def delete(self) -> str:
        stack_id = self.description()["StackId"]
        self.api.delete_stack(StackName=self.name)
        return self._wait(stack_id)

    def description(self) -> dict[str, Any]:
        found: dict[str, Any] = self.api.describe_stacks(StackName=self.name)["Stacks"][0]
        return found

    def physical_id(self, logical_id: str) -> str:
        answer = self.api.describe_stack_resource(StackName=self.name, LogicalResourceId=logical_id)
        return str(answer["StackResourceDetail"]["PhysicalResourceId"])

    def resources(self) -> set[str]:
        found = self.api.describe_stack_resources(StackName=self.name)["StackResources"]
        return {resource["LogicalResourceId"] for resource in found}

    def _call(
        self, operation: Callable[..., Any], template: dict[str, Any], parameters: dict[str, Any]
    ) -> str:
        given = [{"ParameterKey": key, "ParameterValue": str(value)} for key, value in parameters.items()]
        answer = operation(
            StackName=self.name,
            TemplateBody=json.dumps(template),
            Parameters=given,
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        return self._wait(answer["StackId"])

    def _wait(self, stack_id: str) -> str:
        def status() -> str:
            found = self.api.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]
            return "" if found.endswith("IN_PROGRESS") else str(found)

        return self.sandbox.wait_until(status, 60, f"stack {self.name}")


@pytest.fixture
def stack(sandbox: Sandbox) -> Iterator[StackUnderTest]:
    made = StackUnderTest(sandbox, f"stack-{uuid.uuid4().hex[:12]}")
    yield made
    made.api.delete_stack(StackName=made.name)


def statement(**fields: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **fields}]}


def resources(bucket: str) -> dict[str, Any]:
    """One resource of every type with an update of our own; properties follow `Stage` and `Days`."""
    stage, days = {"Ref": "Stage"}, {"Ref": "Days"}
    return {
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "BucketName": bucket,
                "Tags": [{"Key": "stage", "Value": stage}],
                "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": days}]},
                "PublicAccessBlockConfiguration": {"BlockPublicAcls": True},
            },
        },
        "BucketPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": {"Ref": "Bucket"},
                "PolicyDocument": statement(Sid=stage, Principal="*", Action="s3:Get*", Resource="*"),
            },
        },
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"VisibilityTimeout": {"Fn::FindInMap": ["Visibility", stage, "seconds"]}},
        },
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": stage}},
        "TopicPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [{"Ref": "Topic"}],
                "PolicyDocument": statement(Sid=stage, Principal="*", Action="sns:Publish", Resource="*"),
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": TRUST,
                "Policies": [
                    {
                        "PolicyName": {"Fn::Sub": "in-${Stage}"},
                        "PolicyDocument": statement(Action="sns:*", Resource="*"),
                    }
                ],
            },
        },
        "ManagedPolicy": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": statement(Sid=stage, Action="s3:Get*", Resource="*")},
        },
        "LogGroup": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": days}},
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": stage}},
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "ComparisonOperator": "GreaterThanThreshold",
                "EvaluationPeriods": 1,
                "MetricName": "m",
                "Namespace": "n",
                "Period": 60,
                "Statistic": "Sum",
                "Threshold": days,
            },
        },
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "DefinitionString": MACHINE,
                "DefinitionSubstitutions": {"Seconds": days},
            },
        },
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": {"detail": {"key": [{"wildcard": {"Fn::Sub": "${Stage}/*.csv"}}]}},
                "Targets": [
                    {"Id": stage, "Arn": {"Ref": "Machine"}, "RetryPolicy": {"MaximumRetryAttempts": 1}}
                ],
            },
        },
    }


def whole_template(bucket: str) -> dict[str, Any]:
    return {
        "Parameters": {
            "Stage": {"Type": "String", "Default": "one"},
            "Days": {"Type": "Number", "Default": 7},
        },
        "Mappings": {"Visibility": {"one": {"seconds": "11"}, "two": {"seconds": "22"}}},
        "Resources": resources(bucket),
    }


def with_failure(template: dict[str, Any]) -> dict[str, Any]:
    """The template with a new queue, and a resource that fails after all others."""
    failing = copy.deepcopy(template)
    failing["Resources"]["NewQueue"] = {"Type": "AWS::SQS::Queue"}
    failing["Resources"]["Failing"] = {**UNSUPPORTED, "DependsOn": sorted(failing["Resources"])}
    return failing


def seen(sandbox: Sandbox, stack: StackUnderTest, bucket: str) -> dict[str, Any]:
    """What each resource's own service says of the properties that follow the parameters."""
    return {**_seen_storage(sandbox, stack, bucket), **_seen_messaging(sandbox, stack)}


def _seen_storage(sandbox: Sandbox, stack: StackUnderTest, bucket: str) -> dict[str, Any]:
    s3, iam = sandbox.client("s3"), sandbox.client("iam")
    role, policy = stack.physical_id("Role"), stack.physical_id("ManagedPolicy")
    version = iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=policy, VersionId=version)["PolicyVersion"]["Document"]
    group = sandbox.client("logs").describe_log_groups(logGroupNamePrefix=stack.physical_id("LogGroup"))
    secret = sandbox.client("secretsmanager").get_secret_value(SecretId=stack.physical_id("Secret"))
    alarm = sandbox.client("cloudwatch").describe_alarms(AlarmNames=[stack.physical_id("Alarm")])
    return {
        "tag": s3.get_bucket_tagging(Bucket=bucket)["TagSet"][0]["Value"],
        "expiration": s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"][0]["Expiration"]["Days"],
        "bucket policy": _sid(s3.get_bucket_policy(Bucket=bucket)["Policy"]),
        "inline policies": iam.list_role_policies(RoleName=role)["PolicyNames"],
        "managed policy": document["Statement"][0]["Sid"],
        "retention": group["logGroups"][0]["retentionInDays"],
        "secret": secret["SecretString"],
        "threshold": alarm["MetricAlarms"][0]["Threshold"],
    }


def _seen_messaging(sandbox: Sandbox, stack: StackUnderTest) -> dict[str, Any]:
    events, rule = sandbox.client("events"), stack.physical_id("Rule")
    queue, machine = stack.physical_id("Queue"), stack.physical_id("Machine")
    topic = sandbox.client("sns").get_topic_attributes(TopicArn=stack.physical_id("Topic"))["Attributes"]
    attributes = sandbox.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])[
        "Attributes"
    ]
    definition = sandbox.client("stepfunctions").describe_state_machine(stateMachineArn=machine)["definition"]
    pattern = json.loads(events.describe_rule(Name=rule)["EventPattern"])
    return {
        "visibility": attributes["VisibilityTimeout"],
        "topic": topic["DisplayName"],
        "topic policy": _sid(topic["Policy"]),
        "seconds": json.loads(definition)["States"]["W"]["Seconds"],
        "pattern": pattern["detail"]["key"][0]["wildcard"],
        "targets": [target["Id"] for target in events.list_targets_by_rule(Rule=rule)["Targets"]],
    }


def _sid(policy: str) -> str:
    return str(json.loads(policy)["Statement"][0]["Sid"])


def expected(stage: str, days: int, visibility: str) -> dict[str, Any]:
    return {
        **dict.fromkeys(["tag", "bucket policy", "managed policy", "secret", "topic", "topic policy"], stage),
        **dict.fromkeys(["expiration", "retention", "threshold", "seconds"], days),
        "inline policies": [f"in-{stage}"],
        "visibility": visibility,
        "pattern": f"{stage}/*.csv",
        "targets": [stage],
    }


def test_an_update_changes_every_resource_in_place_and_a_failed_one_is_reverted(
    sandbox: Sandbox, stack: StackUnderTest
) -> None:
    bucket = f"{stack.name}-data"
    template = whole_template(bucket)
    assert stack.create(template) == "CREATE_COMPLETE", stack.description()["StackStatusReason"]
    assert seen(sandbox, stack, bucket) == expected("one", 7, "11")
    ids = {name: stack.physical_id(name) for name in template["Resources"]}

    assert stack.update(template, Stage="two", Days=14) == "UPDATE_COMPLETE"
    assert seen(sandbox, stack, bucket) == expected("two", 14, "22")
    assert {name: stack.physical_id(name) for name in template["Resources"]} == ids

    assert stack.update(with_failure(template), Stage="one", Days=30) == "UPDATE_ROLLBACK_COMPLETE"
    assert "AWS::Nobody::Knows" in stack.description()["StackStatusReason"]
    assert seen(sandbox, stack, bucket) == expected("two", 14, "22")
    assert stack.resources() == set(template["Resources"])

    assert stack.update(template, Stage="one", Days=30) == "UPDATE_COMPLETE"
    assert seen(sandbox, stack, bucket) == expected("one", 30, "11")
    assert stack.delete() == "DELETE_COMPLETE"
    assert bucket not in [item["Name"] for item in sandbox.client("s3").list_buckets()["Buckets"]]


def test_an_update_without_a_change_is_refused(stack: StackUnderTest) -> None:
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    stack.create(template)
    with pytest.raises(ClientError, match="No updates are to be performed"):
        stack.update(template)


def test_a_resource_can_t_become_one_of_another_type(stack: StackUnderTest) -> None:
    stack.create({"Resources": {"It": {"Type": "AWS::SNS::Topic"}}})
    with pytest.raises(ClientError, match=r"Update of resource type is not permitted.*\[It\]"):
        stack.update({"Resources": {"It": {"Type": "AWS::SQS::Queue"}}})


def test_a_failed_create_leaves_nothing_and_can_be_deployed_again(
    sandbox: Sandbox, stack: StackUnderTest
) -> None:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": stack.name}}
    template = {"Resources": {"Topic": topic}}
    assert stack.create(with_failure(template)) == "ROLLBACK_COMPLETE"
    topics = [item["TopicArn"] for item in sandbox.client("sns").list_topics()["Topics"]]
    assert not [arn for arn in topics if arn.endswith(stack.name)]
    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        stack.update(template)
    assert stack.delete() == "DELETE_COMPLETE"
    assert stack.create(template) == "CREATE_COMPLETE"


def test_a_change_set_says_that_there_is_no_change_and_an_executed_one_updates(
    sandbox: Sandbox, stack: StackUnderTest
) -> None:
    template = {
        "Parameters": {"Name": {"Type": "String", "Default": "before"}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Name"}}}},
    }
    stack.create(template)
    body = {"StackName": stack.name, "TemplateBody": json.dumps(template)}
    idle = stack.api.create_change_set(ChangeSetName="idle", **body)["Id"]
    assert stack.api.describe_change_set(ChangeSetName=idle)["Status"] == "FAILED"
    new = [{"ParameterKey": "Name", "ParameterValue": "after"}]
    busy = stack.api.create_change_set(ChangeSetName="busy", Parameters=new, **body)["Id"]
    assert stack.description()["StackStatus"] == "CREATE_COMPLETE"
    stack.api.execute_change_set(ChangeSetName=busy)
    assert stack._wait(stack.description()["StackId"]) == "UPDATE_COMPLETE"
    topic = sandbox.client("sns").get_topic_attributes(TopicArn=stack.physical_id("Topic"))
    assert topic["Attributes"]["DisplayName"] == "after"


def test_an_update_that_nobody_implements_fails_and_says_so(stack: StackUnderTest) -> None:
    def bus(description: str) -> dict[str, Any]:
        properties = {"Name": stack.name, "Description": description}
        return {"Resources": {"Bus": {"Type": "AWS::Events::EventBus", "Properties": properties}}}

    assert stack.create(bus("one")) == "CREATE_COMPLETE"
    assert stack.update(bus("two")) == "UPDATE_ROLLBACK_COMPLETE"
    assert "AWS::Events::EventBus can't be updated here (Description changed)" in str(
        stack.description()["StackStatusReason"]
    )


def test_a_bucket_that_exists_is_not_adopted(sandbox: Sandbox, stack: StackUnderTest) -> None:
    sandbox.client("s3").create_bucket(Bucket=stack.name)
    template = {
        "Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": stack.name}}}
    }
    assert stack.create(template) == "ROLLBACK_COMPLETE"
    assert stack.name in [item["Name"] for item in sandbox.client("s3").list_buckets()["Buckets"]]


def test_a_retained_resource_outlives_its_stack(sandbox: Sandbox, stack: StackUnderTest) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {"BucketName": stack.name}}
    assert stack.create({"Resources": {"Bucket": bucket}}) == "CREATE_COMPLETE"
    assert stack.delete() == "DELETE_COMPLETE"
    assert stack.name in [item["Name"] for item in sandbox.client("s3").list_buckets()["Buckets"]]


def test_a_change_set_names_the_properties_that_it_modifies(sandbox: Sandbox, stack: StackUnderTest) -> None:
    def template(display_name: str) -> dict[str, Any]:
        return {"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": display_name}}}}

    stack.create(template("one"))
    made = stack.api.create_change_set(
        StackName=stack.name,
        ChangeSetName="c",
        TemplateBody=json.dumps(template("two")),
        ChangeSetType="UPDATE",
    )["Id"]

    def described() -> Any:
        answer = stack.api.describe_change_set(ChangeSetName=made)
        return answer if answer["Status"] == "CREATE_COMPLETE" else None

    change = sandbox.wait_until(described, 30, "the change set")["Changes"][0]["ResourceChange"]
    assert (change["Action"], change["Scope"]) == ("Modify", ["Properties"])
    target = change["Details"][0]["Target"]
    assert (target["Attribute"], target["Name"]) == ("Properties", "DisplayName")
