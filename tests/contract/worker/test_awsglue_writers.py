"""What sinks write, what they tell the catalog, and what purges delete (aws-semantics.md §C)."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

from .conftest import ScriptRunner
from .fact_script import fact_run, facts_of, new_runner

UPDATED = ("csv", "json", "avro", "orc", "glueparquet")
SCRIPT = """
import boto3
from awsglue.dynamicframe import DynamicFrameCollection
catalog = boto3.client("glue")
D = DATABASE

def framed(sql):
    return DynamicFrame.fromDF(spark.sql(sql), glue, "framed")

def columns(table):
    found = catalog.get_table(DatabaseName=D, Name=table)["Table"]
    return [column["Name"] for column in found["StorageDescriptor"]["Columns"]]

def partitions(table):
    pages = catalog.get_partitions(DatabaseName=D, TableName=table)
    return sorted(part["Values"] for part in pages["Partitions"])

def from_catalog(table, **more):
    return glue.create_dynamic_frame.from_catalog(database=D, table_name=table, **more)

def sink(kind, frame, behavior="UPDATE_IN_DATABASE", keys=("flag", "t")):
    made = glue.getSink(connection_type="s3", path=f"s3://{BUCKET}/{kind}", enableUpdateCatalog=True,
                        updateBehavior=behavior, partitionKeys=list(keys), transformation_ctx=kind)
    made.setFormat(kind)
    made.setCatalogInfo(catalogDatabase=D, catalogTableName=f"T_{kind}")
    made.writeFrame(frame)

first = framed("SELECT 1L Id, date'2024-01-02' day, true flag, 'x:y/z' t UNION ALL "
               "SELECT 2, date'2024-01-03', false, null")
for kind in UPDATED:
    fact(kind, lambda: (sink(kind, first), partitions(f"t_{kind}"), rows(from_catalog(f"t_{kind}")))[1:])
fact("predicate", lambda: rows(from_catalog("t_csv", push_down_predicate="t = 'x:y/z' and flag = 'true'")))
fact("in the catalog", lambda: rows(from_catalog("t_csv",
     additional_options={"catalogPartitionPredicate": "t = 'x:y/z'"})))
other = framed("SELECT 3L Id, 'new' extra, false flag, 'q' t")
fact("log", lambda: (sink("json", other, "LOG"), columns("t_json"), partitions("t_json"))[1:])
options = {"enableUpdateCatalog": True, "partitionKeys": ["flag", "t"]}
fact("from catalog", lambda: (glue.write_dynamic_frame.from_catalog(other, D, "t_json",
                              additional_options=options), columns("t_json"))[1])
fact("other keys", lambda: sink("json", other, keys=["flag"]))
fact("no keys", lambda: glue.write_dynamic_frame.from_catalog(frame=other, database=D, table_name="t_orc"))
fact("data frame", lambda: (glue.write_data_frame.from_catalog(other.toDF(), D, "t_avro"), 0)[1])
fact("sample", lambda: glue.create_sample_dynamic_frame_from_catalog(D, "t_csv", 1).count())

both = DynamicFrameCollection({"one": first, "two": other}, glue)
fact("collection", lambda: (glue.write_from_options(both, "s3",
                            {"path": f"s3://{BUCKET}/both"}, "json"), 0)[1])
fact("gzip", lambda: (glue.write_dynamic_frame.from_options(other, "s3",
                      {"path": f"s3://{BUCKET}/gz", "compression": "gzip"}, "csv",
                      {"writeHeader": False, "separator": "|"}), 0)[1])
fact("plain", lambda: [other.toDF().write.mode("overwrite").partitionBy("t").parquet(f"s3://{BUCKET}/plain")
                       or spark.read.parquet(f"s3a://{BUCKET}/plain").count() for _ in range(2)])
fact("append", lambda: [glue.write_dynamic_frame.from_options(other, "s3", {"path": f"s3://{BUCKET}/grown"},
     "json") and spark.read.json(f"s3://{BUCKET}/grown").count() for _ in range(2)])
