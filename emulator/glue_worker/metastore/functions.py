"""The metastore's calls about functions; each is named as in Hive's interface."""

from __future__ import annotations

from typing import Any

from emulator.glue_worker.metastore.catalog import Catalog, matching
from emulator.glue_worker.metastore.errors import MetastoreError
from emulator.glue_worker.metastore.hive_tables import Struct

# Hive's enumerations PrincipalType and ResourceType.
OWNERS = {1: "USER", 2: "ROLE", 3: "GROUP"}
RESOURCES = {1: "JAR", 2: "FILE", 3: "ARCHIVE"}
JAVA = 1


class FunctionCalls:
    """Functions that are kept in the catalog. Raises MetastoreError and botocore's ClientError."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def get_all_functions(self) -> Struct:
        names = self._catalog.database_names(None)
        return {"functions": [_hive_function(item) for name in names for item in self._functions(name)]}

    def get_functions(self, database: str, pattern: str | None) -> list[str]:
        return matching([item["FunctionName"] for item in self._functions(database)], pattern)

    def get_function(self, database: str, name: str) -> Struct:
        """A function; Spark knows by the words of the error that there is none."""
        glue = self._catalog.glue
        try:
            found = glue.get_user_defined_function(DatabaseName=database, FunctionName=name)
        except glue.exceptions.EntityNotFoundException as error:
            text = f"Function {database}.{name} does not exist"
            raise MetastoreError("NoSuchObjectException", text) from error
        return _hive_function(found["UserDefinedFunction"])

    def create_function(self, function: Struct) -> None:
        self._catalog.glue.create_user_defined_function(
            DatabaseName=function["dbName"], FunctionInput=_glue_function(function)
        )

    def drop_function(self, database: str, name: str) -> None:
        self._catalog.glue.delete_user_defined_function(DatabaseName=database, FunctionName=name)

    def _functions(self, database: str) -> list[dict[str, Any]]:
        return self._catalog.functions(database)


def _hive_function(found: dict[str, Any]) -> Struct:
    owner = {name: number for number, name in OWNERS.items()}.get(found.get("OwnerType", ""), 1)
    kinds = {name: number for number, name in RESOURCES.items()}
    uris = [
        {"resourceType": kinds.get(item.get("ResourceType", ""), 1), "uri": item.get("Uri", "")}
        for item in found.get("ResourceUris") or []
    ]
    return {
        "functionName": found["FunctionName"],
        "dbName": found["DatabaseName"],
        "className": found.get("ClassName", ""),
        "ownerName": found.get("OwnerName", ""),
        "ownerType": owner,
        "functionType": JAVA,
        "resourceUris": uris,
    }


def _glue_function(function: Struct) -> dict[str, Any]:
    return {
        "FunctionName": function["functionName"],
        "ClassName": function["className"],
        "OwnerName": function.get("ownerName") or "owner",
        "OwnerType": OWNERS.get(function.get("ownerType") or 1, "USER"),
        "ResourceUris": [
            {"ResourceType": RESOURCES.get(item.get("resourceType") or 1, "JAR"), "Uri": item.get("uri", "")}
            for item in function.get("resourceUris") or []
        ],
    }
