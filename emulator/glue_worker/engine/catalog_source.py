"""Reads a table of the Data Catalog: files on S3 with their partitions, or a Redshift or JDBC table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from emulator.glue_worker.engine import (
    catalog,
    choice,
    csv_options,
    file_source,
    jdbc_address,
    jdbc_source,
)
from emulator.glue_worker.engine.catalog import CatalogPartition, CatalogTable
from emulator.glue_worker.engine.csv_source import Columns
from emulator.glue_worker.engine.errors import UnknownSourceError
from emulator.glue_worker.engine.file_selection import compression_of, selected_files, selection_properties
from emulator.glue_worker.engine.file_source import FileFormat
from emulator.glue_worker.engine.jdbc_options import TABLE_PROPERTIES
from emulator.glue_worker.engine.lazy_frame import LazyFrame
from emulator.glue_worker.engine.partition_columns import matching, with_partition_columns
from emulator.glue_worker.run_contract import S3File

FORMAT_PROPERTIES = ("rowTag", "jsonPath")  # what a crawler writes for its XML and JSON classifiers
DATABASES = ("redshift", "postgresql", "jdbc")


def read(
    spark: SparkSession,
    table: CatalogTable,
    transformation_ctx: str,
    push_down_predicate: str,
    redshift_tmp_dir: str,
    options: Mapping[str, Any],
) -> LazyFrame:
    """The table's rows; which files they come from is settled now, their types when first asked for.

    Raises UnknownSourceError for a table that is neither on S3 nor in a database.
    """
    if table.is_on_s3:
        return _from_s3(spark, table, transformation_ctx, push_down_predicate, options)
    if table.classification in DATABASES or "connectionName" in table.parameters:
        return _from_database(spark, table, transformation_ctx, redshift_tmp_dir, options)
    raise UnknownSourceError(
        f"table {table.database}.{table.name} has the location {table.location!r} and the classification "
        f"{table.classification!r}; tables on S3 and in Redshift or PostgreSQL can be read"
    )


def _from_s3(
    spark: SparkSession, table: CatalogTable, context: str, predicate: str, options: Mapping[str, Any]
) -> LazyFrame:
    partitions = _partitions(spark, table, predicate, options)
    paths = [partition.location for partition in partitions] if table.partition_keys else [table.location]
    settings = {**selection_properties(table.parameters), **options}
    files = selected_files(paths, context, settings, recurse=True) if paths else []
    kind = _format(table, options)

    def load() -> DataFrame:
        used = _with_files(partitions, files)
        rows = with_partition_columns(spark, file_source.read(spark, files, kind), used, table.partition_keys)
        return file_source.finished(spark, rows, files, kind)

    return LazyFrame(load)


def _partitions(
    spark: SparkSession, table: CatalogTable, predicate: str, options: Mapping[str, Any]
) -> list[CatalogPartition]:
    if not table.partition_keys:
        return []
    registered = catalog.partitions(table, str(options.get("catalogPartitionPredicate", "") or ""))
    return matching(spark, registered, table.partition_keys, predicate)


def _with_files(partitions: list[CatalogPartition], files: list[S3File]) -> list[CatalogPartition]:
    """The partitions that one of the files lies in, or is."""
    places: set[str] = set()
    for file in files:
        parts = f"{file.bucket}/{file.key}".split("/")
        places.update("/".join(parts[: count + 1]) for count in range(len(parts)))
    return [one for one in partitions if one.location.partition("://")[2].rstrip("/") in places]


def _format(table: CatalogTable, options: Mapping[str, Any]) -> FileFormat:
    compression = compression_of(options)
    if table.classification != "csv":
        own: dict[str, Any] = {
            name: table.parameters[name] for name in FORMAT_PROPERTIES if name in table.parameters
        }
        return file_source.file_format(table.classification or "unknown", own | dict(options), compression)
    names = tuple(name for name, _ in table.columns)
    hints = tuple(choice.spark_type(kind) for _, kind in table.columns)
    read_as = csv_options.from_table(table.parameters, table.serde)
    columns = Columns(names, hints)
    return FileFormat("csv", csv=read_as, columns=columns, options=options, compression=compression)


def _from_database(
    spark: SparkSession, table: CatalogTable, context: str, temp_dir: str, options: Mapping[str, Any]
) -> LazyFrame:
    connection = str(options.get("connectionName") or table.parameters.get("connectionName", ""))
    if not connection:
        raise UnknownSourceError(
            f"table {table.database}.{table.name} names no connection (parameter connectionName)"
        )
    database, _, name = table.location.partition(".")
    source = jdbc_address.of_connection(connection, database)
    properties = {key: table.parameters[key] for key in TABLE_PROPERTIES if key in table.parameters}
    return jdbc_source.read(spark, source, {**properties, **options}, context, temp_dir, name)
