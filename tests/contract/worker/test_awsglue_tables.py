"""Tables of the catalog as a DynamicFrame's source: SerDes, parameters, partitions (aws-semantics.md §C)."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

from .conftest import ScriptRunner
from .fact_script import fact_run, facts_of, new_runner

LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
OPENX = "org.openx.data.jsonserde.JsonSerDe"
BINARY = {
    "parquet": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    "orc": "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
    "avro": "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
}
NAMED = [{"Name": "name", "Type": "string"}, {"Name": "count", "Type": "bigint"}]
COLUMNS = {kind: [{"Name": "id", "Type": "bigint"}] for kind in BINARY} | {
    "whole": [{"Name": "small", "Type": "int"}, {"Name": "large", "Type": "bigint"}],
}
SCRIPT = """
def table(name, **more):
    return glue.create_dynamic_frame.from_catalog(database=DATABASE, table_name=name, **more)

for name in ("lazy", "quoted", "tabbed", "headed", "json_path", "xml", "projected", "excluded", "one_object"):
    fact(name, lambda: [types(found := table(name)), rows(found)])
fact("two headers", lambda: table("two_headers").toDF())
for kind in ("parquet", "orc", "avro"):
    spark.sql("SELECT 1L id, 'x' name").write.format(kind).save(f"s3://{BUCKET}/{kind}")
    fact(kind, lambda: [types(found := table(kind)), rows(found)])
fact("moved", lambda: rows(table("moved")))
fact("moved chosen", lambda: rows(table("moved", push_down_predicate="day in ('é x', '2') and hour > '0'")))
fact("no partitions", lambda: types(table("unregistered")))
fact("no rows", lambda: types(table("moved", push_down_predicate="day = 'none'")))
fact("data frame", lambda: types(glue.create_data_frame.from_catalog(DATABASE, "lazy")))
fact("mixed", lambda: types(table("mixed"))[1])
SPARK = {"useSparkDataSource": True, "useCatalogSchema": True}
fact("catalog schema", lambda: [types(found := glue.create_data_frame.from_catalog(DATABASE, "mixed",
                                                additional_options=SPARK)), rows(found)])
fact("matched", lambda: [types(found := table("mixed").resolveChoice(
    choice="match_catalog", database=DATABASE, table_name="mixed")), rows(found)])
fact("whole", lambda: types(table("whole")))
fact("attached", lambda: rows(table("lazy", additional_options={"attachFilename": "file"}))[0][-1])
LISTING = {"groupFiles": "inPartition", "mergeSchema": True, "excludeStorageClasses": ["GLACIER"]}
fact("grouped", lambda: rows(table("lazy", additional_options={**LISTING, "useS3ListImplementation": True})))
fact("upper case", lambda: rows(table("LAZY")))
fact("name", lambda: table("lazy").name)
"""


def serde(library: str, **parameters: str) -> dict[str, Any]:
    return {"SerializationLibrary": library, "Parameters": parameters}


def add_table(
    runner: ScriptRunner,
    name: str,
    of: dict[str, Any],
    parameters: dict[str, str] | None = None,
    keys: tuple[str, ...] = (),
    location: str = "",
) -> None:
    columns = COLUMNS.get(name, NAMED)
    storage = {
        "Columns": columns,
        "Location": f"s3://{runner.bucket}/{location or f'{name}/'}",
        "SerdeInfo": of,
    }
    made = {
        "Name": name,
        "StorageDescriptor": storage,
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in keys],
        "Parameters": parameters or {},
    }
    runner.client("glue").create_table(DatabaseName=database_of(runner), TableInput=made)


def add_partition(runner: ScriptRunner, table: str, values: list[str], folder: str) -> None:
    storage = {"Location": f"s3://{runner.bucket}/{folder}", "SerdeInfo": serde(LAZY)}
    runner.client("glue").create_partition(
        DatabaseName=database_of(runner),
        TableName=table,
        PartitionInput={"Values": values, "StorageDescriptor": storage},
    )


@pytest.fixture(scope="module")
def runner(sandbox: Sandbox) -> ScriptRunner:
    made = new_runner(sandbox)
    made.client("glue").create_database(DatabaseInput={"Name": database_of(made)})
    csv = {"classification": "csv"}
    add_table(made, "lazy", serde(LAZY, **{"field.delim": ","}), csv)
    made.put("lazy/a.csv", '"x,""y""",1\n')
    add_table(made, "quoted", serde(OPEN_CSV, separatorChar=";", quoteChar="'", escapeChar="\\"))
    made.put("quoted/a.csv", "'x;\\'y';1\n")
    add_table(made, "tabbed", serde(LAZY, **{"field.delim": "\t"}), csv)
    made.put("tabbed/a.tsv", "x\t1\n")
    add_table(made, "headed", serde(LAZY), {**csv, "skip.header.line.count": "1", "delimiter": "|"})
    made.put("headed/a.csv", "other|names\nx|1\n")
    add_table(made, "two_headers", serde(LAZY), {**csv, "skip.header.line.count": "2"})
    made.put("two_headers/a.csv", "a\nb\nx,1\n")
    add_table(made, "mixed", serde(LAZY), csv)
    made.put("mixed/a.csv", "x,1\ny,two\n")
    add_table(made, "whole", serde(LAZY), csv)
    made.put("whole/a.csv", "1,2\n")
    add_table(made, "json_path", serde(OPENX), {"classification": "json", "jsonPath": "$.all[*]"})
    made.put("json_path/a.json", '{"all": [{"name": "x", "count": 1}, {"name": "y"}]}\n')
    add_table(made, "xml", serde(LAZY), {"classification": "xml", "rowTag": "row"})
    made.put("xml/a.xml", "<all><row><name>x</name><count>1</count></row></all>")
    add_table(made, "projected", serde(LAZY), {**csv, "projection.enabled": "true"}, ("day",))
    made.put("projected/day=1/a.csv", "x,1\n")
    add_table(made, "excluded", serde(LAZY), {**csv, "exclusions": '["**skip*"]'})
    made.put("excluded/a.csv", "x,1\n")
    made.put("excluded/skip.csv", "y,2\n")
    add_table(made, "one_object", serde(LAZY), csv, location="several/b.csv")
    made.put("several/b.csv", "x,1\n")
    made.put("several/c.csv", "y,2\n")
    for kind, library in BINARY.items():
        add_table(made, kind, serde(library))
    add_table(made, "moved", serde(LAZY), csv, ("day", "hour"))
    for index, folder in enumerate(("moved/day=1/hour=0/", "far away/é/", "moved/x/1/")):
        made.put(f"{folder}a b.csv", f"r{index},{index}\n")
        add_partition(made, "moved", [["1", "0"], ["é x", "1"], ["2", "1"]][index], folder)
    add_table(made, "unregistered", serde(LAZY), csv, ("day",))
    made.put("unregistered/day=1/a.csv", "x,1\n")
    return made


