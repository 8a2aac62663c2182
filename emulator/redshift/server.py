"""The listener: start-up of each session, cancel requests, and the connection to the warehouse."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field

from emulator.redshift import wire
from emulator.redshift.catalog import Catalog, CatalogError
from emulator.redshift.mailbox import Mailbox
from emulator.redshift.peer import Peer
from emulator.redshift.session import LocalStatements, Session
from emulator.redshift.settings import RedshiftSettings

LOG = logging.getLogger(__name__)
STARTING_UP = "57P03"  # PostgreSQL: cannot_connect_now

# What PostgreSQL accepts at start-up; drivers for Redshift send more, which it would refuse.
_KNOWN_PARAMETERS = frozenset(
    [
        "user",
        "database",
        "application_name",
        "client_encoding",
        "datestyle",
        "timezone",
        "extra_float_digits",
        "options",
        "search_path",
        "intervalstyle",
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
        "geqo",
        "bytea_output",
        "default_transaction_isolation",
        "default_transaction_read_only",
        "client_min_messages",
    ]
)


@dataclass
class Endpoint:
    """What all sessions share."""

    settings: RedshiftSettings
    catalog: Catalog
    local_statements: LocalStatements
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self) -> None:
        """Listens on loopback until cancelled."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._accept, "127.0.0.1", self.settings.port, backlog=256)
        LOG.info("listening on 127.0.0.1:%s", self.settings.port)
        async with server:
            await server.serve_forever()

    def _accept(self) -> Peer:
        return StartUp(self).client

    def begin(self, task: asyncio.Task[None]) -> None:
        """Keeps a task from being collected while it runs."""
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


class StartUp:
    """A connection up to the first message of the warehouse's answer.

    Requests for TLS or GSS encryption are answered with "no"; a cancel request is passed to the warehouse,
    whose process ids and keys the clients have; a start-up message opens the session.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._buffer = b""
        self.client = Peer(self._on_bytes, self._on_end)
        self._session = Session(self.client, endpoint.local_statements)
        self._task: asyncio.Task[None] | None = None

    def _on_end(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._session.end()

    def _on_bytes(self, data: bytes) -> None:
        self._buffer += data
        while self._task is None and len(self._buffer) >= 8:
            size, code = wire.length_at(self._buffer, 0), wire.length_at(self._buffer, 4)
            if not 8 <= size <= wire.MAX_STARTUP_BYTES:
                self.client.close()
                return
            if len(self._buffer) < size:
                return
            packet, self._buffer = self._buffer[:size], self._buffer[size:]
            self._on_packet(code, packet)

    def _on_packet(self, code: int, packet: bytes) -> None:
        if code in (wire.SSL_REQUEST, wire.GSSENC_REQUEST):
            self.client.write(b"N")
        elif code == wire.CANCEL_REQUEST:
            self._start(self._cancel(packet))
        elif code >> 16 == 3:
            self._start(self._open(wire.startup_parameters(packet[8:])))
        else:
            text = f"unsupported frontend protocol {code >> 16}.{code & 0xFFFF}: server supports 3.0"
            self.client.write(wire.error(text, "08P01", severity="FATAL"))
            self.client.close()

    def _start(self, work: object) -> None:
        assert asyncio.iscoroutine(work)
        self._task = asyncio.get_running_loop().create_task(work)
        self._endpoint.begin(self._task)

    async def _cancel(self, packet: bytes) -> None:
        settings = self._endpoint.settings
        try:
            reader, writer = await asyncio.open_connection(settings.warehouse_host, settings.warehouse_port)
            writer.write(packet)
            await reader.read()
            writer.close()
        except OSError as error:
            LOG.warning("a cancel request did not reach the warehouse: %s", error)
        self.client.close()

    async def _open(self, parameters: dict[str, str]) -> None:
        try:
            await self._endpoint.catalog.prepare(parameters.get("database") or parameters.get("user", ""))
            await self._connect(_accepted(parameters))
        except (OSError, CatalogError) as error:
            settings = self._endpoint.settings
            where = f"{settings.warehouse_host}:{settings.warehouse_port}"
            text = f"the warehouse at {where} can't be reached: {error}"
            hint = "`make status` shows whether it runs, `make logs PART=warehouse` why not."
            self.client.write(wire.error(text, "08001", hint=hint, severity="FATAL"))
            self.client.close()

    async def _connect(self, parameters: dict[str, str]) -> None:
        """Connects, again and again while the warehouse is starting up, until its deadline."""
        deadline = time.monotonic() + self._endpoint.settings.connect_timeout_s
        pause_s = 0.05
        while True:
            try:
                if await self._attempt(parameters, is_last=time.monotonic() > deadline):
                    return
            except OSError:
                if time.monotonic() > deadline:
                    raise
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, 1.0)

    async def _attempt(self, parameters: dict[str, str], is_last: bool) -> bool:
        """One attempt; False if the warehouse said that it is still starting up."""
        settings = self._endpoint.settings
        backend = Peer(lambda _: None, lambda: None)
        inbox = Mailbox(backend, b"")
        first = asyncio.Event()
        received = bytearray()

        def note(data: bytes) -> None:
            received.extend(data)
            inbox.deliver(data)
            first.set()

        def ended() -> None:
            inbox.close()
            if backend.on_bytes is not note:
                self._session.end()

        backend.on_bytes, backend.on_end = note, ended
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: backend, settings.warehouse_host, settings.warehouse_port)
        try:
            backend.write(wire.startup_message(parameters))
            kind, payload = await inbox.next()
            if kind == b"E" and wire.fields_of(payload).get("C") == STARTING_UP and not is_last:
                backend.close()
                return False
        except asyncio.CancelledError:
            backend.close()
            raise
        self._session.begin(backend, bytes(received))
        if self._buffer:
            self._session.from_client(self._buffer)
        if backend.is_over:
            self._session.end()
        return True


def _accepted(parameters: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if name.lower() in _KNOWN_PARAMETERS}
