"""AWS::Glue::Database."""

from __future__ import annotations

from typing import Any

from emulator.glue_service.cloudformation.resource import GluePlugin, GlueResource, Model, schema


class GlueDatabaseProvider(GlueResource):
    TYPE = "AWS::Glue::Database"
    NAME_PATH = ("DatabaseInput", "Name")
    SCHEMA = schema(
        TYPE,
        ("CatalogId", "DatabaseInput", "DatabaseName"),
        identifier="DatabaseInput/Name",
        create_only=["CatalogId", "DatabaseName"],
    )

    def create_in(self, glue: Any, model: Model) -> None:
        glue.create_database(DatabaseInput=model["DatabaseInput"])

    def update_in(self, glue: Any, model: Model) -> None:
        glue.update_database(Name=model["DatabaseInput"]["Name"], DatabaseInput=model["DatabaseInput"])

    def delete_in(self, glue: Any, model: Model) -> None:
        glue.delete_database(Name=model["DatabaseInput"]["Name"])


class GlueDatabaseProviderPlugin(GluePlugin):
    name = "AWS::Glue::Database"
    provider = GlueDatabaseProvider