@pytest.fixture(scope="module")
def facts(runner: ScriptRunner) -> dict[str, Any]:
    return facts_of(fact_run(runner, SCRIPT, DATABASE=database_of(runner)))


def database_of(runner: ScriptRunner) -> str:
    return runner.bucket.replace("-", "_")


STRING_LONG = [["name", "string"], ["count", "bigint"]]


@pytest.mark.parametrize(
    ("name", "value"),
    [("lazy", 'x,"y"'), ("quoted", "x;'y"), ("tabbed", "x"), ("headed", "x"), ("one_object", "x")],
)
def test_a_csv_table_says_how_its_files_are_written(facts: dict[str, Any], name: str, value: str) -> None:
    assert facts[name] == [STRING_LONG, [[value, "1"]]]


def test_more_than_one_header_line_is_refused(facts: dict[str, Any]) -> None:
    assert "skip.header.line.count = 2" in facts["two headers"]


def test_sparks_own_source_takes_the_catalogs_types_and_makes_no_choice(facts: dict[str, Any]) -> None:
    assert facts["mixed"] == ["count", "struct<long:bigint,string:string>"]
    assert facts["catalog schema"] == [STRING_LONG, [["x", "1"], ["y", "None"]]]


def test_match_catalog_casts_a_choice_to_the_catalogs_type(facts: dict[str, Any]) -> None:
    assert facts["matched"] == facts["catalog schema"]


def test_the_catalogs_int_is_int_and_its_bigint_long(facts: dict[str, Any]) -> None:
    assert facts["whole"] == [["small", "int"], ["large", "bigint"]]


def test_a_classifiers_json_path_and_row_tag_count(facts: dict[str, Any]) -> None:
    assert facts["json_path"][1] == [["x", "1"], ["y", "None"]]
    assert facts["xml"] == [[["count", "bigint"], ["name", "string"]], [["1", "x"]]]


@pytest.mark.parametrize("kind", BINARY)
def test_a_serde_alone_tells_the_format_and_files_tell_the_columns(facts: dict[str, Any], kind: str) -> None:
    assert facts[kind] == [[["id", "bigint"], ["name", "string"]], [["1", "x"]]]


def test_partition_projection_is_athenas_only_registered_partitions_are_read(facts: dict[str, Any]) -> None:
    assert facts["projected"] == [[], []]
    assert facts["no partitions"] == []


def test_exclusions_of_the_table_are_left_out(facts: dict[str, Any]) -> None:
    assert facts["excluded"] == [STRING_LONG, [["x", "1"]]]


def test_a_partition_may_lie_anywhere(facts: dict[str, Any]) -> None:
    assert facts["moved"] == [["r0", "0", "1", "0"], ["r1", "1", "é x", "1"], ["r2", "2", "2", "1"]]
    assert facts["moved chosen"] == facts["moved"][1:]
    assert facts["no rows"] == []


def test_options_of_listing_and_grouping_change_no_row(facts: dict[str, Any]) -> None:
    assert facts["grouped"] == facts["upper case"] == facts["lazy"][1]
    assert facts["data frame"] == STRING_LONG


def test_a_rows_file_may_be_attached_and_the_frame_is_named_after_the_table(
    runner: ScriptRunner, facts: dict[str, Any]
) -> None:
    assert facts["attached"] == f"s3://{runner.bucket}/lazy/a.csv"
    assert facts["name"] == "lazy"