fact("xml", lambda: glue.write_dynamic_frame.from_options(other, "s3", {"path": f"s3://{BUCKET}/x"}, "xml"))
fact("ion", lambda: glue.write_dynamic_frame.from_options(other, "s3", {"path": f"s3://{BUCKET}/x"}, "ion"))
fact("mysql", lambda: glue.write_dynamic_frame.from_options(other, "mysql", {}))

fact("purge young", lambda: glue.purge_s3_path(f"s3://{BUCKET}/both/one"))
now = {"retentionPeriod": 0, "manifestFilePath": f"s3://{BUCKET}/manifest/"}
fact("purge now", lambda: glue.purge_s3_path(f"s3://{BUCKET}/both/two", now, "ctx"))
fact("purge class", lambda: glue.purge_s3_path(f"s3://{BUCKET}/gz",
     {"retentionPeriod": 0, "excludeStorageClasses": ["STANDARD"]}))
fact("purge table", lambda: (glue.purge_table(D, "t_json", {**now, "partitionPredicate": "t = 'q'"}),
                             partitions("t_json"))[1])
fact("jdbc conf", lambda: glue.extract_jdbc_conf(D))
to_public = {"dbtable": f"public.{D}", "database": DATABASE_NAME}
fact("from jdbc conf", lambda: (glue.write_dynamic_frame.from_jdbc_conf(other, D, to_public), 0)[1])
again = {"connectionName": D, "useConnectionProperties": "true", "dbtable": f"public.{D}"}
fact("jdbc sink", lambda: (glue.write_dynamic_frame.from_options(other, "postgresql", again), 0)[1])
fact("no dbtable", lambda: glue.write_dynamic_frame.from_jdbc_conf(other, D, {}))

REFUSED = ("transition_table", "transition_s3_path", "start_transaction", "forEachBatch")
for name in REFUSED:
    fact(name, lambda: getattr(glue, name)(1, 2, 3))
"""


@pytest.fixture(scope="module")
def runner(sandbox: Sandbox) -> Iterator[ScriptRunner]:
    made = new_runner(sandbox)
    database = database_of(made)
    made.client("glue").create_database(DatabaseInput={"Name": database})
    settings = sandbox.settings
    properties = {
        "JDBC_CONNECTION_URL": postgresql_url(sandbox),
        "USERNAME": settings.user,
        "PASSWORD": settings.password,
    }
    connection = {"Name": database, "ConnectionType": "JDBC", "ConnectionProperties": properties}
    made.client("glue").create_connection(ConnectionInput=connection)
    yield made
    sandbox.query(f"DROP TABLE IF EXISTS public.{database}")


@pytest.fixture(scope="module")
def facts(runner: ScriptRunner) -> dict[str, Any]:
    return facts_of(
        fact_run(
            runner,
            SCRIPT,
            DATABASE=database_of(runner),
            DATABASE_NAME=runner.sandbox.settings.database,
            UPDATED=UPDATED,
        )
    )


def postgresql_url(sandbox: Sandbox) -> str:
    """The stack's Redshift endpoint, under the name of the database that it is made of."""
    settings = sandbox.settings
    return f"jdbc:postgresql://127.0.0.1:{settings.redshift_port}/{settings.database}"


def database_of(runner: ScriptRunner) -> str:
    return runner.bucket.replace("-", "_")


def folders(runner: ScriptRunner, prefix: str) -> list[str]:
    return [key.rsplit("/", 1)[0] for key in runner.keys(prefix)]


@pytest.mark.parametrize("kind", UPDATED)
def test_a_sink_makes_its_table_and_partitions_and_they_are_read_back(
    facts: dict[str, Any], kind: str
) -> None:
    registered, rows = facts[kind]
    assert registered == [["false", "__HIVE_DEFAULT_PARTITION__"], ["true", "x:y/z"]]
    assert [row[-2:] for row in rows] == [["true", "x:y/z"], ["false", "__HIVE_DEFAULT_PARTITION__"]]
    assert sorted(value for row in rows for value in row[:2]) == ["1", "2", "2024-01-02", "2024-01-03"]


def test_partitions_are_chosen_here_or_in_the_catalog(facts: dict[str, Any]) -> None:
    assert facts["predicate"] == facts["in the catalog"] == [["1", "2024-01-02", "true", "x:y/z"]]


