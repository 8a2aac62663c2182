"""COPY … FROM 's3://…' as PostgreSQL's COPY FROM STDIN, on the client's connection and in its transaction."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field

from emulator.redshift import load_errors, null_marks, wire
from emulator.redshift.catalog import Catalog
from emulator.redshift.conversation import BackendError, Conversation, LocalStatement, Outcome
from emulator.redshift.copy_options import CopyPlan
from emulator.redshift.errors import LoadFailedError, RedshiftError
from emulator.redshift.load_errors import LineLedger, LoadErrorRow, RecordError
from emulator.redshift.null_marks import NullMarker
from emulator.redshift.parquet_source import parquet_pieces
from emulator.redshift.records import (
    Column,
    Fixer,
    Record,
    copy_line,
    delimited_records,
    fixers,
    json_records,
)
from emulator.redshift.s3_access import S3, S3Object
from emulator.redshift.settings import RedshiftSettings
from emulator.redshift.text_source import file_pieces, has_null_marks, passed_through
from emulator.redshift.threads import iterated_in_thread

_CHUNK_LINES = 4096
_SLOW_FLAGS = {
    "BLANKSASNULL",
    "FILLRECORD",
    "IGNOREBLANKLINES",
    "TRUNCATECOLUMNS",
    "TRIMBLANKS",
    "REMOVEQUOTES",
    "ACCEPTANYDATE",
}
_NO_QUOTE = "\x01"  # stands for "no quoting": a character that text files don't have


@dataclass
class Target:
    """The table, as this transaction sees it."""

    columns: list[Column]
    database: str
    pid: int
    query: int
    oid: int


class RecordsRejectedError(Exception):
    """More bad records than MAXERROR allows; they are in the load's list."""


@dataclass
class _Load:
    """One execution of a COPY."""

    plan: CopyPlan
    s3: S3
    items: list[S3Object]
    target: Target
    ledger: LineLedger
    rejected: list[LoadErrorRow] = field(default_factory=list)

    @property
    def tolerated(self) -> int:
        """How many bad records don't fail the load: MAXERROR is the number that does."""
        return max(self.plan.max_error - 1, 0)


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
        plan = self._plan
        items = await asyncio.to_thread(self._items)
        target = await _describe(conversation, plan)
        load = _Load(plan, self._s3, items, target, LineLedger(plan.ignore_header))
        try:
            outcome = await self._run(conversation, load)
        except BackendError as error:
            raise await self._explained(load, error) from error
        except RecordsRejectedError as error:
            raise await self._failed(load) from error
        await self._report(conversation, load, outcome)
        return f"COPY {outcome.count}"  # redshift_connector fails on a tag without a number

    def _items(self) -> list[S3Object]:
        if self._plan.manifest:
            return self._s3.manifest_objects(self._plan.source)
        return self._s3.objects(self._plan.source)

    async def _run(self, conversation: Conversation, load: _Load) -> Outcome:
        plan = self._plan
        pieces, options = parquet_feed, "FORMAT csv, NULL ''"
        if plan.data_format != "PARQUET":
            plan.delimiter = plan.delimiter or ("," if plan.data_format == "CSV" else "|")
            is_slow = await asyncio.to_thread(_needs_records, load)
            pieces = record_feed if is_slow else passed_feed
            options = "FORMAT text" if is_slow else _csv_options(plan, load.target.columns)
        if load.tolerated:
            options += f", ON_ERROR ignore, REJECT_LIMIT {load.tolerated}, LOG_VERBOSITY verbose"
        names = ", ".join(_quoted(column.name) for column in load.target.columns)
        sql = f"COPY {plan.table} ({names}) FROM STDIN WITH ({options})"

        def feed() -> AsyncGenerator[bytes, None]:
            return iterated_in_thread(lambda: pieces(load))

        return await conversation.run(sql, feed=feed, keep_notices=bool(load.tolerated))

    async def _explained(self, load: _Load, error: BackendError) -> Exception:
        """The error as Redshift tells it: a record that can't be loaded, or what PostgreSQL said."""
        fields = error.fields
        found = load_errors.from_context(fields)
        if found is None or fields.get("C", "")[:2] not in load_errors.DATA_ERROR_CLASSES:
            return error
        load.rejected.append(_from_backend(load, found, fields))
        return await self._failed(load)

    async def _failed(self, load: _Load) -> LoadFailedError:
        await self._record(load)
        return LoadFailedError(load.plan.table_name, load.rejected[-1].summary)

    async def _record(self, load: _Load) -> None:
        target = load.target
        await asyncio.to_thread(
            load_errors.record,
            self._catalog,
            target.database,
            target.query,
            target.pid,
            target.oid,
            load.rejected,
        )

    async def _report(self, conversation: Conversation, load: _Load, outcome: Outcome) -> None:
        for text in outcome.notices:
            found = load_errors.from_notice(text)
            if found is not None:
                load.rejected.append(_from_backend(load, found, {"C": "22P02", "M": text}))
        files = ", ".join(_literal(url) for url in load.ledger.files)
        await conversation.run(
            f"SELECT pg_catalog.tarmac_loaded({load.target.query}, ARRAY[{files}]::text[], {outcome.count})"
        )
        name = load.plan.table_name
        conversation.tell(
            wire.notice(f"Load into table '{name}' completed, {outcome.count} record(s) loaded successfully.")
        )
        if load.rejected:
            await self._record(load)
            lost = f"{len(load.rejected)} record(s) could not be loaded."
            hint = "Check 'stl_load_errors' system table for details."
            conversation.tell(wire.notice(f"Load into table '{name}' completed, {lost} {hint}"))


