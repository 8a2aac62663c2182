"""What a crawl writes into the catalog: aws-semantics.md §B, "What it writes" and "Policies"."""

from __future__ import annotations

import copy
import itertools
from dataclasses import replace
from typing import Any

import pytest

from emulator.glue_service.catalog_entries import JdbcTable, PartitionEntry, TableEntry, jdbc_entry, s3_entry
from emulator.glue_service.catalog_models import Catalog, catalog_of
from emulator.glue_service.catalog_writer import WriteRules, crawled_locations, write_catalog
from emulator.glue_service.classifiers_models import Column, FileSchema
from emulator.glue_service.crawl_tables import PartitionPlan, TablePlan
from emulator.glue_service.crawler_models import CrawlCounts
from emulator.glue_service.models import Scope

ACCOUNTS = itertools.count(100_000_000_000)
LOCATION = "s3://bucket/raw/"


@pytest.fixture
def rules() -> WriteRules:
    scope = Scope(str(next(ACCOUNTS)), "us-east-1")
    return WriteRules(scope, "db", crawler_name="c", crawl_id="crawl-1", role="service-role/Crawl")


def schema(*names: str, kind: str = "bigint") -> FileSchema:
    columns = tuple(Column(name, kind) for name in names)
    serde = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
    return FileSchema(
        "csv",
        columns,
        has_header=True,
        delimiter=",",
        serde_library=serde,
        serde_parameters={"field.delim": ","},
        record_bytes=87,
        record_count=6,
    )


def entry(
    *names: str, days: tuple[str, ...] = (), kind: str = "bigint", location: str = LOCATION
) -> TableEntry:
    found = schema(*names, kind=kind)
    partitions = tuple(PartitionPlan((day,), f"{location}day={day}/", found, 1, 87) for day in days)
    plan = TablePlan("raw", location, found, ("day",) if days else (), partitions, 1, 87)
    return s3_entry(plan, (), location)


def write(rules: WriteRules, *entries: TableEntry) -> CrawlCounts:
    return write_catalog(entries, rules, lambda _kind, _text: None)


def catalog(rules: WriteRules) -> Catalog:
    return catalog_of(rules.scope)


def table(rules: WriteRules, name: str = "raw") -> dict[str, Any]:
    return copy.deepcopy(catalog(rules).table("db", name).as_response())


def days_of(rules: WriteRules) -> dict[str, dict[str, Any]]:
    partitions = catalog(rules).table("db", "raw").partitions.values()
    return {partition.values[0]: partition.definition for partition in partitions}


def columns_of(found: dict[str, Any]) -> list[str]:
    return [column["Name"] for column in found["StorageDescriptor"]["Columns"]]


def test_the_database_is_created_when_it_is_missing(rules: WriteRules) -> None:
    write(rules, entry("a"))
    assert "db" in catalog(rules).databases


def test_a_csv_table_has_the_members_that_aws_writes(rules: WriteRules) -> None:
    write(rules, entry("a"))
    found = table(rules)
    storage = found["StorageDescriptor"]
    assert found["TableType"] == "EXTERNAL_TABLE"
    assert (found["Owner"], found["Retention"], found["PartitionKeys"]) == ("owner", 0, [])
    assert found["CreatedBy"] == f"arn:aws:sts::{rules.scope.account_id}:assumed-role/Crawl/AWS-Crawler"
    assert (storage["Location"], storage["NumberOfBuckets"], storage["Compressed"]) == (LOCATION, -1, False)
    assert storage["InputFormat"] == "org.apache.hadoop.mapred.TextInputFormat"
    assert storage["OutputFormat"] == "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
    assert storage["SerdeInfo"]["Parameters"] == {"field.delim": ","}


