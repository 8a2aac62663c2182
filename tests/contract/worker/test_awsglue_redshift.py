"""Glue's Redshift source and sink (aws-semantics.md §F): by column name, all or nothing."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest

from .conftest import ScriptRunner

SINK_FAILED = (
    "Error Category: UNCLASSIFIED_ERROR; Failed Line Number: [0-9]+; "
    r"An error occurred while calling o[0-9]+\.pyWriteDynamicFrame\. "
)
WRITE = """
glue.write_dynamic_frame.from_jdbc_conf(
    DynamicFrame.fromDF(frame, glue, 'f'), {connection!r}, {options}, redshift_tmp_dir=f's3://{{BUCKET}}/tmp/')
"""


class Warehouse:
    """A schema and a Glue connection of the test's own."""

    def __init__(self, runner: ScriptRunner) -> None:
        self.runner = runner
        self.name = runner.bucket.replace("-", "_")
        settings = runner.sandbox.settings
        url = f"jdbc:redshift://127.0.0.1:{settings.redshift_port}/{settings.database}"
        self.url = url
        properties = {"JDBC_CONNECTION_URL": url, "USERNAME": settings.user, "PASSWORD": settings.password}
        runner.client("glue").create_connection(
            ConnectionInput={"Name": self.name, "ConnectionType": "JDBC", "ConnectionProperties": properties}
        )
        self.query(f"CREATE SCHEMA {self.name}")

    def query(self, sql: str) -> list[tuple[object, ...]]:
        return self.runner.sandbox.query(sql)

    def write(self, frame_sql: str, table: str = "t", **options: str) -> str:
        """A script that writes a query's rows."""
        given = {"dbtable": f"{self.name}.{table}", "database": "dev", **options}
        return f'frame = spark.sql("""{frame_sql}""")\n' + WRITE.format(connection=self.name, options=given)


@pytest.fixture
def warehouse(runner: ScriptRunner) -> Warehouse:
    return Warehouse(runner)


def test_rows_are_loaded_by_column_name_with_exact_types(runner: ScriptRunner, warehouse: Warehouse) -> None:
    warehouse.query(
        f"CREATE TABLE {warehouse.name}.t "
        "(d DATE, s VARCHAR(50), i BIGINT, m DECIMAL(12,3), ts TIMESTAMP, b BOOLEAN)"
    )
    run = runner.glue(
        warehouse.write(
            "SELECT 9007199254740993L I, 'a,\\\"b\\n é' S, CAST(1.250 AS DECIMAL(12,3)) m, "
            "DATE'2026-01-02' d, "
            "TIMESTAMP'2026-01-02 03:04:05.123456' ts, true b "
            "UNION ALL SELECT 2L, '', NULL, NULL, NULL, NULL "
            "UNION ALL SELECT 3L, NULL, NULL, NULL, NULL, NULL"
        )
    )
    assert run.state == "SUCCEEDED", run.error
    assert run.report["records_written"] == 3
    rows = warehouse.query(f"SELECT i, s, m, d, ts, b FROM {warehouse.name}.t ORDER BY i")
    assert rows == [
        (2, "", None, None, None, None),
        (3, None, None, None, None, None),
        (
            9007199254740993,
            'a,"b\n é',
            Decimal("1.250"),
            dt.date(2026, 1, 2),
            dt.datetime(2026, 1, 2, 3, 4, 5, 123456),
            True,
        ),
    ]


def test_a_table_that_is_not_there_is_made(runner: ScriptRunner, warehouse: Warehouse) -> None:
    assert runner.glue(warehouse.write("SELECT 1L Id, 'x' Name", "made")).state == "SUCCEEDED"
    assert warehouse.query(f"SELECT id, name FROM {warehouse.name}.made") == [(1, "x")]


def test_actions_run_before_and_after_in_the_copys_transaction(
    runner: ScriptRunner, warehouse: Warehouse
) -> None:
    name = warehouse.name
    warehouse.query(f"CREATE TABLE {name}.t (id BIGINT)")
    warehouse.query(f"INSERT INTO {name}.t VALUES (1), (2)")
    script = warehouse.write(
        "SELECT 3L id",
        preactions=f"DELETE FROM {name}.t WHERE id = 1; SELECT ';'",
        postactions=f"INSERT INTO {name}.t SELECT max(id) + 1 FROM {name}.t",
    )
    assert runner.glue(script).state == "SUCCEEDED"
    assert warehouse.query(f"SELECT id FROM {name}.t ORDER BY id") == [(2,), (3,), (4,)]


@pytest.mark.parametrize("where", ["preactions", "postactions"])
def test_an_error_anywhere_rolls_all_of_it_back(
    runner: ScriptRunner, warehouse: Warehouse, where: str
) -> None:
    name = warehouse.name
    warehouse.query(f"CREATE TABLE {name}.t (id BIGINT)")
    warehouse.query(f"INSERT INTO {name}.t VALUES (1)")
    actions = {"preactions": f"DELETE FROM {name}.t", "postactions": "SELECT 1"}
    run = runner.glue(
        warehouse.write("SELECT 3L id", **{**actions, where: f"DELETE FROM {name}.t; SELECT * FROM nowhere"})
    )
    assert run.state == "FAILED"
    assert "nowhere" in run.error
    assert warehouse.query(f"SELECT id FROM {name}.t") == [(1,)]


