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


_WINSALES = """
(30001, '8/2/2003', 3, 'b', 10, 10), (10001, '12/24/2003', 1, 'c', 10, 10),
(10005, '12/24/2003', 1, 'a', 30, null), (40001, '1/9/2004', 4, 'a', 40, null),
(10006, '1/18/2004', 1, 'c', 10, null), (20001, '2/12/2004', 2, 'b', 20, 20),
(40005, '2/12/2004', 4, 'a', 10, 10), (20002, '2/16/2004', 2, 'c', 20, 20),
(30003, '4/18/2004', 3, 'b', 15, null), (30004, '4/18/2004', 3, 'b', 20, null),
(30007, '9/7/2004', 3, 'c', 30, null)"""


@pytest.fixture(scope="module")
def sales(leader: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """`leader` with the Developer Guide's table, and a decimal, a double, a bigint and a truth more."""
    leader.execute(
        "CREATE TEMP TABLE winsales (salesid INT, dateid DATE, sellerid INT, buyerid CHAR(10), qty INT,"
        " qty_shipped INT, price DECIMAL(8,2), weight FLOAT8, big BIGINT, sent BOOLEAN)"
    )
    columns = "salesid, dateid, sellerid, buyerid, qty, qty_shipped"
    leader.execute(f"INSERT INTO winsales ({columns}) VALUES {_WINSALES}")
    leader.execute(
        "UPDATE winsales SET price = qty * 1.25, weight = qty / 4.0, big = salesid,"
        " sent = qty_shipped IS NOT NULL"
    )
    return leader
