"""The events of the Data Catalog: which change of which operation is which event; pure.

`Glue Data Catalog Database State Change` for databases and tables that come and go, `Glue Data Catalog Table
State Change` for tables and partitions that change. Source: "Automating AWS Glue with EventBridge"; the forms
of `resources`, `changedTables` and `changedPartitions` are those of events that AWS sent (the fixtures in
tests/unit/glue_service/test_catalog_events.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.glue_service.catalog_models import CatalogDatabase, CatalogPartition
from emulator.glue_service.models import Scope

_OF_DATABASES = ("CreateDatabase", "DeleteDatabase", "CreateTable", "DeleteTable", "BatchDeleteTable")
_OF_TABLES = ("UpdateTable", "CreatePartition", "UpdatePartition", "DeletePartition")
_BATCHES = {
    "BatchCreatePartition": "PartitionInputList",
    "BatchUpdatePartition": "Entries",
    "BatchDeletePartition": "PartitionsToDelete",
}
"""The member of the request that holds a batch's items."""

_MOST_IN_A_BATCH = 100

Values = tuple[str, ...]


@dataclass(frozen=True)
class CatalogChange:
    """What one operation has changed: tables of a database, or one table's partitions."""

    operation: str
    database: str
    tables: tuple[str, ...] = ()
    partitions: tuple[Values, ...] = ()


def event_entry(scope: Scope, change: CatalogChange) -> dict[str, Any]:
    """The entry for PutEvents."""
    arns = [scope.arn("table", f"{change.database}/{table}") for table in change.tables]
    detail: dict[str, Any] = {"databaseName": change.database, "typeOfChange": change.operation}
    if change.operation in _OF_DATABASES:
        detail["changedTables"] = list(change.tables)
        kind = "Database"
    else:
        detail["tableName"] = change.tables[0]
        detail["changedPartitions"] = [f"[{', '.join(values)}]" for values in change.partitions]
        kind = "Table"
    return {
        "Source": "aws.glue",
        "DetailType": f"Glue Data Catalog {kind} State Change",
        "Resources": arns or [scope.arn("database", change.database)],
        "Detail": json.dumps(detail),
    }


def change_of(operation: str, request: dict[str, Any], answer: dict[str, Any]) -> CatalogChange | None:
    """What an answered request has changed; None for one that has changed nothing that AWS reports."""
    tables, partitions = (
        _named_tables(operation, request, answer),
        _named_partitions(operation, request, answer),
    )
    if operation in _OF_DATABASES:
        nothing = operation == "BatchDeleteTable" and not tables
    else:
        nothing = operation not in _OF_TABLES and not partitions
    if nothing:
        return None
    return CatalogChange(operation, _named_database(request).lower(), tables, partitions)


def snapshot(database: CatalogDatabase | None) -> dict[str, tuple[int, Mapping[Values, CatalogPartition]]]:
    """What `changes_between` compares: each table's version and partitions."""
    if database is None:
        return {}
    return {table.name: (table.current.number, dict(table.partitions)) for table in database.tables.values()}


def changes_between(
    database: str,
    before: Mapping[str, tuple[int, Mapping[Values, CatalogPartition]]],
    after: Mapping[str, tuple[int, Mapping[Values, CatalogPartition]]],
) -> Iterator[CatalogChange]:
    """What a crawl has changed, as the operations that do the same."""
    for table, (version, partitions) in after.items():
        old_version, old_partitions = before.get(table, (version, {}))
        if table not in before:
            yield CatalogChange("CreateTable", database, (table,))
        elif version != old_version:
            yield CatalogChange("UpdateTable", database, (table,))
        yield from _partition_changes(database, table, old_partitions, partitions)
    for table in before.keys() - after.keys():
        yield CatalogChange("DeleteTable", database, (table,))


def _partition_changes(
    database: str,
    table: str,
    before: Mapping[Values, CatalogPartition],
    after: Mapping[Values, CatalogPartition],
) -> Iterator[CatalogChange]:
    changed = {
        "BatchCreatePartition": [values for values in after if values not in before],
        "BatchUpdatePartition": [
            values for values, one in after.items() if values in before and before[values] is not one
        ],
        "BatchDeletePartition": [values for values in before if values not in after],
    }
    for operation, found in changed.items():
        for start in range(0, len(found), _MOST_IN_A_BATCH):
            batch = tuple(found[start : start + _MOST_IN_A_BATCH])
            yield CatalogChange(operation, database, (table,), batch)


def _named_database(request: dict[str, Any]) -> str:
    named = request.get("DatabaseInput") or {}
    return str(request.get("DatabaseName") or named.get("Name") or request.get("Name"))


def _named_tables(operation: str, request: dict[str, Any], answer: dict[str, Any]) -> tuple[str, ...]:
    if operation in ("CreateDatabase", "DeleteDatabase"):
        return ()
    if operation == "BatchDeleteTable":
        failed = {error["TableName"] for error in answer["Errors"]}
        return tuple(name.lower() for name in request["TablesToDelete"] if name not in failed)
    table_input = request.get("TableInput") or {}
    return (str(table_input.get("Name") or request.get("TableName") or request.get("Name")).lower(),)


def _named_partitions(operation: str, request: dict[str, Any], answer: dict[str, Any]) -> tuple[Values, ...]:
    if operation in _BATCHES:
        failed = {_values(error) for error in answer["Errors"]}
        return tuple(_values(item) for item in request[_BATCHES[operation]] if _values(item) not in failed)
    if operation.endswith("Partition"):
        return (_values(request.get("PartitionInput") or request),)
    return ()


def _values(item: dict[str, Any]) -> Values:
    """The values that name a partition, under whatever name a request or an error has them."""
    found: Sequence[str] = (
        item.get("Values") or item.get("PartitionValues") or item.get("PartitionValueList") or ()
    )
    return tuple(found)


def reported(operation: str) -> bool:
    """Whether AWS sends an event for an operation."""
    return operation in _OF_DATABASES or operation in _OF_TABLES or operation in _BATCHES
