"""The files of an UNLOAD: rows are dealt to slices, each of which writes one file after the other."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable
from functools import partial

from emulator.redshift.unloads.unload_sinks import Sink, WrittenFile

SLICES = 2  # so that a pipeline meets here, too, that a result is in several files
BLOCK_BYTES = 1024 * 1024

_WRITERS = concurrent.futures.ThreadPoolExecutor(max_workers=8, thread_name_prefix="unload")
OpenFile = Callable[[int, int], Sink]  # of a slice's number and a file's number in it


def count_records(data: bytes, quote: bytes) -> int:
    """How many whole records these bytes are; line breaks between two quotes end none."""
    if quote not in data:
        return data.count(b"\n")
    return sum(part.count(b"\n") for part in data.split(quote)[::2])


def halves(data: bytes, quote: bytes) -> tuple[bytes, bytes]:
    """Whole records in two pieces, the first with the odd one."""
    wanted = (count_records(data, quote) + 1) // 2
    end = 0
    while wanted:
        begin, end = end, data.index(b"\n", end) + 1
        while data.count(quote, begin, end) % 2:  # within a quoted value
            end = data.index(b"\n", end) + 1
        wanted -= 1
    return data[:end], data[end:]


class Slices:
    """Deals whole records to slices, block by block, each slice in a thread of its own.

    Redshift writes a file of each slice, of no bytes if it has no rows; in Parquet, of slices with rows.
    """

    def __init__(
        self, open_file: OpenFile, count: int, max_file_bytes: int, quote: bytes, has_empty_files: bool
    ) -> None:
        self._slices = [
            _Slice(number, partial(open_file, number), max_file_bytes, quote) for number in range(count)
        ]
        self._quote = quote
        self._has_empty_files = has_empty_files
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._dealt = 0

    async def take(self, rows: bytes) -> None:
        """Takes whole records."""
        self._waiting.append(rows)
        self._waiting_bytes += len(rows)
        if self._waiting_bytes >= BLOCK_BYTES:
            await self._deal(self._rest())

    async def finish(self) -> list[WrittenFile]:
        """Completes all files; there is always one, if only an empty one."""
        rest = self._rest()
        pieces = [rest]
        if len(self._slices) > 1 and not self._dealt and rest:
            pieces = list(halves(rest, self._quote))
        for piece in pieces:
            if piece:
                await self._deal(piece)
        for number, one in enumerate(self._slices):
            await one.close(at_least_one=self._has_empty_files or not (number or self._dealt))
        return self.written

    def abandon(self) -> None:
        """Leaves no part of an unfinished file; waits for the threads, so it belongs into one."""
        for one in self._slices:
            one.abandon()

    @property
    def written(self) -> list[WrittenFile]:
        """The complete files."""
        return [file for one in self._slices for file in one.written]

    async def _deal(self, block: bytes) -> None:
        await self._slices[self._dealt % len(self._slices)].write(block)
        self._dealt += 1

    def _rest(self) -> bytes:
        rest = b"".join(self._waiting)
        self._waiting, self._waiting_bytes = [], 0
        return rest


class _Slice:
    """One slice: its current file, and the block that is being written."""

    def __init__(
        self, number: int, open_file: Callable[[int], Sink], max_file_bytes: int, quote: bytes
    ) -> None:
        self._number = number
        self._open_file = open_file
        self._max_file_bytes = max_file_bytes
        self._quote = quote
        self._sink: Sink | None = None
        self._records = 0
        self._writing: concurrent.futures.Future[None] | None = None
        self.written: list[WrittenFile] = []

    async def write(self, block: bytes) -> None:
        """Waits for the block before, and starts to write this one."""
        await self._settle()
        self._writing = _WRITERS.submit(self._write, block)

    async def close(self, at_least_one: bool) -> None:
        """Completes the file."""
        await self._settle()
        if at_least_one and not self.written and self._sink is None:
            self._sink = self._open_file(0)
        await asyncio.to_thread(self._close)

    def abandon(self) -> None:
        """Gives the file up, once no thread writes to it any more."""
        if self._writing is not None:
            concurrent.futures.wait([self._writing])
        if self._sink is not None:
            self._sink.abandon()

    async def _settle(self) -> None:
        if self._writing is not None:
            await asyncio.wrap_future(self._writing)
            self._writing = None

    def _write(self, block: bytes) -> None:
        if self._sink is None:
            self._sink = self._open_file(len(self.written))
        self._sink.write(block)
        self._records += count_records(block, self._quote)
        if self._sink.writer.size_bytes >= self._max_file_bytes:
            self._close()

    def _close(self) -> None:
        if self._sink is None:
            return
        self._sink.close()
        size = self._sink.writer.size_bytes
        self.written.append(WrittenFile(self._sink.item, size, self._records, self._number))
        self._sink, self._records = None, 0
