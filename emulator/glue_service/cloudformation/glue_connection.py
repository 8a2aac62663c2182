"""AWS::Glue::Connection."""

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


class GlueConnectionProvider(GlueResource):
    """`Ref` gives the connection's name."""

    TYPE = "AWS::Glue::Connection"
    NAME_PATH = ("ConnectionInput", "Name")
    SCHEMA = schema(
        TYPE,
        ("CatalogId", "ConnectionInput"),
        identifier="ConnectionInput/Name",
        create_only=["CatalogId"],
        required=["CatalogId", "ConnectionInput"],
    )

    def create_in(self, glue: Any, model: Model) -> None:
        send(glue, "CreateConnection", CatalogId=model["CatalogId"], ConnectionInput=_definition(model))

    def update_in(self, glue: Any, model: Model) -> None:
        definition = _definition(model)
        place = picked(model, ["CatalogId"])
        send(glue, "UpdateConnection", **place, Name=definition["Name"], ConnectionInput=definition)

    def delete_in(self, glue: Any, model: Model) -> None:
        name = model["ConnectionInput"]["Name"]
        send(glue, "DeleteConnection", **picked(model, ["CatalogId"]), ConnectionName=name)


class GlueConnectionProviderPlugin(GluePlugin):
    name = "AWS::Glue::Connection"
    provider = GlueConnectionProvider


def _definition(model: Model) -> Model:
    """The API needs the properties, the template doesn't."""
    return {"ConnectionProperties": {}, **model["ConnectionInput"]}
