"""The partition operations of the Data Catalog; each method only translates request and response."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from emulator.glue_service.catalog_models import Catalog, CatalogPartition, CatalogTable, Definition
from emulator.glue_service.catalog_partitions import (
    add_partition,
    change_partition,
    find_partition,
    remove_partition,
    require_values,
)
from emulator.glue_service.catalog_requests import Request, Response, catalog_operation, error_detail
from emulator.glue_service.catalog_table_index import add_index, index_responses, remove_index
from emulator.glue_service.errors import GlueError, InvalidInput
from emulator.glue_service.paging import page, token_number
from emulator.glue_service.partition_expressions import Condition, partition_filter

_PAGE = 1000


class PartitionOperations:
    """Mixin of the provider."""

    @catalog_operation("CreatePartition")
    def create_partition(self, catalog: Catalog, request: Request) -> Response:
        add_partition(_table(catalog, request), request["PartitionInput"])
        return {}

    @catalog_operation("BatchCreatePartition")
    def batch_create_partition(self, catalog: Catalog, request: Request) -> Response:
        table, inputs = _table(catalog, request), request["PartitionInputList"]
        for item in inputs:
            require_values(table, item.get("Values") or [])
        return _batch(inputs, lambda item: add_partition(table, item), _named_by_values)

    @catalog_operation("UpdatePartition")
    def update_partition(self, catalog: Catalog, request: Request) -> Response:
        change_partition(_table(catalog, request), request["PartitionValueList"], request["PartitionInput"])
        return {}

    @catalog_operation("BatchUpdatePartition")
    def batch_update_partition(self, catalog: Catalog, request: Request) -> Response:
        table = _table(catalog, request)
        return _batch(
            request["Entries"],
            lambda entry: change_partition(table, entry["PartitionValueList"], entry["PartitionInput"]),
            lambda entry: {"PartitionValueList": entry["PartitionValueList"]},
        )

    @catalog_operation("DeletePartition")
    def delete_partition(self, catalog: Catalog, request: Request) -> Response:
        remove_partition(_table(catalog, request), request["PartitionValues"])
        return {}

    @catalog_operation("BatchDeletePartition")
    def batch_delete_partition(self, catalog: Catalog, request: Request) -> Response:
        table = _table(catalog, request)
        return _batch(
            request["PartitionsToDelete"],
            lambda item: remove_partition(table, item["Values"]),
            _named_by_values,
        )

    @catalog_operation("GetPartition")
    def get_partition(self, catalog: Catalog, request: Request) -> Response:
        table = _table(catalog, request)
        return {"Partition": table.partition_response(find_partition(table, request["PartitionValues"]))}

    @catalog_operation("BatchGetPartition")
    def batch_get_partition(self, catalog: Catalog, request: Request) -> Response:
        """Partitions that don't exist are left out, without an error (observed on AWS: getmoto/moto#2320)."""
        table = _table(catalog, request)
        wanted = [tuple(item["Values"]) for item in request["PartitionsToGet"]]
        found = [table.partitions[values] for values in wanted if values in table.partitions]
        return {"Partitions": [table.partition_response(one) for one in found], "UnprocessedKeys": []}

    @catalog_operation("GetPartitions")
    def get_partitions(self, catalog: Catalog, request: Request) -> Response:
        table = _table(catalog, request)
        partitions = _segment(list(table.partitions.values()), request.get("Segment"))
        expression = request.get("Expression", "").strip()
        matches = partition_filter(expression, table.partition_keys) if expression else None
        found, following = _page(partitions, matches, request)
        shown = [table.partition_response(partition) for partition in found]
        if request.get("ExcludeColumnSchema"):
            shown = [_without_columns(partition) for partition in shown]
        return {"Partitions": shown, **following}

    # --- indexes

    @catalog_operation("CreatePartitionIndex")
    def create_partition_index(self, catalog: Catalog, request: Request) -> Response:
        add_index(_table(catalog, request), request["PartitionIndex"])
        return {}

    @catalog_operation("DeletePartitionIndex")
    def delete_partition_index(self, catalog: Catalog, request: Request) -> Response:
        remove_index(_table(catalog, request), request["IndexName"])
        return {}

    @catalog_operation("GetPartitionIndexes")
    def get_partition_indexes(self, catalog: Catalog, request: Request) -> Response:
        found, following = page(index_responses(_table(catalog, request)), request)
        return {"PartitionIndexDescriptorList": found, **following}


def _table(catalog: Catalog, request: Request) -> CatalogTable:
    return catalog.table(request["DatabaseName"], request["TableName"])


def _batch(
    items: Iterable[Any], act: Callable[[Any], object], named: Callable[[Any], dict[str, Any]]
) -> Response:
    """Each item for itself: what fails is an entry of `Errors`."""
    errors = []
    for item in items:
        try:
            act(item)
        except GlueError as error:
            errors.append({**named(item), "ErrorDetail": error_detail(error)})
    return {"Errors": errors}


def _named_by_values(item: Definition) -> Definition:
    return {"PartitionValues": item.get("Values", [])}


def _segment(partitions: list[CatalogPartition], segment: dict[str, int] | None) -> list[CatalogPartition]:
    """The part of the partitions that a segment has; all segments together have each once."""
    if segment is None:
        return partitions
    number, total = segment["SegmentNumber"], segment["TotalSegments"]
    if number >= total:
        raise InvalidInput(f"SegmentNumber {number} must be less than TotalSegments {total}.")
    return partitions[number::total]


def _page(
    partitions: list[CatalogPartition], matches: Condition | None, request: Request
) -> tuple[list[CatalogPartition], dict[str, str]]:
    """A page of those that match, and `{"NextToken": …}`, the place of the next of them, if there is one.

    Each page goes on where the one before ended, so that all pages together look at each partition once.
    """
    size = request.get("MaxResults", _PAGE)
    found: list[CatalogPartition] = []
    for place in range(token_number(request, 0), len(partitions)):
        if matches is None or matches(partitions[place].values):
            if len(found) == size:
                return found, {"NextToken": str(place)}
            found.append(partitions[place])
    return found, {}


def _without_columns(partition: Definition) -> Definition:
    descriptor = partition.get("StorageDescriptor")
    if descriptor is None:
        return partition
    kept = {key: value for key, value in descriptor.items() if key != "Columns"}
    return {**partition, "StorageDescriptor": kept}
