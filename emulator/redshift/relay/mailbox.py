"""The backend's messages while the endpoint itself talks to it, instead of the client."""

from __future__ import annotations

import asyncio
from collections import deque

from emulator.redshift.relay.peer import Peer, PeerLostError
from emulator.redshift.relay.wire import frame, length_at

FULL_BYTES = 4 * 1024 * 1024

Mail = tuple[bytes, bytes]  # kind, payload


class Mailbox:
    """Whole messages in order of arrival; the rows of a COPY that came together are one.

    The peer isn't read from while more than FULL_BYTES wait.
    """

    def __init__(self, backend: Peer, rest: bytes) -> None:
        self._backend = backend
        self._buffer = bytearray(rest)
        self._mails: deque[Mail] = deque()
        self._waiting_bytes = 0
        self._arrived = asyncio.Event()
        self._is_over = False
        self.last_words = b""  # the FATAL error after which the backend ends the connection

    def deliver(self, data: bytes) -> None:
        """Takes bytes as they come from the socket."""
        self._buffer += data
        self._cut()
        self._arrived.set()
        if self._waiting_bytes > FULL_BYTES:
            self._backend.pause("mailbox")

    def close(self) -> None:
        """The backend is gone: `next` raises when all mail is read."""
        self._is_over = True
        self._arrived.set()

    @property
    def has_error(self) -> bool:
        """Whether an ErrorResponse is waiting."""
        return any(kind == b"E" for kind, _ in self._mails)

    @property
    def rest(self) -> bytes:
        """The beginning of a message that hasn't fully arrived."""
        return bytes(self._buffer)

    async def next(self) -> Mail:
        """The oldest message; raises PeerLostError if the backend ended."""
        while not self._mails:
            if self._is_over:
                raise PeerLostError("the warehouse closed the connection")
            self._arrived.clear()
            await self._arrived.wait()
        mail = self._mails.popleft()
        self._waiting_bytes -= len(mail[1])
        if self._waiting_bytes < FULL_BYTES // 2:
            self._backend.resume("mailbox")
        return mail

    def _cut(self) -> None:
        buffer, position, end = bytes(self._buffer), 0, len(self._buffer)
        rows: list[bytes] = []
        while end - position >= 5:
            after = position + 1 + length_at(buffer, position + 1)
            if after > end:
                break
            if buffer[position] == 100:  # d, CopyData
                rows.append(buffer[position + 5 : after])
            else:
                self._put_rows(rows)
                self._put((buffer[position : position + 1], buffer[position + 5 : after]))
            position = after
        self._put_rows(rows)
        del self._buffer[:position]

    def _put_rows(self, rows: list[bytes]) -> None:
        if rows:
            self._put((b"d", b"".join(rows)))
            rows.clear()

    def _put(self, mail: Mail) -> None:
        self._mails.append(mail)
        if mail[0] == b"E" and mail[1].startswith(b"SFATAL\0"):
            self.last_words = frame(*mail)
        self._waiting_bytes += len(mail[1])
