"""Records converted field by field: chunks in PostgreSQL's text format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from emulator.redshift.loads.copy_columns import Column
from emulator.redshift.loads.copy_options import CopyPlan
from emulator.redshift.loads.copy_values import conversions
from emulator.redshift.loads.load_errors import RecordError, extra_columns, missing_columns
from emulator.redshift.loads.pieces import VALUES, Chunk
from emulator.redshift.loads.text_records import Record, bulk_reader, parser

Reject = Callable[[str, int, str, RecordError], None]
"""Notes a bad record: its file, line, raw text and error; raises when the load is to end."""


class RowConverter:
    """Makes chunks of a load's records; the bad ones go to `reject`."""

    def __init__(self, plan: CopyPlan, columns: list[Column], reject: Reject) -> None:
        self._plan = plan
        self._width = len(columns)
        self._conversions = conversions(plan, columns)
        self._parse = parser(plan)
        self._read_all = bulk_reader(plan)
        self._reject = reject

    def text_chunk(self, piece: bytes, url: str, first_line: int) -> Chunk:
        """The chunk for a piece of a text file that begins on that line."""
        text = piece.decode("utf-8", "surrogateescape")
        rows = self._read_all(text)
        if rows and set(map(len, rows)) == {self._width}:
            lines = self._columns_converted(zip(*rows, strict=True))
            if lines is not None:
                data = "\n".join([*lines, ""]).encode("utf-8", "surrogateescape")
                return Chunk(VALUES, data, url, len(lines), first_line)
        records = [self._shaped(record) for record in self._parse(text, first_line)]
        return self.chunk(records, url, lambda line: line_text(text, line - first_line))

    def chunk(self, records: list[Record], url: str, raw_text: Callable[[int], str]) -> Chunk:
        """The chunk for these records, of the table's width; `raw_text` shows the line of a bad one."""
        lines = self._converted(records)
        if lines is None:
            lines = self._converted_one_by_one(records, url, raw_text)
        numbers = [record.line for record, line in zip(records, lines, strict=True) if line is not None]
        return _chunk([line for line in lines if line is not None], numbers, url)

    def column_chunk(
        self, columns: Sequence[Sequence[str | None]], numbers: list[int], url: str
    ) -> Chunk | None:
        """The chunk for records given by columns, and their lines; None if one can't be converted."""
        lines = self._columns_converted(columns)
        return None if lines is None else _chunk(lines, numbers, url)

    def _shaped(self, record: Record) -> Record:
        """The record as wide as the table; FILLRECORD adds empty fields, which are NULL but in texts."""
        missing = self._width - len(record.fields)
        if not missing or record.error:
            return record
        if missing < 0:
            return Record(record.line, [], extra_columns(self._joined(record.fields)))
        if "FILLRECORD" not in self._plan.flags:
            return Record(record.line, [], missing_columns(self._joined(record.fields)))
        return Record(record.line, [*record.fields, *([""] * missing)])

    def _joined(self, fields: Iterable[str | None]) -> str:
        return self._plan.separator.join(str(field) for field in fields)

    def _converted(self, records: list[Record]) -> Sequence[str | None] | None:
        """All records' lines, column by column; None if one can't be converted."""
        if not records:
            return []
        if any(record.error for record in records):
            return None
        return self._columns_converted(zip(*(record.fields for record in records), strict=True))

    def _columns_converted(self, fields: Iterable[Sequence[str | None]]) -> list[str] | None:
        try:
            columns = [
                list(map(conversion.__getitem__, values))
                for conversion, values in zip(self._conversions, fields, strict=True)
            ]
        except RecordError:
            return None
        return list(map("\t".join, zip(*columns, strict=True)))

    def _converted_one_by_one(
        self, records: list[Record], url: str, raw_text: Callable[[int], str]
    ) -> Sequence[str | None]:
        lines: list[str | None] = []
        for record in records:
            try:
                lines.append(self._line(record))
            except RecordError as error:
                self._reject(url, record.line, raw_text(record.line), error)
                lines.append(None)
        return lines

    def _line(self, record: Record) -> str:
        if record.error:
            raise record.error
        pairs = zip(self._conversions, record.fields, strict=True)
        return "\t".join(conversion[field] for conversion, field in pairs)


def _chunk(lines: list[str], numbers: list[int], url: str) -> Chunk:
    data = "\n".join([*lines, ""]).encode("utf-8", "surrogateescape")
    first = numbers[0] if numbers else 0
    is_even = numbers == list(range(first, first + len(numbers)))
    return Chunk(VALUES, data, url, len(numbers), first, [] if is_even else numbers)


def line_text(text: str, place: int) -> str:
    """The line at this place of the text, from 0."""
    lines = text.split("\n", place + 1)
    return lines[place] if place < len(lines) else ""
