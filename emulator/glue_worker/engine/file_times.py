"""When a row's file was last modified, for `attachTimestamp`."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.file_columns import FILE_COLUMN
from emulator.glue_worker.run_contract import S3File


def with_time(spark: SparkSession, frame: DataFrame, files: list[S3File], name: str) -> DataFrame:
    """The rows with a timestamp column of that name, by FILE_COLUMN; it comes before that."""
    times = [(f"s3://{file.bucket}/{file.key}", file.last_modified) for file in files]
    known = spark.createDataFrame(times, "`__path` string, `__modified_ms` bigint")
    joined = frame.join(f.broadcast(known), frame[FILE_COLUMN] == known["__path"], "left")
    own = [quoted(column) for column in frame.columns if column != FILE_COLUMN]
    modified = f.expr("timestamp_millis(`__modified_ms`)").alias(name)
    return joined.select(*own, modified, FILE_COLUMN)
