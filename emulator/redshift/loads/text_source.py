"""The bytes of text files on their way into the warehouse: inflated, recoded, without header."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import IO, Any

import pyarrow

from emulator.redshift.errors import RedshiftError
from emulator.redshift.loads.copy_options import CopyPlan
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
    """One file's bytes: decompressed, recoded from another ENCODING, without the lines of IGNOREHEADER.

    Raises RedshiftError for a file that can't be read or isn't compressed or encoded as the statement says.
    """
    pieces = _decompressed(s3, item, plan.compression) if plan.compression else s3.read(item)
    if plan.encoding in _ENCODINGS:
        pieces = _recoded(pieces, plan, item)
    return _without_header(pieces, plan.ignore_header)


def opened(s3: S3, item: S3Object, compression: str) -> IO[bytes]:
    """The object as a stream of its uncompressed bytes; reading raises OSError for broken ones."""
    stream: Any = s3.open(item)
    if compression:
        stream = pyarrow.CompressedInputStream(pyarrow.PythonFile(stream, mode="r"), compression)
    opened: IO[bytes] = stream
    return opened


def _decompressed(s3: S3, item: S3Object, compression: str) -> Pieces:
    try:
        with opened(s3, item, compression) as inflated:
            while piece := inflated.read(READ_BYTES):
                yield piece
    except OSError as error:
        raise RedshiftError(f"failed to inflate with {compression}", detail=f"{item.url}: {error}") from error


def _recoded(pieces: Pieces, plan: CopyPlan, item: S3Object) -> Pieces:
    """In UTF-8. Raises RedshiftError for bytes that aren't in the encoding."""
    errors = _replacing(plan.invalid_characters) if plan.invalid_characters else "strict"
    decoder = codecs.getincrementaldecoder(_ENCODINGS[plan.encoding])(errors)
    try:
        for piece in pieces:
            yield decoder.decode(piece).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        text = f"The file is not in the encoding {plan.encoding} that ENCODING names"
        raise RedshiftError(text, detail=f"{item.url}: {error}") from error


def replaced(text: bytes, replacement: str) -> str:
    """The text with the replacement for each byte that is no UTF-8."""
    return text.decode("utf-8", _replacing(replacement))


def _replacing(replacement: str) -> str:
    """The name of the way to decode that replaces each bad byte."""
    name = f"tarmac-replace-{ord(replacement)}"
    codecs.register_error(name, _replacer(replacement))
    return name


def _replacer(replacement: str) -> Callable[[UnicodeError], tuple[str, int]]:
    def replace(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
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
