"""The Data API's connections to the Redshift endpoint, and how the errors that they meet read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pg8000.native
from pg8000.core import DATA_ROW, Context

from emulator.environment import EnvironmentReader
from emulator.redshift.apis.data_api_results import ResultRows
from emulator.redshift.apis.data_api_values import ColumnType, Origin, column_of

SYNTAX_ERROR = "42601"
_TIMEOUT_S = 24 * 3600  # the longest that a statement may run (Amazon Redshift Management Guide)
_ORIGINS = """SELECT a.attrelid::int8, a.attnum::int4, n.nspname::text, c.relname::text, a.attnotnull
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE a.attrelid IN ({})"""

DRIVER_ERRORS = (OSError, pg8000.native.InterfaceError, pg8000.native.DatabaseError)


@dataclass(frozen=True)
class Login:
    """Who connects; `acts_as` is the database user that the statements run as, if another."""

    user: str
    password: str
    acts_as: str = ""


@dataclass(frozen=True)
class WarehousePlace:
    """Where the Redshift endpoint and PostgreSQL behind it are, and the stack's own user."""

    host: str
    port: int
    warehouse_host: str
    warehouse_port: int
    admin: Login
    database: str

    @classmethod
    def from_environment(cls) -> WarehousePlace:
        """Built from `TARMAC_*` variables; raises SettingsError naming every bad one."""
        read = EnvironmentReader()
        place = cls(
            read.text("TARMAC_REDSHIFT_HOST", "127.0.0.1"),
            read.port("TARMAC_REDSHIFT_PORT", 5439),
            read.text("TARMAC_WAREHOUSE_HOST", "127.0.0.1"),
            read.port("TARMAC_WAREHOUSE_PORT", 5440),
            Login(read.text("TARMAC_USER", "awsuser"), read.text("TARMAC_PASSWORD", "tarmac")),
            read.text("TARMAC_DATABASE", "dev"),
        )
        read.finish()
        return place


class ApiConnection(pg8000.native.Connection):  # type: ignore[misc]
    """A connection that can keep a result's rows as they come, instead of decoding them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._rows: ResultRows | None = None
        self.pid = 0
        self._decode_row = self.message_types[DATA_ROW]
        self.message_types[DATA_ROW] = self._on_row

    def execute(self, sql: str, values: Sequence[str], rows: ResultRows) -> None:
        """Runs a statement, with values for `$1`, `$2`…; its rows are added to `rows`."""
        self._rows = rows
        try:
            if values:
                self._context = self.execute_unnamed(sql, values)
            else:
                self._context = self.execute_simple(sql)
        finally:
            self._rows = None

    def _on_row(self, data: bytes, context: Context) -> None:
        if self._rows is None:
            self._decode_row(data, context)
        else:
            self._rows.add(data)

    def described_columns(self) -> tuple[list[ColumnType], list[dict[str, object]]]:
        """The types and the ColumnMetadata of the result that came last."""
        fields = self.columns or []
        origins = self._origins(sorted({field["table_oid"] for field in fields} - {0}))
        kinds = [ColumnType.of(field["type_oid"], field["type_modifier"]) for field in fields]
        shown = [
            column_of(field["name"], kind, origins.get((field["table_oid"], field["column_attrnum"])))
            for kind, field in zip(kinds, fields, strict=True)
        ]
        return kinds, shown

    def _origins(self, tables: list[int]) -> dict[tuple[int, int], Origin]:
        if not tables:
            return {}
        rows = self.run(_ORIGINS.format(", ".join(str(oid) for oid in tables)))
        return {(row[0], row[1]): Origin(row[2], row[3], not row[4]) for row in rows}


def connect(place: WarehousePlace, login: Login, database: str) -> ApiConnection:
    """A connection through the endpoint; raises one of `DRIVER_ERRORS`."""
    connection = ApiConnection(
        login.user,
        password=login.password,
        host=place.host,
        port=place.port,
        database=database,
        timeout=_TIMEOUT_S,
        application_name="redshift-data",
    )
    if login.acts_as:
        try:
            user = pg8000.native.identifier(login.acts_as)
            connection.run(f"SET SESSION AUTHORIZATION {user}")
        except pg8000.native.DatabaseError as error:
            connection.close()
            missing = {"S": "FATAL", "C": "28000", "M": f'user "{login.acts_as}" does not exist'}
            raise pg8000.native.DatabaseError(missing) from error
    connection.pid = int(connection.run("SELECT pg_catalog.pg_backend_pid()")[0][0])
    return connection


def text_of(error: Exception) -> str:
    """The error as the API shows it: the warehouse's words, the rest on lines of its own, as JDBC has it."""
    fields: Any = error.args[0] if error.args and isinstance(error.args[0], dict) else None
    if fields is None:
        return str(error)
    text = f"{fields.get('S', 'ERROR')}: {fields.get('M', '')}"
    extra = [("Detail", fields.get("D")), ("Hint", fields.get("H"))]
    if fields.get("C") == SYNTAX_ERROR:  # Redshift's parser tells no other place
        extra.append(("Position", fields.get("P")))
    return text + "".join(f"\n  {label}: {value}" for label, value in extra if value)
