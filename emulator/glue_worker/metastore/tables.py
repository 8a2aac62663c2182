"""The metastore's calls about tables; each is named as in Hive's interface."""

from __future__ import annotations

from botocore.exceptions import ClientError

from emulator.glue_worker.metastore import hive_tables
from emulator.glue_worker.metastore.catalog import Catalog, matching
from emulator.glue_worker.metastore.errors import MetastoreError
from emulator.glue_worker.metastore.hive_tables import Struct


class TableCalls:
    """Tables. Raises MetastoreError and botocore's ClientError."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def get_table(self, database: str, table: str) -> Struct:
        return self._catalog.table(database, table)

    def get_table_req(self, req: Struct) -> Struct:
        return {"table": self._catalog.table(req["dbName"], req["tblName"])}

    def get_table_objects_by_name_req(self, req: Struct) -> Struct:
        wanted = {name.lower() for name in req.get("tblNames") or []}
        found = [item for item in self._catalog.tables(req["dbName"]) if item["Name"] in wanted]
        return {"tables": [hive_tables.hive_table(item) for item in found]}

    def get_all_tables(self, database: str) -> list[str]:
        return self.get_tables(database, None)

    def get_tables(self, database: str, pattern: str | None) -> list[str]:
        return matching([item["Name"] for item in self._catalog.tables(database)], pattern)

    def get_tables_by_type(self, database: str, pattern: str | None, table_type: str) -> list[str]:
        tables = self._catalog.tables(database)
        return matching([item["Name"] for item in tables if item.get("TableType") == table_type], pattern)

    def create_table(self, described: Struct) -> None:
        """Creates a table; one without a location lies in its database's folder."""
        self._place(described)
        self._catalog.glue.create_table(
            DatabaseName=described["dbName"], TableInput=hive_tables.glue_table(described)
        )

    def alter_table(self, database: str, table: str, described: Struct) -> None:
        """Gives a table a new description; renaming is refused, as AWS's client does."""
        if (described["dbName"].lower(), described["tableName"].lower()) != (database.lower(), table.lower()):
            raise MetastoreError("InvalidOperationException", "Table rename is not supported")
        self._catalog.glue.update_table(DatabaseName=database, TableInput=hive_tables.glue_table(described))

    def drop_table(self, database: str, table: str, delete_data: bool) -> None:
        """Drops a table; the files of a managed one, too."""
        found = self._catalog.glue.get_table(DatabaseName=database, Name=table)["Table"]
        self._catalog.glue.delete_table(DatabaseName=database, Name=table)
        if delete_data and found.get("TableType") == "MANAGED_TABLE":
            self._catalog.delete_files(found.get("StorageDescriptor", {}).get("Location", ""))

    def _place(self, table: Struct) -> None:
        if table.get("tableType") == "VIRTUAL_VIEW":
            return
        storage = table["sd"]
        if not storage.get("location"):
            storage["location"] = self._folder(table)
        if not storage["location"].startswith(("s3://", "s3a://", "s3n://")):
            raise MetastoreError(
                "MetaException",
                f"table {table['dbName']}.{table['tableName']} would lie at {storage['location']!r}, which a "
                "job run loses when it ends: give the table a path or LOCATION on S3, or its database a "
                "LocationUri",
            )

    def _folder(self, table: Struct) -> str:
        try:
            location = self._catalog.database(table["dbName"])["locationUri"]
        except ClientError as error:
            raise MetastoreError(
                "InvalidObjectException", f"Database {table['dbName']} does not exist"
            ) from error
        if not location:
            raise MetastoreError("MetaException", "Can not create a Path from an empty string")
        return f"{location.rstrip('/')}/{table['tableName']}"
