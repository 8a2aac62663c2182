"""What ListDatabases, ListSchemas, ListTables and DescribeTable answer, from the warehouse's catalogue.

Kinds of tables are those of Redshift's JDBC driver (Amazon Redshift Data API, TableMember); DescribeTable
shows lengths as its example in the Amazon Redshift Management Guide does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.redshift.apis.data_api_values import ColumnType

Query = Callable[..., list[list[Any]]]
"""Runs SQL with named parameters; gives its rows."""

_OWN = r"'tarmac\_%'"  # what tarmac adds to pg_catalog for itself
_HIDDEN_SCHEMAS = "'^pg_(temp|toast|redshift)'"
_ANY = "%"
_SYSTEM = ("pg_catalog", "information_schema")

_DATABASES = """SELECT datname FROM pg_catalog.pg_database
  WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY datname"""  # which every PostgreSQL has
_SCHEMAS = f"""SELECT nspname FROM pg_catalog.pg_namespace
  WHERE nspname LIKE :pattern AND nspname !~ {_HIDDEN_SCHEMAS} ORDER BY nspname"""
_TABLES = f"""SELECT c.relname, n.nspname, c.relkind::text FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ {_HIDDEN_SCHEMAS}
  AND NOT (n.nspname = 'pg_catalog' AND c.relname LIKE {_OWN})
  AND n.nspname LIKE :schema_pattern AND c.relname LIKE :table_pattern ORDER BY n.nspname, c.relname"""
_COLUMNS = f"""SELECT n.nspname, c.relname, a.attname, a.atttypid::int8, a.atttypmod::int4, a.attnotnull,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND n.nspname !~ {_HIDDEN_SCHEMAS} AND NOT (n.nspname = 'pg_catalog' AND c.relname LIKE {_OWN})
  AND (:schema_name = '' OR n.nspname = :schema_name) AND (:table_name = '' OR c.relname = :table_name)
  ORDER BY n.nspname, c.relname, a.attnum"""


def databases(query: Query) -> list[str]:
    """The names of all databases."""
    return [row[0] for row in query(_DATABASES)]


def schemas(query: Query, pattern: str | None) -> list[str]:
    """The names of the schemas that match a LIKE pattern."""
    return [row[0] for row in query(_SCHEMAS, pattern=pattern or _ANY)]


def tables(query: Query, schema_pattern: str | None, table_pattern: str | None) -> list[dict[str, str]]:
    """The tables and views whose schema and name match LIKE patterns, as TableMember."""
    found = query(_TABLES, schema_pattern=schema_pattern or _ANY, table_pattern=table_pattern or _ANY)
    return [{"name": row[0], "schema": row[1], "type": _kind(row[1], row[2])} for row in found]


def _kind(schema: str, relkind: str) -> str:
    kind = "VIEW" if relkind in "vm" else "EXTERNAL TABLE" if relkind == "f" else "TABLE"
    return f"SYSTEM {kind}" if schema in _SYSTEM else kind


def columns(query: Query, schema: str | None, table: str | None) -> list[dict[str, object]]:
    """The columns of a table, or of all of a schema or database, as ColumnMetadata."""
    found = query(_COLUMNS, schema_name=schema or "", table_name=table or "")
    return [_column(*row) for row in found]


def _column(
    schema: str, table: str, name: str, oid: int, modifier: int, is_required: bool, default: str | None
) -> dict[str, object]:
    kind = ColumnType.of(oid, modifier)
    column: dict[str, object] = {
        "name": name,
        "typeName": kind.name,
        "length": kind.precision,
        "precision": kind.precision,
        "scale": kind.scale,
        "nullable": int(not is_required),
        "schemaName": schema,
        "tableName": table,
        "isCaseSensitive": False,
        "isCurrency": False,
        "isSigned": kind.is_signed,
    }
    return column | ({"columnDefault": default} if default else {})
