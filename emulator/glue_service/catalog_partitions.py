"""How the partitions of a catalog table are added, found, changed and removed; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from emulator.glue_service.catalog_models import CatalogPartition, CatalogTable, Definition
from emulator.glue_service.errors import AlreadyExists, EntityNotFound, InvalidInput


def add_partition(table: CatalogTable, definition: Definition) -> None:
    """Raises InvalidInput for another number of values than the table has keys, AlreadyExists."""
    values = require_values(table, definition.get("Values") or [])
    if values in table.partitions:
        raise AlreadyExists("Partition already exists.")
    table.partitions[values] = CatalogPartition(definition)


def find_partition(table: CatalogTable, values: Sequence[str]) -> CatalogPartition:
    """Raises InvalidInput for another number of values than the table has keys, EntityNotFound."""
    found = table.partitions.get(require_values(table, values))
    if found is None:
        raise EntityNotFound("Cannot find partition.")
    return found


def change_partition(table: CatalogTable, values: Sequence[str], definition: Definition) -> None:
    """Replaces a partition's definition, its values included; its place in the list stays.

    Raises InvalidInput, EntityNotFound, and AlreadyExists if another partition has the new values.
    """
    old = find_partition(table, values)
    new_values = require_values(table, definition.get("Values") or [])
    changed = replace(old, definition=definition)
    if new_values == old.values:
        table.partitions[new_values] = changed
        return
    if new_values in table.partitions:
        raise AlreadyExists("Partition already exists.")
    table.partitions = {
        kept.values: kept for kept in (changed if one is old else one for one in table.partitions.values())
    }


def remove_partition(table: CatalogTable, values: Sequence[str]) -> None:
    """Raises InvalidInput, EntityNotFound."""
    del table.partitions[find_partition(table, values).values]


def require_values(table: CatalogTable, values: Sequence[str]) -> tuple[str, ...]:
    """The values, if there is one for each key. Raises InvalidInput (text: apache/hudi#6281)."""
    if len(values) != len(table.partition_keys):
        raise InvalidInput("The number of partition keys do not match the number of partition values")
    return tuple(values)
