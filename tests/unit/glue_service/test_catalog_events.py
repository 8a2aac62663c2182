"""Which change of the Data Catalog is which event; the fixtures are events that AWS sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.glue_service.catalog_events import (
    CatalogChange,
    change_of,
    changes_between,
    event_entry,
    snapshot,
)
from emulator.glue_service.catalog_models import Catalog, CatalogPartition
from emulator.glue_service.models import Scope

SCOPE = Scope("123456789012", "us-east-1")
DATABASE_EVENT = {
    "detail-type": "Glue Data Catalog Database State Change",
    "source": "aws.glue",
    "resources": ["arn:aws:glue:us-east-1:123456789012:table/dbname/table_name"],
    "detail": {"databaseName": "dbname", "typeOfChange": "CreateTable", "changedTables": ["table_name"]},
}
TABLE_EVENT = {
    "detail-type": "Glue Data Catalog Table State Change",
    "source": "aws.glue",
    "resources": ["arn:aws:glue:us-east-1:123456789012:table/booker/d_items"],
    "detail": {
        "databaseName": "booker",
        "changedPartitions": ["[3, 2020-10-05 00:00:00, SNAPSHOT]"],
        "typeOfChange": "BatchCreatePartition",
        "tableName": "d_items",
    },
}


def sent(change: CatalogChange) -> dict[str, Any]:
    entry = event_entry(SCOPE, change)
    return {
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "resources": entry["Resources"],
        "detail": json.loads(entry["Detail"]),
    }


def test_a_new_table_is_a_change_of_its_database() -> None:
    assert sent(CatalogChange("CreateTable", "dbname", ("table_name",))) == DATABASE_EVENT


def test_new_partitions_are_a_change_of_their_table() -> None:
    values = ("3", "2020-10-05 00:00:00", "SNAPSHOT")
    assert sent(CatalogChange("BatchCreatePartition", "booker", ("d_items",), (values,))) == TABLE_EVENT


def test_a_new_database_names_itself_as_the_resource() -> None:
    event = sent(CatalogChange("CreateDatabase", "d1"))
    assert event["resources"] == ["arn:aws:glue:us-east-1:123456789012:database/d1"]
    assert event["detail"] == {"databaseName": "d1", "typeOfChange": "CreateDatabase", "changedTables": []}


TABLE = {"DatabaseName": "D", "TableName": "T"}


@pytest.mark.parametrize(
    ("operation", "request_members", "answer", "tables", "partitions"),
    [
        ("CreateDatabase", {"DatabaseInput": {"Name": "D"}}, {}, (), ()),
        ("DeleteDatabase", {"Name": "D"}, {}, (), ()),
        ("CreateTable", {"DatabaseName": "D", "TableInput": {"Name": "T"}}, {}, ("t",), ()),
        ("DeleteTable", {"DatabaseName": "D", "Name": "T"}, {}, ("t",), ()),
        ("UpdateTable", {"DatabaseName": "D", "TableInput": {"Name": "T"}}, {}, ("t",), ()),
        (
            "BatchDeleteTable",
            {"DatabaseName": "D", "TablesToDelete": ["T", "x"]},
            {"Errors": [{"TableName": "x"}]},
            ("t",),
            (),
        ),
        ("CreatePartition", {**TABLE, "PartitionInput": {"Values": ["1"]}}, {}, ("t",), (("1",),)),
        (
            "UpdatePartition",
            {**TABLE, "PartitionValueList": ["1"], "PartitionInput": {"Values": ["2"]}},
            {},
            ("t",),
            (("2",),),
        ),
        ("DeletePartition", {**TABLE, "PartitionValues": ["1"]}, {}, ("t",), (("1",),)),
        (
            "BatchCreatePartition",
            {**TABLE, "PartitionInputList": [{"Values": ["1"]}, {"Values": ["2"]}]},
            {"Errors": [{"PartitionValues": ["1"]}]},
            ("t",),
            (("2",),),
        ),
        (
            "BatchUpdatePartition",
            {**TABLE, "Entries": [{"PartitionValueList": ["1"]}]},
            {"Errors": []},
            ("t",),
            (("1",),),
        ),
        (
            "BatchDeletePartition",
            {**TABLE, "PartitionsToDelete": [{"Values": ["1"]}]},
            {"Errors": []},
            ("t",),
            (("1",),),
        ),
    ],
)
def test_a_request_that_was_answered_is_a_change(
    operation: str,
    request_members: dict[str, Any],
    answer: dict[str, Any],
    tables: tuple[str, ...],
    partitions: tuple[tuple[str, ...], ...],
) -> None:
    assert change_of(operation, request_members, answer) == CatalogChange(operation, "d", tables, partitions)


def test_a_batch_in_which_all_failed_is_no_change() -> None:
    request = {**TABLE, "PartitionInputList": [{"Values": ["1"]}]}
    assert change_of("BatchCreatePartition", request, {"Errors": [{"PartitionValues": ["1"]}]}) is None


def test_what_a_crawl_changed_is_found_by_comparison() -> None:
    catalog = Catalog(SCOPE)
    database = catalog.add_database("d", {})
    for name in ("kept", "changed", "gone"):
        database.add_table(name, {})
    kept = database.table("kept")
    kept.partitions = {(day,): CatalogPartition({"Values": [day]}) for day in ("1", "2")}
    before = snapshot(database)
    database.table("changed").update({"Description": "new"})
    del database.tables["gone"]
    database.add_table("new", {})
    kept.partitions = {
        ("2",): CatalogPartition({"Values": ["2"], "Parameters": {"a": "b"}}),
        ("3",): CatalogPartition({"Values": ["3"]}),
    }
    assert set(changes_between("d", before, snapshot(database))) == {
        CatalogChange("UpdateTable", "d", ("changed",)),
        CatalogChange("DeleteTable", "d", ("gone",)),
        CatalogChange("CreateTable", "d", ("new",)),
        CatalogChange("BatchCreatePartition", "d", ("kept",), (("3",),)),
        CatalogChange("BatchUpdatePartition", "d", ("kept",), (("2",),)),
        CatalogChange("BatchDeletePartition", "d", ("kept",), (("1",),)),
    }


def test_a_crawl_that_changed_nothing_sends_nothing() -> None:
    database = Catalog(SCOPE).add_database("d", {})
    database.add_table("t", {})
    assert list(changes_between("d", snapshot(database), snapshot(database))) == []


def test_many_new_partitions_come_in_hundreds() -> None:
    database = Catalog(SCOPE).add_database("d", {})
    table = database.add_table("t", {})
    before = snapshot(database)
    table.partitions = {(str(n),): CatalogPartition({"Values": [str(n)]}) for n in range(250)}
    found = list(changes_between("d", before, snapshot(database)))
    assert [len(change.partitions) for change in found] == [100, 100, 50]
