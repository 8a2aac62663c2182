"""The Glue types of CloudFormation against AWS's own registry schemas, which cfn-lint carries."""

from __future__ import annotations

import importlib.metadata
import json
from importlib import resources
from typing import Any

import pytest

from emulator.glue_service.cloudformation.resource import InvalidPropertiesError, check_properties
from emulator.glue_service.cloudformation.template_values import as_request

GROUP = "localstack.cloudformation.resource_providers"
PLUGINS = {
    point.name: point
    for point in importlib.metadata.entry_points(group=GROUP)
    if point.value.startswith("emulator.")
}


def provider_schema(kind: str) -> dict[str, Any]:
    plugin: Any = PLUGINS[kind].load()()
    plugin.load()
    schema: dict[str, Any] = plugin.factory.SCHEMA
    return schema


def aws_schema(kind: str) -> dict[str, Any]:
    name = kind.lower().replace("::", "-") + ".json"
    folder = resources.files("cfnlint") / "data" / "schemas" / "providers" / "us_east_1"
    schema: dict[str, Any] = json.loads((folder / name).read_text())
    return schema


def test_the_types_that_a_glue_stack_needs_are_registered() -> None:
    glue = "AWS::Glue::"
    assert {kind.removeprefix(glue) for kind in PLUGINS if kind.startswith(glue)} == {
        "Classifier",
        "Connection",
        "Crawler",
        "Database",
        "Job",
        "Partition",
        "SecurityConfiguration",
        "Table",
        "Trigger",
        "Workflow",
    }


@pytest.mark.parametrize("kind", PLUGINS)
def test_every_property_of_aws_is_known(kind: str) -> None:
    aws = aws_schema(kind)
    read_only = {path.removeprefix("/properties/") for path in aws.get("readOnlyProperties", [])}
    assert provider_schema(kind)["properties"].keys() == aws["properties"].keys() - read_only


@pytest.mark.parametrize("kind", PLUGINS)
def test_what_aws_requires_is_required(kind: str) -> None:
    assert set(provider_schema(kind)["required"]) == set(aws_schema(kind).get("required", []))


@pytest.mark.parametrize("kind", PLUGINS)
def test_what_aws_replaces_is_replaced(kind: str) -> None:
    assert set(provider_schema(kind)["createOnlyProperties"]) == set(
        aws_schema(kind).get("createOnlyProperties", [])
    )


def test_unknown_and_missing_properties_are_refused_as_cloudformation_words_it() -> None:
    with pytest.raises(InvalidPropertiesError) as refused:
        check_properties({"Role": "r", "Colour": "red"}, provider_schema("AWS::Glue::Job"), "MyJob")
    assert str(refused.value) == (
        "Properties validation failed for resource MyJob with message:\n"
        "#: extraneous key [Colour] is not permitted\n"
        "#: required key [Command] not found"
    )


def test_a_templates_values_get_the_types_of_the_api() -> None:
    storage = {"Compressed": "true", "NumberOfBuckets": "-1", "Parameters": {"n": 1, "flag": False}}
    table = {"Name": 7, "Retention": "3", "StorageDescriptor": storage, "PartitionKeys": [{"Name": "d"}]}
    assert as_request("CreateTable", {"DatabaseName": "db", "TableInput": table}) == {
        "DatabaseName": "db",
        "TableInput": {
            "Name": "7",
            "Retention": 3,
            "StorageDescriptor": {
                "Compressed": True,
                "NumberOfBuckets": -1,
                "Parameters": {"n": "1", "flag": "false"},
            },
            "PartitionKeys": [{"Name": "d"}],
        },
    }


def test_numbers_of_a_job_are_numbers_and_its_arguments_text() -> None:
    job = {"MaxCapacity": "0.0625", "Timeout": 10.0, "MaxRetries": "1", "DefaultArguments": {"--n": 3}}
    assert as_request("CreateJob", job) == {
        "MaxCapacity": 0.0625,
        "Timeout": 10,
        "MaxRetries": 1,
        "DefaultArguments": {"--n": "3"},
    }


def test_what_no_type_can_be_made_of_is_left_for_the_api_to_refuse() -> None:
    odd = {"Timeout": "soon", "Tags": ["a"], "Nonsense": {"x": 1}}
    assert as_request("CreateJob", odd) == odd
