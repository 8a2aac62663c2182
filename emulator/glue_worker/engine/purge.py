"""Deletes old objects under a path: `purge_s3_path` and `purge_table` (awsglue's docstrings).

Options: retentionPeriod (hours, 168 by default), excludeStorageClasses, partitionPredicate (tables only),
manifestFilePath (a folder, for Success.csv and Failed.csv).
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import SparkSession

from emulator.glue_worker.engine import catalog, s3_files
from emulator.glue_worker.engine.catalog import CatalogPartition, CatalogTable
from emulator.glue_worker.engine.partition_columns import matching

DEFAULT_RETENTION_H = 168.0
AT_ONCE = 1000


@dataclass
class Purged:
    """The paths that were deleted, those that could not be, and how many objects are left."""

    deleted: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    kept: int = 0


def purge_path(path: str, options: Mapping[str, Any], context: str) -> None:
    """Deletes the objects under a path that are older than the retention period."""
    purged = Purged()
    _purge(path, options, purged)
    _write_manifest(purged, options, context)


def purge_table(spark: SparkSession, table: CatalogTable, options: Mapping[str, Any], context: str) -> None:
    """The same for a table's files; a partition that has none left is deleted from the catalog, too."""
    purged, emptied = Purged(), []
    if table.partition_keys:
        for partition in _partitions(spark, table, options):
            kept_before = purged.kept
            _purge(partition.location, options, purged)
            emptied += [partition] if purged.kept == kept_before else []
    else:
        _purge(table.location, options, purged)
    for partition in emptied:
        s3_files.client("glue").delete_partition(
            DatabaseName=table.database, TableName=table.name, PartitionValues=list(partition.values)
        )
    _write_manifest(purged, options, context)


def _partitions(
    spark: SparkSession, table: CatalogTable, options: Mapping[str, Any]
) -> list[CatalogPartition]:
    predicate = str(options.get("partitionPredicate") or "")
    return matching(spark, catalog.partitions(table), table.partition_keys, predicate)


def _purge(path: str, options: Mapping[str, Any], purged: Purged) -> None:
    bucket, prefix = s3_files.split_url(path)
    latest = time.time() - float(options.get("retentionPeriod", DEFAULT_RETENTION_H)) * 3600
    spared = _storage_classes(options.get("excludeStorageClasses"))
    pages = s3_files.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    found = [item for page in pages for item in page.get("Contents", [])]
    old = [
        item["Key"]
        for item in found
        if item["LastModified"].timestamp() <= latest and item.get("StorageClass", "STANDARD") not in spared
    ]
    purged.kept += len(found) - len(old)
    for start in range(0, len(old), AT_ONCE):
        _delete(bucket, old[start : start + AT_ONCE], purged)


def _delete(bucket: str, keys: list[str], purged: Purged) -> None:
    objects = [{"Key": key} for key in keys]
    answer = s3_files.client("s3").delete_objects(Bucket=bucket, Delete={"Objects": objects})
    failed = {item["Key"] for item in answer.get("Errors", [])}
    purged.kept += len(failed)
    for key in keys:
        (purged.failed if key in failed else purged.deleted).append(f"s3://{bucket}/{key}")


def _storage_classes(value: object) -> set[str]:
    """A list, a set, or a list as JSON."""
    given = json.loads(value) if isinstance(value, str) and value.strip() else value
    return {str(item) for item in given} if isinstance(given, (list, tuple, set, frozenset)) else set()


def _write_manifest(purged: Purged, options: Mapping[str, Any], context: str) -> None:
    folder = str(options.get("manifestFilePath") or "")
    if not folder:
        return
    bucket, prefix = s3_files.split_url(folder)
    place = "/".join(part for part in (prefix.rstrip("/"), context) if part)
    for name, paths in (("Success.csv", purged.deleted), ("Failed.csv", purged.failed)):
        text = io.StringIO()
        csv.writer(text).writerows([path] for path in paths)
        s3_files.client("s3").put_object(
            Bucket=bucket, Key=f"{place}/{name}".lstrip("/"), Body=text.getvalue().encode()
        )
