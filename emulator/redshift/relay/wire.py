"""PostgreSQL's wire protocol, version 3: messages taken apart and put together.

Every message after the start-up is one byte of kind, four bytes of length (themselves included), the payload.
Source: PostgreSQL documentation, "Message Formats".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence

PROTOCOL_3 = 196608
SSL_REQUEST = 80877103
GSSENC_REQUEST = 80877104
CANCEL_REQUEST = 80877102
MAX_STARTUP_BYTES = 10_000

FLUSH = b"H\x00\x00\x00\x04"
SYNC = b"S\x00\x00\x00\x04"
COPY_DONE = b"c\x00\x00\x00\x04"

ROW_KINDS = frozenset(b"Dd")

_LENGTH = struct.Struct("!I")


class ProtocolError(Exception):
    """The peer sent bytes that are no message; its connection must be closed."""


def length_at(buffer: bytes | bytearray, position: int) -> int:
    """The four-byte number at that place."""
    return int(_LENGTH.unpack_from(buffer, position)[0])


def skip_rows(buffer: bytes, position: int) -> int:
    """The place after the DataRow and CopyData messages that begin there; the last may end beyond the bytes.

    A million rows come this way: that is why it doesn't call anything of ours.
    """
    last, unpack = len(buffer) - 5, _LENGTH.unpack_from
    while position <= last and buffer[position] in ROW_KINDS:
        position += 1 + unpack(buffer, position + 1)[0]
    return position


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """One message."""
    return kind + _LENGTH.pack(len(payload) + 4) + payload


def take_string(payload: bytes, start: int = 0) -> tuple[bytes, int]:
    """The zero-terminated string at `start`, and the place after it.

    Raises ProtocolError if it isn't terminated.
    """
    end = payload.find(b"\x00", start)
    if end < 0:
        raise ProtocolError("a string without its end")
    return payload[start:end], end + 1


def startup_parameters(payload: bytes) -> dict[str, str]:
    """The parameters of a start-up message, whose payload begins after the protocol's number.

    Raises ProtocolError unless they are pairs of strings with a zero at the end.
    """
    parameters: dict[str, str] = {}
    place = 0
    while place < len(payload) - 1:
        name, place = take_string(payload, place)
        value, place = take_string(payload, place)
        parameters[name.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
    if payload[place:] != b"\x00":
        raise ProtocolError("invalid startup packet layout: expected terminator as last byte")
    return parameters


def negotiate_version(unknown_options: Sequence[str]) -> bytes:
    """NegotiateProtocolVersion: 3.0 is the newest here, and these options are unknown."""
    names = b"".join(name.encode() + b"\0" for name in unknown_options)
    return frame(b"v", struct.pack("!II", PROTOCOL_3, len(unknown_options)) + names)


def startup_message(parameters: Mapping[str, str]) -> bytes:
    """A start-up message with these parameters."""
    body = b"".join(name.encode() + b"\0" + value.encode() + b"\0" for name, value in parameters.items())
    payload = struct.pack("!I", PROTOCOL_3) + body + b"\0"
    return _LENGTH.pack(len(payload) + 4) + payload


def fields_of(payload: bytes) -> dict[str, str]:
    """The fields of an ErrorResponse or NoticeResponse, by their one-letter codes."""
    parts = payload.split(b"\x00")
    return {part[:1].decode(): part[1:].decode("utf-8", "replace") for part in parts if part}


def response(kind: bytes, fields: Mapping[str, str]) -> bytes:
    """An ErrorResponse (b"E") or NoticeResponse (b"N") of these fields; empty ones are left out."""
    body = b"".join(code.encode() + text.encode() + b"\0" for code, text in fields.items() if text)
    return frame(kind, body + b"\0")


def error(message: str, code: str, *, detail: str = "", hint: str = "", severity: str = "ERROR") -> bytes:
    """An ErrorResponse."""
    return response(b"E", {"S": severity, "V": severity, "C": code, "M": message, "D": detail, "H": hint})


def notice(message: str, *, severity: str = "INFO") -> bytes:
    """A NoticeResponse; Redshift reports on COPY and UNLOAD with severity INFO."""
    return response(b"N", {"S": severity, "V": severity, "C": "00000", "M": message})


def query(sql: str) -> bytes:
    """A simple Query."""
    return frame(b"Q", sql.encode() + b"\0")


def parse(name: str, sql: bytes, tail: bytes = b"\x00\x00") -> bytes:
    """A Parse message; `tail` holds the count and the types of its parameters."""
    return frame(b"P", name.encode() + b"\0" + sql + b"\0" + tail)


def open_once(sql: str) -> bytes:
    """Parse, Bind and Execute of a statement under a name that no client uses."""
    return b"".join(
        (
            parse(OWN_NAME, sql.encode()),
            frame(b"B", f"{OWN_NAME}\0{OWN_NAME}\0".encode() + b"\0\0\0\0\0\0"),
            frame(b"E", OWN_NAME.encode() + b"\0\0\0\0\0"),
        )
    )


def ready(status: bytes) -> bytes:
    """ReadyForQuery; status is b"I" (idle), b"T" (in a transaction) or b"E" (in a failed one)."""
    return frame(b"Z", status)


def complete(tag: str) -> bytes:
    """CommandComplete."""
    return frame(b"C", tag.encode() + b"\0")


def describe_once(sql: str) -> bytes:
    """Parse and Describe of a statement under a name that no client uses."""
    return parse(OWN_NAME, sql.encode()) + frame(b"D", f"S{OWN_NAME}\0".encode())


def described_columns(payload: bytes) -> list[tuple[str, int, int]]:
    """The columns of a RowDescription: name, type's oid, type's modifier."""
    position, columns = 2, []
    for _ in range(struct.unpack_from("!H", payload)[0]):
        name, position = take_string(payload, position)
        oid, _size, modifier = struct.unpack_from("!Ihi", payload, position + 6)
        columns.append((name.decode("utf-8", "replace"), oid, modifier))
        position += 18
    return columns


def row_values(payload: bytes) -> Iterator[bytes | None]:
    """The values of a DataRow."""
    position = 2
    for _ in range(struct.unpack_from("!H", payload)[0]):
        (size,) = struct.unpack_from("!i", payload, position)
        position += 4
        yield None if size < 0 else payload[position : position + size]
        position += max(size, 0)


OWN_NAME = "_tarmac"
CLOSE_ONCE = frame(b"C", f"P{OWN_NAME}\0".encode()) + frame(b"C", f"S{OWN_NAME}\0".encode())
