"""JDBC URLs of Redshift and PostgreSQL, and connections to what they name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.glue_worker.engine import catalog
from emulator.glue_worker.engine.errors import NotInTarmacError, UnknownSourceError

_URL = re.compile(
    r"jdbc:(?P<kind>[a-z0-9]+)(?::iam)?://(?P<host>[^:/]+)(?::(?P<port>\d+))?/(?P<database>[^?;]+)"
)
_DEFAULT_PORTS = {"redshift": 5439, "postgresql": 5432}


@dataclass(frozen=True)
class JdbcAddress:
    """A database and who connects to it; `kind` is `redshift` or `postgresql`."""

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    kind: str = "postgresql"

    @property
    def postgresql_url(self) -> str:
        """For the PostgreSQL driver, which speaks to Redshift as well."""
        return f"jdbc:postgresql://{self.host}:{self.port}/{self.database}"

    def connect(self) -> Any:
        """A DB-API connection. Raises UnknownSourceError that names the address when there is none."""
        import pg8000.dbapi

        try:
            return pg8000.dbapi.connect(
                user=self.user, password=self.password, host=self.host, port=self.port,
                database=self.database, application_name="aws-glue",
            )  # fmt: skip
        except (pg8000.Error, OSError) as error:
            where = f"{self.host}:{self.port}/{self.database}"
            raise UnknownSourceError(
                f"can't connect to {where} as {self.user}: {plain_message(error)}"
            ) from error


def address(url: str, user: str, password: str, database: str = "") -> JdbcAddress:
    """The address in a JDBC URL.

    Raises UnknownSourceError for one that can't be read, NotInTarmacError for other kinds of database.
    """
    match = _URL.match(url)
    if match is None:
        raise UnknownSourceError(
            f"the JDBC URL {url!r} is not of the form jdbc:redshift://host:port/database"
        )
    kind = match["kind"]
    if kind not in _DEFAULT_PORTS:
        raise NotInTarmacError(f"the JDBC connection kind {kind!r}", "redshift and postgresql are")
    port = int(match["port"] or _DEFAULT_PORTS[kind])
    return JdbcAddress(match["host"], port, database or match["database"], user, password, kind)


def of_connection(name: str, database: str = "") -> JdbcAddress:
    """The address of a Glue connection; `database` replaces the one in its URL."""
    found = catalog.connection_properties(name)
    url = found.get("JDBC_CONNECTION_URL", "")
    if not url:
        raise UnknownSourceError(f"the Glue connection {name!r} has no JDBC_CONNECTION_URL")
    return address(url, found.get("USERNAME", ""), found.get("PASSWORD", ""), database)


def of_options(options: Mapping[str, Any]) -> JdbcAddress:
    """The address in `connection_options`: a Glue connection's name, or url, user and password."""
    name = options.get("connectionName")
    if (
        name
        and str(options.get("useConnectionProperties", "true")).lower() == "true"
        and not options.get("url")
    ):
        return of_connection(str(name), str(options.get("database") or ""))
    if not options.get("url"):
        raise UnknownSourceError("connection_options has neither connectionName nor url")
    given = catalog.secret(str(options["secretId"])) if options.get("secretId") else {}
    user = str(options.get("user") or options.get("username") or given.get("USERNAME", ""))
    return address(str(options["url"]), user, str(options.get("password") or given.get("PASSWORD", "")))


def plain_message(error: Exception) -> str:
    """pg8000 raises server errors with a dictionary; its `M` is the message."""
    detail = error.args[0] if error.args else error
    return str(detail.get("M", detail)) if isinstance(detail, dict) else str(error)
