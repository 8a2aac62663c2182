"""Tables, partitions and connections of the Glue Data Catalog, as a source or sink needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from emulator.glue_worker.engine import s3_files
from emulator.glue_worker.engine.errors import UnknownSourceError


@dataclass(frozen=True)
class CatalogTable:
    """A table of the catalog; `parameters` and `serde` as GetTable gives them."""

    database: str
    name: str
    classification: str
    location: str
    columns: tuple[tuple[str, str], ...]
    partition_keys: tuple[str, ...]
    parameters: dict[str, str]
    serde: dict[str, Any]

    @property
    def is_on_s3(self) -> bool:
        return self.location.startswith(("s3://", "s3a://", "s3n://"))


@dataclass(frozen=True)
class CatalogPartition:
    """A partition's values, in the order of the table's keys, and where its files lie."""

    values: tuple[str, ...]
    location: str


def table(database: str, name: str) -> CatalogTable:
    """The table. Raises UnknownSourceError in Glue's words if there is none."""
    try:
        found = s3_files.client("glue").get_table(DatabaseName=database, Name=name.lower())["Table"]
    except ClientError as error:
        raise UnknownSourceError(_explained(error, f"table {database}.{name}")) from error
    storage = found.get("StorageDescriptor") or {}
    parameters = {**(storage.get("Parameters") or {}), **(found.get("Parameters") or {})}
    serde = storage.get("SerdeInfo") or {}
    return CatalogTable(
        database=database,
        name=found["Name"],
        classification=parameters.get("classification", "").lower() or _classification_of(serde),
        location=storage.get("Location", ""),
        columns=tuple(
            (column["Name"], column.get("Type", "string")) for column in storage.get("Columns", [])
        ),
        partition_keys=tuple(key["Name"] for key in found.get("PartitionKeys", [])),
        parameters=parameters,
        serde=serde,
    )


def partitions(of: CatalogTable, expression: str = "") -> list[CatalogPartition]:
    """The table's registered partitions; `expression` filters in the catalog (catalogPartitionPredicate)."""
    extra = {"Expression": expression} if expression else {}
    pages = s3_files.client("glue").get_paginator("get_partitions")
    found = pages.paginate(DatabaseName=of.database, TableName=of.name, **extra)
    return [
        CatalogPartition(tuple(item["Values"]), item.get("StorageDescriptor", {}).get("Location", ""))
        for page in found
        for item in page["Partitions"]
    ]


def connection_properties(name: str) -> dict[str, str]:
    """The properties of a Glue connection, a secret's user and password included.

    Raises UnknownSourceError if there is no such connection.
    """
    try:
        found = s3_files.client("glue").get_connection(Name=name, HidePassword=False)["Connection"]
    except ClientError as error:
        raise UnknownSourceError(_explained(error, f"connection {name}")) from error
    properties: dict[str, str] = dict(found.get("ConnectionProperties") or {})
    secret_id = properties.get("SECRET_ID")
    return {**properties, **(secret(secret_id) if secret_id else {})}


def secret(secret_id: str) -> dict[str, str]:
    """USERNAME and PASSWORD out of a secret with the JSON keys `username` and `password`."""
    import json

    try:
        text = s3_files.client("secretsmanager").get_secret_value(SecretId=secret_id)["SecretString"]
    except ClientError as error:
        raise UnknownSourceError(_explained(error, f"secret {secret_id}")) from error
    values = json.loads(text)
    names = {"username": "USERNAME", "user": "USERNAME", "password": "PASSWORD"}
    return {names[key]: str(value) for key, value in values.items() if key in names}


def _classification_of(serde: dict[str, Any]) -> str:
    library = str(serde.get("SerializationLibrary", "")).lower()
    for word, kind in (("parquet", "parquet"), ("orc", "orc"), ("json", "json"), ("avro", "avro")):
        if word in library:
            return kind
    return "csv" if "csv" in library or "lazysimple" in library else ""


def _explained(error: ClientError, what: str) -> str:
    answer = error.response["Error"]
    return f"{what}: {answer.get('Message', '')} (Service: AWSGlue; Error Code: {answer.get('Code', '')})"
