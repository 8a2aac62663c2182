"""What a client sends, cut into messages."""

from __future__ import annotations

from typing import NamedTuple

from emulator.redshift.relay import wire

MAX_STATEMENT_BYTES = 16 * 1024 * 1024  # Redshift's: "Amazon Redshift quotas and limits"
_WITH_MARGIN = MAX_STATEMENT_BYTES + 64 * 1024  # a statement's name and types, to be counted exactly
_STATEMENT_KINDS = b"QP"
_COPY_DATA = b"d"

# The longest that a message of each kind may be, which is also the list of all kinds. PostgreSQL's limits,
# but for the parameters of Bind and of FunctionCall, which it would let have a gigabyte.
_SMALL, _LARGE, _HUGE = 10_000, 256 * 1024 * 1024, 1024 * 1024 * 1024
_LONGEST = {
    **dict.fromkeys(_STATEMENT_KINDS + _COPY_DATA, _HUGE),
    **dict.fromkeys(b"BF", _LARGE),
    **dict.fromkeys(b"EDCSHXcf", _SMALL),
    ord("p"): 65_535,
}


class Piece(NamedTuple):
    """A whole message; or a part of CopyData, which has no kind; or the size of a statement too large."""

    kind: bytes
    data: bytes
    refused_bytes: int = 0


class Inbox:
    """Bytes that wait until they are a message.

    CopyData passes in parts as it comes, and a statement that is too large is dropped as it comes: neither
    is ever held whole.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._passing_bytes = 0
        self._dropping_bytes = 0

    def __len__(self) -> int:
        return len(self._buffer)

    def add(self, data: bytes) -> None:
        """Takes bytes as they come."""
        self._buffer += data

    def next(self, *, is_open: bool) -> Piece | None:
        """The next piece, or None until more has come; `is_open`: the client has logged in.

        Raises ProtocolError if what came is no message.
        """
        if self._dropping_bytes:
            self._drop()
        buffer = self._buffer
        if self._passing_bytes and buffer:
            return self._part()
        if len(buffer) < 5:
            return None
        kind, size = bytes(buffer[:1]), 1 + wire.length_at(buffer, 1)
        _check(kind, size, is_open)
        if kind == _COPY_DATA:
            self._passing_bytes = size
            return self._part()
        if kind in _STATEMENT_KINDS and size > _WITH_MARGIN:
            self._dropping_bytes = size
            self._drop()
            return Piece(kind, b"", refused_bytes=size - 6)
        if len(buffer) < size:
            return None
        return Piece(kind, self._taken(size))

    def _taken(self, count: int) -> bytes:
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _part(self) -> Piece:
        data = self._taken(self._passing_bytes)
        self._passing_bytes -= len(data)
        return Piece(b"", data)

    def _drop(self) -> None:
        dropped = min(self._dropping_bytes, len(self._buffer))
        del self._buffer[:dropped]
        self._dropping_bytes -= dropped


def _check(kind: bytes, size: int, is_open: bool) -> None:
    longest = _LONGEST.get(kind[0])
    if longest is None:
        raise wire.ProtocolError(f"invalid frontend message type {kind[0]}")
    if not 5 <= size <= (longest if is_open else min(longest, _LONGEST[ord("p")])):
        raise wire.ProtocolError(f"invalid message length: {size - 1} bytes, type {kind.decode()}")
