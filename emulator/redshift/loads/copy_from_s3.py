"""COPY … FROM 's3://…' as PostgreSQL's COPY FROM STDIN, on the client's connection and in its transaction."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

from emulator.redshift.catalog import Catalog
from emulator.redshift.errors import LoadFailedError
from emulator.redshift.loads import load_errors, load_log
from emulator.redshift.loads.columnar_source import scan_error
from emulator.redshift.loads.copy_columns import literal
from emulator.redshift.loads.copy_legs import Legs, copy_sql
from emulator.redshift.loads.copy_options import CopyPlan
from emulator.redshift.loads.copy_target import describe
from emulator.redshift.loads.file_chunks import Load, RecordsRejectedError, raw_line
from emulator.redshift.loads.load_errors import LoadErrorRow, Place, RecordError
from emulator.redshift.loads.manifests import manifest_objects
from emulator.redshift.loads.pieces import quote_of
from emulator.redshift.loads.row_chunks import RowConverter
from emulator.redshift.relay import wire
from emulator.redshift.relay.conversation import BackendError, Conversation, LocalStatement
from emulator.redshift.s3_access import S3, S3Object
from emulator.redshift.settings import RedshiftSettings
from emulator.redshift.threads import iterated_in_thread

_SCRATCH = "pg_temp.tarmac_noload"


class CopyFromS3(LocalStatement):
    """One COPY statement."""

    def __init__(self, plan: CopyPlan, settings: RedshiftSettings, catalog: Catalog) -> None:
        self._plan = plan
        self._catalog = catalog
        self._s3 = S3(settings, plan.authorization, plan.region)

    async def execute(self, conversation: Conversation) -> str:
        """Loads the files; the tag is Redshift's.

        Raises LoadFailedError once stl_load_errors has the bad records, RedshiftError, BackendError.
        """
        if not conversation.commits_each:
            return await self._execute(conversation)
        await conversation.run("BEGIN")
        try:
            tag = await self._execute(conversation)
        except (Exception, asyncio.CancelledError):
            await conversation.run("ROLLBACK")
            raise
        await conversation.run("COMMIT")
        return tag

    async def _execute(self, conversation: Conversation) -> str:
        plan = self._plan
        started = datetime.now(UTC).replace(tzinfo=None)
        target = await describe(conversation, plan)
        items = await asyncio.to_thread(self._items)
        load = Load(plan, self._s3, items, target)
        count = await self._loaded(conversation, load)
        if "NOLOAD" in plan.flags:
            count = 0
        await self._report(conversation, load, count, started)
        return f"COPY {count}"  # redshift_connector fails on a tag without a number

    def _items(self) -> list[S3Object]:
        if self._plan.manifest:
            return manifest_objects(self._s3, self._plan.source, self._plan.is_columnar)
        return self._s3.objects(self._plan.source)

    async def _loaded(self, conversation: Conversation, load: Load) -> int:
        """Loads all files; NOLOAD loads them into a table that then goes. Returns the number of records."""
        if "NOLOAD" not in load.plan.flags:
            return await self._run(conversation, load, load.plan.table)
        await conversation.run(f"CREATE TABLE {_SCRATCH} (LIKE {load.plan.table} INCLUDING ALL)")
        count = await self._run(conversation, load, _SCRATCH)
        await conversation.run(f"DROP TABLE {_SCRATCH}")
        return count

    async def _run(self, conversation: Conversation, load: Load, table: str) -> int:
        count = 0
        async with aclosing(iterated_in_thread(load.chunks)) as chunks:
            legs = Legs(chunks, quote_of(load.plan))
            try:
                while (manner := await legs.manner()) is not None:
                    sql = copy_sql(load.plan, table, load.target.columns, manner)
                    outcome = await conversation.run(
                        sql, feed=legs.feed, keep_notices=load.plan.tolerated > 0
                    )
                    count += outcome.count
                    _note_skipped(load, legs, outcome.notices)
            except BackendError as error:
                raise await self._explained(load, legs, error) from error
            except RecordsRejectedError as error:
                raise await self._failed(load) from error
        return count

    async def _explained(self, load: Load, legs: Legs, error: BackendError) -> Exception:
        """The error as Redshift tells it: a record that can't be loaded, or what PostgreSQL said."""
        place = load_errors.from_context(error.fields)
        if place is None or error.fields.get("C", "")[:2] not in load_errors.DATA_ERROR_CLASSES:
            return error
        url, line = legs.locate(place.line)
        if load.plan.is_columnar:
            return scan_error(f"{error}, row {line}, File name: {url}")
        load.rejected.append(await asyncio.to_thread(diagnosed, load, error.fields, place, url, line))
        return await self._failed(load)

    async def _failed(self, load: Load) -> LoadFailedError:
        await asyncio.to_thread(load_log.record_errors, self._catalog, load.target, load.rejected)
        return LoadFailedError(load.plan.table_name, load.rejected[-1].summary)

    async def _report(self, conversation: Conversation, load: Load, count: int, started: datetime) -> None:
        details = literal(json.dumps(_details(load, count, started)))
        await conversation.run(f"SELECT pg_catalog.tarmac_loaded({load.target.query}, {details})")
        name = load.plan.table_name
        conversation.tell(
            wire.notice(f"Load into table '{name}' completed, {count} record(s) loaded successfully.")
        )
        if load.replacements.count:
            made = (
                f"{load.replacements.count} record(s) were loaded with replacements made for ACCEPTINVCHARS."
            )
            hint = "Check 'stl_replacements' system table for details."
            conversation.tell(wire.notice(f"Load into table '{name}' completed, {made}  {hint}"))
        if load.rejected:
            await asyncio.to_thread(load_log.record_errors, self._catalog, load.target, load.rejected)
            lost = f"{load.bad_records} record(s) could not be loaded."
            hint = "Check 'stl_load_errors' system table for details."
            conversation.tell(wire.notice(f"Load into table '{name}' completed, {lost}  {hint}"))


