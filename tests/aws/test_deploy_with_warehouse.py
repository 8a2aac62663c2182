"""The profile aws on a sandbox, with a warehouse of the pipeline's own.

LocalStack lacks some of warehouse.yaml's types, so a template with the same outputs stands in for it here:
the real namespace and workgroup of the sandbox, and names in place of a network.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from emulator.stack.sandbox import Sandbox
from pipeline import warehouse_stack
from pipeline.cloudformation_stack import Stack
from pipeline.deploy import deploy, preview
from pipeline.destroy import destroy, plan_destroy
from pipeline.settings import PipelineSettings, load_settings
from scripts.pipeline_deployment import pointed_at


class TagBlindLoader(yaml.SafeLoader):
    """Reads a template whatever its short forms mean."""


TagBlindLoader.add_multi_constructor("!", lambda *_: None)


def sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text}


def outputs_of_warehouse_yaml() -> set[str]:
    text = warehouse_stack.TEMPLATE.read_text(encoding="utf-8")
    return set(yaml.load(text, Loader=TagBlindLoader)["Outputs"])


def stand_in(parameters: list[str]) -> dict[str, Any]:
    """A template that takes the same parameters and gives the same outputs."""
    namespace = {"NamespaceName": {"Ref": "Prefix"}, "DbName": "dev", "AdminUsername": "awsuser"}
    workgroup = {"WorkgroupName": {"Ref": "Prefix"}, "NamespaceName": {"Ref": "Namespace"}}
    address = {"Fn::GetAtt": ["Workgroup", "Workgroup.Endpoint.Address"]}
    port = {"Fn::GetAtt": ["Workgroup", "Workgroup.Endpoint.Port"]}
    url = {"Fn::Sub": ["jdbc:redshift://${Address}:${Port}/dev", {"Address": address, "Port": port}]}
    values: dict[str, Any] = {
        "WarehouseUrl": url,
        "WarehouseDatabase": "dev",
        "WorkgroupName": {"Ref": "Workgroup"},
        "NamespaceName": {"Ref": "Namespace"},
        "SubnetId": "subnet-0a",
        "SubnetAvailabilityZone": sub("${AWS::Region}a"),
        "SecurityGroupId": "sg-0a",
        "CopyRoleArn": sub("arn:aws:iam::${AWS::AccountId}:role/${Prefix}-copy"),
    }
    return {
        "Parameters": {name: {"Type": "String"} for name in parameters},
        "Resources": {
            "Namespace": {
                "Type": "AWS::RedshiftServerless::Namespace",
                "Properties": {**namespace, "ManageAdminPassword": True},
            },
            "Workgroup": {"Type": "AWS::RedshiftServerless::Workgroup", "Properties": workgroup},
        },
        "Outputs": {name: {"Value": value} for name, value in values.items()},
    }


@pytest.fixture
def settings(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[PipelineSettings]:
    parameters = list(warehouse_stack.template_parameters(load_settings("aws", {})))
    template = tmp_path / "warehouse.json"
    template.write_text(json.dumps(stand_in(parameters)))
    with pointed_at(sandbox.settings):
        for name in [name for name in os.environ if name.startswith("PIPELINE_")]:
            monkeypatch.delenv(name)
        made = replace(load_settings("aws"), prefix=f"dep-{uuid.uuid4().hex[:8]}")
        given = outputs_of_warehouse_yaml()
        monkeypatch.setattr(warehouse_stack, "TEMPLATE", template)
        assert given == set(stand_in(parameters)["Outputs"])
        yield made
        session = boto3.Session()
        destroy(plan_destroy(made, session), lambda _: None, session)


def test_the_warehouse_is_made_first_and_gives_the_pipeline_what_it_needs(
    sandbox: Sandbox, settings: PipelineSettings
) -> None:
    previews = preview(settings)
    assert [(item.stack, item.status) for item in previews] == [
        (settings.warehouse_stack_name, "new"),
        (settings.stack_name, "new"),
    ]
    told: list[str] = []
    deployment = deploy(settings, told.append)
    glue = sandbox.client("glue")
    connection = glue.get_connection(Name=f"{settings.prefix}-warehouse")["Connection"]
    namespace = sandbox.client("redshift-serverless").get_namespace(namespaceName=settings.prefix)
    secret = namespace["namespace"]["adminPasswordSecretArn"]
    assert connection["ConnectionProperties"]["SECRET_ID"] == secret
    assert "PASSWORD" not in connection["ConnectionProperties"]
    assert connection["PhysicalConnectionRequirements"]["SubnetId"] == "subnet-0a"
    arguments = glue.get_job(JobName=deployment.job)["Job"]["DefaultArguments"]
    assert arguments["--copy_role_arn"].endswith(f"role/{settings.prefix}-copy")
    assert [item.status for item in preview(settings)] == ["CREATE_COMPLETE", "CREATE_COMPLETE"]
    session = boto3.Session()
    destroy(plan_destroy(settings, session), told.append, session)
    for name in (settings.stack_name, settings.warehouse_stack_name):
        assert not Stack(session.client("cloudformation"), name).exists()