def test_a_value_that_does_not_fit_fails_the_load(runner: ScriptRunner, warehouse: Warehouse) -> None:
    warehouse.query(f"CREATE TABLE {warehouse.name}.t (s VARCHAR(3))")
    run = runner.glue(warehouse.write("SELECT 'too long' s"))
    assert run.state == "FAILED"
    assert "Check 'stl_load_errors' system table for details" in run.error
    assert re.match(SINK_FAILED, run.error), run.error
    assert warehouse.query(f"SELECT count(*) FROM {warehouse.name}.t") == [(0,)]


def test_without_rows_there_is_no_copy_but_the_actions_run(
    runner: ScriptRunner, warehouse: Warehouse
) -> None:
    name = warehouse.name
    warehouse.query(f"CREATE TABLE {name}.t (id BIGINT)")
    script = warehouse.write("SELECT 1L id WHERE false", preactions=f"INSERT INTO {name}.t VALUES (7)")
    assert runner.glue(script).state == "SUCCEEDED"
    assert warehouse.query(f"SELECT id FROM {name}.t") == [(7,)]


def test_part_files_and_manifest_stay_in_the_temp_folder(runner: ScriptRunner, warehouse: Warehouse) -> None:
    assert runner.glue(warehouse.write("SELECT 1L id")).state == "SUCCEEDED"
    names = sorted(key.rsplit("/", 1)[1] for key in runner.keys("tmp/"))
    assert names[0] == "manifest.json"
    assert [name.split("-")[0] for name in names[1:]] == ["part"]


def test_a_catalog_table_in_redshift_is_unloaded_and_read(runner: ScriptRunner, warehouse: Warehouse) -> None:
    name = warehouse.name
    warehouse.query(f"CREATE TABLE {name}.dim (id BIGINT, city VARCHAR(20), share DECIMAL(5,2))")
    glue = runner.client("glue")
    glue.create_database(DatabaseInput={"Name": name})
    glue.create_table(
        DatabaseName=name,
        TableInput={
            "Name": "dim",
            "StorageDescriptor": {
                "Location": f"dev.{name}.dim",
                "Columns": [{"Name": "id", "Type": "bigint"}],
            },
            "Parameters": {"classification": "redshift", "connectionName": name, "typeOfData": "table"},
        },
    )
    read = f"""
frame = glue.create_dynamic_frame.from_catalog(database={name!r}, table_name='dim', redshift_tmp_dir=TMP)
print(frame.toDF().dtypes, frame.toDF().orderBy('id').collect())
"""
    with_folder, without = "TMP = f's3://{BUCKET}/tmp/'", "TMP = ''"
    types = "[('id', 'bigint'), ('city', 'string'), ('share', 'decimal(5,2)')]"
    assert runner.glue(with_folder + read).lines() == [f"{types} []"]
    warehouse.query(f"INSERT INTO {name}.dim VALUES (1, 'Oslo', 1.5), (2, NULL, NULL), (3, '', 0)")
    rows = (
        "[Row(id=1, city='Oslo', share=Decimal('1.50')), Row(id=2, city=None, share=None), "
        "Row(id=3, city='', share=Decimal('0.00'))]"
    )
    assert runner.glue(with_folder + read).lines() == [f"{types} {rows}"]
    assert runner.glue(without + read).lines() == [f"{types} {rows}"]


def test_a_connection_may_be_given_by_url_and_a_query_be_read(
    runner: ScriptRunner, warehouse: Warehouse
) -> None:
    settings = runner.sandbox.settings
    script = f"""
where = {{'url': {warehouse.url!r}, 'user': {settings.user!r}, 'password': {settings.password!r},
         'redshiftTmpDir': f's3://{{BUCKET}}/tmp/'}}
frame = DynamicFrame.fromDF(spark.sql("SELECT 5L id"), glue, 'f')
glue.write_dynamic_frame.from_options(frame, 'redshift', {{**where, 'dbtable': '{warehouse.name}.u'}})
query = {{**where, 'query': "SELECT id, 'it''s' word FROM {warehouse.name}.u"}}
print(glue.create_dynamic_frame.from_options('redshift', query).toDF().collect())
"""
    assert runner.glue(script).lines() == ['[Row(id=5, word="it\'s")]']


def test_a_warehouse_that_is_down_is_named(runner: ScriptRunner) -> None:
    script = """
frame = DynamicFrame.fromDF(spark.sql("SELECT 5L id"), glue, 'f')
where = {'url': 'jdbc:redshift://127.0.0.1:9/dev', 'user': 'u', 'password': 'p'}
options = {**where, 'dbtable': 't', 'redshiftTmpDir': f's3://{BUCKET}/tmp/'}
glue.write_dynamic_frame.from_options(frame, 'redshift', options)
"""
    run = runner.glue(script)
    assert run.state == "FAILED"
    assert "can't connect to 127.0.0.1:9/dev as u" in run.error
