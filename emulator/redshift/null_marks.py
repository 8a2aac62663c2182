"""NULL AS beside empty fields, on the path that leaves a file's bytes alone.

On Redshift a field that is NULL AS's text is NULL, and so is an empty one in a column that is no text.
PostgreSQL's COPY knows one text for NULL. It gets NULL AS's; where a piece of a file has empty fields, which
is rare beside NULL AS, those of the columns that are no text are given that text, too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from emulator.redshift.copy_options import CopyPlan
from emulator.redshift.records import Column
from emulator.redshift.text_source import Pieces

LONGEST_RECORD_BYTES = 16 * 1024 * 1024
"""A record that goes on longer has a quote that never ends: PostgreSQL refuses it."""


def fits(plan: CopyPlan, columns: list[Column]) -> bool:
    """Whether PostgreSQL takes this text for NULL, and a record of these columns shows its empty fields."""
    taken = ("\n", "\r", plan.delimiter, plan.quote)
    return len(columns) > 1 and not any(text in (plan.null_as or "") for text in taken)


@dataclass(frozen=True)
class NullMarker:
    """Marks empty fields; in text without quoting, `quote` is a character that it doesn't hold."""

    mark: str
    delimiter: str
    quote: str
    is_text: list[bool]

    def __call__(self, pieces: Pieces) -> Pieces:
        """The same records, cut into pieces at their ends."""
        for piece in whole_records(pieces, self.quote.encode()):
            yield self._marked(piece) if self._may_have_empty_fields(piece) else piece

    def _may_have_empty_fields(self, piece: bytes) -> bool:
        delimiter, quote = self.delimiter.encode(), self.quote.encode()
        signs = (delimiter * 2, delimiter + b"\n", b"\n" + delimiter, quote * 2)
        return piece.startswith(delimiter) or any(sign in piece for sign in signs)

    def _marked(self, piece: bytes) -> bytes:
        text = piece.decode("utf-8", "surrogateescape")
        written = io.StringIO(newline="")
        records = csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter, quotechar=self.quote)
        writer = csv.writer(written, delimiter=self.delimiter, quotechar=self.quote, lineterminator="\n")
        writer.writerows(map(self._record, records))
        return written.getvalue().encode("utf-8", "surrogateescape")

    def _record(self, fields: list[str]) -> list[str]:
        if len(fields) != len(self.is_text):
            return fields  # PostgreSQL says what is wrong with it
        return [
            field or ("" if text else self.mark) for field, text in zip(fields, self.is_text, strict=True)
        ]


def whole_records(pieces: Iterable[bytes], quote: bytes) -> Iterator[bytes]:
    """The same bytes in pieces that end where a record ends: at a line's end outside quotes."""
    held = b""
    for piece in pieces:
        data = held + piece
        end = _last_end(data, quote) or (len(data) if len(data) > LONGEST_RECORD_BYTES else 0)
        held = data[end:]
        if end:
            yield data[:end]
    if held:
        yield held


def _last_end(data: bytes, quote: bytes) -> int:
    end = data.rfind(b"\n") + 1
    is_open = data.count(quote, 0, end) % 2
    while end and is_open:
        line = data.rfind(b"\n", 0, end - 1) + 1
        is_open ^= data.count(quote, line, end) % 2
        end = line
    return end
