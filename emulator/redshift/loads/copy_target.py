"""The table that a COPY loads, as the client's transaction sees it, and which of its columns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from emulator.redshift.errors import RedshiftError, StatementError
from emulator.redshift.loads.copy_columns import TEXT_TYPES, Column, literal
from emulator.redshift.loads.copy_options import CopyPlan
from emulator.redshift.relay.conversation import BackendError, Conversation


@dataclass
class Target:
    """The table to load, and the numbers under which the load is noted."""

    columns: list[Column]
    database: str
    pid: int
    query: int
    oid: int
    user: int
    is_readable: bool  # whether the user may SELECT, too


async def describe(conversation: Conversation, plan: CopyPlan) -> Target:
    """Asks the warehouse about the table.

    Raises RedshiftError if there is no such table or column, or IDENTITY columns are listed against the
    rules (Amazon Redshift Database Developer Guide, "Column mapping options").
    """
    name = literal(plan.table)
    sql = (
        f"SELECT json_build_object('columns', pg_catalog.tarmac_columns({name})::json,"
        f" 'oid', {name}::regclass::oid, 'database', current_database(), 'pid', pg_backend_pid(),"
        f" 'query', {conversation.query_id},"
        f" 'readable', has_table_privilege({name}, 'SELECT'),"
        " 'user', (SELECT oid FROM pg_roles WHERE rolname = current_user))"
    )
    try:
        found = json.loads((await conversation.run(sql)).only_value())
    except BackendError as error:
        if error.fields.get("C") in ("42P01", "3F000"):
            raise RedshiftError(
                f"Cannot COPY into nonexistent table {plan.table_name}", code="42P01"
            ) from error
        raise
    columns = chosen(plan, [_column(item) for item in found["columns"]])
    return Target(
        columns,
        found["database"],
        found["pid"],
        found["query"],
        int(found["oid"]),
        int(found["user"]),
        found["readable"],
    )


def _column(item: dict[str, Any]) -> Column:
    modifier = int(item["size"]) - 4
    is_sized = modifier >= 0
    is_number = item["type"] == "numeric" and is_sized
    is_text = item["type"] in TEXT_TYPES and is_sized
    return Column(
        item["name"],
        item["type"],
        item["full_type"],
        modifier if is_text else 0,
        modifier >> 16 if is_number else 0,
        modifier & 0x7FF if is_number else 0,
        item["identity"],
        bool(item["not_null"]),
    )


def chosen(plan: CopyPlan, columns: list[Column]) -> list[Column]:
    """The columns to load: those listed, else all but the IDENTITY ones (EXPLICIT_IDS: all).

    Raises RedshiftError for a column that isn't there, StatementError for IDENTITY columns without
    EXPLICIT_IDS and EXPLICIT_IDS without them.
    """
    explicit = "EXPLICIT_IDS" in plan.flags
    if plan.columns is None:
        found = [column for column in columns if explicit or not column.identity]
    else:
        found = [_named(plan, columns, name) for name in plan.columns]
    always = [column.name for column in found if column.identity == "a"]
    if always and not explicit:
        raise StatementError(
            f"IDENTITY column {always[0]} can't be loaded without EXPLICIT_IDS", code="0A000"
        )
    if explicit and not any(column.identity for column in found):
        raise StatementError("EXPLICIT_IDS needs an IDENTITY column among those to load", code="0A000")
    return found


def _named(plan: CopyPlan, columns: list[Column], name: str) -> Column:
    for column in columns:
        if column.name == name:
            return column
    raise RedshiftError(f'column "{name}" of relation "{plan.table_name}" does not exist', code="42703")