def test_the_parameters_of_aws_are_on_table_and_storage_descriptor(rules: WriteRules) -> None:
    write(rules, entry("a"))
    expected = {
        "CRAWL_RUN_ID": "crawl-1",
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": "c",
        "areColumnsQuoted": "false",
        "averageRecordSize": "14",
        "classification": "csv",
        "columnsOrdered": "true",
        "compressionType": "none",
        "delimiter": ",",
        "objectCount": "1",
        "recordCount": "6",
        "sizeKey": "87",
        "skip.header.line.count": "1",
        "typeOfData": "file",
    }
    assert table(rules)["Parameters"] == expected
    assert table(rules)["StorageDescriptor"]["Parameters"] == expected


def test_partition_keys_are_strings_and_partitions_are_created(rules: WriteRules) -> None:
    write(rules, entry("a", days=("1", "2")))
    assert table(rules)["PartitionKeys"] == [{"Name": "day", "Type": "string"}]
    assert table(rules)["Parameters"]["partition_filtering.enabled"] == "true"
    assert days_of(rules)["2"]["StorageDescriptor"]["Location"] == f"{LOCATION}day=2/"


def test_versions_count_from_zero_and_old_ones_are_kept(rules: WriteRules) -> None:
    write(rules, entry("a"))
    assert table(rules)["VersionId"] == "0"
    write(rules, entry("a", "b"))
    assert table(rules)["VersionId"] == "1"
    versions = catalog(rules).table("db", "raw").versions
    assert [columns_of(version.definition) for version in versions] == [["a"], ["a", "b"]]


def test_a_recrawl_keeps_foreign_parameters_and_comments(rules: WriteRules) -> None:
    write(rules, entry("a"))
    changed = table(rules)
    changed["Parameters"] |= {"team": "data", "skip.header.line.count": "9"}
    changed["StorageDescriptor"]["Columns"][0]["Comment"] = "the first"
    catalog(rules).table("db", "raw").update(changed)
    write(replace(rules, crawl_id="crawl-2"), entry("a"))
    found = table(rules)
    assert found["Parameters"]["team"] == "data"
    assert found["Parameters"]["skip.header.line.count"] == "1"
    assert found["Parameters"]["CRAWL_RUN_ID"] == "crawl-2"
    assert found["StorageDescriptor"]["Columns"][0]["Comment"] == "the first"


def test_update_in_database_adds_removes_and_retypes_columns(rules: WriteRules) -> None:
    write(rules, entry("a", "b"))
    write(rules, entry("b", "c", kind="string"))
    assert columns_of(table(rules)) == ["b", "c"]
    assert table(rules)["StorageDescriptor"]["Columns"][0]["Type"] == "string"


def test_log_leaves_the_table_but_adds_partitions(rules: WriteRules) -> None:
    write(rules, entry("a", days=("1",)))
    write(replace(rules, update_in_database=False), entry("z", days=("1", "2")))
    assert (columns_of(table(rules)), table(rules)["VersionId"]) == (["a"], "0")
    assert list(days_of(rules)) == ["1", "2"]
    assert columns_of(days_of(rules)["1"]) == ["a"]


def test_merge_new_columns_only_adds(rules: WriteRules) -> None:
    write(rules, entry("a", "b"))
    write(replace(rules, merge_new_columns=True), entry("b", "c", kind="string"))
    assert columns_of(table(rules)) == ["a", "b", "c"]
    assert table(rules)["StorageDescriptor"]["Columns"][1]["Type"] == "bigint"


def test_merge_new_columns_overrides_the_update_behavior(rules: WriteRules) -> None:
    write(rules, entry("a"))
    write(replace(rules, merge_new_columns=True, update_in_database=False), entry("a", "b"))
    assert columns_of(table(rules)) == ["a", "b"]


@pytest.mark.parametrize("change", [{"delimiter": "|"}, {"compression": "gzip"}, {"classification": "json"}])
def test_merge_new_columns_deprecates_a_table_whose_format_has_changed(
    rules: WriteRules, change: dict[str, Any]
) -> None:
    write(rules, entry("a"))
    plan = TablePlan("raw", LOCATION, replace(schema("a", "b"), **change), (), (), 1, 87)
    write(replace(rules, merge_new_columns=True), s3_entry(plan, (), LOCATION))
    assert columns_of(table(rules)) == ["a"]
    assert "DEPRECATED_BY_CRAWLER" in table(rules)["Parameters"]


