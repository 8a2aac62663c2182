"""Pieces of text files, and in what manner each of them can be given to the warehouse.

Most pieces pass as they are: PostgreSQL's COPY reads CSV and delimited text as Redshift's does, but for one
text for NULL instead of two. Where a piece holds something that the two read differently, its records are
converted one by one (`row_chunks`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from emulator.redshift.loads.copy_columns import Column
from emulator.redshift.loads.copy_options import CopyPlan

LONGEST_RECORD_BYTES = 16 * 1024 * 1024
"""A record that goes on longer has a quote that never ends: it is refused."""
NO_QUOTE = "\x01"
"""Stands for "no quoting": a character that text files don't have."""


class Form(Enum):
    """What a chunk of the stream consists of."""

    AS_IS = "the file's own bytes"
    VALUES = "PostgreSQL's text format"
    COLUMNAR = "CSV in which an empty field is NULL and a quoted one an empty text"


@dataclass(frozen=True)
class Manner:
    """How COPY is to read a chunk: has it the text for NULL, and more bytes than characters?"""

    form: Form
    has_marks: bool = False
    is_wide: bool = False


@dataclass(frozen=True)
class Chunk:
    """Whole records for the warehouse: which line (or record) of which file each of its lines is."""

    manner: Manner
    data: bytes
    url: str
    count: int
    first_line: int
    line_numbers: list[int] = field(default_factory=list)  # only if they aren't one after the other

    def line_of(self, number: int) -> int:
        """The file's line for the chunk's nth, from 1."""
        if self.line_numbers:
            return self.line_numbers[min(number, len(self.line_numbers)) - 1]
        return self.first_line + number - 1


def whole_records(pieces: Iterable[bytes], quote: bytes, escapes: bool = False) -> Iterator[bytes]:
    """The same bytes in pieces that end where a record ends: at a line's end, not quoted and not escaped."""
    held = b""
    for piece in pieces:
        data = held + piece
        end = _last_end(data, quote, escapes) or (len(data) if len(data) > LONGEST_RECORD_BYTES else 0)
        held = data[end:]
        if end:
            yield data[:end]
    if held:
        yield held


def _last_end(data: bytes, quote: bytes, escapes: bool) -> int:
    end = data.rfind(b"\n") + 1
    while escapes and end and _is_escaped(data, end - 1):
        end = data.rfind(b"\n", 0, end - 1) + 1
    is_open = data.count(quote, 0, end) % 2
    while end and is_open:
        line = data.rfind(b"\n", 0, end - 1) + 1
        is_open ^= data.count(quote, line, end) % 2
        end = line
    return end


def _is_escaped(data: bytes, place: int) -> bool:
    before = data[:place]
    return (len(before) - len(before.rstrip(b"\\"))) % 2 == 1 if before.endswith(b"\\") else False


def records_at_start(piece: bytes, quote: bytes, count: int) -> bytes:
    """About so many records from the beginning of a piece, whole ones."""
    place = 0
    for _ in range(count):
        place = piece.find(b"\n", place) + 1
        if not place:
            return piece
    while piece.count(quote, 0, place) % 2:
        place = piece.find(b"\n", place) + 1
        if not place:
            return piece
    return piece[:place]


Sign = Callable[[bytes], object]
VALUES = Manner(Form.VALUES)
_ALWAYS = {"FILLRECORD", "TRUNCATECOLUMNS", "ACCEPTANYDATE"}


class Sorter:
    """Says for a piece in what manner it can be loaded."""

    def __init__(self, plan: CopyPlan, columns: list[Column], is_readable: bool = True) -> None:
        self.quote = quote_of(plan)
        self._mark = (plan.null_mark or "").encode()
        self._converts_all = _converts_all(plan, columns)
        self._signs = _signs(plan, columns)
        self._empties = _empties(plan, self.quote.encode())
        self._takes_empties = all(column.is_text for column in columns) and not empty_is_null(plan)
        self._fits = _mark_fits(plan, columns, self.quote)
        self._is_readable = is_readable  # PostgreSQL's COPY … WHERE needs the right to SELECT
        self._has_sizes = any(column.length for column in columns)

    def __call__(self, piece: bytes) -> Manner:
        """The manner for this piece."""
        if self._converts_all or any(sign(piece) for sign in self._signs):
            return VALUES
        has_marks = bool(self._mark) and self._mark[:1] in piece and self._mark in piece
        if has_marks and not (self._fits and (self._takes_empties or not self._has_empties(piece))):
            return VALUES
        is_wide = self._has_sizes and not piece.isascii()
        if is_wide and not self._is_readable:
            return VALUES
        return Manner(Form.AS_IS, has_marks, is_wide)

    def _has_empties(self, piece: bytes) -> bool:
        return piece.startswith(self._empties[0]) or any(sign in piece for sign in self._empties[1])


