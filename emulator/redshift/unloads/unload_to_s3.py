"""UNLOAD ('…') TO 's3://…' as PostgreSQL's COPY TO STDOUT, on the client's own connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import pyarrow as pa

from emulator.redshift.errors import RedshiftError
from emulator.redshift.relay import wire
from emulator.redshift.relay.answering import translate_asking
from emulator.redshift.relay.conversation import Conversation, LocalStatement
from emulator.redshift.s3_access import S3, S3Object, split_url
from emulator.redshift.settings import RedshiftSettings
from emulator.redshift.unloads.s3_writer import S3Writer
from emulator.redshift.unloads.unload_columns import (
    ResultColumn,
    aliased,
    copy_to_stdout,
    header,
    literal,
    quote_of,
)
from emulator.redshift.unloads.unload_manifest import manifest
from emulator.redshift.unloads.unload_options import UnloadPlan, only_select
from emulator.redshift.unloads.unload_partitions import Part, forget, partitions
from emulator.redshift.unloads.unload_sinks import ParquetSink, Sink, TextSink, WrittenFile, arrow_type
from emulator.redshift.unloads.unload_slices import SLICES, Slices

NOT_EMPTY = (
    "Specified unload destination on S3 is not empty. Consider using a different bucket / prefix, "
    "manually removing the target files in S3, or using the ALLOWOVERWRITE option."
)


class UnloadToS3(LocalStatement):
    """One UNLOAD statement (Amazon Redshift Database Developer Guide, "UNLOAD")."""

    def __init__(self, plan: UnloadPlan, settings: RedshiftSettings) -> None:
        self._plan = plan
        self._s3 = S3(settings, plan.authorization, plan.region)
        self._written: list[WrittenFile] = []
        self._unfinished: Slices | None = None

    async def execute(self, conversation: Conversation) -> str:
        """Writes the files, and removes them again if anything fails; the tag is Redshift's.

        Raises RedshiftError, BackendError.
        """
        started = time.monotonic()
        self._written, self._unfinished = [], None  # a prepared statement may be executed again
        self._plan.query = await self._translated(conversation)
        await asyncio.to_thread(self._clear_the_way)
        columns = await self._columns(conversation)
        is_complete = False
        try:
            await self._unload_all(conversation, columns)
            is_complete = True
        finally:
            if not is_complete:
                await self._give_up()
        if self._plan.manifest:
            await asyncio.to_thread(self._write_manifest, columns)
        await conversation.run(self._note(conversation.query_id, time.monotonic() - started))
        rows = sum(file.rows for file in self._written)
        conversation.tell(wire.notice(f"UNLOAD completed, {rows} record(s) unloaded successfully."))
        return "UNLOAD"

    async def _translated(self, conversation: Conversation) -> str:
        """The query; of PIVOT, EXCLUDE and lateral aliases the warehouse is asked for columns."""
        query = self._plan.written_query.encode()
        return only_select(
            await translate_asking(conversation, query, is_case_sensitive=False, may_guess=False)
        )

    def _clear_the_way(self) -> None:
        """Refuses a target that holds objects, or empties it; partitions are emptied one by one, later."""
        plan = self._plan
        if "ALLOWOVERWRITE" in plan.flags or (plan.partition_by and "CLEANPATH" in plan.flags):
            return
        keys = self._s3.keys(plan.target)
        if keys and "CLEANPATH" not in plan.flags:
            raise RedshiftError(NOT_EMPTY)
        self._s3.delete(split_url(plan.target)[0], keys)

    async def _columns(self, conversation: Conversation) -> list[ResultColumn]:
        found = await conversation.describe(self._plan.query)
        kinds = ", ".join(f"format_type({oid}, {modifier})" for _, oid, modifier in found) or "NULL"
        row = (await conversation.run(f"SELECT {kinds}")).rows[0]
        types = [(value or b"").decode() for value in wire.row_values(row)]
        columns = [
            ResultColumn(name, full_type, f"c{number}")
            for number, ((name, _, _), full_type) in enumerate(zip(found, types, strict=False))
        ]
        self._refuse_same_names(columns)
        return columns

    def _refuse_same_names(self, columns: Sequence[ResultColumn]) -> None:
        names = [column.name for column in columns]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None and (self._plan.data_format in ("JSON", "PARQUET") or self._plan.partition_by):
            raise RedshiftError(f'column name "{twice}" is duplicated', code="42701")

    async def _unload_all(self, conversation: Conversation, columns: list[ResultColumn]) -> None:
        plan = self._plan
        if not plan.partition_by:
            await self._unload(conversation, Part("", aliased(plan, columns), columns))
            return
        for part in await partitions(plan, columns, conversation):
            if "CLEANPATH" in plan.flags:
                await asyncio.to_thread(self._empty, part.folder)
            await self._unload(conversation, part)
        await forget(conversation)

    async def _unload(self, conversation: Conversation, part: Part) -> None:
        plan = self._plan
        slices = Slices(
            lambda slice_number, number: self._sink(part, plan.file_name(slice_number, number)),
            SLICES if plan.parallel else 1,
            plan.max_file_bytes,
            quote_of(plan),
            has_empty_files=plan.data_format != "PARQUET" and not plan.partition_by,
        )
        self._unfinished = slices
        await conversation.run(copy_to_stdout(plan, part.columns, part.source), drain=slices.take)
        self._written += await slices.finish()
        self._unfinished = None

    def _sink(self, part: Part, name: str) -> Sink:
        item = S3Object(split_url(self._plan.target)[0], self._folder(part.folder) + name)
        if self._plan.data_format == "PARQUET":
            schema = pa.schema([(column.name, arrow_type(column.full_type)) for column in part.columns])
            return ParquetSink(self._s3, item, schema)
        first_line = header(self._plan, part.columns) if "HEADER" in self._plan.flags else b""
        return TextSink(self._s3, item, self._plan, first_line)

    def _folder(self, partition: str) -> str:
        """The beginning of the keys; a partition's folder begins after a slash."""
        prefix = split_url(self._plan.target)[1]
        slash = "/" if partition and prefix and not prefix.endswith("/") else ""
        return prefix + slash + partition

    def _empty(self, partition: str) -> None:
        bucket = split_url(self._plan.target)[0]
        self._s3.delete(bucket, self._s3.keys(f"s3://{bucket}/{self._folder(partition)}"))

    def _write_manifest(self, columns: Sequence[ResultColumn]) -> None:
        bucket, prefix = split_url(self._plan.target)
        writer = S3Writer(self._s3, S3Object(bucket, f"{prefix}manifest"))
        writer.write(manifest(self._written, columns, "VERBOSE" in self._plan.flags))
        writer.finish()

    def _note(self, query_id: int, seconds: float) -> str:
        """What stl_unload_log and this session's pg_last_unload_count() shall tell."""
        paths = ", ".join(literal(file.item.url) for file in self._written)
        numbers = ", ".join(
            f"ARRAY[{', '.join(map(str, values))}]::{kind}[]"
            for values, kind in (
                ([file.slice_number for file in self._written], "int"),
                ([file.rows for file in self._written], "bigint"),
                ([file.size_bytes for file in self._written], "bigint"),
            )
        )
        kind = literal(self._plan.data_format or "TEXT")
        return (
            f"SELECT pg_catalog.tarmac_unloaded({query_id}, ARRAY[{paths}]::text[], {numbers}, {kind},"
            f" {seconds:.6f})"
        )

    async def _give_up(self) -> None:
        """Removes what was written, to the end even if the client is gone, which cancels this."""
        loop = asyncio.get_running_loop()
        await asyncio.shield(loop.run_in_executor(None, self._remove))

    def _remove(self) -> None:
        if self._unfinished is not None:
            self._unfinished.abandon()
            self._written += self._unfinished.written
        if self._written:
            self._s3.delete(self._written[0].item.bucket, [file.item.key for file in self._written])
