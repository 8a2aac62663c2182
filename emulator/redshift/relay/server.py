"""The listener: accepts connections and keeps what all their sessions share."""

from __future__ import annotations

import asyncio
import logging
import ssl
from dataclasses import dataclass, field
from weakref import WeakSet

from emulator.redshift.catalog import Catalog
from emulator.redshift.relay.peer import Peer
from emulator.redshift.relay.query_log import QueryLog
from emulator.redshift.relay.session import LocalStatements, Session
from emulator.redshift.relay.start_up import StartUp
from emulator.redshift.relay.tls import server_context
from emulator.redshift.relay.translations import Translations
from emulator.redshift.settings import RedshiftSettings

LOG = logging.getLogger(__name__)
WAITING_CONNECTIONS = 512  # the system's queue: more than Redshift's 500 sessions may come at once


@dataclass
class Endpoint:
    """What all sessions share."""

    settings: RedshiftSettings
    catalog: Catalog
    local_statements: LocalStatements
    _translations: Translations = field(default_factory=Translations)
    query_log: QueryLog = field(init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _sessions: WeakSet[Session] = field(default_factory=WeakSet)
    _tls: asyncio.Task[ssl.SSLContext | None] | None = None

    def __post_init__(self) -> None:
        self.query_log = QueryLog(self.catalog.connect, lambda: self.catalog.last_query_id)

    async def serve(self) -> None:
        """Listens until cancelled; clients find the authority's certificate from then on."""
        self._tls = asyncio.create_task(self._make_encryption())
        loop = asyncio.get_running_loop()
        host, port = self.settings.listen_host, self.settings.port
        server = await loop.create_server(self._accept, host, port, backlog=WAITING_CONNECTIONS)
        LOG.info("listening on %s:%s", host, port)
        async with server:
            await server.serve_forever()

    async def encryption(self) -> ssl.SSLContext | None:
        """The TLS context; None if it can't be made."""
        return await asyncio.shield(self._tls) if self._tls is not None else None

    async def _make_encryption(self) -> ssl.SSLContext | None:
        try:
            return await asyncio.to_thread(server_context, self.settings.state_dir)
        except OSError as error:
            LOG.error("TLS is declined, its certificate can't be made or read: %s", error)
            return None

    def session(self, client: Peer) -> Session:
        """A session that hasn't begun; it is known for cancel requests as long as it lives."""
        session = Session(client, self.local_statements, self._translations, self.query_log)
        self._sessions.add(session)
        return session

    def cancel(self, key: bytes) -> None:
        """Cancels what the endpoint itself does for the session of this process id and key."""
        for session in self._sessions:
            if session.key == key:
                session.cancel()

    def _accept(self) -> Peer:
        start_up = StartUp(self)
        task = asyncio.get_running_loop().create_task(start_up.run())
        self._tasks.add(task)  # or it could be collected while it runs
        task.add_done_callback(self._tasks.discard)
        return start_up.client
