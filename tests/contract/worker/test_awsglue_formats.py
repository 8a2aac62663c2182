"""What readers make of formats, their options, and odd files ("Data format options", AWS Glue; §C)."""

from __future__ import annotations

import bz2
import gzip
import json
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

from .conftest import EndedRun, ScriptRunner
from .fact_script import fact_run, facts_of, new_runner

XML = "<all><row id='1'><n>x</n><v>1.5</v></row><row id='2'><n/><t><q>7</q></t></row></all>"
SCHEMA = {
    "dataType": "struct",
    "fields": [
        {"name": "a", "container": {"dataType": "long"}},
        {"name": "b", "container": {"dataType": "long"}},
    ],
}
SCRIPT = """
def read(folder, kind, options=None, **more):
    where = {"paths": [f"s3://{BUCKET}/{folder}/"], "recurse": True, **more}
    return glue.create_dynamic_frame.from_options("s3", where, kind, options or {})

HEADER = {"withHeader": True}
fact("empty folder name", lambda: rows(read("odd", "csv", {"attachFilename": "file"})))
fact("gzip", lambda: rows(read("packed", "csv", {**HEADER, "attachFilename": "f"}, compressionType="gzip")))
fact("bzip2", lambda: rows(read("bz", "csv", HEADER)))
fact("zip", lambda: read("bz", "csv", HEADER, compressionType="zip"))
fact("wide", lambda: types(read("wide", "csv", HEADER)))
fact("unknown option", lambda: rows(read("named", "csv", {**HEADER, "tpyo": 1})))
ATTACHED = {"attachTimestamp": "at", "attachFilename": "of"}
fact("times", lambda: types(read("named", "csv", {**HEADER, **ATTACHED})))
fact("time", lambda: rows(read("named", "csv", {**HEADER, **ATTACHED}))[0][2][:2])
fact("schema", lambda: types(read("named", "csv", {"withSchema": SCHEMA, "skipFirst": True})))
fact("pipe", lambda: rows(read("pipe", "csv", {**HEADER, "separator": "|", "quoteChar": "'",
                                              "escaper": "!"})))
fact("unquoted", lambda: rows(read("unquoted", "csv", {"quoteChar": -1})))
fact("grouped", lambda: rows(read("named", "csv", HEADER, groupFiles="inPartition", groupSize="1048576",
                                  useS3ListImplementation=True, maxBand=900, isFailFast=True)))
fact("excluded", lambda: rows(read("odd", "csv", exclusions='["**.csv"]')))

fact("xml", lambda: [types(found := read("xml", "xml", {"rowTag": "row"})), rows(found)])
fact("xml options", lambda: rows(read("xml", "xml", {"rowTag": "row", "excludeAttribute": True,
                                                     "treatEmptyValuesAsNulls": True})))
fact("xml prefix", lambda: types(read("xml", "xml", {"rowTag": "row", "attributePrefix": "@"}))[0])
fact("xml file", lambda: rows(read("xml", "xml", {"rowTag": "row", "attachFilename": "f"}))[0][-1])
fact("xml no tag", lambda: read("xml", "xml").toDF())
fact("json path", lambda: rows(read("deep", "json", {"jsonPath": "$.outer.rows[*]", "multiline": True})))
fact("multiline", lambda: types(read("deep", "json", {"multiline": "true"})))

for kind in ("parquet", "orc", "avro", "glueparquet"):
    frame = DynamicFrame.fromDF(spark.sql("SELECT 1L id"), glue, "f")
    glue.write_dynamic_frame.from_options(frame, "s3", {"path": f"s3://{BUCKET}/{kind}/"}, kind)
    fact(kind, lambda: types(read(kind, kind, {"attachFilename": "f"})))
fact("spark source", lambda: rows(glue.create_dynamic_frame.from_options("parquet",
                                  {"paths": [f"s3://{BUCKET}/parquet/"]})))
fact("plain spark", lambda: spark.read.option("header", "true").csv(f"s3a://{BUCKET}/named/").count())
fact("source", lambda: rows(glue.getSource("s3", "json", paths=[f"s3://{BUCKET}/lines/"]).getFrame()))
fact("set format", lambda: (source := glue.getSource("s3", paths=[f"s3://{BUCKET}/named/"]),
                            source.setFormat("csv", withHeader=True), rows(source.getFrame()))[2])
fact("data frame", lambda: types(glue.create_data_frame.from_options("s3",
                                 {"paths": [f"s3://{BUCKET}/named/"]}, "csv", HEADER)))
fact("sample", lambda: glue.create_sample_dynamic_frame_from_options("s3",
                       {"paths": [f"s3://{BUCKET}/unquoted/"]}, 1, {}, "csv").count())
fact("rdd", lambda: [(made := glue.create_dynamic_frame.from_rdd(
    spark.sparkContext.parallelize([{"a": 1}, {"a": 2}]), "two")).name, rows(made)])

for kind in ("mysql", "dynamodb", "kafka", "snowflake", "nonsense"):
    fact(kind, lambda: glue.create_dynamic_frame.from_options(kind, {}))
fact("ion", lambda: read("named", "ion"))
fact("both names", lambda: glue.create_dynamic_frame.from_catalog("d", "t", name_space="d"))
fact("no database", lambda: glue.create_dynamic_frame.from_catalog(table_name="t"))
fact("no table", lambda: glue.create_dynamic_frame.from_catalog(database="d"))
"""


