"""The operations on versions of a catalog table."""

from __future__ import annotations

from emulator.glue_service.catalog_models import Catalog, CatalogTable, Definition, TableVersion
from emulator.glue_service.catalog_requests import Request, Response, catalog_operation, error_detail
from emulator.glue_service.errors import EntityNotFound, GlueError, InvalidInput
from emulator.glue_service.paging import page


class VersionOperations:
    """Mixin of the provider."""

    @catalog_operation("GetTableVersion")
    def get_table_version(self, catalog: Catalog, request: Request) -> Response:
        table = catalog.table(request["DatabaseName"], request["TableName"])
        number = request.get("VersionId", str(table.current.number))
        return {"TableVersion": _response(table, _find(table, number))}

    @catalog_operation("GetTableVersions")
    def get_table_versions(self, catalog: Catalog, request: Request) -> Response:
        """The newest first, the one in force included (observed on AWS: floci-io/floci#1230)."""
        table = catalog.table(request["DatabaseName"], request["TableName"])
        found, following = page(table.versions[::-1], request)
        return {"TableVersions": [_response(table, version) for version in found], **following}

    @catalog_operation("DeleteTableVersion")
    def delete_table_version(self, catalog: Catalog, request: Request) -> Response:
        table = catalog.table(request["DatabaseName"], request["TableName"])
        _delete(table, request["VersionId"])
        return {}

    @catalog_operation("BatchDeleteTableVersion")
    def batch_delete_table_version(self, catalog: Catalog, request: Request) -> Response:
        table = catalog.table(request["DatabaseName"], request["TableName"])
        errors = []
        for number in request["VersionIds"]:
            try:
                _delete(table, number)
            except GlueError as error:
                named = {"TableName": table.name, "VersionId": number}
                errors.append({**named, "ErrorDetail": error_detail(error)})
        return {"Errors": errors}


def _find(table: CatalogTable, number: str) -> TableVersion:
    """Raises InvalidInput for what is no number, EntityNotFound for a version that is not kept."""
    if not number.isdecimal():
        raise InvalidInput(f"VersionId {number!r} of table {table.name} is no version; they are 0, 1, 2 …")
    for version in table.versions:
        if version.number == int(number):
            return version
    raise EntityNotFound("Version not found.")


def _delete(table: CatalogTable, number: str) -> None:
    """Raises InvalidInput for the version in force (*unverified* text)."""
    version = _find(table, number)
    if version is table.current:
        raise InvalidInput(f"Version {number} of table {table.name} is the current one and can't be deleted.")
    table.versions = [kept for kept in table.versions if kept is not version]


def _response(table: CatalogTable, version: TableVersion) -> Definition:
    return {"Table": table.as_response(version), "VersionId": str(version.number)}
