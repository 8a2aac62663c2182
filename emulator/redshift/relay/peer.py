"""The two ends of a session: a socket that reports bytes to its owner and slows the other end down."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

WRITE_BUFFER_BYTES = 1024 * 1024
HANDSHAKE_S = 20.0
LINGER_S = 20.0  # a closed socket whose other end doesn't read keeps its bytes no longer than this


class PeerLostError(ConnectionError):
    """The session's client or backend is gone; any other ConnectionError is of S3 or the like."""


class Peer(asyncio.Protocol):
    """One socket of a session.

    `on_bytes` gets what arrives, `on_end` is called once when the connection is over. While the socket's
    write buffer is full, the peer given by `slow_down` is not read from.
    """

    def __init__(self, on_bytes: Callable[[bytes], None], on_end: Callable[[], object]) -> None:
        self.on_bytes = on_bytes
        self.on_end = on_end
        self._transport: asyncio.Transport | None = None
        self._source: Peer | None = None
        self._reasons: set[str] = set()
        self._writable = asyncio.Event()
        self._writable.set()
        self.is_over = False
        self.is_encrypted = False

    def slow_down(self, source: Peer) -> None:
        """Ties the speed at which `source` is read to the speed at which this peer can be written to."""
        self._source = source

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's call-back."""
        assert isinstance(transport, asyncio.Transport)
        transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES)
        self._transport = transport

    async def start_tls(self, answer: bytes, context: ssl.SSLContext) -> None:
        """Writes the answer to the request for TLS and shakes hands; what comes next is encrypted.

        Raises OSError, of which ssl.SSLError is one, if the other end can't or won't.
        """
        assert self._transport is not None
        self._transport.write(answer)
        transport = await asyncio.get_running_loop().start_tls(
            self._transport,
            self,
            context,
            server_side=True,
            ssl_handshake_timeout=HANDSHAKE_S,
            ssl_shutdown_timeout=LINGER_S,
        )
        if transport is None:
            raise ConnectionError("the connection ended with its TLS handshake")
        self.is_encrypted = True
        self.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """asyncio's call-back."""
        self.on_bytes(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's call-back."""
        del exc
        if self.is_over:
            return
        self.is_over = True
        self._writable.set()
        self.on_end()

    def pause_writing(self) -> None:
        """asyncio's call-back."""
        self._writable.clear()
        if self._source is not None:
            self._source.pause("writer")

    def resume_writing(self) -> None:
        """asyncio's call-back."""
        self._writable.set()
        if self._source is not None:
            self._source.resume("writer")

    def write(self, data: bytes) -> None:
        """Sends, or buffers when the socket is full."""
        if self._transport is not None and not self.is_over:
            self._transport.write(data)

    async def writable(self) -> None:
        """Waits until the buffer has room; raises PeerLostError if the connection is over."""
        await self._writable.wait()
        if self.is_over:
            raise PeerLostError("the connection is over")

    def pause(self, reason: str) -> None:
        """Stops reading until every reason is gone."""
        if not self._reasons and self._transport is not None and not self.is_over:
            self._transport.pause_reading()
        self._reasons.add(reason)

    def resume(self, reason: str) -> None:
        """Takes one reason back."""
        if reason not in self._reasons:
            return
        self._reasons.discard(reason)
        if not self._reasons and self._transport is not None and not self.is_over:
            self._transport.resume_reading()

    def close(self) -> None:
        """Sends what is buffered, then closes; gives up on an end that doesn't read for LINGER_S."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.close()
        if transport.get_write_buffer_size():
            asyncio.get_running_loop().call_later(LINGER_S, self._give_up)

    def _give_up(self) -> None:
        if self._transport is not None and not self.is_over:
            self._transport.abort()
