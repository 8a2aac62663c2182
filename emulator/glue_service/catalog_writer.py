"""Writes crawled tables and partitions into the Data Catalog under a crawler's policies.

The records are changed directly, not through the API: AWS's crawler writes members that no API request
can set (`CreatedBy`), and a crawl of a thousand partitions must not cost a thousand requests. Partitions are
swapped in as one new mapping, so that a reader never meets a half-written table.

Source: aws-semantics.md §B, "What it writes" and "Policies".
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from emulator.glue_service.catalog_entries import OWNED_PARAMETERS, PartitionEntry, TableEntry
from emulator.glue_service.catalog_models import CATALOG_LOCK, CatalogPartition, CatalogTable, catalog_of
from emulator.glue_service.crawl_tables import table_name
from emulator.glue_service.crawler_models import CrawlCounts
from emulator.glue_service.models import Scope, now

_MAX_NAME = 128


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
    complete: bool = True
    """False if the crawl looked at new folders only: then nothing that it didn't meet is missing."""

    @property
    def stamp(self) -> dict[str, str]:
        return {"CRAWL_RUN_ID": self.crawl_id, "UPDATED_BY_CRAWLER": self.crawler_name}

    @property
    def created_by(self) -> str:
        role = self.role.rpartition("/")[2]
        return f"arn:aws:sts::{self.scope.account_id}:assumed-role/{role}/AWS-Crawler"


def write_catalog(
    entries: Sequence[TableEntry], rules: WriteRules, log: Callable[[str], None]
) -> CrawlCounts:
    """Creates the database if it is missing, adds or updates the tables, deals with those that are gone."""
    with CATALOG_LOCK:
        return _Writing(rules, log).run(entries)


def crawled_locations(scope: Scope, database: str, crawler_name: str) -> list[str]:
    """The locations of the tables that a crawler wrote into a database, none if that doesn't exist."""
    found = catalog_of(scope).databases.get(database.lower())
    tables = list(found.tables.values()) if found else []
    return [_location(table) for table in tables if _writer_of(table) == crawler_name]


class _Writing:
    """One crawl's changes to one database."""

    def __init__(self, rules: WriteRules, log: Callable[[str], None]) -> None:
        self._rules = rules
        self._log = log
        self._counts = CrawlCounts()
        catalog = catalog_of(rules.scope)
        if rules.database.lower() not in catalog.databases:
            catalog.add_database(rules.database, {})
            log(f"Created database {rules.database}")
        self._database = catalog.database(rules.database)
        self._tables = self._database.tables

    def run(self, entries: Sequence[TableEntry]) -> CrawlCounts:
        written = {self._write(entry) for entry in entries}
        if self._rules.complete:
            self._missing_tables(written)
        return self._counts

    def _write(self, entry: TableEntry) -> str:
        name = self._name_for(entry)
        if name in self._tables:
            self._update(name, entry)
        else:
            self._create(name, entry)
        self._write_partitions(self._tables[name], entry)
        return name

    def _name_for(self, entry: TableEntry) -> str:
        """The entry's name, with a hash where a table of another location has it already."""
        name = table_name(entry.name, self._rules.table_prefix)
        if name not in self._tables or _location(self._tables[name]) == entry.storage.location:
            return name
        suffix = "_" + hashlib.md5(entry.storage.location.encode(), usedforsecurity=False).hexdigest()
        return name[: _MAX_NAME - len(suffix)] + suffix

    def _create(self, name: str, entry: TableEntry) -> None:
        self._database.add_table(name, self._table_input(name, entry))
        self._counts.tables_created += 1
        self._log(f"Created table {name} in database {self._rules.database}")

    def _update(self, name: str, entry: TableEntry) -> None:
        if not self._rules.update_in_database:
            self._log(f"Left table {name} as it is: UpdateBehavior is LOG")
            return
        old = self._tables[name].definition
        new = self._table_input(name, entry)
        merged = {**old, **new}
        merged["Parameters"] = _merged_parameters(old.get("Parameters"), new["Parameters"])
        merged["StorageDescriptor"] = self._merged_storage(
            old.get("StorageDescriptor", {}), new["StorageDescriptor"]
        )
        self._tables[name].update(merged)
        self._counts.tables_updated += 1
        self._log(f"Updated table {name} in database {self._rules.database}")

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
        }

    def _merged_storage(self, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        columns = _commented(old.get("Columns", []), new["Columns"])
        if self._rules.merge_new_columns:
            known = {column["Name"] for column in old.get("Columns", [])}
            columns = [*old.get("Columns", []), *(c for c in columns if c["Name"] not in known)]
        parameters = _merged_parameters(old.get("Parameters"), new["Parameters"])
        return {**new, "Columns": columns, "Parameters": parameters}

    def _write_partitions(self, table: CatalogTable, entry: TableEntry) -> None:
        partitions = dict(table.partitions)
        descriptor = table.definition.get("StorageDescriptor", {})
        for partition in entry.partitions:
            self._write_partition(partitions, partition, descriptor)
        if self._rules.complete:
            self._missing_partitions(partitions, {item.values for item in entry.partitions})
        table.partitions = partitions

    def _write_partition(
        self,
        partitions: dict[tuple[str, ...], CatalogPartition],
        entry: PartitionEntry,
        table_storage: dict[str, Any],
    ) -> None:
        existing = partitions.get(entry.values)
        may_update = self._rules.update_in_database or self._rules.inherit_from_table
        if existing is not None and not may_update:
            return
        definition = self._partition_input(entry, table_storage)
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

    def _missing_partitions(
        self, partitions: dict[tuple[str, ...], CatalogPartition], met: set[tuple[str, ...]]
    ) -> None:
        for key in [key for key in partitions if key not in met]:
            if self._rules.delete_behavior == "DELETE_FROM_DATABASE":
                del partitions[key]
                self._counts.partitions_deleted += 1
            elif self._rules.delete_behavior == "DEPRECATE_IN_DATABASE":
                old = partitions[key].definition
                definition = {**old, "Parameters": _deprecated(old.get("Parameters"))}
                partitions[key] = replace(partitions[key], definition=definition)

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
            self._log(f"Deleted table {name}: no data at {_location(table)}")
        elif self._rules.delete_behavior == "DEPRECATE_IN_DATABASE":
            parameters = table.definition["Parameters"]
            if "DEPRECATED_BY_CRAWLER" in parameters:
                return
            table.update({**table.definition, "Parameters": _deprecated(parameters)})
            self._counts.tables_updated += 1
            self._log(f"Deprecated table {name}: no data at {_location(table)}")


def _location(table: CatalogTable) -> str:
    descriptor = table.definition.get("StorageDescriptor") or {}
    return str(descriptor.get("Location", "")) or "nowhere"


def _writer_of(table: CatalogTable) -> str:
    return str((table.definition.get("Parameters") or {}).get("UPDATED_BY_CRAWLER", ""))


def _merged_parameters(old: dict[str, str] | None, new: dict[str, str]) -> dict[str, str]:
    kept = {key: value for key, value in (old or {}).items() if key not in OWNED_PARAMETERS}
    return {**kept, **new}


def _deprecated(parameters: dict[str, str] | None) -> dict[str, str]:
    return {"DEPRECATED_BY_CRAWLER": str(int(time.time() * 1000)), **(parameters or {})}


def _commented(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The new columns with the comments that columns of these names had."""
    comments = {column["Name"]: column["Comment"] for column in old if column.get("Comment")}
    return [
        {**column, "Comment": comments[column["Name"]]} if column["Name"] in comments else column
        for column in new
    ]
