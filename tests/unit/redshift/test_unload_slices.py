"""UNLOAD's rows are dealt whole to slices, and counted, whatever is in their values."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from emulator.redshift.s3_access import S3Object
from emulator.redshift.unloads.unload_sinks import Sink
from emulator.redshift.unloads.unload_slices import BLOCK_BYTES, Slices, count_records, halves


@pytest.mark.parametrize(
    ("data", "records"),
    [
        (b"", 0),
        (b"a,b\n", 1),
        (b'a,"b\nc"\nd\n', 2),
        (b'"say ""hi""\n"\n', 1),
        (b'""\n""\n', 2),
    ],
)
def test_a_line_break_in_quotes_ends_no_record(data: bytes, records: int) -> None:
    assert count_records(data, b'"') == records


@pytest.mark.parametrize(
    ("data", "first"),
    [
        (b"1\n2\n3\n", b"1\n2\n"),
        (b"1\n", b"1\n"),
        (b'"a\nb"\n2\n', b'"a\nb"\n'),
        (b'"a\n""\nb"\n"\n"\n3\n', b'"a\n""\nb"\n"\n"\n'),
    ],
)
def test_halves_are_whole_records(data: bytes, first: bytes) -> None:
    assert halves(data, b'"') == (first, data[len(first) :])


class Kept:
    """A sink that keeps what it is given; a file object of its own size."""

    def __init__(self, name: str) -> None:
        self.item = S3Object("b", name)
        self.body = b""
        self.is_closed = False
        self.writer = self

    @property
    def size_bytes(self) -> int:
        return len(self.body)

    def write(self, rows: bytes) -> None:
        self.body += rows

    def close(self) -> None:
        self.is_closed = True

    def abandon(self) -> None:
        self.body = b""


def dealt(pieces: list[bytes], *, slices: int = 2, limit: int = 10**9, empty: bool = True) -> list[Kept]:
    """The files that these pieces end in."""
    files: list[Kept] = []

    def open_file(slice_number: int, number: int) -> Sink:
        files.append(Kept(f"{slice_number}-{number}"))
        return cast(Sink, files[-1])

    async def work() -> None:
        dealer = Slices(open_file, slices, limit, b'"', has_empty_files=empty)
        for piece in pieces:
            await dealer.take(piece)
        await dealer.finish()

    asyncio.run(work())
    assert all(file.is_closed for file in files)
    return sorted(files, key=lambda file: file.item.key)


def test_a_small_result_is_halved() -> None:
    assert [file.body for file in dealt([b"1\n", b"2\n", b"3\n"])] == [b"1\n2\n", b"3\n"]


def test_blocks_go_to_the_slices_in_turn_and_keep_their_order() -> None:
    block = b"x" * (BLOCK_BYTES - 1) + b"\n"
    files = dealt([b"a\n" + block, b"b\n" + block, b"c\n" + block, b"d\n"])
    assert [file.body[:1] for file in files] == [b"a", b"b"]
    assert files[0].body.endswith(b"c\n" + block)
    assert files[1].body.endswith(b"d\n")


def test_a_slice_begins_a_new_file_when_one_is_full() -> None:
    block = b"x" * (BLOCK_BYTES - 1) + b"\n"
    files = dealt([block] * 6, limit=2 * BLOCK_BYTES)
    assert [(file.item.key, len(file.body) // BLOCK_BYTES) for file in files] == [
        ("0-0", 2),
        ("0-1", 1),
        ("1-0", 2),
        ("1-1", 1),
    ]


@pytest.mark.parametrize(("empty", "names"), [(True, ["0-0", "1-0"]), (False, ["0-0"])])
def test_without_rows_there_is_at_least_one_file(empty: bool, names: list[str]) -> None:
    assert [file.item.key for file in dealt([], empty=empty)] == names


def test_one_row_leaves_the_other_slice_empty_or_without_file() -> None:
    assert [file.body for file in dealt([b"1\n"])] == [b"1\n", b""]
    assert [file.body for file in dealt([b"1\n"], empty=False)] == [b"1\n"]