def test_merge_new_columns_keeps_input_and_output_format(rules: WriteRules) -> None:
    write(rules, entry("a"))
    changed = table(rules)
    changed["StorageDescriptor"]["InputFormat"] = "my.InputFormat"
    catalog(rules).table("db", "raw").update(changed)
    write(replace(rules, merge_new_columns=True), entry("a", "b"))
    assert table(rules)["StorageDescriptor"]["InputFormat"] == "my.InputFormat"


def test_merge_new_columns_holds_for_partitions_unless_they_inherit(rules: WriteRules) -> None:
    write(rules, entry("a", days=("1",)))
    merging = replace(rules, merge_new_columns=True)
    write(merging, entry("b", days=("1",)))
    assert columns_of(days_of(rules)["1"]) == ["a", "b"]
    write(replace(merging, inherit_from_table=True), entry("c", days=("1",)))
    assert columns_of(days_of(rules)["1"]) == ["a", "b", "c"]


def test_merge_new_columns_does_not_hold_for_jdbc_tables(rules: WriteRules) -> None:
    merging = replace(rules, merge_new_columns=True)
    for kind in ("bigint", "string"):
        found = JdbcTable("dev", "sales", "orders", "table", "redshift", "warehouse", (Column("id", kind),))
        write(merging, jdbc_entry(found))
    (column,) = table(rules, "dev_sales_orders")["StorageDescriptor"]["Columns"]
    assert column["Type"] == "string"


def test_a_partial_crawl_keeps_columns_and_counts_and_widens_types(rules: WriteRules) -> None:
    write(rules, entry("a", "b", days=("1",)))
    partial = replace(rules, partial=True, complete=False)
    plan = TablePlan("raw", LOCATION, schema("b", "c", kind="double"), (), (), 7, 700)
    write(partial, s3_entry(plan, (), LOCATION))
    found = table(rules)
    kinds = {column["Name"]: column["Type"] for column in found["StorageDescriptor"]["Columns"]}
    assert kinds == {"a": "bigint", "b": "double", "c": "double"}
    assert (found["Parameters"]["objectCount"], found["Parameters"]["sizeKey"]) == ("1", "87")


@pytest.mark.parametrize(("behavior", "left"), [("DELETE_FROM_DATABASE", ["1"]), ("LOG", ["1", "2"])])
def test_a_folder_that_events_found_empty_follows_the_delete_behavior(
    rules: WriteRules, behavior: str, left: list[str]
) -> None:
    write(rules, entry("a", days=("1", "2")))
    gone = frozenset({f"{LOCATION}day=2/", "s3://elsewhere/"})
    write(replace(rules, complete=False, vanished=gone, delete_behavior=behavior))
    assert list(days_of(rules)) == left


def test_a_partition_index_of_all_keys_is_made_when_it_is_configured(rules: WriteRules) -> None:
    write(rules, entry("a", days=("1",)))
    assert catalog(rules).table("db", "raw").indexes == {}
    write(replace(rules, partition_index=True), entry("a", days=("1",)))
    assert catalog(rules).table("db", "raw").indexes == {"crawler_partition_index": ("day",)}