@pytest.fixture(scope="module")
def runner(sandbox: Sandbox) -> ScriptRunner:
    made = new_runner(sandbox)
    made.put("odd//a.csv", "x,1\n")
    made.put("odd/b.csv", "y,2\n")
    made.put("packed/a.data", gzip.compress(b"h\n1\n"))
    made.put("bz/a.csv.bz2", bz2.compress(b"h\n1\n"))
    made.put("wide/a.csv", "a\n1,2,3,4,5,6\n1\n")
    made.put("named/a.csv", "a,b\n1,x\n")
    made.put("pipe/a.csv", "a|b\n'1|2'|3\n'4!'5'|6\n")
    made.put("unquoted/a.csv", '"x",1\n"y,2\n')
    made.put("lines/a.json", '{"a": 1, "b": "x"}\n')
    made.put("xml/a,{b}.xml", XML)
    made.put("deep/a.json", json.dumps({"outer": {"rows": [{"a": 1}, {"a": 2, "b": "x"}]}}, indent=1))
    return made


@pytest.fixture(scope="module")
def run(runner: ScriptRunner) -> EndedRun:
    return fact_run(runner, SCRIPT, SCHEMA=json.dumps(SCHEMA))


@pytest.fixture(scope="module")
def facts(run: EndedRun) -> dict[str, Any]:
    return facts_of(run)


def test_a_key_with_an_empty_folder_name_is_read(runner: ScriptRunner, facts: dict[str, Any]) -> None:
    root = f"s3://{runner.bucket}/odd"
    assert facts["empty folder name"] == [["x", "1", f"{root}//a.csv"], ["y", "2", f"{root}/b.csv"]]


def test_packed_files_are_read_by_their_ending_or_as_compression_type_says(
    runner: ScriptRunner, facts: dict[str, Any]
) -> None:
    assert facts["gzip"] == [["1", f"s3://{runner.bucket}/packed/a.data"]]
    assert facts["bzip2"] == [["1"]]
    assert "the compressionType 'zip' is not known" in facts["zip"]


def test_any_number_of_surplus_fields_has_columns_of_its_own(facts: dict[str, Any]) -> None:
    assert [name for name, _ in facts["wide"]] == ["a", "col1", "col2", "col3", "col4", "col5"]


def test_an_option_that_aws_does_not_know_has_no_effect_and_is_named_in_the_log(
    run: EndedRun, facts: dict[str, Any]
) -> None:
    assert facts["unknown option"] == [["1", "x"]]
    assert "the csv format option 'tpyo' is none of AWS Glue's" in run.stderr


def test_a_rows_file_and_its_time_may_be_attached(facts: dict[str, Any]) -> None:
    assert facts["times"][2:] == [["at", "timestamp"], ["of", "string"]]
    assert facts["time"] == "20"


def test_a_schema_for_csv_is_a_hint_like_the_catalogs(facts: dict[str, Any]) -> None:
    assert facts["schema"] == [["a", "bigint"], ["b", "string"]]


def test_separator_quote_and_escape_characters_are_free(facts: dict[str, Any]) -> None:
    assert facts["pipe"] == [["1|2", "3"], ["4'5", "6"]]
    assert facts["unquoted"] == [['"x"', "1"], ['"y', "2"]]


def test_listing_and_grouping_options_change_no_row(facts: dict[str, Any]) -> None:
    assert facts["grouped"] == [["1", "x"]]
    assert facts["excluded"] == []


def test_each_element_of_the_row_tag_is_a_row(runner: ScriptRunner, facts: dict[str, Any]) -> None:
    types, rows = facts["xml"]
    assert types == [["_id", "bigint"], ["n", "string"], ["t", "struct<q:bigint>"], ["v", "double"]]
    assert rows == [["1", "x", "None", "1.5"], ["2", "", "Row(q=7)", "None"]]
    assert facts["xml options"] == [["None", "Row(q=7)", "None"], ["x", "None", "1.5"]]
    assert facts["xml prefix"] == ["@id", "bigint"]
    assert facts["xml file"] == f"s3://{runner.bucket}/xml/a,{{b}}.xml"
    assert "rowTag" in facts["xml no tag"]


def test_a_json_path_says_where_in_a_file_the_records_are(facts: dict[str, Any]) -> None:
    assert facts["json path"] == [["1", "None"], ["2", "x"]]
    assert [name for name, _ in facts["multiline"]] == ["outer"]


def test_parquet_and_orc_go_to_sparks_sources_without_format_options(facts: dict[str, Any]) -> None:
    for kind in ("parquet", "orc"):
        assert facts[kind] == [["id", "bigint"]]
    for kind in ("avro", "glueparquet"):
        assert facts[kind] == [["id", "bigint"], ["f", "string"]]
    assert facts["spark source"] == [["1"]]


def test_sources_samples_and_plain_spark_read_the_same_files(facts: dict[str, Any]) -> None:
    assert facts["plain spark"] == 1
    assert facts["source"] == [["1", "x"]]
    assert facts["set format"] == [["1", "x"]]
    assert facts["data frame"] == [["a", "string"], ["b", "string"]]
    assert facts["sample"] == 1
    assert facts["rdd"] == ["two", [["1"], ["2"]]]


@pytest.mark.parametrize("kind", ["mysql", "dynamodb", "kafka", "snowflake"])
def test_a_connection_type_that_tarmac_lacks_is_refused_by_name(facts: dict[str, Any], kind: str) -> None:
    assert facts[kind].startswith("NotInTarmacError: ")
    assert repr(kind) in facts[kind]


def test_what_nobody_knows_is_refused(facts: dict[str, Any]) -> None:
    assert "the connection type 'nonsense' is not known" in facts["nonsense"]
    assert "reading the format 'ion' is part of AWS Glue, but not of tarmac" in facts["ion"]


def test_a_table_is_named_by_database_or_name_space_and_table_name(facts: dict[str, Any]) -> None:
    assert facts["both names"].endswith("Parameter name_space and database are both specified, choose one.")
    assert facts["no database"].endswith("Parameter name_space or database is missing.")
    assert facts["no table"].endswith("Parameter table_name is missing.")
