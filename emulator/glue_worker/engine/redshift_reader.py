"""Reads from Redshift as Glue does: UNLOAD to S3 and read the files; by JDBC without a temp folder."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from emulator.glue_worker.engine import jdbc_address, s3_files
from emulator.glue_worker.engine.errors import UnknownSourceError
from emulator.glue_worker.engine.jdbc_address import JdbcAddress
from emulator.glue_worker.engine.redshift_sql import role_clause, table_sql


def read(
    spark: SparkSession, source: JdbcAddress, query: str, temp_dir: str, options: Mapping[str, Any]
) -> DataFrame:
    """The rows of a query (SQL text). Raises UnknownSourceError with the database's own message."""
    if not temp_dir:
        return _by_jdbc(spark, source, query)
    folder = f"{temp_dir.rstrip('/')}/{uuid.uuid4()}/"
    unload = f"UNLOAD ({_text(query)}) TO {_text(folder)} {role_clause(options)} FORMAT AS PARQUET"
    _execute(source, unload)
    if not s3_files.under(folder, [], recurse=True):
        return _by_jdbc(spark, source, f"SELECT * FROM ({query}) AS empty LIMIT 0")
    return spark.read.parquet(folder)


def query_of(options: Mapping[str, Any]) -> str:
    """The query in `connection_options`: `query` itself, or all of `dbtable`."""
    if options.get("query"):
        return str(options["query"])
    if not options.get("dbtable"):
        raise UnknownSourceError("connection_options has neither dbtable nor query")
    return f"SELECT * FROM {table_sql(str(options['dbtable']))}"


def _by_jdbc(spark: SparkSession, source: JdbcAddress, query: str) -> DataFrame:
    return (
        spark.read.format("jdbc")
        .option("url", source.postgresql_url)
        .option("driver", "org.postgresql.Driver")
        .option("user", source.user)
        .option("password", source.password)
        .option("dbtable", f"({query}) AS source")
        .load()
    )


def _execute(source: JdbcAddress, statement: str) -> None:
    connection = source.connect()
    try:
        connection.cursor().execute(statement)
        connection.commit()
    except Exception as error:
        raise UnknownSourceError(f"reading from Redshift: {jdbc_address.plain_message(error)}") from error
    finally:
        connection.close()


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