async def _describe(conversation: Conversation, plan: CopyPlan) -> Target:
    name = _literal(plan.table)
    sql = (
        f"SELECT json_build_object('columns', pg_catalog.tarmac_columns({name})::json,"
        f" 'oid', {name}::regclass::oid, 'database', current_database(), 'pid', pg_backend_pid(),"
        " 'query', nextval('pg_catalog.tarmac_query_ids'))"
    )
    try:
        described = json.loads((await conversation.run(sql)).only_value())
    except BackendError as error:
        if error.fields.get("C") in ("42P01", "3F000"):
            raise RedshiftError(
                f"Cannot COPY into nonexistent table {plan.table_name}", code="42P01"
            ) from error
        raise
    columns = _chosen(plan, [_column(item) for item in described["columns"]])
    return Target(columns, described["database"], described["pid"], described["query"], int(described["oid"]))


def _column(item: dict[str, str | int | bool]) -> Column:
    size = int(item["size"])
    is_text = str(item["type"]).startswith("character")
    length = size - 4 if is_text and size > 4 else 0
    return Column(
        str(item["name"]), str(item["type"]), str(item["full_type"]), length, bool(item["generated"])
    )


def _chosen(plan: CopyPlan, columns: list[Column]) -> list[Column]:
    """The columns to load: those listed, else all but the generated ones (EXPLICIT_IDS: all)."""
    if plan.columns is None:
        return [column for column in columns if "EXPLICIT_IDS" in plan.flags or not column.is_generated]
    by_name = {column.name: column for column in columns}
    for name in plan.columns:
        if name not in by_name:
            text = f'column "{name}" of relation "{plan.table_name}" does not exist'
            raise RedshiftError(text, code="42703")
    return [by_name[name] for name in plan.columns]


def _needs_records(load: _Load) -> bool:
    """Whether fields must be looked at one by one, because PostgreSQL's COPY knows no such option."""
    plan = load.plan
    if plan.data_format == "JSON" or plan.escape or plan.flags & _SLOW_FLAGS:
        return True
    if plan.null_as and ("EMPTYASNULL" in plan.flags or not null_marks.fits(plan, load.target.columns)):
        return True
    if any(text.lower() not in ("", "auto") for text in (plan.date_format, plan.time_format)):
        return True
    return plan.null_as is None and has_null_marks(load.s3, load.items, plan)


def _csv_options(plan: CopyPlan, columns: list[Column]) -> str:
    """Redshift's rules for empty fields: NULL, except in text columns without EMPTYASNULL."""
    quote = plan.quote if plan.data_format == "CSV" else _NO_QUOTE
    options = ["FORMAT csv", f"DELIMITER {_literal(plan.delimiter)}", f"QUOTE {_literal(quote)}"]
    if plan.null_as:
        names = ", ".join(_quoted(column.name) for column in columns)
        return ", ".join([*options, f"NULL {_literal(plan.null_as)}", f"FORCE_NULL ({names})"])
    empty_is_null = "EMPTYASNULL" in plan.flags or plan.null_as == ""
    kept = [_quoted(column.name) for column in columns if column.is_text and not empty_is_null]
    nulls = [_quoted(column.name) for column in columns if not column.is_text or empty_is_null]
    options.append("NULL ''")
    options += [f"FORCE_NOT_NULL ({', '.join(kept)})"] if kept else []
    options += [f"FORCE_NULL ({', '.join(nulls)})"] if nulls else []
    return ", ".join(options)


