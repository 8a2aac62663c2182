"""Reads files on S3 into a DataFrame: CSV, JSON, Parquet, ORC, Avro."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from emulator.glue_worker.engine import csv_options, csv_source, s3_files
from emulator.glue_worker.engine.csv_options import CsvOptions
from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError
from emulator.glue_worker.engine.file_columns import FILE_COLUMN, file_path_sql
from emulator.glue_worker.engine.spark_session import inspecting, no_columns
from emulator.glue_worker.run_contract import S3File

SPARK_FORMATS = {"parquet": "parquet", "glueparquet": "parquet", "orc": "orc", "avro": "avro"}
REFUSED_FORMATS = ("ion", "xml", "grokLog", "hudi", "delta", "iceberg", "excel")


@dataclass(frozen=True)
class FileFormat:
    """A format and its options; `columns` are given by a catalog table of CSV files."""

    name: str
    csv: CsvOptions = field(default_factory=CsvOptions)
    columns: csv_source.Columns | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def attach_filename(self) -> str:
        return str(self.options.get("attachFilename", "") or "")


def file_format(name: str, options: Mapping[str, Any]) -> FileFormat:
    """The format of `from_options`. Raises NotInTarmacError or GlueError for one that can't be read."""
    lowered = name.lower()
    if lowered == "csv":
        return FileFormat("csv", csv=csv_options.from_format_options(options), options=options)
    if lowered == "json" or lowered in SPARK_FORMATS:
        return FileFormat(lowered, options=options)
    if name in REFUSED_FORMATS:
        raise NotInTarmacError(f"reading the format {name!r}")
    raise GlueError(f"the format {name!r} is not known; known are csv, json, parquet, orc and avro")


def read(spark: SparkSession, files: list[S3File], kind: FileFormat) -> DataFrame:
    """The rows of these files with FILE_COLUMN, their file's path, last; no columns at all without rows.

    Parquet, ORC and Avro files carry their columns, so that they have these without rows, too.
    """
    if not files:
        return no_columns(spark)
    if kind.name == "csv":
        return csv_source.read(spark, files, kind.csv, kind.columns)
    paths = [s3_files.spark_path(file) for file in files]
    reader = spark.read.options(**s3_files.EXACT_PATHS)
    if kind.name == "json":
        frame = reader.option("multiLine", str(kind.options.get("multiLine", "false")).lower()).json(paths)
        frame = frame if _has_rows(spark, frame) else no_columns(spark)
    else:
        frame = reader.option("mergeSchema", "true").format(SPARK_FORMATS[kind.name]).load(paths)
    return frame.select("*", f.expr(file_path_sql(paths)).alias(FILE_COLUMN)) if frame.columns else frame


def finished(frame: DataFrame, kind: FileFormat) -> DataFrame:
    """The frame as a script sees it: FILE_COLUMN gone, or under the name given by `attachFilename`."""
    if FILE_COLUMN not in frame.columns:
        return frame
    if kind.attach_filename:
        return frame.withColumnRenamed(FILE_COLUMN, kind.attach_filename)
    return frame.drop(FILE_COLUMN)


def _has_rows(spark: SparkSession, frame: DataFrame) -> bool:
    with inspecting(spark):
        return bool(frame.columns) and bool(frame.take(1))
