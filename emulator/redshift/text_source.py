"""The bytes of text files on their way into the warehouse: inflated, recoded, without header."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow

from emulator.redshift.copy_options import CopyPlan
from emulator.redshift.errors import LoadFailedError, RedshiftError
from emulator.redshift.load_errors import LineLedger
from emulator.redshift.s3_access import READ_BYTES, S3, S3Object

Pieces = Iterator[bytes]
_ENCODINGS = {
    "UTF16": "utf-16",
    "UTF16LE": "utf-16-le",
    "UTF16BE": "utf-16-be",
    "ISO88591": "latin-1",
    "LATIN1": "latin-1",
}


def file_pieces(s3: S3, item: S3Object, plan: CopyPlan) -> Pieces:
    """One file's bytes: decompressed, in UTF-8, without the lines of IGNOREHEADER.

    Raises RedshiftError for a file that can't be read or isn't compressed as the statement says.
    """
    pieces = _decompressed(s3, item, plan.compression) if plan.compression else s3.read(item)
    if plan.encoding in _ENCODINGS:
        pieces = _recoded(pieces, _ENCODINGS[plan.encoding])
    elif plan.invalid_characters:
        pieces = _recoded(pieces, "utf-8", plan.invalid_characters)
    return _without_header(pieces, plan.ignore_header)


def _decompressed(s3: S3, item: S3Object, compression: str) -> Pieces:
    stream: Any = s3.open(item)
    try:
        with pyarrow.CompressedInputStream(pyarrow.PythonFile(stream, mode="r"), compression) as inflated:
            while piece := inflated.read(READ_BYTES):
                yield piece
    except OSError as error:
        raise RedshiftError(f"failed to inflate {item.url} as {compression}: {error}") from error


def _recoded(pieces: Pieces, encoding: str, replacement: str = "") -> Pieces:
    errors = f"tarmac-replace-{replacement}" if replacement else "strict"
    if replacement:
        codecs.register_error(errors, _replacer(replacement))
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for piece in pieces:
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", final=True).encode()


def _replacer(replacement: str) -> Callable[[UnicodeError], tuple[str, int]]:
    def replace(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        return replacement * (error.end - error.start), error.end

    return replace


def _without_header(pieces: Pieces, lines: int) -> Pieces:
    for piece in pieces:
        rest = piece
        while lines and rest:
            found = rest.find(b"\n")
            rest, lines = (rest[found + 1 :], lines - 1) if found >= 0 else (b"", lines)
        if rest:
            yield rest


def lines_ended_alike(pieces: Pieces, quote: bytes) -> Pieces:
    """CR LF becomes LF outside quotes, because PostgreSQL takes only one of them; the last line is ended."""
    in_quotes = False
    held = b""
    last = b"\n"
    for piece in pieces:
        data, held = held + piece, b""
        if data.endswith(b"\r"):
            data, held = data[:-1], b"\r"
        if b"\r" in data:
            data, in_quotes = _normalised(data, quote, in_quotes)
        elif quote in data:
            in_quotes ^= bool(data.count(quote) % 2)
        if data:
            last = data[-1:]
            yield data
    if held:
        yield held
    if last != b"\n":
        yield b"\n"


def _normalised(data: bytes, quote: bytes, in_quotes: bool) -> tuple[bytes, bool]:
    parts = data.split(quote)
    for place in range(int(in_quotes), len(parts), 2):
        parts[place] = parts[place].replace(b"\r\n", b"\n")
    return quote.join(parts), in_quotes ^ (len(parts) % 2 == 0)


def passed_through(
    s3: S3,
    items: list[S3Object],
    plan: CopyPlan,
    ledger: LineLedger,
    quote: str,
    null_marker: Callable[[Pieces], Pieces] | None = None,
) -> Pieces:
    """All files as PostgreSQL's COPY can take them unparsed; the ledger learns where files begin.

    `null_marker` is needed with NULL AS (see `null_marks`). Without it
    raises LoadFailedError if a field is `\\N` beyond the beginning that `has_null_marks` looked at.
    """
    mark = re.compile(
        rb"(?:^|[\n"
        + re.escape(plan.delimiter.encode())
        + rb"])\\N(?=[\r\n"
        + re.escape(plan.delimiter.encode())
        + rb"]|$)"
    )
    for item in items:
        ledger.begin(item.url)
        pieces = lines_ended_alike(file_pieces(s3, item, plan), quote.encode())
        for piece in null_marker(pieces) if null_marker else pieces:
            if not null_marker and b"\\N" in piece and mark.search(piece):
                hint = "a field \\N stands far from the beginning: add NULL AS '\\N' to the COPY"
                raise LoadFailedError(plan.table_name, f"{item.url}: {hint}")
            ledger.lines += piece.count(b"\n")
            yield piece


def has_null_marks(s3: S3, items: list[S3Object], plan: CopyPlan) -> bool:
    """Whether `\\N`, NULL unless NULL AS says otherwise, occurs at the beginning of the first file."""
    return any(b"\\N" in next(file_pieces(s3, item, plan), b"") for item in items[:1])
