"""What the tests of COPY share: a connection and a bucket of a module, a table and a file of each test."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import fastavro
import psycopg
import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet as pq

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import ROLE, Bucket, connect, unique

COLUMNS = "id bigint, name varchar(8), amount numeric(8,2), day date"


@dataclass
class Loads:
    """A connection with a schema of its own, and a bucket."""

    db: psycopg.Connection[Any]
    bucket: Bucket

    def table(self, columns: str = COLUMNS) -> str:
        """A new table's name."""
        name = unique("t")
        self.db.execute(f"CREATE TABLE {name} ({columns})")
        return name

    def copy(self, table: str, url: str, options: str, role: str = ROLE) -> None:
        """Loads what is at that address."""
        self.db.execute(f"COPY {table} FROM '{url}' {role} {options}")

    def loaded(
        self, body: bytes | str, options: str, columns: str = COLUMNS, order: str = "1, 2"
    ) -> list[tuple[Any, ...]]:
        """The rows of a new table after the load of one file."""
        table = self.table(columns)
        self.copy(table, self.bucket.put(unique("f"), body), options)
        return self.rows(f"SELECT * FROM {table} ORDER BY {order}")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """A query's rows."""
        return self.db.execute(sql).fetchall()


def open_loads(sandbox: Sandbox) -> Iterator[Loads]:
    """What a module's fixture gives."""
    client = sandbox.client("s3")
    name, schema = unique("bucket").replace("_", "-"), unique("copy")
    client.create_bucket(Bucket=name)
    with contextlib.closing(connect(sandbox)) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(f"SET search_path TO {schema}, public")
        yield Loads(connection, Bucket(client, name))
        connection.rollback()
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


def parquet(**columns: Any) -> bytes:
    """A Parquet file of these arrays."""
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def orc(**columns: Any) -> bytes:
    """An ORC file of these arrays."""
    sink = io.BytesIO()
    pyarrow.orc.write_table(pa.table(columns), sink)
    return sink.getvalue()


def avro(records: list[dict[str, Any]], codec: str = "null", **types: Any) -> bytes:
    """An Avro file of these records; `types` are Avro's, by field."""
    fields = [{"name": name, "type": kind} for name, kind in types.items()]
    sink = io.BytesIO()
    fastavro.writer(sink, {"type": "record", "name": "r", "fields": fields}, records, codec=codec)
    return sink.getvalue()