def _details(load: Load, count: int, started: datetime) -> dict[str, Any]:
    """What the system tables are told of a load that succeeded."""
    plan, target = load.plan, load.target
    return {
        "user": target.user,
        "pid": target.pid,
        "table": target.oid,
        "table_name": plan.table_name,
        "source": plan.source,
        "format": plan.data_format.lower() or "text",
        "started": started.isoformat(sep=" "),
        "records": count,
        "errors": load.bad_records,
        "replacements": load.replacements.rows,
        "files": [
            {"url": item.url, "records": load.records.get(item.url, 0), "bytes": item.size_bytes}
            for item in load.items
        ],
    }


def _note_skipped(load: Load, legs: Legs, notices: Iterable[str]) -> None:
    """The records that PostgreSQL left out because ON_ERROR says so; they count towards MAXERROR."""
    for text in notices:
        place = load_errors.from_notice(text)
        if place is not None:
            url, line = legs.locate(place.line)
            error = load_errors.translated({"C": "22P02", "M": text}, place, load.target.columns)
            load.reject(url, line, place.value, error)


def diagnosed(load: Load, fields: dict[str, str], place: Place, url: str, line: int) -> LoadErrorRow:
    """What is wrong with a line that PostgreSQL refused: it is read again, by COPY's own rules."""
    found: list[RecordError] = []
    raw = ""
    if load.plan.data_format not in ("JSON", "AVRO"):
        raw = raw_line(load.s3, load.plan, url, line)
        _convert_again(load, raw, found)
    if found and place.column in ("", found[0].column.name if found[0].column else ""):
        return LoadErrorRow(url, line, raw, found[0])
    return LoadErrorRow(
        url, line, raw or place.value, load_errors.translated(fields, place, load.target.columns)
    )


def _convert_again(load: Load, raw: str, found: list[RecordError]) -> None:
    if load.plan.data_format == "CSV" and raw.count(load.plan.quote) % 2:
        return  # a part of a record only
    converter = RowConverter(load.plan, load.target.columns, lambda *bad: found.append(bad[3]))
    converter.text_chunk(raw.encode("utf-8", "surrogateescape"), "", 1)
