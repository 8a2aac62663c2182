"""Where a JDBC connection leads, and connecting there: PostgreSQL and the Redshift endpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pg8000.dbapi
from botocore.exceptions import ClientError

from emulator.glue_service.crawler_errors import CrawlFailed

Clients = Callable[[str], Any]
"""A boto3 client of one account and region, by service name."""

_URL = re.compile(
    r"jdbc:(?P<engine>redshift|postgresql)://(?P<host>[^:/?]+)(?::(?P<port>\d+))?/(?P<database>[^?;]+)"
)
_DEFAULT_PORTS = {"redshift": 5439, "postgresql": 5432}
_CONNECT_TIMEOUT_S = 15


class ConnectionUnusable(CrawlFailed):
    """A connection's definition, secret or database can't be used; the message says what to do."""


@dataclass(frozen=True)
class JdbcEndpoint:
    """Where and as whom to connect; `engine` is `redshift` or `postgresql`."""

    connection_name: str
    engine: str
    host: str
    port: int
    database: str
    user: str
    password: str

    @contextmanager
    def connected(self, database: str) -> Iterator[Any]:
        """A connection of the DB API to one of the server's databases.

        Raises ConnectionUnusable, also for errors of the block's own statements.
        """
        try:
            with pg8000.dbapi.connect(
                user=self.user,
                host=self.host,
                port=self.port,
                database=database,
                password=self.password,
                timeout=_CONNECT_TIMEOUT_S,
            ) as connection:
                yield connection
        except (pg8000.dbapi.Error, OSError) as error:
            where = f"{self.host}:{self.port}/{database}"
            raise ConnectionUnusable(
                f"Can't read {where} as {self.user!r} through connection {self.connection_name}: {error}. "
                "Check the connection's URL and credentials, and that the database is up."
            ) from error


def endpoint_of(clients: Clients, name: str, properties: dict[str, str]) -> JdbcEndpoint:
    """The endpoint of a connection's properties. Raises ConnectionUnusable."""
    url = properties.get("JDBC_CONNECTION_URL", "")
    match = _URL.match(url)
    if not match:
        raise ConnectionUnusable(
            f"Connection {name} has JDBC_CONNECTION_URL {url!r}; "
            "give jdbc:redshift://host:port/database or jdbc:postgresql://host:port/database"
        )
    user, password = _credentials(clients, name, properties)
    port = int(match["port"] or _DEFAULT_PORTS[match["engine"]])
    return JdbcEndpoint(name, match["engine"], match["host"], port, match["database"], user, password)


def _credentials(clients: Clients, name: str, properties: dict[str, str]) -> tuple[str, str]:
    secret_id = properties.get("SECRET_ID")
    if not secret_id:
        return properties.get("USERNAME", ""), properties.get("PASSWORD", "")
    try:
        secret = json.loads(clients("secretsmanager").get_secret_value(SecretId=secret_id)["SecretString"])
        return secret["username"], secret["password"]
    except (ClientError, ValueError, KeyError) as error:
        raise ConnectionUnusable(
            f"Secret {secret_id} of connection {name} can't be used: {error}. "
            "It must be JSON with username and password."
        ) from error
