"""Unbox: a string column that holds JSON becomes a struct."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from emulator.glue_worker.engine.column_names import path_parts, quoted
from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError
from emulator.glue_worker.engine.spark_session import inspecting


def unbox(frame: DataFrame, path: str, format_name: str) -> DataFrame:
    """The frame with the column's text parsed; its fields are taken from all rows.

    Raises NotInTarmacError for formats other than json, GlueError when there is no such column.
    """
    if format_name.lower() != "json":
        raise NotInTarmacError(f"Unbox of the format {format_name!r}")
    parts = path_parts(path)
    if len(parts) != 1 or parts[0] not in frame.columns:
        raise GlueError(f"Unbox: there is no top-level column {path!r} among {frame.columns}")
    name = parts[0]
    spark = frame.sparkSession
    with inspecting(spark):
        texts = frame.select(f.col(quoted(name)).alias("text")).where("text IS NOT NULL")
        schema = spark.read.json(texts.rdd.map(lambda row: row[0])).schema
    parsed = f.from_json(f.col(quoted(name)), schema).alias(name)
    return frame.select(*[parsed if other == name else f.col(quoted(other)) for other in frame.columns])
