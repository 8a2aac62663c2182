"""Glue types in CloudFormation beyond jobs and tables, and what a template gets refused for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.glue_api.catalog_bench import refusal
from tests.contract.glue_api.gateway import GlueBench
from tests.contract.glue_api.glue_stack import delete, ended

ACCOUNT = {"Ref": "AWS::AccountId"}
BUILT_ELSEWHERE = (
    "CustomEntityType",
    "DataCatalogEncryptionSettings",
    "DataQualityRuleset",
    "DevEndpoint",
    "MLTransform",
    "Registry",
    "Schema",
    "SchemaVersion",
    "TableOptimizer",
    "UsageProfile",
)


def deploy(bench: GlueBench, resources: dict[str, Any], update: bool = False) -> tuple[str, dict[str, str]]:
    """Status and `Ref`s of a stack of these resources."""
    body = json.dumps(
        {
            "Resources": {
                name: {"Type": f"AWS::Glue::{kind}", "Properties": values}
                for name, (kind, values) in resources.items()
            },
            "Outputs": {name: {"Value": {"Ref": name}} for name in resources},
        }
    )
    cloudformation = bench.gateway.client("cloudformation")
    act = cloudformation.update_stack if update else cloudformation.create_stack
    act(StackName=bench.name, TemplateBody=body)
    return ended(bench)


def reasons(bench: GlueBench) -> str:
    """Why resources of the stack failed."""
    events = bench.gateway.client("cloudformation").describe_stack_events(StackName=bench.name)["StackEvents"]
    return "\n".join(event.get("ResourceStatusReason", "") for event in events)


def partitioned(bench: GlueBench, location: str, *days: str) -> dict[str, Any]:
    """A database, a table with the key `day`, and a partition for each day."""
    table = {"Name": "things", "PartitionKeys": [{"Name": "day", "Type": "date"}]}
    place = {"CatalogId": ACCOUNT, "DatabaseName": {"Ref": "Database"}}
    partitions = {
        f"Day{day.replace('-', '')}": (
            "Partition",
            {
                **place,
                "TableName": {"Ref": "Table"},
                "PartitionInput": {"Values": [day], "StorageDescriptor": {"Location": f"{location}{day}/"}},
            },
        )
        for day in days
    }
    return {
        "Database": ("Database", {"CatalogId": ACCOUNT, "DatabaseInput": {"Name": bench.name}}),
        "Table": ("Table", {**place, "TableInput": table}),
        **partitions,
    }


def locations(bench: GlueBench) -> dict[str, str]:
    found = bench.glue.get_partitions(DatabaseName=bench.name, TableName="things")["Partitions"]
    return {one["Values"][0]: one["StorageDescriptor"]["Location"] for one in found}


def test_partitions_of_a_template_are_created_changed_and_deleted(bench: GlueBench) -> None:
    status, refs = deploy(bench, partitioned(bench, "s3://a/", "2026-01-01", "2026-01-02"))
    assert status == "CREATE_COMPLETE", reasons(bench)
    assert refs["Day20260101"] == f"{bench.name}|things|2026-01-01"
    assert locations(bench) == {"2026-01-01": "s3://a/2026-01-01/", "2026-01-02": "s3://a/2026-01-02/"}
    status, _ = deploy(bench, partitioned(bench, "s3://b/", "2026-01-01"), update=True)
    assert status == "UPDATE_COMPLETE", reasons(bench)
    assert locations(bench) == {"2026-01-01": "s3://b/2026-01-01/"}
    delete(bench)
    assert refusal(bench.glue.get_database, Name=bench.name)[0] == "EntityNotFoundException"


def classifiers(name: str, header: str) -> dict[str, Any]:
    return {
        "Csv": (
            "Classifier",
            {"CsvClassifier": {"Name": name, "ContainsHeader": header, "Header": ["a", "b"]}},
        ),
        "Json": ("Classifier", {"JsonClassifier": {"JsonPath": "$[*]"}}),
        "Grok": (
            "Classifier",
            {"GrokClassifier": {"Classification": "log", "GrokPattern": "%{GREEDYDATA:message}"}},
        ),
        "Xml": ("Classifier", {"XMLClassifier": {"Classification": "orders", "RowTag": "order"}}),
    }


def test_classifiers_of_a_template_are_created_changed_and_renamed(bench: GlueBench) -> None:
    status, refs = deploy(bench, classifiers(bench.name, "PRESENT"))
    assert status == "CREATE_COMPLETE", reasons(bench)
    assert refs["Csv"] == bench.name
    found = bench.glue.get_classifier(Name=refs["Json"])["Classifier"]["JsonClassifier"]
    assert found["JsonPath"] == "$[*]"
    assert deploy(bench, classifiers(bench.name, "ABSENT"), update=True)[0] == "UPDATE_COMPLETE"
    csv = bench.glue.get_classifier(Name=bench.name)["Classifier"]["CsvClassifier"]
    assert (csv["ContainsHeader"], csv["Version"]) == ("ABSENT", 2)
    without_header = classifiers(bench.name, "ABSENT")
    del without_header["Csv"][1]["CsvClassifier"]["Header"]
    assert deploy(bench, without_header, update=True)[0] == "UPDATE_COMPLETE"
    csv = bench.glue.get_classifier(Name=bench.name)["Classifier"]["CsvClassifier"]
    assert not csv.get("Header")
    status, renamed = deploy(bench, classifiers(f"{bench.name}-new", "ABSENT"), update=True)
    assert (status, renamed["Csv"]) == ("UPDATE_COMPLETE", f"{bench.name}-new")
    assert renamed["Json"] == refs["Json"]
    assert refusal(bench.glue.get_classifier, Name=bench.name)[0] == "EntityNotFoundException"
    delete(bench)


def security(name: str, mode: str) -> dict[str, Any]:
    encryption = {"S3Encryptions": [{"S3EncryptionMode": mode}]}
    return {"Security": ("SecurityConfiguration", {"Name": name, "EncryptionConfiguration": encryption})}


def test_a_changed_security_configuration_is_made_anew(bench: GlueBench) -> None:
    assert deploy(bench, security(bench.name, "SSE-S3")) == ("CREATE_COMPLETE", {"Security": bench.name})
    assert deploy(bench, security(bench.name, "DISABLED"), update=True)[0] == "UPDATE_COMPLETE"
    found = bench.glue.get_security_configuration(Name=bench.name)["SecurityConfiguration"]
    assert found["EncryptionConfiguration"] == {"S3Encryption": [{"S3EncryptionMode": "DISABLED"}]}
    delete(bench)
    assert refusal(bench.glue.get_security_configuration, Name=bench.name)[0] == "EntityNotFoundException"


def test_a_table_that_changes_its_database_is_replaced(bench: GlueBench) -> None:
    def resources(database: str) -> dict[str, Any]:
        both = {
            name: (
                "Database",
                {"CatalogId": ACCOUNT, "DatabaseInput": {"Name": f"{bench.name}-{name.lower()}"}},
            )
            for name in ("One", "Two")
        }
        table = {"CatalogId": ACCOUNT, "DatabaseName": {"Ref": database}, "TableInput": {"Name": "t"}}
        return {**both, "Table": ("Table", table)}

    deploy(bench, resources("One"))
    assert deploy(bench, resources("Two"), update=True)[0] == "UPDATE_COMPLETE"
    assert bench.glue.get_table(DatabaseName=f"{bench.name}-two", Name="t")["Table"]["Name"] == "t"
    code, _ = refusal(bench.glue.get_table, DatabaseName=f"{bench.name}-one", Name="t")
    assert code == "EntityNotFoundException"
    delete(bench)


def test_a_database_can_be_named_outside_of_its_input(bench: GlueBench) -> None:
    database = {"CatalogId": ACCOUNT, "DatabaseName": bench.name, "DatabaseInput": {"Description": "d"}}
    assert deploy(bench, {"Database": ("Database", database)}) == (
        "CREATE_COMPLETE",
        {"Database": bench.name},
    )
    delete(bench)


@pytest.mark.parametrize("kind", BUILT_ELSEWHERE)
def test_a_type_that_nothing_stands_behind_fails_the_stack_by_name(bench: GlueBench, kind: str) -> None:
    status, _ = deploy(bench, {"It": (kind, {"Name": bench.name})})
    assert status in ("CREATE_FAILED", "ROLLBACK_COMPLETE")
    assert f"AWS::Glue::{kind}" in reasons(bench)


@pytest.mark.parametrize(
    ("kind", "properties", "words"),
    [
        ("Job", {"Role": "r"}, "#: required key [Command] not found"),
        (
            "Crawler",
            {"Role": "r", "Targets": {}, "Colour": "red"},
            "extraneous key [Colour] is not permitted",
        ),
        (
            "Table",
            {
                "CatalogId": ACCOUNT,
                "DatabaseName": "default",
                "TableInput": {"Name": "t"},
                "OpenTableFormatInput": {"IcebergInput": {"MetadataOperation": "CREATE"}},
            },
            "OpenTableFormatInput in CreateTable is not supported by tarmac",
        ),
        (
            "Database",
            {
                "CatalogId": ACCOUNT,
                "DatabaseInput": {"Name": "link", "TargetDatabase": {"DatabaseName": "x"}},
            },
            "TargetDatabase in CreateDatabase is not supported by tarmac",
        ),
        ("Database", {"CatalogId": "999999999999", "DatabaseInput": {"Name": "x"}}, "is not authorized"),
        ("Classifier", {}, "a classifier has one of"),
    ],
)
def test_a_property_that_cannot_be_fails_the_stack_with_the_reason(
    bench: GlueBench, kind: str, properties: dict[str, Any], words: str
) -> None:
    status, _ = deploy(bench, {"It": (kind, properties)})
    assert status in ("CREATE_FAILED", "ROLLBACK_COMPLETE")
    assert words in reasons(bench)
