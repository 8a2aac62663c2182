"""AWS::Glue::Connection."""

from __future__ import annotations

from typing import Any

from emulator.glue_service.cloudformation.resource import GluePlugin, GlueResource, Model, schema, text_map


class GlueConnectionProvider(GlueResource):
    TYPE = "AWS::Glue::Connection"
    NAME_PATH = ("ConnectionInput", "Name")
    SCHEMA = schema(
        TYPE,
        ("CatalogId", "ConnectionInput"),
        identifier="ConnectionInput/Name",
        create_only=["CatalogId"],
    )

    def create_in(self, glue: Any, model: Model) -> None:
        glue.create_connection(ConnectionInput=_connection_input(model))

    def update_in(self, glue: Any, model: Model) -> None:
        definition = _connection_input(model)
        glue.update_connection(Name=definition["Name"], ConnectionInput=definition)

    def delete_in(self, glue: Any, model: Model) -> None:
        glue.delete_connection(ConnectionName=model["ConnectionInput"]["Name"])


class GlueConnectionProviderPlugin(GluePlugin):
    name = "AWS::Glue::Connection"
    provider = GlueConnectionProvider


def _connection_input(model: Model) -> Model:
    definition = dict(model["ConnectionInput"])
    return {**definition, "ConnectionProperties": text_map(definition.get("ConnectionProperties"))}
