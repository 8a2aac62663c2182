"""Partitions of a catalog table: added, changed in place, moved, removed."""

from __future__ import annotations

import pytest

from emulator.glue_service.catalog_models import Catalog, CatalogTable
from emulator.glue_service.catalog_partitions import (
    add_partition,
    change_partition,
    find_partition,
    remove_partition,
)
from emulator.glue_service.errors import AlreadyExists, EntityNotFound, InvalidInput
from emulator.glue_service.models import Scope


@pytest.fixture
def table() -> CatalogTable:
    database = Catalog(Scope("123456789012", "us-east-1")).add_database("d", {})
    table = database.add_table("t", {"PartitionKeys": [{"Name": "day"}]})
    for day in ("1", "2", "3"):
        add_partition(table, {"Values": [day]})
    return table


def test_a_changed_partition_keeps_its_place_its_age_and_its_statistics(table: CatalogTable) -> None:
    old = find_partition(table, ["2"])
    old.statistics["a"] = {"ColumnName": "a"}
    change_partition(table, ["2"], {"Values": ["2"], "Parameters": {"p": "1"}})
    new = find_partition(table, ["2"])
    assert list(table.partitions) == [("1",), ("2",), ("3",)]
    assert (new.definition["Parameters"], new.created_on, new.statistics) == (
        {"p": "1"},
        old.created_on,
        old.statistics,
    )


def test_a_partition_that_is_moved_keeps_its_place(table: CatalogTable) -> None:
    change_partition(table, ["2"], {"Values": ["9"]})
    assert list(table.partitions) == [("1",), ("9",), ("3",)]


def test_a_partition_cannot_be_moved_onto_another(table: CatalogTable) -> None:
    with pytest.raises(AlreadyExists):
        change_partition(table, ["2"], {"Values": ["3"]})
    assert list(table.partitions) == [("1",), ("2",), ("3",)]


def test_what_is_not_there_is_not_found(table: CatalogTable) -> None:
    remove_partition(table, ["1"])
    with pytest.raises(EntityNotFound, match="Cannot find partition"):
        remove_partition(table, ["1"])


@pytest.mark.parametrize("values", [[], ["1", "2"]])
def test_a_partition_has_a_value_for_each_key(table: CatalogTable, values: list[str]) -> None:
    with pytest.raises(InvalidInput, match="number of partition keys do not match"):
        add_partition(table, {"Values": values})
