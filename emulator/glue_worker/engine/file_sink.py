"""Writes a DataFrame as files on S3: CSV, JSON, Parquet, ORC, Avro. Always appends, as Glue does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import staged_write
from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError, WriteFailedError

SPARK_FORMATS = {"csv": "csv", "json": "json", "parquet": "parquet", "glueparquet": "parquet", "orc": "orc",
                 "avro": "avro"}  # fmt: skip


def write(
    frame: DataFrame,
    path: str,
    format_name: str,
    format_options: Mapping[str, Any],
    options: Mapping[str, Any],
) -> None:
    """Appends the rows as new files under `path`; without columns nothing is written.

    Options: partitionKeys, compression; of Parquet blockSize and pageSize, in bytes. Raises
    NotInTarmacError and GlueError for other formats, WriteFailedError for a path or column that can't be
    written.
    """
    kind = _known(format_name)
    if not frame.columns:
        return
    if not path.startswith(("s3://", "s3a://", "s3n://")):
        raise WriteFailedError(f"the path {path!r} is not of the form s3://bucket/folder")
    spark_options = _spark_options(kind, format_options)
    compression = options.get("compression") or format_options.get("compression")
    if compression:
        spark_options["compression"] = str(compression)
    keys = [str(key) for key in options.get("partitionKeys") or []]
    staged_write.write(_writable(frame, kind), path, kind, spark_options, keys)


def _known(format_name: str) -> str:
    if format_name.lower() in SPARK_FORMATS:
        return SPARK_FORMATS[format_name.lower()]
    if format_name in ("ion", "hudi", "delta", "iceberg"):
        raise NotInTarmacError(f"writing the format {format_name!r}")
    if format_name == "xml":
        raise GlueError("AWS Glue can read the format 'xml', but not write it; write json, parquet or csv")
    raise GlueError(f"the format {format_name!r} is not known; known are {', '.join(SPARK_FORMATS)}")


def _spark_options(kind: str, options: Mapping[str, Any]) -> dict[str, str]:
    if kind == "parquet":
        sizes = {"blockSize": "parquet.block.size", "pageSize": "parquet.page.size"}
        return {spark: str(options[name]) for name, spark in sizes.items() if name in options}
    if kind != "csv":
        return {}
    quote = str(options.get("quoteChar", '"'))
    return {
        "sep": str(options.get("separator", ",")),
        "quote": "\u0000" if quote == "-1" else quote,
        "escape": str(options.get("escaper") or ("\\" if quote == "-1" else quote)),
        "header": str(options.get("writeHeader", "true")).lower(),
        "ignoreLeadingWhiteSpace": "false",
        "ignoreTrailingWhiteSpace": "false",
    }


def _writable(frame: DataFrame, kind: str) -> DataFrame:
    """Columns that hold nothing but nulls have no type that a file format knows; CSV has no nested ones."""
    columns = []
    for field in frame.schema.fields:
        column = f.col(quoted(field.name))
        if isinstance(field.dataType, t.NullType):
            column = column.cast("string").alias(field.name)
        elif kind == "csv" and isinstance(field.dataType, (t.StructType, t.ArrayType, t.MapType)):
            column = f.to_json(column).alias(field.name)
        columns.append(column)
    return frame.select(*columns)
