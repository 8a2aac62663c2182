"""A load's files as chunks for the warehouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from emulator.redshift.loads.columnar_source import columnar_chunks
from emulator.redshift.loads.copy_options import CopyPlan
from emulator.redshift.loads.copy_rules import MAX_MAXERROR
from emulator.redshift.loads.copy_target import Target
from emulator.redshift.loads.document_chunks import DocumentChunks
from emulator.redshift.loads.load_errors import LoadErrorRow, RecordError
from emulator.redshift.loads.pieces import Chunk, Form, Sorter, records_at_start, whole_records
from emulator.redshift.loads.replacements import Replacements
from emulator.redshift.loads.row_chunks import RowConverter
from emulator.redshift.loads.text_source import file_pieces, lines_ended_alike, replaced
from emulator.redshift.s3_access import S3, S3Object

_CHECKED_RECORDS = 100


class RecordsRejectedError(Exception):
    """More bad records than MAXERROR allows; they are in the load's list."""


@dataclass
class Load:
    """One execution of a COPY."""

    plan: CopyPlan
    s3: S3
    items: list[S3Object]
    target: Target
    rejected: list[LoadErrorRow] = field(default_factory=list)  # the first MAX_MAXERROR of them
    bad_records: int = 0
    replacements: Replacements = field(init=False)
    records: dict[str, int] = field(default_factory=dict)  # by file, how many were sent to the warehouse

    def __post_init__(self) -> None:
        self.replacements = Replacements(self.plan, self.target.columns)

    def reject(self, url: str, line: int, raw_line: str, error: RecordError) -> None:
        """Notes a bad record; raises RecordsRejectedError when there are as many as MAXERROR."""
        self.bad_records += 1
        if len(self.rejected) < MAX_MAXERROR:
            self.rejected.append(LoadErrorRow(url, line, raw_line, error))
        if self.bad_records > self.plan.tolerated:
            raise RecordsRejectedError from error

    def chunks(self) -> Iterator[Chunk]:
        """All files' records.

        Raises RecordsRejectedError, and RedshiftError for a file that can't be read.
        """
        chunks_of = self._reader()
        for item in self.items:
            self.records[item.url] = 0
            for chunk in chunks_of(item):
                self.records[item.url] += chunk.count
                yield chunk

    def _reader(self) -> Callable[[S3Object], Iterator[Chunk]]:
        plan, columns = self.plan, self.target.columns
        if plan.is_columnar:
            return lambda item: columnar_chunks(self.s3, item, plan, columns)
        converter = RowConverter(plan, columns, self.reject)
        if plan.data_format in ("JSON", "AVRO"):
            return DocumentChunks(self.s3, plan, columns, converter, self.replacements)
        sorter = Sorter(plan, columns, self.target.is_readable)
        return TextChunks(self.s3, plan, sorter, converter, self.replacements)


@dataclass
class TextChunks:
    """Reads text files: most pieces pass as they are, the others' records are converted."""

    s3: S3
    plan: CopyPlan
    sorter: Sorter
    converter: RowConverter
    replacements: Replacements

    def __call__(self, item: S3Object) -> Iterator[Chunk]:
        """A file's chunks; the records at its beginning are always looked at, for Redshift's own errors."""
        line = self.plan.ignore_header + 1
        is_first = True
        for raw in self._pieces(item):
            piece = self.replacements.repaired(raw, item.url, line)
            manner, count = self.sorter(piece), piece.count(b"\n")
            if manner.form is not Form.AS_IS:
                yield self.converter.text_chunk(piece, item.url, line)
            else:
                if is_first:
                    start = records_at_start(piece, self.sorter.quote.encode(), _CHECKED_RECORDS)
                    self.converter.text_chunk(start, item.url, line)
                yield Chunk(manner, piece, item.url, count, line)
            line += count
            is_first = False

    def _pieces(self, item: S3Object) -> Iterator[bytes]:
        quote = self.sorter.quote.encode()
        pieces = lines_ended_alike(file_pieces(self.s3, item, self.plan), quote)
        return whole_records(pieces, quote, self.plan.escape)


def text_of_line(line: bytes, plan: CopyPlan) -> str:
    """A line as it is read: with ACCEPTINVCHARS without bytes that are no UTF-8."""
    if plan.invalid_characters:
        return replaced(line, plan.invalid_characters)
    return line.decode("utf-8", "surrogateescape")


def raw_line(s3: S3, plan: CopyPlan, url: str, line: int) -> str:
    """A line of a text file, read again from its beginning."""
    bucket, _, key = url.removeprefix("s3://").partition("/")
    skipped = plan.ignore_header
    for piece in file_pieces(s3, S3Object(bucket, key), plan):
        lines = piece.count(b"\n")
        if skipped + lines >= line:
            found = piece.split(b"\n", line - skipped)[line - skipped - 1]
            return text_of_line(found, plan)
        skipped += lines
    return ""
