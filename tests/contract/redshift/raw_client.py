"""A client that says exactly what a test wants to be said, message by message."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import ssl
import struct
from collections.abc import Iterator, Mapping

from emulator.redshift.relay import wire
from emulator.stack.sandbox import Sandbox

Message = tuple[bytes, bytes]  # kind, payload
TIMEOUT_S = 20.0
PROTOCOL = 196608


class RawClient:
    """A socket to the endpoint; every wait has a deadline."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._settings = sandbox.settings
        address = ("127.0.0.1", self._settings.redshift_port)
        self.socket: socket.socket = socket.create_connection(address, timeout=TIMEOUT_S)
        self.key = b""
        self.notes: list[Message] = []

    def encrypt(self, context: ssl.SSLContext, name: str = "localhost") -> None:
        """Asks for TLS, expects a yes, and shakes hands."""
        self.send(struct.pack("!II", 8, wire.SSL_REQUEST))
        assert self.socket.recv(1) == b"S"
        self.socket = context.wrap_socket(self.socket, server_hostname=name)

    def send(self, *messages: bytes) -> None:
        """Sends bytes as they are."""
        self.socket.sendall(b"".join(messages))

    def start(self, parameters: Mapping[str, str] | None = None, version: int = PROTOCOL) -> None:
        """Sends the start-up message."""
        settings = self._settings
        chosen = {"user": settings.user, "database": settings.database, **(parameters or {})}
        body = b"".join(f"{name}\0{value}\0".encode() for name, value in chosen.items()) + b"\0"
        self.send(struct.pack("!II", len(body) + 8, version) + body)

    def log_in(self, parameters: Mapping[str, str] | None = None, password: str = "") -> list[Message]:
        """Starts and gives the password; returns what came up to ReadyForQuery, or to an error."""
        self.start(parameters)
        received = [self.receive()]
        while received[-1][0] == b"v":
            received.append(self.receive())
        kind, payload = received[-1]
        if kind == b"R" and payload[:4] == b"\0\0\0\x05":
            user = (parameters or {}).get("user", self._settings.user)
            inner = _md5((password or self._settings.password).encode() + user.encode())
            self.send(wire.frame(b"p", b"md5" + _md5(inner + payload[4:]) + b"\0"))
        while received[-1][0] not in (b"Z", b"E"):
            received.append(self.receive())
            if received[-1][0] == b"K":
                self.key = received[-1][1]
        return received

    def receive(self) -> Message:
        """The next message; raises ConnectionError at the end."""
        head = self._exactly(5)
        return head[:1], self._exactly(wire.length_at(head, 1) - 4)

    def until(self, last: bytes) -> list[Message]:
        """The messages up to the first of that kind; notices and parameters go to `notes`."""
        received: list[Message] = []
        while not received or received[-1][0] != last:
            message = self.receive()
            (self.notes if message[0] in b"NS" else received).append(message)
        return received

    def kinds_until(self, last: bytes) -> str:
        """The kinds of these messages, as one word."""
        return "".join(kind.decode() for kind, _ in self.until(last))

    def ask(self, sql: str) -> list[Message]:
        """A simple query and all that answers it."""
        self.send(wire.query(sql))
        return self.until(b"Z")

    def rest(self) -> bytes:
        """All bytes up to the end of the connection."""
        received = b""
        with contextlib.suppress(ConnectionError):
            while piece := self.socket.recv(65536):
                received += piece
        return received

    def close(self) -> None:
        """Goes away without a word."""
        self.socket.close()

    def _exactly(self, count: int) -> bytes:
        received = bytearray()
        while len(received) < count:
            piece = self.socket.recv(count - len(received))
            if not piece:
                raise ConnectionError(f"the endpoint closed the connection after {bytes(received)!r}")
            received += piece
        return bytes(received)


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).hexdigest().encode()


@contextlib.contextmanager
def raw_client(sandbox: Sandbox) -> Iterator[RawClient]:
    """A connection that has sent nothing yet."""
    client = RawClient(sandbox)
    try:
        yield client
    finally:
        client.close()


def error_of(messages: list[Message]) -> dict[str, str]:
    """The fields of the first error."""
    return next(wire.fields_of(payload) for kind, payload in messages if kind == b"E")


def values_of(messages: list[Message]) -> list[list[bytes | None]]:
    """The rows."""
    return [list(wire.row_values(payload)) for kind, payload in messages if kind == b"D"]


def tags_of(messages: list[Message]) -> list[str]:
    """The tags of the completed commands."""
    return [payload[:-1].decode() for kind, payload in messages if kind == b"C"]


def execute(sql: str, name: str = "", portal: str = "", max_rows: int = 0) -> bytes:
    """Parse, Bind and Execute."""
    bind = f"{portal}\0{name}\0".encode() + b"\0\0\0\0\0\0"
    return wire.parse(name, sql.encode()) + wire.frame(b"B", bind) + run_portal(portal, max_rows)


def bind(portal: str, name: str, *values: bytes) -> bytes:
    """Bind, with parameters as text."""
    parameters = b"".join(struct.pack("!i", len(value)) + value for value in values)
    counts = struct.pack("!HH", 0, len(values))
    return wire.frame(b"B", f"{portal}\0{name}\0".encode() + counts + parameters + b"\0\0")


def run_portal(portal: str = "", max_rows: int = 0) -> bytes:
    """Execute."""
    return wire.frame(b"E", portal.encode() + b"\0" + struct.pack("!I", max_rows))


def describe(kind: bytes, name: str = "") -> bytes:
    """Describe of a statement (b"S") or a portal (b"P")."""
    return wire.frame(b"D", kind + name.encode() + b"\0")


def close(kind: bytes, name: str = "") -> bytes:
    """Close of a statement (b"S") or a portal (b"P")."""
    return wire.frame(b"C", kind + name.encode() + b"\0")
