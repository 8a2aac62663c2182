"""Rows of a result, kept as PostgreSQL sent them, in a file once they are many; and its pages."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Sequence
from struct import Struct
from tempfile import SpooledTemporaryFile
from typing import Any

from emulator.redshift.apis.api_errors import ApiError, invalid

MAX_RESULT_BYTES = 500 * 1024 * 1024
MAX_ROW_BYTES = 64 * 1024
PAGE_ROWS = 1000  # of a page of JSON; AWS doesn't say how many
PAGE_BYTES = 1024 * 1024
_LENGTH, _COUNT = Struct("!i"), Struct("!h")

Row = list[bytes | None]


class ResultRows:
    """Rows that are added one after another and then read page by page.

    A page ends at `PAGE_BYTES`, or at `page_rows` rows. Rows beyond the API's limits are not kept: `check`
    tells. Reading may go on in several threads at once.
    """

    def __init__(self, page_rows: int = PAGE_ROWS) -> None:
        self.count = 0
        self.size_bytes = 0
        self._page_rows = page_rows
        self._pages: list[tuple[int, int]] = []  # (where in the file, which row)
        self._file = _spool()
        self._problem = ""
        self._lock = threading.Lock()

    def add(self, data: bytes) -> None:
        """Keeps a row: the payload of PostgreSQL's DataRow message."""
        if len(data) > MAX_ROW_BYTES:
            self._problem = "Packet for query is too large. The size limit is 64 KB per row."
        elif self.size_bytes + len(data) > MAX_RESULT_BYTES:
            self._problem = "Database response exceeded size limit. The size limit is 500 MB."
        if self._problem:
            return
        place = self._file.tell()
        first = self._pages[-1] if self._pages else None
        if first is None or self.count - first[1] >= self._page_rows or place - first[0] >= PAGE_BYTES:
            self._pages.append((place, self.count))
        self._file.write(_LENGTH.pack(len(data)) + data)
        self.count += 1
        self.size_bytes += len(data) - _COUNT.size - _LENGTH.size * _COUNT.unpack_from(data)[0]

    def check(self) -> None:
        """Raises ApiError if a row, or all rows together, were larger than the API allows."""
        if self._problem:
            raise ApiError("ValidationException", self._problem)

    def page(self, token: str | None) -> tuple[list[Row], str | None]:
        """The page that a token stands for, and the token of the next one, if there is one."""
        number = start_of(token)
        if not self._pages and number == 0:
            return [], None
        if number >= len(self._pages):
            raise invalid("Invalid NextToken")
        ends = [*(row for _, row in self._pages[1:]), self.count]
        place, first = self._pages[number]
        with self._lock:
            rows = [values_of(data) for data in self._read(place, ends[number] - first)]
        return rows, next_token(number + 1) if number + 1 < len(self._pages) else None

    def _read(self, place: int, count: int) -> Iterator[bytes]:
        self._file.seek(place)
        for _ in range(count):
            (size,) = _LENGTH.unpack(self._file.read(4))
            yield self._file.read(size)


def _spool() -> SpooledTemporaryFile[bytes]:
    """A file that goes with the last reference to it."""
    return SpooledTemporaryFile(max_size=PAGE_BYTES)


def values_of(data: bytes) -> Row:
    """The values of a DataRow message, None where they are NULL."""
    (count,) = _COUNT.unpack_from(data)
    place, values = 2, []
    for _ in range(count):
        (size,) = _LENGTH.unpack_from(data, place)
        place += 4
        values.append(None if size < 0 else data[place : place + size])
        place += max(size, 0)
    return values


def next_token(start: int) -> str:
    """The token for the page that begins at `start`."""
    return base64.urlsafe_b64encode(json.dumps({"start": start}).encode()).decode()


def start_of(token: str | None) -> int:
    """Where the page of that token begins; raises ApiError for a token that isn't one."""
    if not token:
        return 0
    try:
        start = int(json.loads(base64.urlsafe_b64decode(token))["start"])
    except (ValueError, KeyError, TypeError) as error:
        raise invalid("Invalid NextToken") from error
    if start < 0:
        raise invalid("Invalid NextToken")
    return start


def paged(items: Sequence[Any], token: str | None, size: int) -> tuple[list[Any], str | None]:
    """The items from the token on, and the token of those that follow, if there are any."""
    start = start_of(token)
    end = start + size
    return list(items[start:end]), next_token(end) if end < len(items) else None