def passed_feed(load: _Load) -> Iterator[bytes]:
    """The files' own bytes."""
    quote = load.plan.quote if load.plan.data_format == "CSV" else _NO_QUOTE
    marker = None
    if load.plan.null_as:
        is_text = [column.is_text for column in load.target.columns]
        marker = NullMarker(load.plan.null_as, load.plan.delimiter, quote, is_text)
    return passed_through(load.s3, load.items, load.plan, load.ledger, quote, marker)


def parquet_feed(load: _Load) -> Iterator[bytes]:
    """Parquet files as CSV."""
    return parquet_pieces(load.s3, load.items, load.target.columns, load.ledger)


def record_feed(load: _Load) -> Iterator[bytes]:
    """Records, field by field, in PostgreSQL's text format; a bad one counts towards MAXERROR."""
    fix = fixers(load.plan, load.target.columns)
    load.ledger.skipped_per_file = 0
    for item in load.items:
        load.ledger.begin(item.url)
        lines: list[str] = []
        for values in _good_records(load, item, fix):
            lines.append(copy_line(values))
            if len(lines) >= _CHUNK_LINES:
                yield _chunk(load, lines)
        yield _chunk(load, lines)


def _good_records(load: _Load, item: S3Object, fix: list[Fixer]) -> Iterator[list[str | None]]:
    number = 0
    try:
        for number, fields in _records(load, item):
            try:
                yield [fixer(value) for fixer, value in zip(fix, _shaped(load, fields), strict=True)]
            except RecordError as error:
                load.rejected.append(_load_error(load, item.url, number, error))
                if len(load.rejected) > load.tolerated:
                    raise RecordsRejectedError from error
    except RecordError as error:  # the file can't be read on
        load.rejected.append(_load_error(load, item.url, number + 1, error))
        raise RecordsRejectedError from error


def _records(load: _Load, item: S3Object) -> Iterator[Record]:
    pieces = file_pieces(load.s3, item, load.plan)
    if load.plan.data_format == "JSON":
        return json_records(pieces, load.plan, load.target.columns, load.s3)
    return delimited_records(pieces, load.plan)


def _shaped(load: _Load, fields: list[str | None]) -> list[str | None]:
    missing = len(load.target.columns) - len(fields)
    if missing < 0:
        raise RecordError(
            1202, "Extra column(s) found", value=load.plan.delimiter.join(str(field) for field in fields)
        )
    if missing and "FILLRECORD" not in load.plan.flags:
        raise RecordError(
            1201, "Delimiter not found", value=load.plan.delimiter.join(str(field) for field in fields)
        )
    return [*fields, *([""] * missing)]


def _chunk(load: _Load, lines: list[str]) -> bytes:
    load.ledger.lines += len(lines)
    data = "".join(line + "\n" for line in lines).encode()
    lines.clear()
    return data


def _rejection(load: _Load, error: RecordError, line: int) -> LoadErrorRow:
    url, number = load.ledger.locate(line)
    return _load_error(load, url, number, error)


def _load_error(load: _Load, url: str, number: int, error: RecordError) -> LoadErrorRow:
    column = next((item for item in load.target.columns if item.name == error.column), None)
    kind = column.type if column else ""
    length = str(column.length) if column else ""
    return LoadErrorRow(
        url, number, error.column, kind, length, error.value, error.value, error.code, error.reason
    )


def _from_backend(load: _Load, found: tuple[int, str, str], fields: dict[str, str]) -> LoadErrorRow:
    line, name, value = found
    kind = next((item.type for item in load.target.columns if item.name == name), "")
    code, reason = load_errors.reason_of(fields, kind, value)
    return _rejection(load, RecordError(code, reason, name, value), line)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'" if "\\" in text else f"'{escaped}'"
