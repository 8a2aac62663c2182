"""AWS::Glue::Database."""

from __future__ import annotations

from typing import Any

from emulator.glue_service.cloudformation.resource import GluePlugin, GlueResource, Model, schema, send


class GlueDatabaseProvider(GlueResource):
    """`Ref` gives the name: `DatabaseName`, else that of `DatabaseInput`, else one of CloudFormation's."""

    TYPE = "AWS::Glue::Database"
    NAME_PATH = ("DatabaseInput", "Name")
    SCHEMA = schema(
        TYPE,
        ("CatalogId", "DatabaseInput", "DatabaseName"),
        identifier="DatabaseInput/Name",
        create_only=["DatabaseName"],
        required=["CatalogId", "DatabaseInput"],
    )

    def create_in(self, glue: Any, model: Model) -> None:
        send(glue, "CreateDatabase", CatalogId=model["CatalogId"], DatabaseInput=model["DatabaseInput"])

    def update_in(self, glue: Any, model: Model) -> None:
        definition = model["DatabaseInput"]
        send(
            glue,
            "UpdateDatabase",
            CatalogId=model["CatalogId"],
            Name=definition["Name"],
            DatabaseInput=definition,
        )

    def delete_in(self, glue: Any, model: Model) -> None:
        send(glue, "DeleteDatabase", CatalogId=model["CatalogId"], Name=model["DatabaseInput"]["Name"])

    def _name(self, model: Model, request: Any, previous_name: str | None = None) -> None:
        if model.get("DatabaseName"):
            model["DatabaseInput"] = {"Name": model["DatabaseName"], **model["DatabaseInput"]}
        super()._name(model, request, previous_name)


class GlueDatabaseProviderPlugin(GluePlugin):
    name = "AWS::Glue::Database"
    provider = GlueDatabaseProvider
