"""Writes crawled tables and partitions into the Data Catalog under a crawler's policies.

The records are changed directly, not through the API: AWS's crawler writes members that no API request
can set (`CreatedBy`), and a crawl of a thousand partitions must not cost a thousand requests. Partitions are
swapped in as one new mapping, so that a reader never meets a half-written table.

Source: aws-semantics.md §B, "What it writes" and "Policies".
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from emulator.glue_service.catalog_entries import PartitionEntry, TableEntry
from emulator.glue_service.catalog_events import CatalogChange, changes_between, snapshot
from emulator.glue_service.catalog_merging import Merging, deprecated, unlike_attributes
from emulator.glue_service.catalog_models import CATALOG_LOCK, CatalogPartition, CatalogTable, catalog_of
from emulator.glue_service.crawl_tables import table_name
from emulator.glue_service.crawler_models import CrawlCounts
from emulator.glue_service.models import Scope, now

Log = Callable[[str, str], None]
"""Takes a line's kind, such as INFO, and its text."""
_MAX_NAME = 128
_PARTITION_INDEX = "crawler_partition_index"


@dataclass(frozen=True)
class WriteRules:
    """Who writes, where to, and what may be changed."""

    scope: Scope
    database: str
    crawler_name: str
    crawl_id: str
    role: str
    table_prefix: str = ""
    update_in_database: bool = True
    delete_behavior: str = "DEPRECATE_IN_DATABASE"
    inherit_from_table: bool = False
    merge_new_columns: bool = False
    partition_index: bool = False
    complete: bool = True
    """False if the crawl looked at some folders only: then nothing that it didn't meet is missing."""
    partial: bool = False
    """True if a table's other folders were not looked at: then it keeps their columns and counts."""
    vanished: frozenset[str] = frozenset()
    """Folders that events named and that hold no object any more."""

    @property
    def stamp(self) -> dict[str, str]:
        return {"CRAWL_RUN_ID": self.crawl_id, "UPDATED_BY_CRAWLER": self.crawler_name}

    @property
    def created_by(self) -> str:
        role = self.role.rpartition("/")[2]
        return f"arn:aws:sts::{self.scope.account_id}:assumed-role/{role}/AWS-Crawler"


def write_catalog(
    entries: Sequence[TableEntry],
    rules: WriteRules,
    log: Log,
    send: Callable[[Scope, Iterable[CatalogChange]], None] = lambda _scope, _changes: None,
) -> CrawlCounts:
    """Creates the database if it is missing, adds or updates the tables, deals with those that are gone.

    `send` gets what was changed, for the catalog's events.
    """
    name, databases = rules.database.lower(), catalog_of(rules.scope).databases
    with CATALOG_LOCK:
        before = snapshot(databases.get(name))
        counts = _Writing(rules, log).run(entries)
        changes = list(changes_between(name, before, snapshot(databases[name])))
    send(rules.scope, changes)
    return counts


def crawled_locations(scope: Scope, database: str, crawler_name: str) -> list[str]:
    """The locations of the tables that a crawler wrote into a database, none if that doesn't exist."""
    found = catalog_of(scope).databases.get(database.lower())
    tables = list(found.tables.values()) if found else []
    return [_location(table) for table in tables if _writer_of(table) == crawler_name]