def test_partitions_inherit_from_the_table_when_told_to(rules: WriteRules) -> None:
    odd = entry("a", "b", days=("1",))
    partition = replace(odd.partitions[0], storage=entry("a").storage)
    odd = replace(odd, partitions=(partition,))
    write(rules, odd)
    assert columns_of(days_of(rules)["1"]) == ["a"]
    write(replace(rules, inherit_from_table=True), odd)
    assert columns_of(days_of(rules)["1"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("behavior", "kept", "deprecated"),
    [("LOG", True, False), ("DEPRECATE_IN_DATABASE", True, True), ("DELETE_FROM_DATABASE", False, False)],
)
def test_data_that_is_gone_follows_the_delete_behavior(
    rules: WriteRules, behavior: str, kept: bool, deprecated: bool
) -> None:
    write(rules, entry("a", days=("1", "2")))
    write(replace(rules, delete_behavior=behavior), entry("a", days=("1",)))
    assert ("2" in days_of(rules)) is kept
    assert ("DEPRECATED_BY_CRAWLER" in days_of(rules).get("2", {}).get("Parameters", {})) is deprecated
    write(replace(rules, delete_behavior=behavior))
    tables = catalog(rules).databases["db"].tables
    assert ("raw" in tables) is kept
    if kept:
        assert ("DEPRECATED_BY_CRAWLER" in table(rules)["Parameters"]) is deprecated


def test_a_deprecated_table_whose_data_is_back_is_whole_again(rules: WriteRules) -> None:
    write(rules, entry("a"))
    write(rules)
    write(rules, entry("a"))
    assert "DEPRECATED_BY_CRAWLER" not in table(rules)["Parameters"]


def test_tables_of_others_are_never_missing(rules: WriteRules) -> None:
    write(replace(rules, crawler_name="other"), entry("a"))
    write(replace(rules, delete_behavior="DELETE_FROM_DATABASE"))
    assert "raw" in catalog(rules).databases["db"].tables


def test_a_crawl_of_new_folders_only_misses_nothing(rules: WriteRules) -> None:
    write(rules, entry("a", days=("1",)))
    write(replace(rules, complete=False, delete_behavior="DELETE_FROM_DATABASE"), entry("a", days=("2",)))
    assert list(days_of(rules)) == ["1", "2"]


def test_a_name_that_another_location_has_gets_a_hash(rules: WriteRules) -> None:
    write(rules, entry("a"))
    write(replace(rules, delete_behavior="LOG"), entry("b", location="s3://other/raw/"))
    names = list(catalog(rules).databases["db"].tables)
    assert names[0] == "raw"
    assert names[1].startswith("raw_")
    assert len(names[1]) == len("raw_") + 32


def test_the_prefix_goes_before_the_name(rules: WriteRules) -> None:
    write(replace(rules, table_prefix="Pre-"), entry("a"))
    assert list(catalog(rules).databases["db"].tables) == ["pre_raw"]


def test_exclusions_are_stored_on_the_table(rules: WriteRules) -> None:
    plan = TablePlan("raw", LOCATION, schema("a"), (), (), 1, 87)
    write(rules, s3_entry(plan, ("**.tmp",), LOCATION))
    assert table(rules)["Parameters"]["exclusions"] == '["s3://bucket/raw/**.tmp"]'


def test_a_jdbc_table_has_no_serde_and_names_its_connection(rules: WriteRules) -> None:
    found = JdbcTable("dev", "sales", "orders", "table", "redshift", "warehouse", (Column("id", "bigint"),))
    write(rules, jdbc_entry(found))
    written = table(rules, "dev_sales_orders")
    assert written["StorageDescriptor"]["Location"] == "dev.sales.orders"
    assert "SerializationLibrary" not in written["StorageDescriptor"]["SerdeInfo"]
    assert written["Parameters"]["classification"] == "redshift"
    assert written["Parameters"]["connectionName"] == "warehouse"
    assert written["Parameters"]["typeOfData"] == "table"


def test_the_locations_of_a_crawler_are_known(rules: WriteRules) -> None:
    assert crawled_locations(rules.scope, "db", "c") == []
    write(rules, entry("a"))
    assert crawled_locations(rules.scope, "db", "c") == [LOCATION]


def test_accounts_share_nothing(rules: WriteRules) -> None:
    write(rules, entry("a"))
    other = replace(rules, scope=replace(rules.scope, region="eu-west-1"))
    assert "db" not in catalog(other).databases


def test_an_entry_without_partitions_is_complete() -> None:
    assert entry("a").partitions == ()
    assert isinstance(entry("a", days=("1",)).partitions[0], PartitionEntry)
