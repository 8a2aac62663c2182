"""Column statistics of tables and partitions: kept as they are sent, computed by nobody here."""

from __future__ import annotations

from emulator.glue_service.catalog_models import Catalog, Definition
from emulator.glue_service.catalog_partitions import require_values
from emulator.glue_service.catalog_requests import Request, Response, catalog_operation, error_detail
from emulator.glue_service.errors import EntityNotFound

Statistics = dict[str, Definition]


class StatisticsOperations:
    """Mixin of the provider."""

    @catalog_operation("UpdateColumnStatisticsForTable")
    def update_column_statistics_for_table(self, catalog: Catalog, request: Request) -> Response:
        return _update(_of_table(catalog, request), request)

    @catalog_operation("GetColumnStatisticsForTable")
    def get_column_statistics_for_table(self, catalog: Catalog, request: Request) -> Response:
        return _get(_of_table(catalog, request), request)

    @catalog_operation("DeleteColumnStatisticsForTable")
    def delete_column_statistics_for_table(self, catalog: Catalog, request: Request) -> Response:
        return _delete(_of_table(catalog, request), request)

    @catalog_operation("UpdateColumnStatisticsForPartition")
    def update_column_statistics_for_partition(self, catalog: Catalog, request: Request) -> Response:
        return _update(_of_partition(catalog, request), request)

    @catalog_operation("GetColumnStatisticsForPartition")
    def get_column_statistics_for_partition(self, catalog: Catalog, request: Request) -> Response:
        return _get(_of_partition(catalog, request), request)

    @catalog_operation("DeleteColumnStatisticsForPartition")
    def delete_column_statistics_for_partition(self, catalog: Catalog, request: Request) -> Response:
        return _delete(_of_partition(catalog, request), request)


def _of_table(catalog: Catalog, request: Request) -> Statistics:
    return catalog.table(request["DatabaseName"], request["TableName"]).statistics


def _of_partition(catalog: Catalog, request: Request) -> Statistics:
    """Raises EntityNotFound in the text that AWS has for statistics (trinodb/trino#7035)."""
    table = catalog.table(request["DatabaseName"], request["TableName"])
    values = require_values(table, request["PartitionValues"])
    if values not in table.partitions:
        raise EntityNotFound(f"Partition [{', '.join(values)}] not found")
    return table.partitions[values].statistics


def _update(statistics: Statistics, request: Request) -> Response:
    statistics.update({one["ColumnName"]: one for one in request["ColumnStatisticsList"]})
    return {"Errors": []}


def _get(statistics: Statistics, request: Request) -> Response:
    """A column without statistics is an entry of `Errors` (observed on AWS: floci-io/floci#1312)."""
    missing = error_detail(EntityNotFound("Statistics do not exist for this column"))
    names = request["ColumnNames"]
    return {
        "ColumnStatisticsList": [statistics[name] for name in names if name in statistics],
        "Errors": [{"ColumnName": name, "Error": missing} for name in names if name not in statistics],
    }


def _delete(statistics: Statistics, request: Request) -> Response:
    """Succeeds for a column without statistics, too (observed on AWS: floci-io/floci#1319)."""
    statistics.pop(request["ColumnName"], None)
    return {}
