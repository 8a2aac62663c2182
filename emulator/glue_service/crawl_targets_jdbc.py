"""Crawls tables of PostgreSQL and of the Redshift endpoint through a Glue connection.

Include path `database/schema/table`, `%` for any schema or table (aws-semantics.md §B, "JDBC/Redshift").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from emulator.glue_service.catalog_entries import JdbcTable
from emulator.glue_service.classifiers_models import Column
from emulator.glue_service.crawl_exclusions import exclusion_filter
from emulator.glue_service.crawler_errors import CrawlFailed
from emulator.glue_service.jdbc_endpoint import JdbcEndpoint, endpoint_of

_TABLE_KINDS = {"BASE TABLE": "table", "VIEW": "view"}
_TYPES = {
    "bigint": "bigint",
    "boolean": "boolean",
    "date": "date",
    "double precision": "double",
    "integer": "int",
    "real": "float",
    "smallint": "smallint",
    "timestamp with time zone": "timestamp",
    "timestamp without time zone": "timestamp",
    "bytea": "binary",
}
_COLUMNS_SQL = """
select t.table_schema, t.table_name, t.table_type, c.column_name, c.data_type,
       c.numeric_precision, c.numeric_scale, c.character_maximum_length
from information_schema.tables t
join information_schema.columns c on c.table_schema = t.table_schema and c.table_name = t.table_name
where t.table_schema not in ('information_schema', 'pg_catalog', 'pg_internal')
order by t.table_schema, t.table_name, c.ordinal_position
"""


_COMMENTS_SQL = """
select n.nspname, c.relname, coalesce(a.attname, ''), d.description
from pg_description d
join pg_class c on c.oid = d.objoid and d.classoid = 'pg_class'::regclass
join pg_namespace n on n.oid = c.relnamespace
left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0
"""

Comments = dict[tuple[str, str, str], str]
"""Comments by schema, table and column, of the table itself by an empty column."""


class Row(NamedTuple):
    """One column as `_COLUMNS_SQL` has it."""

    schema: str
    table: str
    kind: str
    column: str
    data_type: str
    precision: int | None
    scale: int | None
    length: int | None


@dataclass(frozen=True)
class JdbcTarget:
    """One JDBC target of a crawler; `metadata` may hold COMMENTS and RAWTYPES (EnableAdditionalMetadata)."""

    connection_name: str
    path: str
    exclusions: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()


def crawl_jdbc(client: Callable[[str], Any], target: JdbcTarget) -> list[JdbcTable]:
    """The tables and views that the path names, in the order of schema and name.

    `client(service)` returns a boto3 client of the crawler's account. Raises CrawlFailed if the connection
    doesn't exist or is no PostgreSQL or Redshift one, the secret can't be read, or nothing answers.
    """
    endpoint = _endpoint(client, target.connection_name)
    database, schema, table = _path(target.path)
    rows, comments = _read(target, endpoint, database)
    wanted = [row for row in rows if _fits(schema, row.schema) and _fits(table, row.table)]
    excluded = exclusion_filter(target.exclusions)
    kept = [row for row in wanted if not excluded(_relative(row, schema))]
    return list(_tables(kept, endpoint.engine, database, target, comments))


def _relative(row: Row, schema: str) -> str:
    """The table's place below the include path, which exclude patterns are matched with."""
    return f"{row.schema}/{row.table}" if "%" in schema else row.table


def _path(path: str) -> tuple[str, str, str]:
    parts = [part for part in path.split("/") if part]
    if not 1 <= len(parts) <= 3:
        raise CrawlFailed(f"JDBC path {path!r} can't be read: give database/schema/table, % for any")
    database, schema, table = (*parts, "%", "%")[:3]
    return database, schema, table


def _fits(pattern: str, name: str) -> bool:
    parts = (re.escape(part) for part in pattern.split("%"))
    return re.fullmatch(".*".join(parts), name, re.IGNORECASE) is not None


def _endpoint(client: Callable[[str], Any], name: str) -> JdbcEndpoint:
    try:
        connection = client("glue").get_connection(Name=name, HidePassword=False)["Connection"]
    except ClientError as error:
        raise CrawlFailed(f"Connection {name} can't be read: {error}. Create it, or name another.") from error
    return endpoint_of(client, name, connection.get("ConnectionProperties", {}))


def _read(target: JdbcTarget, endpoint: JdbcEndpoint, database: str) -> tuple[list[Row], Comments]:
    with endpoint.connected(database) as connection:
        cursor = connection.cursor()
        cursor.execute(_COLUMNS_SQL)
        rows = [Row(*row) for row in cursor.fetchall()]
        if "COMMENTS" not in target.metadata:
            return rows, {}
        cursor.execute(_COMMENTS_SQL)
        return rows, {(schema, table, column): text for schema, table, column, text in cursor.fetchall()}


def _tables(
    rows: Iterable[Row], engine: str, database: str, target: JdbcTarget, comments: Comments
) -> Iterable[JdbcTable]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row.schema, row.table), []).append(row)
    for (schema, table), columns in found.items():
        yield JdbcTable(
            database=database,
            schema=schema,
            name=table,
            kind=_TABLE_KINDS.get(columns[0].kind, "table"),
            classification=engine,
            connection_name=target.connection_name,
            columns=tuple(_column(row, target.metadata, comments) for row in columns),
            comment=comments.get((schema, table, ""), ""),
        )


def _column(row: Row, metadata: tuple[str, ...], comments: Comments) -> Column:
    return Column(
        name=row.column.lower(),
        type=catalog_type(row.data_type, row.precision, row.scale),
        comment=comments.get((row.schema, row.table, row.column), ""),
        raw_type=_raw_type(row) if "RAWTYPES" in metadata else "",
    )


def _raw_type(row: Row) -> str:
    """The type as the database declares it, such as `character varying(20)` or `numeric(12,2)`."""
    if row.data_type == "numeric" and row.precision:
        return f"numeric({row.precision},{row.scale})"
    return f"{row.data_type}({row.length})" if row.length else row.data_type


def catalog_type(data_type: str, precision: int | None, scale: int | None) -> str:
    """The catalog's name of an SQL type as information_schema spells it; unknown ones are `string`."""
    if data_type == "numeric":
        return f"decimal({precision},{scale})" if precision else "decimal(38,18)"
    return _TYPES.get(data_type, "string")
