"""PARTITION BY: the query is executed once, its rows wait in a temporary table for their folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from emulator.redshift.errors import RedshiftError
from emulator.redshift.relay import wire
from emulator.redshift.relay.conversation import Conversation
from emulator.redshift.unloads.unload_columns import ResultColumn, aliased
from emulator.redshift.unloads.unload_options import UnloadPlan

_HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"
_TABLE = "pg_temp.tarmac_unload"
_KEY_TYPES = ("smallint", "integer", "bigint", "numeric", "real", "boolean", "date")


@dataclass(frozen=True)
class Part:
    """What one folder takes: a FROM item, and the columns of it that are written."""

    folder: str
    source: str
    columns: list[ResultColumn]


def partition_keys(plan: UnloadPlan, columns: Sequence[ResultColumn]) -> list[ResultColumn]:
    """The columns that PARTITION BY names.

    Raises RedshiftError for a name that the query lacks, a type that can't be a key, or if none is left.
    """
    by_name = {column.name: column for column in columns}
    missing = next((name for name in plan.partition_by if name not in by_name), None)
    if missing is not None:
        raise RedshiftError(f'column "{missing}" does not exist in the query', code="42703")
    keys = [by_name[name] for name in plan.partition_by]
    for key in keys:
        base = key.full_type.partition("(")[0]
        if base not in _KEY_TYPES and not base.startswith(("character", "timestamp", "text")):
            raise RedshiftError(f'column "{key.name}" of type {key.full_type} can\'t be a partition column')
    if len(set(keys)) == len(columns) and "INCLUDE" not in plan.flags:
        raise RedshiftError("PARTITION BY can't name all columns; use INCLUDE")
    return keys


async def partitions(
    plan: UnloadPlan, columns: Sequence[ResultColumn], conversation: Conversation
) -> list[Part]:
    """Executes the query; a part for each combination of values, whose rows keep their order.

    Raises RedshiftError, BackendError.
    """
    keys = partition_keys(plan, columns)
    texts = ", ".join(f'{key.alias}::text COLLATE "C"' for key in keys)
    await conversation.run(f"DROP TABLE IF EXISTS {_TABLE}")
    await conversation.run(
        f"CREATE TABLE {_TABLE} AS SELECT dense_rank() OVER (ORDER BY {texts}) AS part, numbered.*"
        f" FROM (SELECT row_number() OVER () AS place, unloaded.* FROM {aliased(plan, columns)}) AS numbered"
        " ORDER BY part, place"
    )
    await conversation.run(f"CREATE INDEX ON {_TABLE} USING brin (part) WITH (pages_per_range = 8)")
    await conversation.run(f"ANALYZE {_TABLE} (part)")  # else each part is looked for in the whole table
    found = await conversation.run(f"SELECT DISTINCT part, {texts} FROM {_TABLE} ORDER BY part")
    kept = [column for column in columns if "INCLUDE" in plan.flags or column not in keys]
    return [_part(plan, list(wire.row_values(row)), kept) for row in found.rows]


async def forget(conversation: Conversation) -> None:
    """Drops the rows that waited."""
    await conversation.run(f"DROP TABLE {_TABLE}")


def _part(plan: UnloadPlan, values: list[bytes | None], kept: list[ResultColumn]) -> Part:
    number, texts = (values[0] or b"").decode(), values[1:]
    folder = "".join(
        f"{name}={_HIVE_NULL if text is None else quote(text.decode(), safe=' ')}/"
        for name, text in zip(plan.partition_by, texts, strict=True)
    )
    return Part(folder, f"(SELECT * FROM {_TABLE} WHERE part = {number} ORDER BY place) AS part", kept)
