"""TestConnection: connects for real, to what the sandbox can reach.

Source: "TestConnection" in the AWS Glue API reference; the texts of failures are unverified.
"""

from __future__ import annotations

from typing import Any

from emulator.glue_service.connections import find_connection
from emulator.glue_service.errors import InvalidInput, NotSupported
from emulator.glue_service.jdbc_endpoint import Clients, ConnectionUnusable, endpoint_of
from emulator.glue_service.models import Store


def check_connection(store: Store, clients: Clients, request: dict[str, Any]) -> None:
    """Connects as the named connection or as the given input says, and asks nothing.

    Raises EntityNotFound, InvalidInput if nothing answers or the credentials are refused, NotSupported for
    connections other than JDBC to PostgreSQL and Redshift.
    """
    name, given = request.get("ConnectionName"), request.get("TestConnectionInput")
    if bool(name) == bool(given):
        raise InvalidInput("Exactly one of ConnectionName and TestConnectionInput must be specified")
    definition: dict[str, Any] = find_connection(store, name).definition if name else given or {}
    if definition["ConnectionType"] != "JDBC":
        raise NotSupported(f"TestConnection of a {definition['ConnectionType']} connection")
    try:
        endpoint = endpoint_of(clients, name or "(input)", definition["ConnectionProperties"])
        with endpoint.connected(endpoint.database):
            pass
    except ConnectionUnusable as error:
        raise InvalidInput(str(error)) from error
