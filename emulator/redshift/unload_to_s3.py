"""UNLOAD ('…') TO 's3://…' as PostgreSQL's COPY TO STDOUT, on the client's own connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

import pyarrow as pa

from emulator.redshift import wire
from emulator.redshift.conversation import Conversation, LocalStatement
from emulator.redshift.errors import RedshiftError
from emulator.redshift.s3_access import S3, S3Object, split_url
from emulator.redshift.s3_writer import S3Writer
from emulator.redshift.settings import RedshiftSettings
from emulator.redshift.unload_options import UnloadPlan
from emulator.redshift.unload_sinks import NO_QUOTE, ParquetSink, Sink, TextSink, WrittenFile, arrow_type

_HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"
_FLUSH_BYTES = 1024 * 1024
NOT_EMPTY = (
    "Specified unload destination on S3 is not empty. Consider using a different bucket / prefix, "
    "manually removing the target files in S3, or using the ALLOWOVERWRITE option."
)


@dataclass(frozen=True)
class ResultColumn:
    """A column of the query: its name and its type with length."""

    name: str
    full_type: str


class UnloadToS3(LocalStatement):
    """One UNLOAD statement."""

    def __init__(self, plan: UnloadPlan, settings: RedshiftSettings) -> None:
        self._plan = plan
        self._s3 = S3(settings, plan.authorization, plan.region)

    async def execute(self, conversation: Conversation) -> str:
        """Writes the files, and removes them again if anything fails; the tag is Redshift's.

        Raises RedshiftError, BackendError.
        """
        await asyncio.to_thread(self._clear_the_way)
        columns = await self._columns(conversation)
        written: list[WrittenFile] = []
        try:
            for folder, query, kept in await self._parts(conversation, columns):
                written += await self._unload(conversation, folder, query, kept)
        except Exception:
            await asyncio.to_thread(self._remove, written)
            raise
        rows = sum(file.rows for file in written)
        if self._plan.manifest:
            await asyncio.to_thread(self._write_manifest, written, columns)
        conversation.tell(wire.notice(f"UNLOAD completed, {rows} record(s) unloaded successfully."))
        return "UNLOAD"

    def _clear_the_way(self) -> None:
        plan = self._plan
        if "ALLOWOVERWRITE" in plan.flags:
            return
        keys = self._s3.keys(plan.target)
        if not keys:
            return
        if "CLEANPATH" not in plan.flags:
            raise RedshiftError(NOT_EMPTY)
        self._s3.delete(split_url(plan.target)[0], keys)

    async def _columns(self, conversation: Conversation) -> list[ResultColumn]:
        plan = self._plan
        needs_types = plan.data_format == "PARQUET" or plan.partition_by or "VERBOSE" in plan.flags
        if not needs_types and "HEADER" not in plan.flags:
            return []
        outcome = await conversation.run(f"SELECT pg_catalog.tarmac_describe({_literal(plan.query)})")
        return [
            ResultColumn(item["name"], item["full_type"]) for item in json.loads(outcome.only_value() or "[]")
        ]

    async def _parts(
        self, conversation: Conversation, columns: list[ResultColumn]
    ) -> list[tuple[str, str, list[ResultColumn]]]:
        """For each partition its folder, its query and the columns written; without PARTITION BY, one."""
        plan = self._plan
        if not plan.partition_by:
            return [("", plan.query, columns)]
        names = {column.name for column in columns}
        for name in plan.partition_by:
            if name not in names:
                raise RedshiftError(f'column "{name}" does not exist in the query', code="42703")
        keep_all = "INCLUDE" in plan.flags
        kept = [column for column in columns if keep_all or column.name not in plan.partition_by]
        if not kept:
            raise RedshiftError("PARTITION BY can't name all columns; use INCLUDE")
        keys = ", ".join(f"{_quoted(name)}::text" for name in plan.partition_by)
        sql = f"SELECT DISTINCT {keys} FROM ({plan.query}) AS q ORDER BY {keys}"
        rows = (await conversation.run(sql)).rows
        return [self._partition(list(wire.row_values(row)), kept) for row in rows]

    def _partition(
        self, values: list[bytes | None], kept: list[ResultColumn]
    ) -> tuple[str, str, list[ResultColumn]]:
        texts = [None if value is None else value.decode() for value in values]
        pairs = list(zip(self._plan.partition_by, texts, strict=True))
        folder = "".join(
            f"{name}={_HIVE_NULL if text is None else quote(text, safe=' ')}/" for name, text in pairs
        )
        tests = " AND ".join(
            f"{_quoted(name)}::text IS NOT DISTINCT FROM {'NULL' if text is None else _literal(text)}"
            for name, text in pairs
        )
        names = ", ".join(_quoted(column.name) for column in kept)
        return folder, f"SELECT {names} FROM ({self._plan.query}) AS q WHERE {tests}", kept

    async def _unload(
        self, conversation: Conversation, folder: str, query: str, columns: list[ResultColumn]
    ) -> list[WrittenFile]:
        files = _Files(lambda number: self._sink(folder, number, columns), self._plan.max_file_bytes)
        try:
            outcome = await conversation.run(_copy_to_stdout(self._plan, query), drain=files.take)
            return await files.finish(outcome.count)
        except Exception:
            await asyncio.to_thread(files.abandon)
            await asyncio.to_thread(self._remove, files.written)
            raise

    def _sink(self, folder: str, number: int, columns: list[ResultColumn]) -> Sink:
        bucket, prefix = split_url(self._plan.target)
        if folder and prefix and not prefix.endswith("/"):
            prefix += "/"
        item = S3Object(bucket, prefix + folder + self._plan.file_name(number))
        if self._plan.data_format == "PARQUET":
            schema = pa.schema([(column.name, arrow_type(column.full_type)) for column in columns])
            return ParquetSink(self._s3, item, schema)
        return TextSink(self._s3, item, self._plan, self._header(columns))

    def _header(self, columns: list[ResultColumn]) -> bytes:
        if "HEADER" not in self._plan.flags:
            return b""
        delimiter = self._plan.delimiter or _default_delimiter(self._plan)
        return (delimiter.join(column.name for column in columns) + "\n").encode()

    def _write_manifest(self, written: list[WrittenFile], columns: list[ResultColumn]) -> None:
        bucket, prefix = split_url(self._plan.target)
        is_verbose = "VERBOSE" in self._plan.flags
        entries: list[dict[str, object]] = []
        for file in written:
            meta = {"content_length": file.size_bytes, "record_count": file.rows}
            entries.append({"url": file.item.url} | ({"meta": meta} if is_verbose else {}))
        document: dict[str, object] = {"entries": entries}
        if is_verbose:
            elements = [{"name": column.name, "type": {"base": column.full_type}} for column in columns]
            totals = {
                "content_length": sum(file.size_bytes for file in written),
                "record_count": sum(file.rows for file in written),
            }
            document |= {
                "schema": {"elements": elements},
                "meta": totals,
                "author": {"name": "Amazon Redshift", "version": "1.0.0"},
            }
        writer = S3Writer(self._s3, S3Object(bucket, f"{prefix}manifest"))
        writer.write(json.dumps(document, indent=2).encode())
        writer.finish()

    def _remove(self, written: list[WrittenFile]) -> None:
        if written:
            self._s3.delete(written[0].item.bucket, [file.item.key for file in written])


@dataclass
class _Files:
    """The files of one query, the next begun when one is full."""

    make: Callable[[int], Sink]
    max_file_bytes: int
    written: list[WrittenFile] = field(default_factory=list)
    _sink: Sink | None = None
    _waiting: list[bytes] = field(default_factory=list)
    _waiting_bytes: int = 0

    async def take(self, rows: bytes) -> None:
        """Takes whole rows; hands them to a thread when they are worth it."""
        self._waiting.append(rows)
        self._waiting_bytes += len(rows)
        if self._waiting_bytes >= _FLUSH_BYTES:
            await asyncio.to_thread(self._flush)

    async def finish(self, rows: int) -> list[WrittenFile]:
        """Completes the last file; there is always one, if only an empty one."""
        await asyncio.to_thread(self._close_all)
        counted = [WrittenFile(file.item, file.size_bytes, 0) for file in self.written]
        counted[-1] = WrittenFile(counted[-1].item, counted[-1].size_bytes, rows)
        return counted

    def abandon(self) -> None:
        """Leaves no part of an unfinished file."""
        if self._sink is not None:
            self._sink.abandon()

    def _flush(self) -> None:
        if self._sink is None:
            self._sink = self.make(len(self.written))
        self._sink.write(b"".join(self._waiting))
        self._waiting, self._waiting_bytes = [], 0
        if self._sink.writer.size_bytes >= self.max_file_bytes:
            self._close()

    def _close_all(self) -> None:
        if self._waiting or (self._sink is None and not self.written):
            self._flush()
        self._close()

    def _close(self) -> None:
        if self._sink is not None:
            self._sink.close()
            self.written.append(WrittenFile(self._sink.item, self._sink.writer.size_bytes, 0))
            self._sink = None


def _default_delimiter(plan: UnloadPlan) -> str:
    return "," if plan.data_format == "CSV" else "|"


def _copy_to_stdout(plan: UnloadPlan, query: str) -> str:
    """COPY in a format from which the file's own follows; see TextSink for what is taken away again."""
    delimiter = _literal(plan.delimiter or _default_delimiter(plan))
    null = _literal(plan.null_as or "")
    if plan.data_format == "PARQUET":
        options = "FORMAT csv, NULL ''"
    elif plan.data_format == "JSON":
        query = f"SELECT row_to_json(q) FROM ({query}) AS q"
        options = f"FORMAT csv, QUOTE {_literal(NO_QUOTE)}, DELIMITER {_literal(chr(2))}"
    elif plan.data_format == "CSV":
        options = f"FORMAT csv, DELIMITER {delimiter}, NULL {null}"
    elif "ADDQUOTES" in plan.flags:
        options = f"FORMAT csv, DELIMITER {delimiter}, NULL {null}, FORCE_QUOTE *"
    elif plan.escape:
        options = f"FORMAT text, DELIMITER {delimiter}, NULL {null}"
    else:
        options = f"FORMAT csv, QUOTE {_literal(NO_QUOTE)}, DELIMITER {delimiter}, NULL {null}"
    return f"COPY ({query}) TO STDOUT WITH ({options})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'" if "\\" in text else f"'{escaped}'"
