"""The records of the Data Catalog, kept in LocalStack's memory: databases, tables with versions, partitions.

Names are folded to lower case when they are stored and when they are looked up, as on AWS ("DatabaseInput",
"TableInput": "folded to lowercase when it is stored"). Table versions count from "0".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any

from emulator.glue_service.errors import AlreadyExists, EntityNotFound
from emulator.glue_service.models import Scope, now

Definition = dict[str, Any]
"""The members of a DatabaseInput, TableInput or PartitionInput, as they were sent."""

CATALOG_LOCK = RLock()
"""Held for each operation and for the end of each crawl: a check and the change that follows it are one."""

_STORAGE_DEFAULTS: Definition = {
    "BucketColumns": [],
    "Compressed": False,
    "NumberOfBuckets": 0,
    "SortColumns": [],
    "StoredAsSubDirectories": False,
}
"""What AWS adds to a StorageDescriptor that leaves them out."""


@dataclass
class CatalogPartition:
    """A partition; `values` are in the order of the table's keys, `statistics` are by column."""

    definition: Definition
    created_on: datetime = field(default_factory=now)
    statistics: dict[str, Definition] = field(default_factory=dict)

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(self.definition.get("Values", []))


@dataclass(frozen=True)
class TableVersion:
    """One state of a table's definition."""

    number: int
    definition: Definition
    updated_on: datetime = field(default_factory=now)


@dataclass
class CatalogTable:
    """A table: its versions, oldest first, the last one in force, and what hangs on it."""

    database_name: str
    name: str
    catalog_id: str
    versions: list[TableVersion]
    created_on: datetime = field(default_factory=now)
    partitions: dict[tuple[str, ...], CatalogPartition] = field(default_factory=dict)
    indexes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    statistics: dict[str, Definition] = field(default_factory=dict)

    @property
    def current(self) -> TableVersion:
        return self.versions[-1]

    @property
    def definition(self) -> Definition:
        return self.current.definition

    @property
    def partition_keys(self) -> list[Definition]:
        keys: list[Definition] = self.definition.get("PartitionKeys") or []
        return keys

    def update(self, definition: Definition, skip_archive: bool = False) -> None:
        """A new version; `skip_archive` drops the one that it replaces (UpdateTable's SkipArchive)."""
        following = TableVersion(self.current.number + 1, definition)
        self.versions = [*(self.versions[:-1] if skip_archive else self.versions), following]

    def as_response(self, version: TableVersion | None = None) -> Definition:
        """AWS's Table structure, of the version in force unless another is given."""
        shown = version or self.current
        definition = {"Retention": 0, "IsRegisteredWithLakeFormation": False, **shown.definition}
        if "StorageDescriptor" in definition:
            definition["StorageDescriptor"] = {**_STORAGE_DEFAULTS, **definition["StorageDescriptor"]}
        return {
            **definition,
            "Name": self.name,
            "DatabaseName": self.database_name,
            "CatalogId": self.catalog_id,
            "CreateTime": self.created_on,
            "UpdateTime": shown.updated_on,
            "VersionId": str(shown.number),
            "IsMultiDialectView": False,
        }

    def partition_response(self, partition: CatalogPartition) -> Definition:
        """AWS's Partition structure."""
        return {
            **partition.definition,
            "DatabaseName": self.database_name,
            "TableName": self.name,
            "CatalogId": self.catalog_id,
            "CreationTime": partition.created_on,
        }


@dataclass
class CatalogDatabase:
    """A database with its tables and functions, by their names."""

    name: str
    catalog_id: str
    definition: Definition
    created_on: datetime = field(default_factory=now)
    tables: dict[str, CatalogTable] = field(default_factory=dict)
    functions: dict[str, Definition] = field(default_factory=dict)

    def as_response(self) -> Definition:
        named = {"Name": self.name, "CatalogId": self.catalog_id, "CreateTime": self.created_on}
        return {**self.definition, **named}

    def add_table(self, name: str, definition: Definition) -> CatalogTable:
        """A new table at version "0". Raises AlreadyExists."""
        name = name.lower()
        if name in self.tables:
            raise AlreadyExists("Table already exists.")
        table = CatalogTable(self.name, name, self.catalog_id, [TableVersion(0, definition)])
        self.tables[name] = table
        return table

    def table(self, name: str) -> CatalogTable:
        """Raises EntityNotFound."""
        found = self.tables.get(name.lower())
        if found is None:
            raise EntityNotFound(f"Table {name} not found.")
        return found


@dataclass
class Catalog:
    """The Data Catalog of one account in one region."""

    scope: Scope
    databases: dict[str, CatalogDatabase] = field(default_factory=dict)
    policy: Definition | None = None
    encryption: Definition = field(default_factory=dict)

    def add_database(self, name: str, definition: Definition) -> CatalogDatabase:
        """Raises AlreadyExists."""
        name = name.lower()
        if name in self.databases:
            raise AlreadyExists("Database already exists.")
        self.databases[name] = CatalogDatabase(name, self.scope.account_id, definition)
        return self.databases[name]

    def database(self, name: str) -> CatalogDatabase:
        """Raises EntityNotFound."""
        found = self.databases.get(name.lower())
        if found is None:
            raise EntityNotFound(f"Database {name} not found.")
        return found

    def table(self, database: str, name: str) -> CatalogTable:
        """Raises EntityNotFound, for the database or for the table."""
        return self.database(database).table(name)

    def all_tables(self) -> Iterable[CatalogTable]:
        return [table for database in self.databases.values() for table in database.tables.values()]


class _Catalogs(defaultdict[Scope, Catalog]):
    def __missing__(self, scope: Scope) -> Catalog:
        return self.setdefault(scope, Catalog(scope))


_CATALOGS = _Catalogs()


def catalog_of(scope: Scope) -> Catalog:
    """The catalog of an account and region; empty at first."""
    return _CATALOGS[scope]
