"""User-defined functions of the Data Catalog: definitions only, as Hive's metastore has them."""

from __future__ import annotations

from emulator.glue_service.catalog_models import Catalog, CatalogDatabase, Definition
from emulator.glue_service.catalog_requests import Request, Response, catalog_operation, name_pattern
from emulator.glue_service.errors import AlreadyExists, EntityNotFound, InvalidInput
from emulator.glue_service.models import now
from emulator.glue_service.paging import page


class FunctionOperations:
    """Mixin of the provider. Names are folded to lower case (observed on AWS: floci-io/floci#1202)."""

    @catalog_operation("CreateUserDefinedFunction")
    def create_user_defined_function(self, catalog: Catalog, request: Request) -> Response:
        database, function = catalog.database(request["DatabaseName"]), request["FunctionInput"]
        if not function.get("FunctionName"):
            raise InvalidInput("FunctionName of FunctionInput is required.")
        name = function["FunctionName"].lower()
        if name in database.functions:
            raise AlreadyExists("Function already exists.")
        database.functions[name] = _record(database, name, function)
        return {}

    @catalog_operation("UpdateUserDefinedFunction")
    def update_user_defined_function(self, catalog: Catalog, request: Request) -> Response:
        database, old = _find(catalog, request)
        name = request["FunctionInput"].get("FunctionName", old["FunctionName"]).lower()
        if name != old["FunctionName"] and name in database.functions:
            raise AlreadyExists("Function already exists.")
        del database.functions[old["FunctionName"]]
        record = _record(database, name, request["FunctionInput"])
        database.functions[name] = {**record, "CreateTime": old["CreateTime"]}
        return {}

    @catalog_operation("DeleteUserDefinedFunction")
    def delete_user_defined_function(self, catalog: Catalog, request: Request) -> Response:
        database, function = _find(catalog, request)
        del database.functions[function["FunctionName"]]
        return {}

    @catalog_operation("GetUserDefinedFunction")
    def get_user_defined_function(self, catalog: Catalog, request: Request) -> Response:
        return {"UserDefinedFunction": _find(catalog, request)[1]}

    @catalog_operation("GetUserDefinedFunctions")
    def get_user_defined_functions(self, catalog: Catalog, request: Request) -> Response:
        """Of all databases, unless one is named."""
        wanted = request.get("DatabaseName")
        databases = [catalog.database(wanted)] if wanted else list(catalog.databases.values())
        pattern = name_pattern(request["Pattern"])
        functions = [
            function
            for database in databases
            for name, function in database.functions.items()
            if pattern.fullmatch(name)
        ]
        found, following = page(functions, request)
        return {"UserDefinedFunctions": found, **following}


def _find(catalog: Catalog, request: Request) -> tuple[CatalogDatabase, Definition]:
    """Raises EntityNotFound (*unverified* text)."""
    database = catalog.database(request["DatabaseName"])
    function = database.functions.get(request["FunctionName"].lower())
    if function is None:
        raise EntityNotFound(f"Function {request['FunctionName']} not found.")
    return database, function


def _record(database: CatalogDatabase, name: str, function_input: Definition) -> Definition:
    """AWS's UserDefinedFunction structure."""
    return {
        **function_input,
        "FunctionName": name,
        "DatabaseName": database.name,
        "CatalogId": database.catalog_id,
        "CreateTime": now(),
    }
