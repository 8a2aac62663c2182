"""Reads JSON files, one record a line or several lines a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from emulator.glue_worker.engine import s3_files
from emulator.glue_worker.engine.file_columns import FILE_COLUMN
from emulator.glue_worker.engine.format_options import is_true
from emulator.glue_worker.engine.readable_files import ReadableFiles
from emulator.glue_worker.engine.spark_session import inspecting, no_columns


def read(spark: SparkSession, readable: ReadableFiles, options: Mapping[str, Any]) -> DataFrame:
    """The records with FILE_COLUMN last; no columns at all without records.

    Options: multiline (a file is one text, not a text a line), jsonPath (the part of a text that holds the
    records, an object or an array of them) ("Using the JSON format in AWS Glue").
    """
    whole = str(is_true(options.get("multiline", options.get("multiLine")))).lower()
    reader = spark.read.options(**s3_files.EXACT_PATHS)
    path = str(options.get("jsonPath") or "")
    if path:
        texts = reader.format("text").option("wholetext", whole).load(readable.paths)
        return _parsed(texts.select(f.get_json_object("value", path).alias("value"), _file(readable)))
    frame = reader.option("multiLine", whole).json(readable.paths)
    return frame.select("*", _file(readable)) if _has_rows(frame) else no_columns(spark)


def _file(readable: ReadableFiles) -> Column:
    return f.expr(readable.path_sql).alias(FILE_COLUMN)


def _parsed(texts: DataFrame) -> DataFrame:
    """The records in texts that hold an object or an array of objects each."""
    spark = texts.sparkSession
    with inspecting(spark):
        schema = spark.read.json(texts.where("value IS NOT NULL").rdd.map(lambda row: row["value"])).schema
    if not schema.fields:
        return no_columns(spark)
    whole = f"from_json(value, 'array<{schema.simpleString()}>')"
    one = f"array(from_json(value, '{schema.simpleString()}'))"
    record = f.explode(f.expr(f"CASE WHEN value LIKE '[%' THEN {whole} ELSE {one} END")).alias("record")
    return texts.select(record, FILE_COLUMN).select("record.*", FILE_COLUMN)


def _has_rows(frame: DataFrame) -> bool:
    with inspecting(frame.sparkSession):
        return bool(frame.columns) and bool(frame.take(1))
