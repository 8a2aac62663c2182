"""What scripts do with AWS's own driver, redshift_connector."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pandas as pd
import redshift_connector

from tests.contract.clients.redshift.raised import raised

SCHEMA, BUCKET = os.environ["CHECK_SCHEMA"], os.environ["CHECK_BUCKET"]
ROLE = "IAM_ROLE 'arn:aws:iam::000000000000:role/loader'"


def _connect(**options: Any) -> Any:
    return redshift_connector.connect(
        host=os.environ["PGHOST"],
        port=int(os.environ["PGPORT"]),
        database=os.environ["PGDATABASE"],
        user=os.environ["PGUSER"],
        password=os.environ["PGPASSWORD"],
        **options,
    )


@contextmanager
def opened() -> Iterator[Any]:
    """A cursor of a connection that commits each statement, in the checks' own schema."""
    with closing(_connect()) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f"SET search_path TO {SCHEMA}, public")
        yield cursor


def _rows(cursor: Any, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    cursor.execute(sql, values or None)
    return [tuple(row) for row in cursor.fetchall()]


def _table(cursor: Any, name: str) -> None:
    cursor.execute(
        f"CREATE TABLE {name} (id int IDENTITY(1,1) PRIMARY KEY, name varchar(10) NOT NULL ENCODE zstd,"
        " amount decimal(10,2), at timestamp) DISTKEY (name) SORTKEY (at)"
    )


def the_connection_is_encrypted_and_verified_or_plain(_cursor: Any) -> None:
    """By default with TLS; the name is verified if that is asked for."""
    for options in ({"ssl": False}, {"sslmode": "verify-ca"}, {"sslmode": "verify-full"}):
        with closing(_connect(**options)) as connection:
            assert _rows(connection.cursor(), "SELECT 1") == [(1,)]


def values_come_back_as_python_types(cursor: Any) -> None:
    """All of Redshift's types that have one of Python's."""
    moment = datetime(2024, 2, 29, 1, 2, 3)
    sql = (
        "SELECT 1::smallint, 2::bigint, 1.50::decimal(10,2), 2.5::real, 3.5::float8,"
        " 'x'::varchar(5), 'y'::char(3), TRUE, DATE '2024-02-29',"
        " TIMESTAMP '2024-02-29 01:02:03', TIMESTAMPTZ '2024-02-29 01:02:03+00',"
        " TIME '01:02:03', NULL"
    )
    zoned = moment.replace(tzinfo=UTC)
    days = (True, date(2024, 2, 29), moment, zoned, time(1, 2, 3), None)
    assert _rows(cursor, sql) == [(1, 2, Decimal("1.50"), 2.5, 3.5, "x", "y  ", *days)]


def a_super_value_comes_back_as_json(cursor: Any) -> None:
    """As the driver gives it on AWS: text."""
    cursor.execute("SELECT JSON_PARSE('{\"a\": [1, 2]}')")
    assert cursor.fetchone()[0].replace(" ", "") == '{"a":[1,2]}'


def every_paramstyle_works(cursor: Any) -> None:
    """qmark, numeric, named, format and pyformat."""
    given: dict[str, tuple[str, Any]] = {
        "qmark": ("?", [7]),
        "numeric": (":1", [7]),
        "named": (":n", {"n": 7}),
        "format": ("%s", [7]),
        "pyformat": ("%(n)s", {"n": 7}),
    }
    for style, (mark, values) in given.items():
        cursor.paramstyle = style
        cursor.execute(f"SELECT {mark}::int + 1", values)
        assert cursor.fetchone()[0] == 8, style


def rows_are_inserted_and_committed_or_not(cursor: Any) -> None:
    """executemany and insert_data_bulk; without autocommit, a rollback."""
    cursor.execute("CREATE TABLE rolled (a int, b varchar(10))")
    cursor.executemany("INSERT INTO rolled VALUES (%s, %s)", [(1, "a"), (2, None)])
    with closing(_connect()) as other:
        other.cursor().execute(f"DELETE FROM {SCHEMA}.rolled")
        other.rollback()
    assert _rows(cursor, "SELECT * FROM rolled ORDER BY a") == [(1, "a"), (2, None)]


def data_frames_are_written_and_read(cursor: Any) -> None:
    """write_dataframe and fetch_dataframe."""
    cursor.execute("CREATE TABLE framed (a int, b varchar(10))")
    cursor.write_dataframe(pd.DataFrame({"a": [1, 2], "b": ["x", None]}), f"{SCHEMA}.framed")
    cursor.execute("SELECT a, b FROM framed ORDER BY a")
    frame = cursor.fetch_dataframe()
    assert list(frame.columns) == ["a", "b"]
    assert frame["a"].tolist() == [1, 2]


def a_file_of_values_is_inserted(cursor: Any) -> None:
    """insert_data_bulk, in batches."""
    cursor.execute("CREATE TABLE bulk (a int, b varchar(10))")
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("a,b\n1,x\n2,y\n3,z\n")
        file.flush()
        cursor.insert_data_bulk(file.name, f"{SCHEMA}.bulk", [0, 1], ["a", "b"], ",", 2)
    assert _rows(cursor, "SELECT COUNT(*), MAX(b) FROM bulk") == [(3, "z")]


def metadata_lists_catalogs_schemas_and_tables(cursor: Any) -> None:
    """get_catalogs, get_schemas, get_tables."""
    _table(cursor, "listed")
    assert [row[0] for row in cursor.get_catalogs()] == [os.environ["PGDATABASE"]]
    assert SCHEMA in [row[0] for row in cursor.get_schemas()]
    found = cursor.get_tables(schema_pattern=SCHEMA, table_name_pattern="listed")
    assert [list(row[:4]) for row in found] == [[os.environ["PGDATABASE"], SCHEMA, "listed", "TABLE"]]


def metadata_describes_columns(cursor: Any) -> None:
    """get_columns: names, JDBC's type numbers, sizes, nullability."""
    _table(cursor, "described")
    found = cursor.get_columns(schema_pattern=SCHEMA, tablename_pattern="described")
    assert [row[3] for row in found] == ["id", "name", "amount", "at"]
    sizes = {row[3]: row[6] for row in found}
    assert (sizes["name"], sizes["amount"]) == (10, 10)
    nullable = {row[3]: row[17] for row in found}
    assert (nullable["name"], nullable["amount"]) == ("NO", "YES")


def metadata_lists_primary_keys(cursor: Any) -> None:
    """get_primary_keys: recorded, though not enforced."""
    _table(cursor, "keyed")
    found = cursor.get_primary_keys(schema=SCHEMA, table="keyed")
    assert [row[3] for row in found] == ["id"]


def metadata_lists_procedures(cursor: Any) -> None:
    """get_procedures answers, with the schema's one."""
    cursor.execute("CREATE PROCEDURE listed_procedure() AS $$ BEGIN NULL; END $$ LANGUAGE plpgsql")
    names = [row[2] for row in cursor.get_procedures(schema_pattern=SCHEMA)]
    assert names == ["listed_procedure"]


def rows_are_copied_from_s3_and_back(cursor: Any) -> None:
    """UNLOAD to Parquet, COPY of it."""
    cursor.execute(f"UNLOAD ('SELECT 1 AS a, ''x'' AS b') TO 's3://{BUCKET}/rc/' {ROLE} PARQUET")
    cursor.execute("CREATE TABLE copied (a int, b varchar(65535))")
    cursor.execute(f"COPY copied FROM 's3://{BUCKET}/rc/' {ROLE} PARQUET")
    assert _rows(cursor, "SELECT * FROM copied") == [(1, "x")]


def an_error_names_its_sqlstate(cursor: Any) -> None:
    """ProgrammingError with the server's fields."""
    error = raised(redshift_connector.ProgrammingError, cursor.execute, "SELECT * FROM missing")
    assert error.args[0]["C"] == "42P01"
    assert error.args[0]["M"] == 'relation "missing" does not exist'
