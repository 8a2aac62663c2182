"""Glue connections: definitions with their properties; the password can be left out of an answer."""

from __future__ import annotations

from typing import Any

from emulator.glue_service.errors import AlreadyExists, EntityNotFound, InvalidInput
from emulator.glue_service.models import Connection, Store, now

SECRET_PROPERTIES = frozenset({"PASSWORD", "ENCRYPTED_PASSWORD"})
_NEEDED = {
    "JDBC": ("JDBC_CONNECTION_URL",),
    "MONGODB": ("CONNECTION_URL",),
    "KAFKA": ("KAFKA_BOOTSTRAP_SERVERS",),
    "MARKETPLACE": ("CONNECTOR_TYPE", "CONNECTOR_URL", "CONNECTOR_CLASS_NAME"),
    "CUSTOM": ("CONNECTOR_TYPE", "CONNECTOR_URL", "CONNECTOR_CLASS_NAME"),
}
_WITHOUT_AUTHENTICATION = frozenset(
    {*_NEEDED, "SFTP", "NETWORK", "VIEW_VALIDATION_REDSHIFT", "VIEW_VALIDATION_ATHENA"}
)
"""The types that were there before connections had an AuthenticationConfiguration; all later ones need it."""
_AUTHENTICATION_SHOWN = ("AuthenticationType", "SecretArn", "KmsKeyArn")


def create_connection(store: Store, definition: dict[str, Any]) -> Connection:
    """Raises AlreadyExists, InvalidInput."""
    name = definition["Name"]
    if name in store.connections:
        raise AlreadyExists(f"Connection already exists: {name}")
    _check(definition)
    connection = Connection(name, dict(definition))
    store.connections[name] = connection
    return connection


def update_connection(store: Store, name: str, definition: dict[str, Any]) -> None:
    """Replaces the whole definition; the name itself can't change. Raises EntityNotFound, InvalidInput."""
    connection = find_connection(store, name)
    _check(definition)
    connection.definition = {**definition, "Name": name}
    connection.updated_on = now()


def delete_connection(store: Store, name: str) -> None:
    """Raises EntityNotFound."""
    del store.connections[find_connection(store, name).name]


def find_connection(store: Store, name: str) -> Connection:
    """Raises EntityNotFound."""
    connection = store.connections.get(name)
    if connection is None:
        raise EntityNotFound(f"Connection {name} not found.")
    return connection


def matching(store: Store, wanted: dict[str, Any]) -> list[Connection]:
    """The connections that satisfy GetConnections' filter: by type, and by all match criteria."""
    kind, criteria = wanted.get("ConnectionType"), set(wanted.get("MatchCriteria", []))
    return [
        one
        for one in store.connections.values()
        if kind in (None, one.definition["ConnectionType"])
        and criteria <= set(one.definition.get("MatchCriteria", []))
    ]


def connection_response(connection: Connection, hide_password: bool) -> dict[str, Any]:
    """AWS's Connection structure."""
    properties = connection.definition["ConnectionProperties"]
    if hide_password:
        properties = {key: value for key, value in properties.items() if key not in SECRET_PROPERTIES}
    definition = {key: value for key, value in connection.definition.items() if key not in _INPUT_ONLY}
    if authentication := definition.get("AuthenticationConfiguration"):
        shown = {key: authentication[key] for key in _AUTHENTICATION_SHOWN if key in authentication}
        definition["AuthenticationConfiguration"] = shown
    return {
        **definition,
        "ConnectionProperties": properties,
        "CreationTime": connection.created_on,
        "LastUpdatedTime": connection.updated_on,
        "Status": "READY",
        "ConnectionSchemaVersion": 1,
    }


_INPUT_ONLY = frozenset({"ValidateCredentials", "ValidateForComputeEnvironments"})


def _check(definition: dict[str, Any]) -> None:
    """After the required properties of "ConnectionInput"; the text about authentication is AWS's."""
    kind, properties = definition["ConnectionType"], definition.get("ConnectionProperties", {})
    missing = [name for name in _NEEDED.get(kind, ()) if not properties.get(name)]
    if kind == "JDBC" and all(properties.get(name) for name in ("HOST", "PORT", "JDBC_ENGINE")):
        missing = []
    if missing:
        raise InvalidInput(f"Connection properties of a {kind} connection lack {', '.join(missing)}")
    if kind not in _WITHOUT_AUTHENTICATION and not definition.get("AuthenticationConfiguration"):
        raise InvalidInput("[ConnectionInput.AuthenticationConfiguration is required.]")
