"""Users and databases that Redshift's APIs promise, made in the one warehouse.

A temporary credential is a user `IAM:<name>` whose password ends at the time that the API says, and whose
sessions run as the user that it stands for, as in Redshift (Amazon Redshift Management Guide, "Using IAM
authentication to generate database user credentials"). Until then every call gives the same password, so
that no client's is taken away by the next one's call.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pg8000.native
from pg8000.native import identifier, literal

from emulator.redshift.apis.api_errors import ApiError, invalid
from emulator.redshift.apis.data_api_connection import DRIVER_ERRORS, WarehousePlace, text_of

_LOCK = 7_105_440  # of PostgreSQL's advisory locks: one thread makes users at a time
_SECRET = os.environ.get("TARMAC_STACK_SECRET", "").encode()


@dataclass(frozen=True)
class TemporaryCredentials:
    """A user name and password, and when the password ends."""

    user: str
    password: str
    expires_at: datetime


class WarehouseUsers:
    """Makes them, straight in PostgreSQL; raises ApiError (InternalServerException) if that fails."""

    def __init__(self, place: WarehousePlace) -> None:
        self._place = place

    def password_for(self, user: str) -> str:
        """A password that AWS would make up: random, but for the stack's own user, who keeps hers."""
        return self._place.admin.password if user == self._place.admin.user else secrets.token_urlsafe(24)

    def ensure_admin(self, user: str, password: str | None) -> None:
        """Makes a superuser, or gives it that password.

        Raises ApiError for another password of the stack's own user, as whom its processes connect.
        """
        if user == self._place.admin.user:
            if password not in (None, self._place.admin.password):
                text = f"the password of {user}, the stack's own user, is set by TARMAC_PASSWORD only"
                raise invalid(f"{text}. Next: give that password, or another admin user name")
            return
        with self._connection() as connection:
            if not _exists(connection, user):
                connection.run(f"CREATE ROLE {identifier(user)} SUPERUSER LOGIN")
            if password:
                connection.run(f"ALTER ROLE {identifier(user)} PASSWORD {literal(password)}")

    def ensure_database(self, name: str) -> None:
        """Makes a database if there is none of that name."""
        with self._connection() as connection:
            if not connection.run("SELECT 1 FROM pg_catalog.pg_database WHERE datname = :name", name=name):
                connection.run(f"CREATE DATABASE {identifier(name)}")

    def exists(self, user: str) -> bool:
        """Whether the warehouse has that user or group."""
        with self._connection() as connection:
            return _exists(connection, user)

    def create(self, user: str, groups: list[str]) -> None:
        """Makes a user without a password, in groups that exist; the others are passed over, as on AWS."""
        with self._connection() as connection:
            connection.run(f"CREATE ROLE {identifier(user)} LOGIN")
            for group in groups:
                if _exists(connection, group):
                    connection.run(f"GRANT {identifier(group)} TO {identifier(user)}")

    def issue(self, user: str, acts_as: str, lifetime_s: int) -> TemporaryCredentials:
        """Credentials for `user`, whose sessions run as `acts_as`; no log-in if that doesn't exist."""
        expires_at = datetime.now(UTC) + timedelta(seconds=lifetime_s)
        password = hmac.new(_SECRET, user.encode(), hashlib.sha256).hexdigest()
        with self._connection() as connection:
            if _exists(connection, acts_as):
                self._allow(connection, user, acts_as, password, expires_at)
        return TemporaryCredentials(user, password, expires_at)

    def _allow(
        self,
        connection: pg8000.native.Connection,
        user: str,
        acts_as: str,
        password: str,
        expires_at: datetime,
    ) -> None:
        role, target = identifier(user), identifier(acts_as)
        if not _exists(connection, user):
            connection.run(f"CREATE ROLE {role} LOGIN NOINHERIT")
        connection.run(f"GRANT {target} TO {role}")
        connection.run(f"ALTER ROLE {role} SET role TO {target}")
        until = "SELECT rolvaliduntil FROM pg_catalog.pg_roles WHERE rolname = :user"
        known = connection.run(until, user=user)[0][0]
        latest = max(expires_at, known) if isinstance(known, datetime) else expires_at
        connection.run(
            f"ALTER ROLE {role} PASSWORD {literal(password)} VALID UNTIL {literal(latest.isoformat())}"
        )

    @contextmanager
    def _connection(self) -> Iterator[pg8000.native.Connection]:
        place = self._place
        try:
            connection = pg8000.native.Connection(
                place.admin.user,
                password=place.admin.password,
                host=place.warehouse_host,
                port=place.warehouse_port,
                database=place.database,
                application_name="tarmac",
            )
            try:
                connection.run(f"SELECT pg_catalog.pg_advisory_lock({_LOCK})")
                yield connection
            finally:
                connection.close()
        except DRIVER_ERRORS as error:
            raise ApiError("InternalServerException", text_of(error), 500) from error


def _exists(connection: pg8000.native.Connection, user: str) -> bool:
    return bool(connection.run("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = :user", user=user))


def iam_user_of(arn: str) -> str:
    """The database user of an IAM identity: `IAM:` and a user's name, or `IAMR:` and a role's."""
    kind, _, rest = arn.rpartition(":")[2].partition("/")
    if kind == "assumed-role":
        return "IAMR:" + rest.partition("/")[0]
    return "IAM:" + (rest.rpartition("/")[2] or kind)
