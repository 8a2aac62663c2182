"""AWS::RedshiftServerless::Namespace and ::Workgroup in CloudFormation: created, changed and deleted."""

from __future__ import annotations

import json
import uuid
from typing import Any

from emulator.stack.sandbox import Sandbox
from tests.redshift_facts import works

ACCOUNT = "555500002222"  # whose workgroups make no other test's names unknown


def template(name: str, capacity: Any, **namespace: Any) -> str:
    """A namespace and its workgroup."""
    properties = {"NamespaceName": name, "AdminUsername": "awsuser", "Tags": [{"Key": "a", "Value": "1"}]}
    workgroup = {
        "WorkgroupName": name,
        "NamespaceName": {"Ref": "Namespace"},
        "BaseCapacity": capacity,
        "ConfigParameters": [{"ParameterKey": "search_path", "ParameterValue": "staging"}],
    }
    outputs = {
        "Name": {"Ref": "Workgroup"},
        "Arn": {"Fn::GetAtt": ["Namespace", "Namespace.NamespaceArn"]},
        "Address": {"Fn::GetAtt": ["Workgroup", "Workgroup.Endpoint.Address"]},
        "Port": {"Fn::GetAtt": ["Workgroup", "Workgroup.Endpoint.Port"]},
    }
    kind = "AWS::RedshiftServerless::"
    resources = {
        "Namespace": {"Type": f"{kind}Namespace", "Properties": properties | namespace},
        "Workgroup": {"Type": f"{kind}Workgroup", "Properties": workgroup},
    }
    shown = {key: {"Value": value} for key, value in outputs.items()}
    return json.dumps({"Resources": resources, "Outputs": shown})


@works(
    "Redshift API",
    *(
        "CloudFormation AWS::RedshiftServerless::Namespace",
        "CloudFormation AWS::RedshiftServerless::Workgroup",
    ),
)
def test_a_stack_has_a_namespace_and_a_workgroup(sandbox: Sandbox) -> None:
    cloudformation = sandbox.client("cloudformation", account_id=ACCOUNT)
    serverless = sandbox.client("redshift-serverless", account_id=ACCOUNT)
    name = f"stack-{uuid.uuid4().hex[:8]}"
    stack = {"StackName": name}
    cloudformation.create_stack(**stack, TemplateBody=template(name, "8"))
    cloudformation.get_waiter("stack_create_complete").wait(**stack, WaiterConfig={"Delay": 1})
    (described,) = cloudformation.describe_stacks(**stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
    namespace = serverless.get_namespace(namespaceName=name)["namespace"]
    assert outputs == {
        "Name": name,
        "Arn": namespace["namespaceArn"],
        "Address": "127.0.0.1",
        "Port": str(sandbox.settings.redshift_port),
    }
    tags = serverless.list_tags_for_resource(resourceArn=namespace["namespaceArn"])["tags"]
    assert {"key": "a", "value": "1"} in tags
    cloudformation.update_stack(**stack, TemplateBody=template(name, 16, LogExports=["userlog"]))
    cloudformation.get_waiter("stack_update_complete").wait(**stack, WaiterConfig={"Delay": 1})
    assert serverless.get_workgroup(workgroupName=name)["workgroup"]["baseCapacity"] == 16
    assert serverless.get_namespace(namespaceName=name)["namespace"]["logExports"] == ["userlog"]
    cloudformation.delete_stack(**stack)
    cloudformation.get_waiter("stack_delete_complete").wait(**stack, WaiterConfig={"Delay": 1})
    for found in (serverless.list_workgroups()["workgroups"], serverless.list_namespaces()["namespaces"]):
        assert found == []


@works("Redshift API", "CloudFormation AWS::Redshift::Cluster")
def test_a_stack_has_a_cluster(sandbox: Sandbox) -> None:
    cloudformation = sandbox.client("cloudformation", account_id=ACCOUNT)
    properties = {
        "ClusterType": "single-node",
        "DBName": sandbox.settings.database,
        "MasterUsername": sandbox.settings.user,
        "MasterUserPassword": sandbox.settings.password,
        "NodeType": "ra3.large",
    }
    body = {
        "Resources": {"Cluster": {"Type": "AWS::Redshift::Cluster", "Properties": properties}},
        "Outputs": {"Port": {"Value": {"Fn::GetAtt": ["Cluster", "Endpoint.Port"]}}},
    }
    stack = {"StackName": f"stack-{uuid.uuid4().hex[:8]}"}
    stack["StackName"] = cloudformation.create_stack(**stack, TemplateBody=json.dumps(body))["StackId"]
    cloudformation.get_waiter("stack_create_complete").wait(**stack, WaiterConfig={"Delay": 1})
    (output,) = cloudformation.describe_stacks(**stack)["Stacks"][0]["Outputs"]
    assert output["OutputValue"] == str(sandbox.settings.redshift_port)
    cloudformation.delete_stack(**stack)
    cloudformation.get_waiter("stack_delete_complete").wait(**stack, WaiterConfig={"Delay": 1})
    assert sandbox.client("redshift", account_id=ACCOUNT).describe_clusters()["Clusters"] == []


def test_a_property_that_nothing_stands_behind_fails_the_stack(sandbox: Sandbox) -> None:
    cloudformation = sandbox.client("cloudformation", account_id=ACCOUNT)
    stack = {"StackName": f"stack-{uuid.uuid4().hex[:8]}"}
    body = template(stack["StackName"], 8, FinalSnapshotName="last")
    stack["StackName"] = cloudformation.create_stack(**stack, TemplateBody=body)["StackId"]
    sandbox.wait_until(lambda: _failure(cloudformation, stack), 30, "the failure")
    assert "FinalSnapshotName" in _failure(cloudformation, stack)


def _failure(cloudformation: Any, stack: dict[str, str]) -> str:
    events = cloudformation.describe_stack_events(**stack)["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events]
    return next((reason for reason in reasons if "is not supported by tarmac" in reason), "")
