"""Partitions of a catalog table: one by one and in batches, filtered, indexed, with statistics."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.contract.glue_api.catalog_bench import STORAGE, CatalogBench, refusal

DAYS = [("2026-01-01", "1"), ("2026-01-02", "9"), ("2026-02-01", "10")]


def spec(*values: str, location: str = "s3://bucket/p/") -> dict[str, Any]:
    return {"Values": list(values), "StorageDescriptor": {**STORAGE, "Location": location}}


def test_a_partition_has_what_it_was_created_with(catalog: CatalogBench) -> None:
    catalog.partitioned(day="date", n="int")
    catalog.call("create_partition", PartitionInput={**spec("2026-01-01", "1"), "Parameters": {"p": "1"}})
    found = catalog.call("get_partition", PartitionValues=["2026-01-01", "1"])["Partition"]
    assert (found["Values"], found["Parameters"]) == (["2026-01-01", "1"], {"p": "1"})
    assert (found["DatabaseName"], found["TableName"]) == (catalog.database, "things")
    assert found["StorageDescriptor"]["Location"] == "s3://bucket/p/"


def test_partitions_are_changed_in_place_and_moved(catalog: CatalogBench) -> None:
    catalog.partitioned(*DAYS, day="date", n="int")
    moved = spec("2026-01-03", "3", location="s3://bucket/moved/")
    catalog.call("update_partition", PartitionValueList=["2026-01-02", "9"], PartitionInput=moved)
    assert catalog.partitions() == [["2026-01-01", "1"], ["2026-01-03", "3"], ["2026-02-01", "10"]]
    taken = spec("2026-02-01", "10")
    assert refusal(
        catalog.call,
        operation="update_partition",
        PartitionValueList=["2026-01-03", "3"],
        PartitionInput=taken,
    ) == ("AlreadyExistsException", "Partition already exists.")


def test_a_batch_reports_each_item_that_fails(catalog: CatalogBench) -> None:
    catalog.partitioned(("1",), day="string")
    created = catalog.call("batch_create_partition", PartitionInputList=[spec("1"), spec("2"), spec("3")])
    assert created["Errors"] == [
        {
            "PartitionValues": ["1"],
            "ErrorDetail": {
                "ErrorCode": "AlreadyExistsException",
                "ErrorMessage": "Partition already exists.",
            },
        }
    ]
    entries = [
        {"PartitionValueList": [value], "PartitionInput": spec(value, location="s3://bucket/new/")}
        for value in ("2", "9")
    ]
    missing = {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Cannot find partition."}
    updated = catalog.call("batch_update_partition", Entries=entries)
    assert updated["Errors"] == [{"PartitionValueList": ["9"], "ErrorDetail": missing}]
    wanted = [{"Values": [value]} for value in ("2", "9")]
    got = catalog.call("batch_get_partition", PartitionsToGet=wanted)
    assert [one["StorageDescriptor"]["Location"] for one in got["Partitions"]] == ["s3://bucket/new/"]
    assert got["UnprocessedKeys"] == []
    deleted = catalog.call("batch_delete_partition", PartitionsToDelete=wanted)
    assert deleted["Errors"] == [{"PartitionValues": ["9"], "ErrorDetail": missing}]
    assert catalog.call("batch_create_partition", PartitionInputList=[spec("2")])["Errors"] == []
    catalog.call("delete_partition", PartitionValues=["3"])
    assert catalog.partitions() == [["1"], ["2"]]


def test_an_expression_filters_by_the_type_of_the_key(catalog: CatalogBench) -> None:
    catalog.partitioned(*DAYS, day="date", n="int")
    assert catalog.partitions(Expression="n < 10") == [["2026-01-01", "1"], ["2026-01-02", "9"]]
    assert catalog.partitions(Expression="day BETWEEN '2026-01-02' AND '2026-02-28' AND NOT n = 9") == [
        ["2026-02-01", "10"]
    ]
    assert refusal(catalog.partitions, Expression="nosuch = 1") == (
        "InvalidInputException",
        "Invalid partition expression!",
    )


def test_partitions_come_in_pages_in_segments_and_without_columns(catalog: CatalogBench) -> None:
    catalog.partitioned(*((str(number),) for number in range(5)), n="int")
    assert catalog.partitions(MaxResults=2) == [["0"], ["1"], ["2"], ["3"], ["4"]]
    assert catalog.partitions(MaxResults=1, Expression="n = 1 OR n = 4") == [["1"], ["4"]]
    assert "NextToken" not in catalog.call("get_partitions", MaxResults=2, Expression="n < 2")
    segments = [
        catalog.partitions(Segment={"SegmentNumber": number, "TotalSegments": 2}) for number in range(2)
    ]
    assert sorted(segments[0] + segments[1]) == [["0"], ["1"], ["2"], ["3"], ["4"]]
    assert segments[0]
    assert segments[1]
    lean = catalog.call("get_partitions", ExcludeColumnSchema=True)["Partitions"][0]
    assert "Columns" not in lean["StorageDescriptor"]
    assert lean["StorageDescriptor"]["Location"] == "s3://bucket/things/"


def test_partitions_survive_an_update_of_the_table(catalog: CatalogBench) -> None:
    catalog.partitioned(("1",), n="int")
    keys = [{"Name": "n", "Type": "int"}]
    catalog.glue.update_table(
        DatabaseName=catalog.database,
        TableInput={"Name": "things", "StorageDescriptor": STORAGE, "PartitionKeys": keys},
    )
    assert catalog.partitions() == [["1"]]


def test_indexes_are_active_at_once(catalog: CatalogBench) -> None:
    catalog.partitioned(day="date", n="int")
    catalog.call("create_partition_index", PartitionIndex={"IndexName": "by_n", "Keys": ["n"]})
    assert catalog.call("get_partition_indexes")["PartitionIndexDescriptorList"] == [
        {"IndexName": "by_n", "Keys": [{"Name": "n", "Type": "int"}], "IndexStatus": "ACTIVE"}
    ]
    catalog.call("delete_partition_index", IndexName="by_n")
    assert catalog.call("get_partition_indexes")["PartitionIndexDescriptorList"] == []


def test_index_errors_have_the_words_of_aws(catalog: CatalogBench) -> None:
    catalog.partitioned(a="int", b="int", c="int")

    def refused(name: str, *keys: str) -> tuple[str, str]:
        index = {"IndexName": name, "Keys": list(keys)}
        return refusal(catalog.call, operation="create_partition_index", PartitionIndex=index)

    catalog.call("create_partition_index", PartitionIndex={"IndexName": "one", "Keys": ["a"]})
    assert refused("x", "nosuchcol") == (
        "InvalidInputException",
        "IndexKeys not a part of PartitionColumns. Verify the indexKeys : [nosuchcol]",
    )
    assert refused("one", "b") == (
        "AlreadyExistsException",
        "Partition Index one already exists with the same name.",
    )
    assert refused("dup", "a") == (
        "AlreadyExistsException",
        "Partition Index dup already exists with the same keys.",
    )
    for name, key in (("two", "b"), ("three", "c")):
        catalog.call("create_partition_index", PartitionIndex={"IndexName": name, "Keys": [key]})
    assert refused("four", "a", "b") == (
        "ResourceNumberLimitExceededException",
        "Partition index limit exceeded. Maximum: 3",
    )


def statistics(column: str) -> dict[str, Any]:
    counted = {"MinimumValue": 1, "MaximumValue": 9, "NumberOfNulls": 0, "NumberOfDistinctValues": 9}
    return {
        "ColumnName": column,
        "ColumnType": "bigint",
        "AnalyzedTime": datetime(2026, 1, 1, tzinfo=UTC),
        "StatisticsData": {"Type": "LONG", "LongColumnStatisticsData": counted},
    }


def test_column_statistics_of_tables_and_partitions_are_kept(catalog: CatalogBench) -> None:
    catalog.partitioned(("1",), n="int")
    for kind, where in (("table", {}), ("partition", {"PartitionValues": ["1"]})):
        update, get = f"update_column_statistics_for_{kind}", f"get_column_statistics_for_{kind}"
        answer = catalog.call(update, **where, ColumnStatisticsList=[statistics("id")])
        assert answer["Errors"] == []
        found = catalog.call(get, **where, ColumnNames=["id", "name"])
        assert found["ColumnStatisticsList"] == [statistics("id")]
        missing = {
            "ErrorCode": "EntityNotFoundException",
            "ErrorMessage": "Statistics do not exist for this column",
        }
        assert found["Errors"] == [{"ColumnName": "name", "Error": missing}]
        for _ in range(2):
            catalog.call(f"delete_column_statistics_for_{kind}", **where, ColumnName="id")
        assert catalog.call(get, **where, ColumnNames=["id"])["ColumnStatisticsList"] == []
