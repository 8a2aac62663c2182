"""AWS::Glue::Table."""

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


class GlueTableProvider(GlueResource):
    """`Ref` gives the table's name."""

    TYPE = "AWS::Glue::Table"
    NAME_PATH = ("TableInput", "Name")
    SCHEMA = schema(
        TYPE,
        ("CatalogId", "DatabaseName", "TableInput", "OpenTableFormatInput"),
        identifier="TableInput/Name",
        create_only=["CatalogId", "DatabaseName"],
        required=["CatalogId", "DatabaseName", "TableInput"],
    )

    def create_in(self, glue: Any, model: Model) -> None:
        send(glue, "CreateTable", **picked(model, self.SCHEMA["properties"]))

    def update_in(self, glue: Any, model: Model) -> None:
        given = picked(model, ("CatalogId", "DatabaseName", "TableInput"))
        send(glue, "UpdateTable", **given)

    def delete_in(self, glue: Any, model: Model) -> None:
        place = picked(model, ("CatalogId", "DatabaseName"))
        send(glue, "DeleteTable", **place, Name=model["TableInput"]["Name"])


class GlueTableProviderPlugin(GluePlugin):
    name = "AWS::Glue::Table"
    provider = GlueTableProvider
