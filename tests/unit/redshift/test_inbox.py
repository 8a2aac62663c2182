"""What a client sends is cut into messages, whole or refused, never kept without bound."""

from __future__ import annotations

import pytest

from emulator.redshift.relay import wire
from emulator.redshift.relay.inbox import MAX_STATEMENT_BYTES, Inbox, Piece

QUERY = wire.query("SELECT 1")
DATA = wire.frame(b"d", b"x" * 20)


def pieces_of(*parts: bytes, is_open: bool = True) -> list[Piece]:
    """All pieces, where the bytes come in these parts."""
    inbox, found = Inbox(), []
    for part in parts:
        inbox.add(part)
        while (piece := inbox.next(is_open=is_open)) is not None:
            found.append(piece)
    return found


@pytest.mark.parametrize("cut", range(len(QUERY + DATA + wire.SYNC)))
def test_messages_are_whole_and_copy_data_passes_in_parts_however_they_come(cut: int) -> None:
    stream = QUERY + DATA + wire.SYNC
    pieces = pieces_of(stream[:cut], stream[cut:])
    assert [piece for piece in pieces if piece.kind] == [Piece(b"Q", QUERY), Piece(b"S", wire.SYNC)]
    assert b"".join(piece.data for piece in pieces if not piece.kind) == DATA


def test_a_statement_that_is_too_large_is_dropped_as_it_comes_and_its_size_is_told() -> None:
    inbox, size = Inbox(), MAX_STATEMENT_BYTES + 100_000
    message = wire.frame(b"Q", b"x" * size + b"\0") + wire.SYNC
    found, most = [], 0
    for start in range(0, len(message), 65536):
        inbox.add(message[start : start + 65536])
        while (piece := inbox.next(is_open=True)) is not None:
            found.append(piece)
        most = max(most, len(inbox))
    assert found == [Piece(b"Q", b"", refused_bytes=size), Piece(b"S", wire.SYNC)]
    assert most < 65536


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\0\0\0\0\x04", "invalid frontend message type 0"),
        (b"y\0\0\0\x04", "invalid frontend message type 121"),
        (b"Q\0\0\0\x03", "invalid message length: 3 bytes, type Q"),
        (b"S\0\0\x27\x11", "invalid message length"),
        (b"B\x7f\xff\xff\xff", "invalid message length"),
        (b"Q\xff\xff\xff\xff", "invalid message length"),
        (b"p\x00\x01\x00\x00", "invalid message length"),
    ],
)
def test_what_is_no_message_is_refused_with_its_reason(data: bytes, text: str) -> None:
    with pytest.raises(wire.ProtocolError, match=text):
        pieces_of(data)


@pytest.mark.parametrize("kind", [b"Q", b"P", b"d", b"B"])
def test_before_the_log_in_no_message_may_be_long(kind: bytes) -> None:
    head = kind + (70_000).to_bytes(4, "big")
    assert pieces_of(head + b"\0")[-1:] == ([Piece(b"", head + b"\0")] if kind == b"d" else [])
    with pytest.raises(wire.ProtocolError, match="invalid message length"):
        pieces_of(head, is_open=False)
