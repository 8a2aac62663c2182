"""The table operations of the Data Catalog; each method only translates request and response."""

from __future__ import annotations

from emulator.glue_service.catalog_models import Catalog, Definition
from emulator.glue_service.catalog_requests import (
    Request,
    Response,
    catalog_operation,
    error_detail,
    name_pattern,
    only_attributes,
    refuse_members,
)
from emulator.glue_service.catalog_search import search_tables
from emulator.glue_service.catalog_table_index import add_index
from emulator.glue_service.errors import ConcurrentModification, EntityNotFound, InvalidInput, NotSupported
from emulator.glue_service.paging import page

_REFUSED = ("OpenTableFormatInput", "UpdateOpenTableFormatInput", "ViewUpdateAction", "Force")
_REFUSED_IN_TABLE = ("TargetTable", "ViewDefinition")
"""Resource links and views of Lake Formation."""

_ATTRIBUTES = {"NAME": "Name", "TABLE_TYPE": "TableType"}


class TableOperations:
    """Mixin of the provider."""

    @catalog_operation("CreateTable")
    def create_table(self, catalog: Catalog, request: Request) -> Response:
        name, definition = _definition("CreateTable", request)
        database = catalog.database(request["DatabaseName"])
        creator = f"arn:aws:iam::{catalog.scope.account_id}:root"
        table = database.add_table(name, {"CreatedBy": creator, **definition})
        for index in request.get("PartitionIndexes") or []:
            add_index(table, index)
        return {}

    @catalog_operation("UpdateTable")
    def update_table(self, catalog: Catalog, request: Request) -> Response:
        """Raises ConcurrentModification if the table is at another version than `VersionId`.

        The text was observed on AWS (floci-io/floci#1205).
        """
        name, definition = _definition("UpdateTable", request)
        table = catalog.table(request["DatabaseName"], name)
        if request.get("VersionId") not in (None, str(table.current.number)):
            raise ConcurrentModification("Update table failed due to concurrent modifications.")
        kept = {key: table.definition[key] for key in ("CreatedBy",) if key in table.definition}
        table.update({**kept, **definition}, bool(request.get("SkipArchive")))
        return {}

    @catalog_operation("GetTable")
    def get_table(self, catalog: Catalog, request: Request) -> Response:
        """A missing table is "Entity Not Found" here and "Table x not found." elsewhere, as seen on AWS."""
        tables = catalog.database(request["DatabaseName"]).tables
        if request["Name"].lower() not in tables:
            raise EntityNotFound("Entity Not Found")
        return {"Table": tables[request["Name"].lower()].as_response()}

    @catalog_operation("GetTables")
    def get_tables(self, catalog: Catalog, request: Request) -> Response:
        tables = list(catalog.database(request["DatabaseName"]).tables.values())
        if expression := request.get("Expression"):
            pattern = name_pattern(expression)
            tables = [table for table in tables if pattern.fullmatch(table.name)]
        found, following = page(tables, request)
        shown = [only_attributes(table.as_response(), request, _ATTRIBUTES) for table in found]
        return {"TableList": shown, **following}

    @catalog_operation("SearchTables")
    def search_tables(self, catalog: Catalog, request: Request) -> Response:
        foreign = request.get("ResourceShareType") in ("FOREIGN", "FEDERATED")
        tables = [] if foreign else [table.as_response() for table in catalog.all_tables()]
        found, following = page(search_tables(tables, request), request)
        return {"TableList": found, **following}

    @catalog_operation("DeleteTable")
    def delete_table(self, catalog: Catalog, request: Request) -> Response:
        database = catalog.database(request["DatabaseName"])
        del database.tables[database.table(request["Name"]).name]
        return {}

    @catalog_operation("BatchDeleteTable")
    def batch_delete_table(self, catalog: Catalog, request: Request) -> Response:
        """A missing table is an entry of `Errors`, in the text observed on AWS (floci-io/floci#1203)."""
        tables = catalog.database(request["DatabaseName"]).tables
        errors = []
        for name in request["TablesToDelete"]:
            if tables.pop(name.lower(), None) is None:
                missing = EntityNotFound(f"Table {name} not found")
                errors.append({"TableName": name, "ErrorDetail": error_detail(missing)})
        return {"Errors": errors}


def _definition(operation_name: str, request: Request) -> tuple[str, Definition]:
    """The table's name and its definition without it. Raises InvalidInput, NotSupported."""
    refuse_members(operation_name, request, _REFUSED)
    table_input = request.get("TableInput")
    if table_input is None:
        raise InvalidInput("TableInput is required.")
    if request.get("Name", table_input["Name"]) != table_input["Name"]:
        raise InvalidInput(f"Name {request['Name']} differs from that of TableInput, {table_input['Name']}.")
    if table_input.get("TableType") == "GOVERNED":
        raise NotSupported(f"TableType GOVERNED in {operation_name}")
    refuse_members(operation_name, table_input, _REFUSED_IN_TABLE)
    refuse_members(operation_name, table_input.get("StorageDescriptor") or {}, ("SchemaReference",))
    return table_input["Name"], {key: value for key, value in table_input.items() if key != "Name"}
