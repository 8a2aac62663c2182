"""The database operations of the Data Catalog; each method only translates request and response."""

from __future__ import annotations

from emulator.glue_service.api_operations import drop_tags, set_tags
from emulator.glue_service.catalog_models import Catalog, Definition
from emulator.glue_service.catalog_requests import (
    Request,
    Response,
    catalog_operation,
    only_attributes,
    refuse_members,
)
from emulator.glue_service.errors import InvalidInput
from emulator.glue_service.paging import page

_REFUSED = ("TargetDatabase", "FederatedDatabase")
"""Resource links and federated catalogs."""

_DEFAULT_PERMISSIONS = [
    {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
]
"""What AWS gives a database of an account that hasn't turned Lake Formation's permissions on."""

_ATTRIBUTES = {"NAME": "Name", "TARGET_DATABASE": "TargetDatabase"}


class DatabaseOperations:
    """Mixin of the provider."""

    @catalog_operation("CreateDatabase")
    def create_database(self, catalog: Catalog, request: Request) -> Response:
        definition = _definition("CreateDatabase", request["DatabaseInput"])
        database = catalog.add_database(request["DatabaseInput"]["Name"], definition)
        set_tags(catalog.scope, "database", database.name, request.get("Tags"))
        return {}

    @catalog_operation("UpdateDatabase")
    def update_database(self, catalog: Catalog, request: Request) -> Response:
        """Raises InvalidInput for another name: AWS has no operation that renames (*unverified* text)."""
        database = catalog.database(request["Name"])
        new_name = request["DatabaseInput"]["Name"]
        if new_name.lower() != database.name:
            raise InvalidInput(f"Database {database.name} cannot be renamed to {new_name}.")
        database.definition = _definition("UpdateDatabase", request["DatabaseInput"])
        return {}

    @catalog_operation("DeleteDatabase")
    def delete_database(self, catalog: Catalog, request: Request) -> Response:
        name = catalog.database(request["Name"]).name
        del catalog.databases[name]
        drop_tags(catalog.scope, "database", name)
        return {}

    @catalog_operation("GetDatabase")
    def get_database(self, catalog: Catalog, request: Request) -> Response:
        return {"Database": catalog.database(request["Name"]).as_response()}

    @catalog_operation("GetDatabases")
    def get_databases(self, catalog: Catalog, request: Request) -> Response:
        """None is shared by another account, so `ResourceShareType` leaves all or none."""
        foreign = request.get("ResourceShareType") in ("FOREIGN", "FEDERATED")
        found, following = page([] if foreign else list(catalog.databases.values()), request)
        shown = [only_attributes(database.as_response(), request, _ATTRIBUTES) for database in found]
        return {"DatabaseList": shown, **following}


def _definition(operation_name: str, database_input: Definition) -> Definition:
    refuse_members(operation_name, database_input, _REFUSED)
    kept = {key: value for key, value in database_input.items() if key != "Name"}
    return {"CreateTableDefaultPermissions": _DEFAULT_PERMISSIONS, **kept}
