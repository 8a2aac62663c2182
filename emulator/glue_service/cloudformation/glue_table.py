"""AWS::Glue::Table."""

from __future__ import annotations

from typing import Any

from emulator.glue_service.cloudformation.resource import GluePlugin, GlueResource, Model, schema, text_map


class GlueTableProvider(GlueResource):
    TYPE = "AWS::Glue::Table"
    NAME_PATH = ("TableInput", "Name")
    SCHEMA = schema(
        TYPE,
        ("CatalogId", "DatabaseName", "TableInput"),
        identifier="TableInput/Name",
        create_only=["CatalogId", "DatabaseName"],
    )

    def create_in(self, glue: Any, model: Model) -> None:
        glue.create_table(DatabaseName=model["DatabaseName"], TableInput=_table_input(model))

    def update_in(self, glue: Any, model: Model) -> None:
        glue.update_table(DatabaseName=model["DatabaseName"], TableInput=_table_input(model))

    def delete_in(self, glue: Any, model: Model) -> None:
        glue.delete_table(DatabaseName=model["DatabaseName"], Name=model["TableInput"]["Name"])


class GlueTableProviderPlugin(GluePlugin):
    name = "AWS::Glue::Table"
    provider = GlueTableProvider


def _table_input(model: Model) -> Model:
    """The table's definition, with the parameter maps as text."""
    table = _texts(dict(model["TableInput"]))
    storage = table.get("StorageDescriptor")
    if isinstance(storage, dict):
        serde = storage.get("SerdeInfo")
        table["StorageDescriptor"] = _texts(dict(storage))
        if isinstance(serde, dict):
            table["StorageDescriptor"]["SerdeInfo"] = _texts(dict(serde))
    return table


def _texts(part: Model) -> Model:
    return {**part, "Parameters": text_map(part["Parameters"])} if part.get("Parameters") else part
