"""Reads queries from PostgreSQL, and from Redshift without a temp folder, by Spark's JDBC source."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from pyspark.sql import DataFrame, SparkSession

from emulator.glue_worker.engine.jdbc_address import JdbcAddress


def read(
    spark: SparkSession, source: JdbcAddress, queries: list[str], options: Mapping[str, str]
) -> DataFrame:
    """The rows of all these queries, each by a reader of its own; their columns must be the same."""
    frames = [_read_one(spark, source, query, options) for query in queries]
    return reduce(DataFrame.unionAll, frames)


def _read_one(spark: SparkSession, source: JdbcAddress, query: str, options: Mapping[str, str]) -> DataFrame:
    return (
        spark.read.format("jdbc")
        .options(**options)
        .option("url", source.postgresql_url)
        .option("driver", "org.postgresql.Driver")
        .option("user", source.user)
        .option("password", source.password)
        .option("dbtable", f"({query}) AS source")
        .load()
    )
