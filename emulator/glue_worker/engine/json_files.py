"""Reads JSON files, one record a line or several lines a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from emulator.glue_worker.engine import json_source, s3_files
from emulator.glue_worker.engine.file_columns import FILE_COLUMN
from emulator.glue_worker.engine.format_options import is_true
from emulator.glue_worker.engine.readable_files import ReadableFiles


def read(spark: SparkSession, readable: ReadableFiles, options: Mapping[str, Any]) -> DataFrame:
    """The records with FILE_COLUMN after their fields, as json_source gives them.

    Options: multiline (a file is one text, not a text a line), jsonPath (the part of a text that holds the
    records, an object or an array of them) ("Using the JSON format in AWS Glue").
    """
    whole = is_true(options.get("multiline", options.get("multiLine")))
    reader = spark.read.options(**s3_files.EXACT_PATHS).format("text")
    texts = reader.option("wholetext", str(whole).lower()).load(readable.paths)
    texts = texts.select("value", f.expr(readable.path_sql).alias(FILE_COLUMN))
    path = str(options.get("jsonPath") or "")
    if path:
        texts = texts.withColumn("value", f.get_json_object("value", path)).where("value IS NOT NULL")
    return json_source.frame_of(texts)
