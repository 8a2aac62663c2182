"""Reads files on S3 into a DataFrame: CSV, JSON, XML, Parquet, ORC, Avro."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from emulator.glue_worker.engine import (
    choice,
    csv_options,
    csv_source,
    file_times,
    json_files,
    readable_files,
    s3_files,
    xml_source,
)
from emulator.glue_worker.engine.csv_options import CsvOptions
from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError
from emulator.glue_worker.engine.file_columns import FILE_COLUMN
from emulator.glue_worker.engine.spark_session import no_columns
from emulator.glue_worker.run_contract import S3File

SPARK_FORMATS = {"parquet": "parquet", "glueparquet": "parquet", "orc": "orc", "avro": "avro"}
REFUSED_FORMATS = ("ion", "grokLog", "hudi", "delta", "iceberg", "excel")


@dataclass(frozen=True)
class FileFormat:
    """A format and its options; `columns` are given by a catalog table of CSV files."""

    name: str
    csv: CsvOptions = field(default_factory=CsvOptions)
    columns: csv_source.Columns | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    compression: str = ""

    @property
    def attach_filename(self) -> str:
        return str(self.options.get("attachFilename", "") or "")

    @property
    def attach_timestamp(self) -> str:
        return str(self.options.get("attachTimestamp", "") or "")


def file_format(name: str, options: Mapping[str, Any], compression: str = "") -> FileFormat:
    """The format of `from_options`; `compression` is the connection option `compressionType`.

    Raises NotInTarmacError or GlueError for one that can't be read.
    """
    lowered = name.lower()
    if lowered == "csv":
        read_as = csv_options.from_format_options(options)
        columns = _given_columns(str(options.get("withSchema") or ""))
        return FileFormat("csv", csv=read_as, columns=columns, options=options, compression=compression)
    if lowered in ("json", "xml") or lowered in SPARK_FORMATS:
        return FileFormat(lowered, options=options, compression=compression)
    if name in REFUSED_FORMATS:
        raise NotInTarmacError(f"reading the format {name!r}")
    raise GlueError(f"the format {name!r} is not known; known are csv, json, xml, parquet, orc and avro")


def _given_columns(schema: str) -> csv_source.Columns | None:
    """The columns of `withSchema`: a struct type of awsglue.gluetypes as JSON."""
    if not schema:
        return None
    fields = json.loads(schema)["fields"]
    hints = [choice.spark_type(str(field["container"]["dataType"])) for field in fields]
    return csv_source.Columns(tuple(str(field["name"]) for field in fields), tuple(hints))


def read(spark: SparkSession, files: list[S3File], kind: FileFormat) -> DataFrame:
    """The rows of these files with FILE_COLUMN, their file's path, last; no columns at all without rows.

    Parquet, ORC and Avro files carry their columns, so that they have these without rows, too.
    """
    if not files:
        return no_columns(spark)
    if kind.name == "csv":
        return csv_source.read(spark, files, kind.csv, kind.columns, kind.compression)
    if kind.name == "xml":
        return xml_source.read(spark, files, kind.options, kind.compression)
    readable = readable_files.of(spark, files, kind.compression)
    if kind.name == "json":
        return json_files.read(spark, readable, kind.options)
    reader = spark.read.options(**s3_files.EXACT_PATHS).option("mergeSchema", "true")
    frame = reader.format(SPARK_FORMATS[kind.name]).load(readable.paths)
    return frame.select("*", f.expr(readable.path_sql).alias(FILE_COLUMN)) if frame.columns else frame


def finished(spark: SparkSession, frame: DataFrame, files: list[S3File], kind: FileFormat) -> DataFrame:
    """The frame as a script sees it: FILE_COLUMN gone, or under the name given by `attachFilename`.

    The file's time comes with it, under the name given by `attachTimestamp` (a timestamp; unverified).
    """
    if FILE_COLUMN not in frame.columns:
        return frame
    if kind.attach_timestamp:
        frame = file_times.with_time(spark, frame, files, kind.attach_timestamp)
    if kind.attach_filename:
        return frame.withColumnRenamed(FILE_COLUMN, kind.attach_filename)
    return frame.drop(FILE_COLUMN)
