"""AWS::Glue::Partition."""

from __future__ import annotations

from typing import Any

from emulator.glue_service.cloudformation.resource import (
    GluePlugin,
    GlueResource,
    Model,
    picked,
    schema,
    send,
)

_PLACE = ("CatalogId", "DatabaseName", "TableName")


class GluePartitionProvider(GlueResource):
    """Other values make another partition. The form of `Ref`, `database|table|values…`, is tarmac's own."""

    TYPE = "AWS::Glue::Partition"
    NAME_PATH = ("PartitionInput", "Values")
    SCHEMA = schema(
        TYPE,
        (*_PLACE, "PartitionInput"),
        identifier="Id",
        create_only=_PLACE,
        required=(*_PLACE, "PartitionInput"),
    )

    def id_of(self, model: Model) -> str:
        return "|".join([model["DatabaseName"], model["TableName"], *map(str, _values(model))])

    def create_in(self, glue: Any, model: Model) -> None:
        send(glue, "CreatePartition", **picked(model, (*_PLACE, "PartitionInput")))

    def update_in(self, glue: Any, model: Model) -> None:
        given = picked(model, (*_PLACE, "PartitionInput"))
        send(glue, "UpdatePartition", PartitionValueList=_values(model), **given)

    def delete_in(self, glue: Any, model: Model) -> None:
        send(glue, "DeletePartition", PartitionValues=_values(model), **picked(model, _PLACE))

    def _name(self, model: Model, request: Any, previous_name: str | None = None) -> None:
        """A partition has no name to make up."""


class GluePartitionProviderPlugin(GluePlugin):
    name = "AWS::Glue::Partition"
    provider = GluePartitionProvider


def _values(model: Model) -> list[Any]:
    values: list[Any] = model["PartitionInput"].get("Values") or []
    return values