def quote_of(plan: CopyPlan) -> str:
    """The character between which delimiters and line ends are text."""
    if plan.data_format == "CSV":
        return plan.quote
    return NO_QUOTE if plan.separator != NO_QUOTE else "\x02"


def empty_is_null(plan: CopyPlan) -> bool:
    """Whether an empty field is NULL in text columns, too."""
    return "EMPTYASNULL" in plan.flags or plan.null_mark == ""


def _converts_all(plan: CopyPlan, columns: list[Column]) -> bool:
    """Whether an option or a type needs every field to be looked at."""
    kinds = {column.type for column in columns}
    has_format = plan.date_format not in ("", "auto") and "date" in kinds
    has_format |= plan.time_format not in ("", "auto") and any("timestamp" in kind for kind in kinds)
    return bool(
        plan.flags & _ALWAYS
        or plan.tolerated
        or plan.data_format == "FIXEDWIDTH"
        or has_format
        or "bytea" in kinds
    )


def _empties(plan: CopyPlan, quote: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    separator = plan.separator.encode()
    return separator, (separator * 2, separator + b"\n", b"\n" + separator, quote * 2)


def _mark_fits(plan: CopyPlan, columns: list[Column], quote: str) -> bool:
    """Whether PostgreSQL takes this text for NULL, and a record of these columns shows its empty fields."""
    taken = ("\n", "\r", "\0", plan.separator, quote)
    return len(columns) > 1 and not any(text in (plan.null_mark or "") for text in taken)


def _holds(*texts: bytes) -> Sign:
    return lambda piece: any(text in piece for text in texts)


def _signs(plan: CopyPlan, columns: list[Column]) -> list[Sign]:
    """What shows that a piece has something that PostgreSQL would read otherwise."""
    separator, quote = plan.separator.encode(), plan.quote.encode()
    signs: list[Sign] = []
    if plan.data_format == "CSV":
        signs.append(_padded_quotes(separator, quote))
    else:
        signs.append(_holds(b"\r", quote_of(plan).encode()))
    if plan.escape:
        signs.append(_holds(b"\\"))
    if "REMOVEQUOTES" in plan.flags:
        signs.append(_holds(b'"', b"'"))
    if "IGNOREBLANKLINES" in plan.flags:
        signs.append(lambda piece: b"\n\n" in piece or piece.startswith(b"\n"))
    if "TRIMBLANKS" in plan.flags:
        signs.append(re.compile(rb"\s(?:" + re.escape(separator) + rb'|\n|")').search)
    if "BLANKSASNULL" in plan.flags:
        signs.append(_blank_field(separator, quote))
    scales = [column.scale for column in columns if column.precision]
    if scales and "ROUNDEC" not in plan.flags:
        signs.append(re.compile(rb"\.\d{%d}" % (min(scales) + 1)).search)
    return signs


def _padded_quotes(separator: bytes, quote: bytes) -> Sign:
    """Blanks between a quote and a delimiter, or a line's end; most pieces have none beside any quote."""
    blanks = [blank for blank in (b" ", b"\t") if blank != separator]
    run, edge = rb"[" + b"".join(blanks) + rb"]+", rb"[\n" + re.escape(separator) + rb"]"
    marked = re.escape(quote)
    padded = re.compile(rb"(?:^|" + edge + rb")" + run + marked + rb"|" + marked + run + edge)

    def sign(piece: bytes) -> bool:
        is_near = any(
            blank in piece and (blank + quote in piece or quote + blank in piece) for blank in blanks
        )
        return is_near and padded.search(piece) is not None

    return sign


def _blank_field(separator: bytes, quote: bytes) -> Sign:
    edge = rb"(?:^|[\n" + re.escape(separator + quote) + rb"])"
    return re.compile(edge + rb"[ \t]+[\n" + re.escape(separator + quote) + rb"]").search
