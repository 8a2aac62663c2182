"""Reads from Redshift as Glue does: UNLOAD to S3, then read the files."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from emulator.glue_worker.engine import jdbc_address, jdbc_reader, s3_files
from emulator.glue_worker.engine.errors import UnknownSourceError
from emulator.glue_worker.engine.jdbc_address import JdbcAddress
from emulator.glue_worker.engine.redshift_sql import role_clause


def read(
    spark: SparkSession, source: JdbcAddress, query: str, temp_dir: str, options: Mapping[str, Any]
) -> DataFrame:
    """The rows of a query (SQL text). Raises UnknownSourceError with the database's own message."""
    folder = f"{temp_dir.rstrip('/')}/{uuid.uuid4()}/"
    unload = f"UNLOAD ({_text(query)}) TO {_text(folder)} {role_clause(options)} FORMAT AS PARQUET"
    _execute(source, unload)
    if not s3_files.under(folder, [], recurse=True):
        return jdbc_reader.read(spark, source, [f"SELECT * FROM ({query}) AS empty LIMIT 0"], {})
    return spark.read.parquet(folder)


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
