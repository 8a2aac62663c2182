"""JSON and Avro files as chunks for the warehouse."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from functools import partial

from emulator.redshift.errors import RedshiftError
from emulator.redshift.loads.avro_source import avro_documents
from emulator.redshift.loads.copy_columns import Column
from emulator.redshift.loads.copy_options import CopyPlan
from emulator.redshift.loads.documents import (
    Document,
    DocumentReader,
    column_fields,
    getters,
    picker,
    records,
)
from emulator.redshift.loads.json_paths import read_paths
from emulator.redshift.loads.load_errors import RecordError
from emulator.redshift.loads.pieces import Chunk
from emulator.redshift.loads.replacements import Replacements
from emulator.redshift.loads.row_chunks import RowConverter
from emulator.redshift.loads.text_source import file_pieces, opened
from emulator.redshift.s3_access import S3, S3Object

_NAMED = ("auto", "auto ignorecase", "noshred")


class DocumentChunks:
    """Reads files of documents, of which each is a record."""

    def __init__(
        self,
        s3: S3,
        plan: CopyPlan,
        columns: list[Column],
        converter: RowConverter,
        replacements: Replacements,
    ) -> None:
        self._replacements = replacements
        self._s3 = s3
        self._plan = plan
        self._columns = columns
        self._converter = converter
        paths = None if plan.paths in _NAMED else read_paths(s3, plan.paths)
        self._pick = picker(plan, columns, paths)
        self._getters = getters(plan, columns, paths)

    def __call__(self, item: S3Object) -> Iterator[Chunk]:
        """A file's chunks; a bad record's line is the last of its document, of Avro its number."""
        batches = self._avro(item) if self._plan.data_format == "AVRO" else self._json(item)
        for documents in batches:
            chunk = self._column_chunk(documents, item)
            if chunk is None:
                found = records(documents, self._pick, self._columns)
                chunk = self._converter.chunk(found, item.url, partial(_text_at, documents))
            yield chunk

    def _column_chunk(self, documents: list[Document], item: S3Object) -> Chunk | None:
        """All documents, column by column; None if one of them is bad."""
        if self._getters is None or any(document.error for document in documents):
            return None
        try:
            columns = [
                column_fields(documents, get, column)
                for get, column in zip(self._getters, self._columns, strict=True)
            ]
        except (RecordError, AttributeError):
            return None
        lines = [document.line for document in documents]
        return self._converter.column_chunk(columns, lines, item.url)

    def _json(self, item: S3Object) -> Iterator[list[Document]]:
        line = self._plan.ignore_header + 1
        reader = DocumentReader(line)
        decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        for piece in _whole_lines(file_pieces(self._s3, item, self._plan)):
            yield reader.read(decoder.decode(self._replacements.repaired(piece, item.url, line)))
            line += piece.count(b"\n")
        yield reader.finish()

    def _avro(self, item: S3Object) -> Iterator[list[Document]]:
        try:
            yield from avro_documents(opened(self._s3, item, self._plan.compression), item)
        except OSError as error:
            detail = f"{item.url}: {error}"
            raise RedshiftError(f"failed to inflate with {self._plan.compression}", detail=detail) from error


def _text_at(documents: list[Document], line: int) -> str:
    return next((document.text for document in documents if document.line == line), "")


def _whole_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut after lines' ends where there are any."""
    held = b""
    for piece in pieces:
        data = held + piece
        end = data.rfind(b"\n") + 1 or len(data)
        held = data[end:]
        yield data[:end]
    if held:
        yield held
