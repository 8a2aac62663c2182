"""Databases, tables and partitions as Glue's API has them, and as Hive's metastore has them. Pure.

Hive's structs are dictionaries by field name, see hive_metastore.thrift.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from emulator.glue_worker.metastore.errors import MetastoreError

Struct = dict[str, Any]


def hive_database(found: Mapping[str, Any], default_location: str) -> Struct:
    """Glue's Database as Hive's; without LocationUri the location is `default_location`."""
    return {
        "name": found["Name"],
        "description": found.get("Description", ""),
        "locationUri": found.get("LocationUri") or default_location,
        "parameters": dict(found.get("Parameters") or {}),
        "ownerType": 1,
        "ownerName": "",
    }


def glue_database(database: Struct) -> dict[str, Any]:
    """Hive's Database as Glue's DatabaseInput; a location that is not on S3 is left out."""
    location = str(database.get("locationUri") or "")
    return _without_empty(
        {
            "Name": database["name"],
            "Description": database.get("description"),
            "LocationUri": location if location.startswith("s3") else "",
            "Parameters": database.get("parameters"),
        }
    )


def hive_table(found: Mapping[str, Any]) -> Struct:
    """Glue's Table as Hive's.

    Raises MetastoreError, in the words of AWS's client, for a table without TableType.
    """
    if not found.get("TableType"):
        raise MetastoreError("MetaException", f"TableType cannot be null for table: {found['Name']}")
    return {
        "tableName": found["Name"],
        "dbName": found["DatabaseName"],
        "owner": found.get("Owner", ""),
        "createTime": _seconds(found.get("CreateTime")),
        "lastAccessTime": _seconds(found.get("LastAccessTime")),
        "retention": found.get("Retention", 0),
        "sd": _hive_storage(found.get("StorageDescriptor") or {}),
        "partitionKeys": _hive_columns(found.get("PartitionKeys") or []),
        "parameters": dict(found.get("Parameters") or {}),
        "viewOriginalText": found.get("ViewOriginalText"),
        "viewExpandedText": found.get("ViewExpandedText"),
        "tableType": found["TableType"],
        "temporary": False,
        "rewriteEnabled": False,
    }


def glue_table(table: Struct) -> dict[str, Any]:
    """Hive's Table as Glue's TableInput."""
    return _without_empty(
        {
            "Name": table["tableName"],
            "Owner": table.get("owner"),
            "Retention": table.get("retention", 0),
            "StorageDescriptor": _glue_storage(table.get("sd") or {}),
            "PartitionKeys": _glue_columns(table.get("partitionKeys") or []),
            "ViewOriginalText": table.get("viewOriginalText"),
            "ViewExpandedText": table.get("viewExpandedText"),
            "TableType": table.get("tableType") or "MANAGED_TABLE",
            "Parameters": table.get("parameters") or {},
        }
    )


def hive_partition(found: Mapping[str, Any], table: Struct) -> Struct:
    """Glue's Partition as Hive's."""
    return {
        "values": list(found["Values"]),
        "dbName": table["dbName"],
        "tableName": table["tableName"],
        "createTime": _seconds(found.get("CreationTime")),
        "lastAccessTime": _seconds(found.get("LastAccessTime")),
        "sd": _hive_storage(found.get("StorageDescriptor") or {}, table["sd"]),
        "parameters": dict(found.get("Parameters") or {}),
    }


def glue_partition(partition: Struct) -> dict[str, Any]:
    """Hive's Partition as Glue's PartitionInput."""
    return {
        "Values": list(partition["values"]),
        "StorageDescriptor": _glue_storage(partition.get("sd") or {}),
        "Parameters": dict(partition.get("parameters") or {}),
    }


def _hive_storage(found: Mapping[str, Any], default: Struct | None = None) -> Struct:
    """A storage descriptor; what a partition's leaves out is as in its table's, `default`.

    The location excepted: without one, Hive takes the folder of the partition's name.
    """
    serde = found.get("SerdeInfo") or {}
    own: Struct = {
        "cols": _hive_columns(found.get("Columns") or []),
        "location": found.get("Location") or None,  # a view's is not even empty
        "inputFormat": found.get("InputFormat"),
        "outputFormat": found.get("OutputFormat"),
        "serdeInfo": {
            "name": serde.get("Name", ""),
            "serializationLib": serde.get("SerializationLibrary"),
            "parameters": dict(serde.get("Parameters") or {}),
        },
    }
    if default is not None and not own["serdeInfo"]["serializationLib"]:
        own["serdeInfo"] = default["serdeInfo"]
    shared = ("cols", "inputFormat", "outputFormat")
    inherited = {name: default[name] for name in shared if default is not None and not own[name]}
    rest = {
        "compressed": bool(found.get("Compressed", False)),
        "numBuckets": found.get("NumberOfBuckets", -1),
        "bucketCols": list(found.get("BucketColumns") or []),
        "sortCols": [{"col": i["Column"], "order": i["SortOrder"]} for i in found.get("SortColumns") or []],
        "parameters": dict(found.get("Parameters") or {}),
        "skewedInfo": {"skewedColNames": [], "skewedColValues": [], "skewedColValueLocationMaps": {}},
        "storedAsSubDirectories": bool(found.get("StoredAsSubDirectories", False)),
    }
    return {**own, **inherited, **rest}


def _glue_storage(storage: Struct) -> dict[str, Any]:
    serde = storage.get("serdeInfo") or {}
    return _without_empty(
        {
            "Columns": _glue_columns(storage.get("cols") or []),
            "Location": storage.get("location"),
            "InputFormat": storage.get("inputFormat"),
            "OutputFormat": storage.get("outputFormat"),
            "Compressed": bool(storage.get("compressed", False)),
            "NumberOfBuckets": storage.get("numBuckets", -1),
            "SerdeInfo": _without_empty(
                {
                    "Name": serde.get("name"),
                    "SerializationLibrary": serde.get("serializationLib"),
                    "Parameters": serde.get("parameters"),
                }
            ),
            "BucketColumns": storage.get("bucketCols"),
            "SortColumns": [
                {"Column": item["col"], "SortOrder": item["order"]} for item in storage.get("sortCols") or []
            ],
            "Parameters": storage.get("parameters") or {},
            "StoredAsSubDirectories": bool(storage.get("storedAsSubDirectories", False)),
        }
    )


def _hive_columns(columns: list[dict[str, Any]]) -> list[Struct]:
    return [
        {"name": item["Name"], "type": item.get("Type", "string"), "comment": item.get("Comment")}
        for item in columns
    ]


def _glue_columns(columns: list[Struct]) -> list[dict[str, Any]]:
    return [
        _without_empty({"Name": item["name"], "Type": item.get("type"), "Comment": item.get("comment")})
        for item in columns
    ]


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment is not None else 0
