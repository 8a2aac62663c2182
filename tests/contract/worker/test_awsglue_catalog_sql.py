"""Spark SQL against the Glue Data Catalog: --enable-glue-datacatalog (aws-semantics.md §C)."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

from .conftest import ScriptRunner
from .fact_script import fact_run, facts_of, new_runner

TEXT = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
}
CSV_COLUMNS = [{"Name": "name", "Type": "string"}, {"Name": "count", "Type": "int"}]
SCRIPT = """
D = DATABASE
def sql(text):
    return [list(row) for row in spark.sql(text).collect()]

fact("databases", lambda: D in [row[0] for row in sql("SHOW DATABASES")])
fact("use", lambda: sql(f"USE {D}"))
fact("crawled csv", lambda: sorted(sql("SELECT name, count FROM crawled")))
fact("quoted csv", lambda: sorted(sql("SELECT * FROM quoted")))
fact("crawled quotes", lambda: sql("SELECT name FROM lazy_quotes"))
fact("openx json", lambda: sorted(sql("SELECT a, s.x FROM openx")))
fact("hive json", lambda: sorted(sql("SELECT a, s.x FROM hcatalog")))
fact("partitioned", lambda: sorted(sql("SELECT name, day FROM parted")))
fact("pruned", lambda: sql("SELECT name, day FROM parted WHERE day = 'x:y'"))
fact("table", lambda: types(spark.table(f"{D}.crawled")))
fact("temp view", lambda: (
    spark.createDataFrame([("x", "west")], "name string, side string").createOrReplaceTempView("sides"),
    sql("SELECT side, count FROM sides JOIN crawled USING (name)"))[1])
fact("dynamic frame", lambda: rows(glue.create_dynamic_frame.from_catalog(database=D, table_name="crawled")))

fact("create", lambda: sql("CREATE EXTERNAL TABLE made (id INT) PARTITIONED BY (day STRING) "
                           f"STORED AS PARQUET LOCATION 's3://{BUCKET}/made/'"))
fact("insert", lambda: sql("INSERT INTO made PARTITION (day = '2024-01-01') SELECT 1"))
fact("dynamic", lambda: sql("INSERT INTO made PARTITION (day) SELECT 2, 'a/b'"))
fact("overwrite", lambda: sql("INSERT OVERWRITE made PARTITION (day = '2024-01-01') SELECT 3"))
fact("made", lambda: sorted(sql("SELECT id, day FROM made")))
fact("show partitions", lambda: [row[0] for row in sql("SHOW PARTITIONS made")])
fact("msck", lambda: (sql("MSCK REPAIR TABLE unknown_parts"), sorted(sql("SELECT * FROM unknown_parts")))[1])
fact("add", lambda: (sql(f"ALTER TABLE unknown_parts ADD PARTITION (day=9) LOCATION 's3://{BUCKET}/crawled/'"),
                     sql("SELECT count(*) FROM unknown_parts WHERE day = 9"))[1])
fact("drop partition", lambda: (sql("ALTER TABLE unknown_parts DROP PARTITION (day=9)"),
                                sql("SHOW PARTITIONS unknown_parts"))[1])

fact("save", lambda: (spark.range(2).selectExpr("id", "1 p").write.partitionBy("p").saveAsTable(f"{D}.saved"),
                      spark.range(3).selectExpr("id", "2 p").write.mode("append").insertInto(f"{D}.saved"),
                      sql("SELECT count(*) FROM saved"))[2])
fact("using json", lambda: (sql(f"CREATE TABLE j USING json LOCATION 's3://{BUCKET}/j/' AS SELECT 1 a"),
                            sql("SELECT a FROM j"))[1])
fact("view", lambda: (sql("CREATE VIEW doubled AS SELECT count * 2 twice FROM crawled"),
                      sorted(sql("SELECT * FROM doubled")))[1])
fact("list", lambda: sorted(table.name for table in spark.catalog.listTables(D)))
fact("columns", lambda: (sql("ALTER TABLE j ADD COLUMNS (b STRING)"), types(spark.table(f"{D}.j")))[1])
fact("drop", lambda: (sql("DROP TABLE saved"), sql("DROP VIEW doubled"), sql("DROP TABLE made"), 0)[3])

fact("rename", lambda: sql("ALTER TABLE j RENAME TO k"))
fact("no type", lambda: sql("SELECT * FROM no_type"))
fact("missing", lambda: sql("SELECT * FROM missing"))
fact("function", lambda: (sql("CREATE FUNCTION twice AS 'a.B' USING JAR 's3://b/a.jar'"),
                          [row[0] for row in sql("SHOW USER FUNCTIONS LIKE 'tw*'")],
                          sql("DROP FUNCTION twice"), sql("SHOW USER FUNCTIONS LIKE 'tw*'"))[1::2])
