"""Partition indexes of a catalog table: rules and refusals in AWS's words; pure.

They make nothing faster here and are ACTIVE at once. Source of the texts: observed on AWS
(floci-io/floci#3551, aws/aws-cdk#24813); the limit of three stands in "Working with partition indexes".
"""

from __future__ import annotations

from emulator.glue_service.catalog_models import CatalogTable, Definition
from emulator.glue_service.errors import (
    AlreadyExists,
    EntityNotFound,
    InvalidInput,
    ResourceNumberLimitExceeded,
)

_MOST_INDEXES = 3


def add_index(table: CatalogTable, index: Definition) -> None:
    """Raises InvalidInput, AlreadyExists, ResourceNumberLimitExceeded."""
    name, keys = index["IndexName"], tuple(key.lower() for key in index["Keys"])
    columns = {column["Name"].lower() for column in table.partition_keys}
    if unknown := [key for key in keys if key not in columns]:
        listed = ", ".join(unknown)
        raise InvalidInput(f"IndexKeys not a part of PartitionColumns. Verify the indexKeys : [{listed}]")
    if name in table.indexes:
        raise AlreadyExists(f"Partition Index {name} already exists with the same name.")
    if keys in table.indexes.values():
        raise AlreadyExists(f"Partition Index {name} already exists with the same keys.")
    if len(table.indexes) >= _MOST_INDEXES:
        raise ResourceNumberLimitExceeded(f"Partition index limit exceeded. Maximum: {_MOST_INDEXES}")
    table.indexes[name] = keys


def remove_index(table: CatalogTable, name: str) -> None:
    """Raises EntityNotFound (*unverified* text)."""
    if name not in table.indexes:
        raise EntityNotFound(f"Partition Index {name} not found.")
    del table.indexes[name]


def index_responses(table: CatalogTable) -> list[Definition]:
    """AWS's PartitionIndexDescriptor of each index."""
    types = {column["Name"].lower(): column.get("Type", "string") for column in table.partition_keys}
    return [
        {
            "IndexName": name,
            "Keys": [{"Name": key, "Type": types.get(key, "string")} for key in keys],
            "IndexStatus": "ACTIVE",
        }
        for name, keys in table.indexes.items()
    ]
