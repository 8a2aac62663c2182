"""Reads what `from_options` names: files on S3, Redshift, or a JDBC database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from emulator.glue_worker.engine import file_source, jdbc_address, jdbc_source
from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError, UnknownSourceError
from emulator.glue_worker.engine.file_selection import compression_of, selected_files
from emulator.glue_worker.engine.format_options import applied, without_effect
from emulator.glue_worker.engine.job_logger import JobLogger
from emulator.glue_worker.engine.lazy_frame import LazyFrame

JDBC_TYPES = ("redshift", "postgresql", "jdbc")
FILE_TYPES = ("s3", "parquet", "orc")
TYPES_OF_AWS = (
    "mysql", "oracle", "sqlserver", "dynamodb", "kafka", "kinesis", "documentdb", "mongodb", "opensearch",
    "snowflake", "bigquery", "azurecosmos", "saphana", "teradata", "vertica", "custom.jdbc", "custom.spark",
    "custom.athena", "marketplace.jdbc", "marketplace.spark", "marketplace.athena",
)  # fmt: skip


def read(
    spark: SparkSession,
    connection_type: str,
    options: Mapping[str, Any],
    format_name: str | None,
    format_options: Mapping[str, Any],
    transformation_ctx: str,
) -> LazyFrame:
    """The rows of a source. Raises NotInTarmacError for connection types of AWS that the emulator lacks."""
    kind = connection_type.lower()
    if kind in FILE_TYPES:
        return _from_files(spark, options, format_name or kind, format_options, transformation_ctx)
    if kind in JDBC_TYPES:
        source = jdbc_address.of_options(options)
        temp_dir = str(options.get("redshiftTmpDir") or "")
        return jdbc_source.read(spark, source, options, transformation_ctx, temp_dir)
    if kind in TYPES_OF_AWS:
        raise NotInTarmacError(f"the connection type {connection_type!r}")
    raise GlueError(f"the connection type {connection_type!r} is not known")


def paths_of(options: Mapping[str, Any]) -> list[str]:
    """`paths` (a list, or a list as JSON) or `path`. Raises UnknownSourceError when neither is given."""
    given = options.get("paths", options.get("path"))
    if isinstance(given, str):
        given = json.loads(given) if given.lstrip().startswith("[") else [given]
    if not given:
        raise UnknownSourceError("connection_options has no paths: a list of s3:// folders or objects")
    return [str(path) for path in given]


def _from_files(
    spark: SparkSession,
    options: Mapping[str, Any],
    format_name: str,
    format_options: Mapping[str, Any],
    context: str,
) -> LazyFrame:
    for name in without_effect(format_name.lower(), format_options):
        JobLogger().warn(f"the {format_name} format option {name!r} is none of AWS Glue's and has no effect")
    kind = file_source.file_format(format_name, applied(format_name, format_options), compression_of(options))
    recurse = str(options.get("recurse", "false")).lower() == "true"
    files = selected_files(paths_of(options), context, options, recurse)

    def load() -> DataFrame:
        return file_source.finished(spark, file_source.read(spark, files, kind), files, kind)

    return LazyFrame(load)
