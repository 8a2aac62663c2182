"""What the tests of the Redshift endpoint share: clients, a bucket, a schema of each test's own."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from emulator.stack.sandbox import Sandbox

ROLE = "IAM_ROLE 'arn:aws:iam::000000000000:role/loader'"


def unique(prefix: str) -> str:
    """A name that no other test uses."""
    return f"{prefix}_{uuid.uuid4().hex[:10]}"


def connect(sandbox: Sandbox, port: int | None = None, **options: Any) -> psycopg.Connection[Any]:
    """A psycopg connection to the endpoint, or to another port; it commits each statement."""
    settings = sandbox.settings
    return psycopg.connect(
        host="127.0.0.1",
        port=port or settings.redshift_port,
        user=settings.user,
        password=settings.password,
        dbname=settings.database,
        autocommit=True,
        **options,
    )


@dataclass
class Bucket:
    """A bucket of one test."""

    client: Any
    name: str

    def put(self, key: str, body: bytes | str) -> str:
        """Puts an object; returns its address."""
        data = body.encode() if isinstance(body, str) else body
        self.client.put_object(Bucket=self.name, Key=key, Body=data)
        return self.url(key)

    def url(self, key: str) -> str:
        """The s3:// address of a key or prefix."""
        return f"s3://{self.name}/{key}"

    def keys(self, prefix: str = "") -> list[str]:
        """The keys below a prefix."""
        found = self.client.list_objects_v2(Bucket=self.name, Prefix=prefix)
        return [item["Key"] for item in found.get("Contents", [])]

    def get(self, key: str) -> bytes:
        """An object's bytes."""
        body: bytes = self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        return body


@pytest.fixture
def bucket(sandbox: Sandbox) -> Bucket:
    """An empty bucket."""
    client = sandbox.client("s3")
    name = unique("bucket").replace("_", "-")
    client.create_bucket(Bucket=name)
    return Bucket(client, name)


@pytest.fixture
def db(sandbox: Sandbox) -> Iterator[psycopg.Connection[Any]]:
    """A connection of which the search path begins with a schema of the test's own."""
    schema = unique("test")
    with contextlib.closing(connect(sandbox)) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(f"SET search_path TO {schema}, public")
        yield connection
        if not connection.closed:
            connection.rollback()
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


Rows = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def rows(db: psycopg.Connection[Any]) -> Rows:
    """Runs a query; gives its rows."""
    return lambda sql: db.execute(sql).fetchall()


@pytest.fixture(scope="module")
def leader(sandbox: Sandbox) -> Iterator[psycopg.Connection[Any]]:
    """A connection for questions that need no table, one for all of a module."""
    with contextlib.closing(connect(sandbox)) as connection:
        yield connection
