"""A table or query of a database as a source: which rows is settled at once, they are read when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from emulator.glue_worker.engine import jdbc_bookmark, jdbc_reader, redshift_reader
from emulator.glue_worker.engine.jdbc_address import JdbcAddress
from emulator.glue_worker.engine.jdbc_options import jdbc_read
from emulator.glue_worker.engine.lazy_frame import LazyFrame


def read(
    spark: SparkSession,
    source: JdbcAddress,
    options: Mapping[str, Any],
    transformation_ctx: str,
    redshift_tmp_dir: str = "",
    table: str = "",
) -> LazyFrame:
    """The rows that the options describe, of `table` unless they name another; with a bookmark the new ones.

    Redshift is read by UNLOAD into `redshift_tmp_dir`, all else, and Redshift without such a folder, by JDBC.
    Raises what `jdbc_options.jdbc_read` and `jdbc_bookmark.condition` raise.
    """
    by_unload = source.kind == "redshift" and bool(redshift_tmp_dir)
    wanted = jdbc_read(options, table, parallel=source.kind != "redshift")
    condition = jdbc_bookmark.condition(source, wanted, transformation_ctx)

    def load() -> DataFrame:
        if by_unload:
            (query,) = wanted.queries(condition)
            return redshift_reader.read(spark, source, query, redshift_tmp_dir, options)
        rows = jdbc_reader.read(spark, source, wanted.queries(condition), wanted.spark_options)
        return rows.limit(wanted.at_most) if wanted.at_most else rows

    return LazyFrame(load)