fact("nowhere", lambda: sql(f"CREATE TABLE {D}_bare.t USING parquet AS SELECT 1 a"))
fact("default", lambda: sql("CREATE TABLE default.t (a INT) USING parquet"))
fact("not empty", lambda: sql(f"DROP DATABASE {D}"))
fact("bare", lambda: sql(f"DROP DATABASE {D}_bare"))
"""


def table(
    runner: ScriptRunner, name: str, columns: list[dict[str, str]], library: str, **more: Any
) -> dict[str, Any]:
    """A TableInput over the folder of its name, as a crawler writes it."""
    storage = {
        **TEXT,
        "Columns": columns,
        "Location": f"s3://{runner.bucket}/{name}/",
        "SerdeInfo": {"SerializationLibrary": library, "Parameters": more.pop("serde", {})},
    }
    return {"Name": name, "TableType": "EXTERNAL_TABLE", "StorageDescriptor": storage, **more}


def catalog(runner: ScriptRunner, database: str) -> None:
    glue, day = runner.client("glue"), [{"Name": "day", "Type": "string"}]
    lazy = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
    json_columns = [{"Name": "a", "Type": "int"}, {"Name": "s", "Type": "struct<x:int>"}]
    comma = {"field.delim": ","}
    inputs = [
        table(runner, "crawled", CSV_COLUMNS, lazy, serde=comma),
        table(runner, "parted", CSV_COLUMNS, lazy, serde=comma, PartitionKeys=day),
        table(runner, "unknown_parts", CSV_COLUMNS, lazy, serde=comma, PartitionKeys=day),
        table(
            runner,
            "quoted",
            CSV_COLUMNS,
            "org.apache.hadoop.hive.serde2.OpenCSVSerde",
            serde={"separatorChar": ";", "quoteChar": '"'},
        ),
        table(runner, "lazy_quotes", CSV_COLUMNS, lazy, serde=comma),
        table(runner, "openx", json_columns, "org.openx.data.jsonserde.JsonSerDe", serde={"paths": "a,s"}),
        table(runner, "hcatalog", json_columns, "org.apache.hive.hcatalog.data.JsonSerDe"),
        table(runner, "no_type", CSV_COLUMNS, lazy, TableType=""),
    ]
    place = f"s3://{runner.bucket}/warehouse"
    glue.create_database(DatabaseInput={"Name": database, "LocationUri": place})
    glue.create_database(DatabaseInput={"Name": f"{database}_bare"})
    for item in inputs:
        given = {name: value for name, value in item.items() if value != ""}
        glue.create_table(DatabaseName=database, TableInput=given)
    for value, folder in (("x:y", "one"), ("2", "two")):
        location = f"s3://{runner.bucket}/parted/{folder}/"
        storage = {**inputs[1]["StorageDescriptor"], "Location": location}
        part = {"Values": [value], "StorageDescriptor": storage}
        glue.create_partition(DatabaseName=database, TableName="parted", PartitionInput=part)


@pytest.fixture(scope="module")
def runner(sandbox: Sandbox) -> ScriptRunner:
    made = new_runner(sandbox)
    made.put("crawled/a.csv", "x,1\ny,2\n")
    made.put("parted/one/a.csv", "x,1\n")
    made.put("parted/two/a.csv", "y,2\n")
    made.put("unknown_parts/day=1/a.csv", "x,1\n")
    made.put("lazy_quotes/a.csv", '"x",1\n')
    made.put("quoted/a.csv", '"x;1";1\n')
    for folder in ("openx", "hcatalog"):
        made.put(f"{folder}/a.json", '{"a": 1, "s": {"x": 2}}\n{"a": 2}\n')
    catalog(made, database_of(made))
    return made


@pytest.fixture(scope="module")
def facts(runner: ScriptRunner) -> dict[str, Any]:
    arguments = {"--enable-glue-datacatalog": "true"}
    return facts_of(fact_run(runner, SCRIPT, arguments, DATABASE=database_of(runner)))


def database_of(runner: ScriptRunner) -> str:
    return runner.bucket.replace("-", "_")


def test_a_crawled_table_is_read_with_the_types_of_the_catalog(facts: dict[str, Any]) -> None:
    assert facts["databases"] is True
    assert facts["crawled csv"] == [["x", 1], ["y", 2]]
    assert facts["table"] == [["name", "string"], ["count", "int"]]


def test_the_serdes_of_the_catalog_are_hives(facts: dict[str, Any]) -> None:
    assert facts["quoted csv"] == [["x;1", "1"]]
    assert facts["openx json"] == facts["hive json"] == [[1, 2], [2, None]]


def test_the_serde_that_crawlers_write_strips_no_quotes(facts: dict[str, Any]) -> None:
    assert facts["crawled quotes"] == [['"x"']]


def test_partitions_lie_where_the_catalog_says_and_have_its_values(facts: dict[str, Any]) -> None:
    assert facts["partitioned"] == [["x", "x:y"], ["y", "2"]]
    assert facts["pruned"] == [["x", "x:y"]]


def test_temporary_views_and_dynamic_frames_stand_beside_the_catalog(facts: dict[str, Any]) -> None:
    assert facts["temp view"] == [["west", 1]]
    assert facts["dynamic frame"] == [["x", "1"], ["y", "2"]]


def test_inserts_register_their_partitions_under_hives_names(facts: dict[str, Any]) -> None:
    assert facts["create"] == facts["insert"] == facts["dynamic"] == []
    assert facts["made"] == [[2, "a/b"], [3, "2024-01-01"]]
    assert facts["show partitions"] == ["day=2024-01-01", "day=a%2Fb"]


def test_partitions_are_found_added_and_dropped(facts: dict[str, Any]) -> None:
    assert facts["msck"] == [["x", 1, "1"]]
    assert facts["add"] == [[2]]
    assert facts["drop partition"] == [["day=1"]]


def test_tables_and_views_are_made_altered_listed_and_dropped(facts: dict[str, Any]) -> None:
    assert facts["save"] == [[5]]
    assert facts["using json"] == [[1]]
    assert facts["view"] == [[2], [4]]
    assert {"crawled", "doubled", "j", "made", "saved"} <= set(facts["list"])
    assert facts["columns"] == [["a", "int"], ["b", "string"]]
    assert facts["drop"] == 0


def test_dropping_a_managed_table_deletes_its_files_and_an_external_one_keeps_them(
    runner: ScriptRunner, facts: dict[str, Any]
) -> None:
    assert facts["drop"] == 0
    assert runner.keys("warehouse/saved") == []
    assert len(runner.keys("made/")) == 2


def test_tables_made_by_spark_are_in_the_catalog_for_everyone(
    runner: ScriptRunner, facts: dict[str, Any]
) -> None:
    assert facts["using json"]
    found = runner.client("glue").get_table(DatabaseName=database_of(runner), Name="j")["Table"]
    assert found["TableType"] == "EXTERNAL_TABLE"
    assert found["Parameters"]["spark.sql.sources.provider"] == "json"


def test_what_awss_client_refuses_is_refused_in_its_words(facts: dict[str, Any]) -> None:
    assert "Table rename is not supported" in facts["rename"]
    assert "Unable to fetch table no_type. TableType cannot be null for table: no_type" in facts["no type"]
    assert "[TABLE_OR_VIEW_NOT_FOUND]" in facts["missing"]
    assert "Can not create a Path from an empty string" in facts["nowhere"]
    assert "[SCHEMA_NOT_EMPTY]" in facts["not empty"]
    assert facts["bare"] == []


def test_functions_are_kept_in_the_catalog(runner: ScriptRunner, facts: dict[str, Any]) -> None:
    assert facts["function"] == [[f"spark_catalog.{database_of(runner)}.twice"], []]


def test_what_would_be_lost_with_the_run_is_refused(facts: dict[str, Any]) -> None:
    assert "give the table a path or LOCATION on S3" in facts["default"]


def test_without_the_option_a_table_of_the_catalog_is_not_found(runner: ScriptRunner) -> None:
    run = runner.glue(f"spark.sql('SELECT * FROM {database_of(runner)}.crawled').show()")
    assert run.state == "FAILED"
    assert "[TABLE_OR_VIEW_NOT_FOUND]" in run.error


def test_enable_hive_support_alone_sees_the_catalog_with_the_option(runner: ScriptRunner) -> None:
    script = f"""
    from pyspark.sql import SparkSession
    spark = SparkSession.builder.enableHiveSupport().getOrCreate()
    print(spark.sql("SELECT count(*) FROM {database_of(runner)}.crawled").collect())
    """
    lines = runner.run(script, {"--enable-glue-datacatalog": ""}).lines()
    assert lines == ["[Row(count(1)=2)]"]
