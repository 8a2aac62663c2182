"""Glue's tables, partitions and databases in Hive's form, and back."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from emulator.glue_worker.metastore import glue_metastore, hive_tables
from emulator.glue_worker.metastore.catalog import matching
from emulator.glue_worker.metastore.errors import MetastoreError
from emulator.glue_worker.metastore.partition_names import partition_name, partition_values

SERDE = {"SerializationLibrary": "a.B", "Parameters": {"field.delim": ","}}
TABLE: dict[str, Any] = {
    "Name": "t",
    "DatabaseName": "d",
    "TableType": "EXTERNAL_TABLE",
    "CreateTime": datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC),
    "PartitionKeys": [{"Name": "day", "Type": "string"}],
    "Parameters": {"classification": "csv"},
    "StorageDescriptor": {
        "Columns": [{"Name": "a", "Type": "int", "Comment": "c"}, {"Name": "b"}],
        "Location": "s3://bucket/t/",
        "InputFormat": "in",
        "OutputFormat": "out",
        "SerdeInfo": SERDE,
        "SortColumns": [{"Column": "a", "SortOrder": 1}],
    },
}


def test_a_table_keeps_what_it_has_both_ways() -> None:
    hive = hive_tables.hive_table(TABLE)
    assert (hive["createTime"], hive["tableType"]) == (1704067200, "EXTERNAL_TABLE")
    assert hive["sd"]["cols"][1] == {"name": "b", "type": "string", "comment": None}
    back = hive_tables.glue_table(hive)
    assert back["PartitionKeys"] == TABLE["PartitionKeys"]
    assert back["Parameters"] == TABLE["Parameters"]
    assert back["StorageDescriptor"]["SerdeInfo"] == SERDE
    assert back["StorageDescriptor"]["SortColumns"] == [{"Column": "a", "SortOrder": 1}]


def test_a_table_without_storage_has_an_empty_one() -> None:
    hive = hive_tables.hive_table({"Name": "t", "DatabaseName": "d", "TableType": "VIRTUAL_VIEW"})
    assert (hive["sd"]["cols"], hive["sd"]["serdeInfo"]["parameters"]) == ([], {})
    assert hive["sd"]["location"] is None


def test_a_table_without_a_type_is_refused_in_awss_words() -> None:
    with pytest.raises(MetastoreError, match="TableType cannot be null for table: t"):
        hive_tables.hive_table({"Name": "t", "DatabaseName": "d"})


def test_a_partition_takes_from_its_table_what_it_leaves_out() -> None:
    table = hive_tables.hive_table(TABLE)
    found = {"Values": ["x"], "StorageDescriptor": {"Location": "s3://bucket/elsewhere/"}}
    partition = hive_tables.hive_partition(found, table)
    assert partition["sd"]["location"] == "s3://bucket/elsewhere/"
    assert partition["sd"]["inputFormat"] == "in"
    assert partition["sd"]["serdeInfo"]["serializationLib"] == "a.B"
    assert [column["name"] for column in partition["sd"]["cols"]] == ["a", "b"]


def test_a_partition_without_a_location_has_none_of_its_tables() -> None:
    partition = hive_tables.hive_partition({"Values": ["x"]}, hive_tables.hive_table(TABLE))
    assert (partition["sd"]["location"], partition["sd"]["inputFormat"]) == (None, "in")


def test_a_database_has_a_location_on_s3_or_none() -> None:
    assert hive_tables.hive_database({"Name": "d"}, "file:/w")["locationUri"] == "file:/w"
    made = hive_tables.glue_database({"name": "d", "locationUri": "file:/w", "parameters": {}})
    assert "LocationUri" not in made


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (["2024", "x y"], "a=2024/b=x y"),
        (["x:y/z", "1=1"], "a=x%3Ay%2Fz/b=1%3D1"),
        (["50%", "é"], "a=50%25/b=é"),
    ],
)
def test_partition_names_are_escaped_as_hive_does(values: list[str], name: str) -> None:
    assert partition_name(["a", "b"], values) == name
    assert partition_values(name) == values


def test_an_empty_value_has_hives_name() -> None:
    assert partition_name(["a"], [""]) == "a=__HIVE_DEFAULT_PARTITION__"


def test_a_pattern_of_hive_has_stars_and_bars() -> None:
    assert matching(["ab", "b", "c"], "a*|C") == ["ab", "c"]
    assert matching(["b", "a"], None) == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ({"--enable-glue-datacatalog": "true"}, True),
        ({"--enable-glue-datacatalog": ""}, True),
        ({"--enable-glue-datacatalog": "false"}, False),
        ({}, False),
        ({"--conf": f"spark.hadoop.x={glue_metastore.AWS_CLIENT_FACTORY}"}, True),
    ],
)
def test_the_data_catalog_is_asked_for_by_option_or_setting(arguments: dict[str, str], wanted: bool) -> None:
    assert glue_metastore.is_wanted(arguments) is wanted
