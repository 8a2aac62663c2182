"""The metastore's calls about partitions; each is named as in Hive's interface.

`get_partitions_by_filter` gives all partitions: Spark asks itself again which of them it needs.
"""

from __future__ import annotations

from typing import Any

from emulator.glue_worker.metastore import hive_tables
from emulator.glue_worker.metastore.catalog import Catalog
from emulator.glue_worker.metastore.errors import MetastoreError
from emulator.glue_worker.metastore.hive_tables import Struct
from emulator.glue_worker.metastore.partition_names import partition_name, partition_values

PARTITIONS_AT_ONCE = 100


class PartitionCalls:
    """Partitions. Raises MetastoreError and botocore's ClientError."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def get_partitions(self, database: str, table: str, limit: int) -> list[Struct]:
        return _at_most(limit, self._catalog.partitions(database, table))

    def get_partitions_by_filter(self, database: str, table: str, limit: int) -> list[Struct]:
        return self.get_partitions(database, table, limit)

    def get_partitions_ps(self, database: str, table: str, values: list[str], limit: int) -> list[Struct]:
        """The partitions whose values begin with these; an empty text stands for any value."""
        found = self._catalog.partitions(database, table)
        return _at_most(limit, [item for item in found if _begins(item["values"], values)])

    def get_partitions_by_names(self, database: str, table: str, names: list[str]) -> list[Struct]:
        wanted = [partition_values(name) for name in names]
        return [item for item in self._catalog.partitions(database, table) if item["values"] in wanted]

    def get_partition(self, database: str, table: str, values: list[str]) -> Struct:
        described = self._catalog.table(database, table)
        found = self._catalog.glue.get_partition(
            DatabaseName=database, TableName=table, PartitionValues=values
        )
        return hive_tables.hive_partition(found["Partition"], described)

    def get_partition_names(self, database: str, table: str, limit: int) -> list[str]:
        return self.get_partition_names_ps(database, table, [], limit)

    def get_partition_names_ps(self, database: str, table: str, values: list[str], limit: int) -> list[str]:
        keys = [key["name"] for key in self._catalog.table(database, table)["partitionKeys"]]
        found = self.get_partitions_ps(database, table, values, limit)
        return [partition_name(keys, item["values"]) for item in found]

    def add_partitions_req(self, request: Struct) -> Struct:
        """Registers partitions; one that is there already is an error unless `ifNotExists`."""
        parts = request.get("parts") or []
        inputs = [hive_tables.glue_partition(self._placed(part, request)) for part in parts]
        for start in range(0, len(inputs), PARTITIONS_AT_ONCE):
            answer = self._catalog.glue.batch_create_partition(
                DatabaseName=request["dbName"],
                TableName=request["tblName"],
                PartitionInputList=inputs[start : start + PARTITIONS_AT_ONCE],
            )
            _check(answer.get("Errors") or [], request)
        return {"partitions": parts if request.get("needResult", True) else None}

    def alter_partitions(self, database: str, table: str, partitions: list[Struct]) -> None:
        for part in partitions:
            self.rename_partition(database, table, part["values"], part)

    def rename_partition(self, database: str, table: str, values: list[str], partition: Struct) -> None:
        """Gives a partition a new description, and new values if they differ."""
        self._catalog.glue.update_partition(
            DatabaseName=database,
            TableName=table,
            PartitionValueList=values,
            PartitionInput=hive_tables.glue_partition(partition),
        )

    def drop_partition(self, database: str, table: str, values: list[str], delete_data: bool) -> bool:
        """Forgets a partition; the files of a managed table's, too."""
        found = self.get_partition(database, table, values)
        self._catalog.glue.delete_partition(DatabaseName=database, TableName=table, PartitionValues=values)
        if delete_data and self._catalog.table(database, table)["tableType"] == "MANAGED_TABLE":
            self._catalog.delete_files(found["sd"]["location"] or "")
        return True

    def _placed(self, part: Struct, request: Struct) -> Struct:
        """The partition; without a location it lies in its table's folder, under its name."""
        if part["sd"].get("location"):
            return part
        table = self._catalog.table(request["dbName"], request["tblName"])
        name = partition_name([key["name"] for key in table["partitionKeys"]], part["values"])
        folder = (table["sd"]["location"] or "").rstrip("/")
        return {**part, "sd": {**part["sd"], "location": f"{folder}/{name}"}}


def _check(failed: list[dict[str, Any]], request: Struct) -> None:
    for item in failed:
        code = item.get("ErrorDetail", {}).get("ErrorCode", "")
        if code == "AlreadyExistsException" and request.get("ifNotExists"):
            continue
        kind = code if code == "AlreadyExistsException" else "MetaException"
        raise MetastoreError(kind, f"partition {item.get('PartitionValues')}: {item.get('ErrorDetail')}")


def _begins(values: list[str], wanted: list[str]) -> bool:
    return all(not want or value == want for value, want in zip(values, wanted, strict=False))


def _at_most(count: int, items: list[Struct]) -> list[Struct]:
    return items if count < 0 else items[:count]