class _Writing:
    """One crawl's changes to one database."""

    def __init__(self, rules: WriteRules, log: Log) -> None:
        self._rules = rules
        self._log = log
        self._counts = CrawlCounts()
        catalog = catalog_of(rules.scope)
        if rules.database.lower() not in catalog.databases:
            catalog.add_database(rules.database, {})
            log("INFO", f"Created database {rules.database}")
        self._database = catalog.database(rules.database)
        self._tables = self._database.tables

    def run(self, entries: Sequence[TableEntry]) -> CrawlCounts:
        written = {self._write(entry) for entry in entries}
        if self._rules.complete:
            self._missing_tables(written)
        if self._rules.vanished:
            self._vanished_folders()
        return self._counts

    def _write(self, entry: TableEntry) -> str:
        name = self._name_for(entry)
        if name in self._tables:
            self._update(name, entry)
        else:
            self._create(name, entry)
        self._write_partitions(self._tables[name], entry)
        if self._rules.partition_index and entry.partition_keys:
            self._tables[name].indexes[_PARTITION_INDEX] = entry.partition_keys
        return name

    def _name_for(self, entry: TableEntry) -> str:
        """The entry's name, with a hash where a table of another location has it already."""
        if entry.exact_name:
            return entry.name
        name = table_name(entry.name, self._rules.table_prefix)
        if name not in self._tables or _location(self._tables[name]) == entry.storage.location:
            return name
        suffix = "_" + hashlib.md5(entry.storage.location.encode(), usedforsecurity=False).hexdigest()
        return name[: _MAX_NAME - len(suffix)] + suffix

    def _create(self, name: str, entry: TableEntry) -> None:
        self._database.add_table(name, self._table_input(name, entry))
        self._counts.tables_created += 1
        self._log("INFO", f"Created table {name} in database {self._rules.database}")

    def _update(self, name: str, entry: TableEntry) -> None:
        merge = self._rules.merge_new_columns and entry.in_s3
        if not self._rules.update_in_database and not merge:
            self._log("INFO", f"Left table {name} as it is: UpdateBehavior is LOG")
            return
        old = self._tables[name].definition
        if merge and (unlike := unlike_attributes(old, entry.parameters)):
            self._log("WARN", f"Table {name} can't be merged with its data: {unlike} has changed; resolve it")
            self._deprecate(name, self._tables[name])
            return
        merging = Merging(add_only=merge, partial=self._rules.partial)
        found = self._table_input(name, entry)
        if entry.exact_name:
            found = _of_data(found, old)
        self._tables[name].update(merging.table(old, found))
        self._counts.tables_updated += 1
        self._log("INFO", f"Updated table {name} in database {self._rules.database}")

    def _table_input(self, name: str, entry: TableEntry) -> dict[str, Any]:
        parameters = {**entry.parameters, **self._rules.stamp}
        return {
            "Name": name,
            "Owner": "owner",
            "LastAccessTime": now(),
            "Retention": 0,
            "StorageDescriptor": entry.storage.descriptor(parameters),
            "PartitionKeys": [{"Name": key, "Type": "string"} for key in entry.partition_keys],
            "TableType": "EXTERNAL_TABLE",
            "Parameters": parameters,
            "CreatedBy": self._rules.created_by,
            "IsRegisteredWithLakeFormation": False,
            **({"Description": entry.description} if entry.description else {}),
        }

    def _write_partitions(self, table: CatalogTable, entry: TableEntry) -> None:
        partitions = dict(table.partitions)
        descriptor = table.definition.get("StorageDescriptor", {})
        for partition in entry.partitions:
            self._write_partition(partitions, partition, descriptor)
        table.partitions = partitions
        if self._rules.complete:
            met = {item.values for item in entry.partitions}
            self._missing_partitions(table, lambda partition: partition.values not in met)

    def _write_partition(
        self,
        partitions: dict[tuple[str, ...], CatalogPartition],
        entry: PartitionEntry,
        table_storage: dict[str, Any],
    ) -> None:
        existing = partitions.get(entry.values)
        rules = self._rules
        may_update = rules.update_in_database or rules.inherit_from_table or rules.merge_new_columns
        if existing is not None and not may_update:
            return
        definition = self._partition_input(entry, table_storage)
        if existing and rules.merge_new_columns and not rules.inherit_from_table:
            old, found = existing.definition.get("StorageDescriptor", {}), definition["StorageDescriptor"]
            found["Columns"] = Merging(add_only=True).columns(old.get("Columns", []), found["Columns"])
        if existing is None:
            partitions[entry.values] = CatalogPartition(definition)
            self._counts.partitions_created += 1
            return
        partitions[entry.values] = replace(existing, definition=definition)
        self._counts.partitions_updated += 1

    def _partition_input(self, entry: PartitionEntry, table_storage: dict[str, Any]) -> dict[str, Any]:
        parameters = {**entry.parameters, **self._rules.stamp}
        descriptor = entry.storage.descriptor(parameters)
        if self._rules.inherit_from_table:
            inherited = ("Columns", "InputFormat", "OutputFormat", "SerdeInfo")
            descriptor |= {key: table_storage[key] for key in inherited if key in table_storage}
        return {
            "Values": list(entry.values),
            "LastAccessTime": now(),
            "StorageDescriptor": descriptor,
            "Parameters": parameters,
        }

    def _missing_partitions(self, table: CatalogTable, missing: Callable[[CatalogPartition], bool]) -> None:
        partitions = dict(table.partitions)
        for key, partition in table.partitions.items():
            if missing(partition):
                self._missing_partition(table.name, partitions, key)
        table.partitions = partitions

    def _missing_partition(
        self, table_name: str, partitions: dict[tuple[str, ...], CatalogPartition], key: tuple[str, ...]
    ) -> None:
        if self._rules.delete_behavior == "DELETE_FROM_DATABASE":
            del partitions[key]
            self._counts.partitions_deleted += 1
            return
        self._log(
            "INFO",
            f"Found partition of table {table_name} with partition values [{', '.join(key)}] "
            "with no matching schema at the partition's S3 location",
        )
        if self._rules.delete_behavior == "DEPRECATE_IN_DATABASE":
            definition = deprecated(partitions[key].definition)
            partitions[key] = replace(partitions[key], definition=definition)

    def _vanished_folders(self) -> None:
        """Partitions and tables of this crawler whose folder holds nothing any more."""
        gone = self._rules.vanished
        for name, table in list(self._tables.items()):
            if _writer_of(table) != self._rules.crawler_name:
                continue
            self._missing_partitions(table, lambda partition: _location_of(partition.definition) in gone)
            if _location(table) in gone and not table.partitions:
                self._missing_table(name, table)

    def _missing_tables(self, written: Iterable[str]) -> None:
        """Tables that this crawler wrote earlier and whose data it no longer finds."""
        mine = self._rules.crawler_name
        kept = set(written)
        for name, table in list(self._tables.items()):
            if name not in kept and _writer_of(table) == mine:
                self._missing_table(name, table)

    def _missing_table(self, name: str, table: CatalogTable) -> None:
        if self._rules.delete_behavior == "DELETE_FROM_DATABASE":
            del self._tables[name]
            self._counts.tables_deleted += 1
            self._log("INFO", f"Deleted table {name}: no data at {_location(table)}")
        elif self._rules.delete_behavior == "DEPRECATE_IN_DATABASE":
            self._deprecate(name, table)
        else:
            self._log("INFO", f"Left table {name} as it is, though its data is gone: DeleteBehavior is LOG")

    def _deprecate(self, name: str, table: CatalogTable) -> None:
        if "DEPRECATED_BY_CRAWLER" in (table.definition.get("Parameters") or {}):
            return
        table.update(deprecated(table.definition))
        self._counts.tables_updated += 1
        self._log(
            "INFO",
            f"Table {name} is marked deprecated because a matching schema was not found at the "
            "table's location.",
        )


def _of_data(found: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """The members that a crawl may change on a table that somebody else made."""
    members = ["StorageDescriptor", "Parameters", "LastAccessTime"]
    if len(found["PartitionKeys"]) != len(old.get("PartitionKeys") or []):
        members.append("PartitionKeys")
    return {member: found[member] for member in members}


def _location(table: CatalogTable) -> str:
    return _location_of(table.definition)


def _location_of(definition: dict[str, Any]) -> str:
    descriptor = definition.get("StorageDescriptor") or {}
    return str(descriptor.get("Location", "")) or "nowhere"


def _writer_of(table: CatalogTable) -> str:
    return str((table.definition.get("Parameters") or {}).get("UPDATED_BY_CRAWLER", ""))
