"""The metastore's calls about databases and the session; each is named as in Hive's interface."""

from __future__ import annotations

from emulator.glue_worker.metastore import hive_tables
from emulator.glue_worker.metastore.catalog import Catalog
from emulator.glue_worker.metastore.errors import MetastoreError
from emulator.glue_worker.metastore.hive_tables import Struct


class DatabaseCalls:
    """Databases. Raises MetastoreError and botocore's ClientError."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def get_all_databases(self) -> list[str]:
        return self._catalog.database_names(None)

    def get_databases(self, pattern: str | None) -> list[str]:
        return self._catalog.database_names(pattern)

    def get_database(self, database: str) -> Struct:
        return self._catalog.database(database)

    def create_database(self, described: Struct) -> None:
        self._catalog.glue.create_database(DatabaseInput=hive_tables.glue_database(described))

    def alter_database(self, database: str, described: Struct) -> None:
        self._catalog.glue.update_database(Name=database, DatabaseInput=hive_tables.glue_database(described))

    def drop_database(self, database: str, delete_data: bool, cascade: bool) -> None:
        """Drops a database; one with tables only if `cascade`, and its managed tables' files with it."""
        tables = self._catalog.tables(database)
        if tables and not cascade:
            raise MetastoreError("InvalidOperationException", f"Database {database} is not empty.")
        for table in tables:
            if delete_data and table.get("TableType") == "MANAGED_TABLE":
                self._catalog.delete_files(table.get("StorageDescriptor", {}).get("Location", ""))
        self._catalog.glue.delete_database(Name=database)


class SessionCalls:
    """What a client asks of any metastore: who it is, and settings."""

    def set_ugi(self, user_name: str) -> list[str]:
        return [user_name]

    def get_config_value(self, default: str) -> str:
        return default
