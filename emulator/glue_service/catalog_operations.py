"""The Data Catalog's operations of the Glue API, put together."""

from __future__ import annotations

from emulator.glue_service.catalog_database_operations import DatabaseOperations
from emulator.glue_service.catalog_function_operations import FunctionOperations
from emulator.glue_service.catalog_partition_operations import PartitionOperations
from emulator.glue_service.catalog_settings_operations import CatalogSettingsOperations
from emulator.glue_service.catalog_statistics_operations import StatisticsOperations
from emulator.glue_service.catalog_table_operations import TableOperations
from emulator.glue_service.catalog_version_operations import VersionOperations


class CatalogOperations(
    DatabaseOperations,
    TableOperations,
    VersionOperations,
    PartitionOperations,
    StatisticsOperations,
    FunctionOperations,
    CatalogSettingsOperations,
):
    """Mixin of the provider: all that the Data Catalog answers."""
