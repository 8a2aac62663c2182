"""Appends to a table by plain JDBC, in batches (not for Redshift: that has COPY)."""

from __future__ import annotations

from pyspark.sql import DataFrame

from emulator.glue_worker.engine.errors import WriteFailedError
from emulator.glue_worker.engine.jdbc_address import JdbcAddress

ROWS_PER_BATCH = 10_000


def write(frame: DataFrame, target: JdbcAddress, table: str) -> None:
    """Appends the rows, creating the table if need be. Raises WriteFailedError without a table name."""
    if not table:
        raise WriteFailedError("connection_options has no dbtable: the table to write to")
    if not frame.columns:
        return
    (
        frame.write.format("jdbc")
        .mode("append")
        .option("url", f"{target.postgresql_url}?reWriteBatchedInserts=true&stringtype=unspecified")
        .option("driver", "org.postgresql.Driver")
        .option("user", target.user)
        .option("password", target.password)
        .option("dbtable", table)
        .option("batchsize", ROWS_PER_BATCH)
        .save()
    )