def test_with_log_new_partitions_come_but_columns_stay(facts: dict[str, Any]) -> None:
    columns, partitions = facts["log"]
    assert columns == ["id", "day"]
    assert ["false", "q"] in partitions


def test_from_catalog_updates_the_catalog_when_asked_to(facts: dict[str, Any]) -> None:
    assert facts["from catalog"] == ["id", "extra"]


def test_other_partition_keys_than_the_tables_are_refused(facts: dict[str, Any]) -> None:
    assert "has the partition keys ['flag', 't'], but partitionKeys is ['flag']" in facts["other keys"]


def test_without_partition_keys_files_lie_at_the_top(runner: ScriptRunner, facts: dict[str, Any]) -> None:
    assert facts["data frame"] == 0
    assert "orc" in folders(runner, "orc/")
    assert "avro" in folders(runner, "avro/")


def test_a_sample_has_as_many_rows_as_asked_for(facts: dict[str, Any]) -> None:
    assert facts["sample"] == 1


def test_frames_of_a_collection_lie_in_folders_of_their_names(
    runner: ScriptRunner, facts: dict[str, Any]
) -> None:
    assert facts["collection"] == 0
    assert set(folders(runner, "both/")) == {"both/one"}  # the other has been purged since


def test_csv_is_packed_and_parted_as_told(runner: ScriptRunner, facts: dict[str, Any]) -> None:
    assert facts["gzip"] == 0
    (key,) = runner.keys("gz/")
    body = runner.client("s3").get_object(Bucket=runner.bucket, Key=key)["Body"].read()
    assert (key.endswith(".csv.gz"), gzip.decompress(body)) == (True, b"3|new|false|q\n")


def test_a_second_write_to_a_path_appends(facts: dict[str, Any]) -> None:
    assert facts["append"] == [1, 2]


def test_plain_spark_may_overwrite(facts: dict[str, Any]) -> None:
    assert facts["plain"] == [1, 1]


def test_a_purge_leaves_young_files_and_those_of_a_spared_class(
    runner: ScriptRunner, facts: dict[str, Any]
) -> None:
    assert facts["purge young"] is None
    assert runner.keys("both/one")
    assert runner.keys("gz")


def test_a_purge_writes_what_it_deleted_to_its_manifest(runner: ScriptRunner, facts: dict[str, Any]) -> None:
    assert facts["purge now"] is None
    body = runner.client("s3").get_object(Bucket=runner.bucket, Key="manifest/ctx/Success.csv")["Body"]
    assert body.read().decode().startswith(f"s3://{runner.bucket}/both/two/part-")


def test_a_partition_whose_files_are_all_purged_leaves_the_catalog(facts: dict[str, Any]) -> None:
    assert ["false", "q"] not in facts["purge table"]
    assert ["true", "x:y/z"] in facts["purge table"]


def test_a_connection_gives_its_address_and_account(runner: ScriptRunner, facts: dict[str, Any]) -> None:
    settings, url = runner.sandbox.settings, postgresql_url(runner.sandbox)
    assert facts["jdbc conf"] == {
        "fullUrl": url,
        "url": url.rsplit("/", 1)[0],
        "user": settings.user,
        "password": settings.password,
        "vendor": "postgresql",
        "enforceSSL": "false",
    }


def test_rows_are_appended_by_jdbc(runner: ScriptRunner, facts: dict[str, Any]) -> None:
    assert facts["from jdbc conf"] == facts["jdbc sink"] == 0
    rows = runner.sandbox.query(f'SELECT "Id", extra FROM public.{database_of(runner)}')
    assert rows == [(3, "new"), (3, "new")]
    assert "connection_options has no dbtable" in facts["no dbtable"]


def test_what_tarmac_or_aws_cannot_write_is_refused_by_name(facts: dict[str, Any]) -> None:
    assert "AWS Glue can read the format 'xml', but not write it" in facts["xml"]
    for name, words in (("ion", "'ion'"), ("mysql", "'mysql'"), ("forEachBatch", "forEachBatch")):
        assert words in facts[name]
        assert facts[name].startswith("NotInTarmacError")
    for name in ("transition_table", "transition_s3_path", "start_transaction"):
        assert f"GlueContext.{name} is part of AWS Glue, but not of tarmac" in facts[name]
