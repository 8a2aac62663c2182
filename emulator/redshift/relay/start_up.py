"""A client's connection from its first byte to the session: encryption, cancel requests, the start-up."""

from __future__ import annotations

import asyncio
import logging
import ssl
from typing import Protocol

from emulator.redshift.catalog import Catalog, CatalogError
from emulator.redshift.errors import RedshiftError
from emulator.redshift.relay import wire
from emulator.redshift.relay.peer import Peer
from emulator.redshift.relay.session import Session
from emulator.redshift.relay.start_up_packet import StartUpPacket, read_start_up
from emulator.redshift.relay.warehouse_connection import open_session, pass_cancel_request
from emulator.redshift.settings import RedshiftSettings

LOG = logging.getLogger(__name__)
START_UP_S = 60.0  # PostgreSQL's authentication_timeout, which begins when this one ends
EARLY_BYTES = 2 * wire.MAX_STARTUP_BYTES


class Services(Protocol):
    """What a connection needs of the endpoint."""

    settings: RedshiftSettings
    catalog: Catalog

    async def encryption(self) -> ssl.SSLContext | None:
        """The TLS context, if there can be one."""

    def session(self, client: Peer) -> Session:
        """A session that hasn't begun."""

    def cancel(self, key: bytes) -> None:
        """Cancels what the endpoint itself does for the session of this process id and key."""


class StartUp:
    """A connection that has no session yet.

    A request for TLS is answered with "yes" and a handshake, one for GSS encryption with "no"; a cancel
    request is passed to the warehouse; a start-up message opens the session. Whoever sends something else,
    or nothing for `timeout_s`, is disconnected.
    """

    def __init__(self, services: Services, timeout_s: float = START_UP_S) -> None:
        self.client = Peer(self._on_bytes, self._on_end)
        self._services = services
        self._settings = services.settings
        self._timeout_s = timeout_s
        self._buffer = bytearray()
        self._arrived = asyncio.Event()

    def _on_bytes(self, data: bytes) -> None:
        self._buffer += data
        self._arrived.set()
        if len(self._buffer) > EARLY_BYTES:
            self.client.pause("start-up")

    def _on_end(self) -> None:
        self._arrived.set()

    async def run(self) -> None:
        """Serves the connection until its session begins, or it ends."""
        try:
            async with asyncio.timeout(self._timeout_s):
                code, packet = await self._first_packet()
            await self._serve(code, packet)
        except RedshiftError as refusal:
            LOG.info("refused a connection: %.500s", refusal)
            fields = {"detail": refusal.detail, "hint": refusal.hint}
            self.client.write(wire.error(refusal.message, refusal.code, severity="FATAL", **fields))
        except TimeoutError:
            LOG.info("closed a connection that sent no start-up message for %g s", self._timeout_s)
        except (wire.ProtocolError, OSError) as error:
            LOG.info("closed a connection before its session: %s", error)
        else:
            return
        self.client.close()

    async def _first_packet(self) -> tuple[int, bytes]:
        """The first packet that isn't about encryption."""
        while True:
            packet = await self._packet()
            code = wire.length_at(packet, 4)
            if code == wire.SSL_REQUEST and not self.client.is_encrypted:
                await self._encrypt()
            elif code == wire.GSSENC_REQUEST:
                self.client.write(b"N")
            else:
                return code, packet

    async def _packet(self) -> bytes:
        size = wire.length_at(await self._bytes(4), 0)
        if not 8 <= size <= wire.MAX_STARTUP_BYTES:
            raise wire.ProtocolError(f"invalid length of startup packet: {size} bytes")
        packet = await self._bytes(size)
        del self._buffer[:size]
        return packet

    async def _bytes(self, count: int) -> bytes:
        """The first bytes, which stay in the buffer; raises ConnectionError if they don't come."""
        while len(self._buffer) < count:
            if self.client.is_over:
                raise ConnectionError("its client is gone")
            self._arrived.clear()
            await self._arrived.wait()
        return bytes(self._buffer[:count])

    async def _encrypt(self) -> None:
        context = await self._services.encryption()
        if context is None:
            self.client.write(b"N")
        elif self._buffer:
            raise RedshiftError("received unencrypted data after SSL request", code="08P01")
        else:
            await self.client.start_tls(b"S", context)

    async def _serve(self, code: int, packet: bytes) -> None:
        if code == wire.CANCEL_REQUEST:
            await pass_cancel_request(self._settings, packet)
            self._services.cancel(packet[8:])
            self.client.close()
            return
        start_up = read_start_up(packet)
        self.client.write(start_up.negotiation)
        await self._open(start_up)

    async def _open(self, start_up: StartUpPacket) -> None:
        """Begins the session; raises RedshiftError if the warehouse can't be reached or prepared."""
        self._stop_when_client_ends()
        try:
            await self._services.catalog.prepare(start_up.database)
            opened = await open_session(self._settings, start_up.accepted)
        except CatalogError as error:
            raise RedshiftError(str(error), hint="The endpoint's own scripts failed.") from error
        except OSError as error:
            where = f"{self._settings.warehouse_host}:{self._settings.warehouse_port}"
            raise RedshiftError(
                f"the warehouse at {where} can't be reached: {error}",
                code="08001",
                hint="`make status` shows whether it runs, `make logs PART=warehouse` why not.",
            ) from error
        session = self._services.session(self.client)
        session.log.user, session.log.database = start_up.parameters["user"], start_up.database
        session.log.client = start_up.parameters
        session.begin(opened.backend, opened.answer)
        self.client.resume("start-up")
        if self._buffer:
            session.from_client(bytes(self._buffer))

    def _stop_when_client_ends(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        if self.client.is_over:
            raise ConnectionError("its client is gone")
        self.client.on_end = task.cancel
