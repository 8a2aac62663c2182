"""One client's session: what it sends is looked at, what the warehouse answers is passed on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Protocol

from emulator.redshift.dialect import system_catalog
from emulator.redshift.dialect.dialect import Translation
from emulator.redshift.errors import RedshiftError, StatementTooLargeError
from emulator.redshift.relay import wire
from emulator.redshift.relay.answer_stream import AnswerStream
from emulator.redshift.relay.answering import translate_asking
from emulator.redshift.relay.conversation import (
    BackendError,
    Conversation,
    LocalStatement,
    error_message,
    run_local,
    run_script,
)
from emulator.redshift.relay.history_writer import write_history
from emulator.redshift.relay.inbox import MAX_STATEMENT_BYTES, Inbox, Piece
from emulator.redshift.relay.mailbox import Mailbox
from emulator.redshift.relay.peer import Peer, PeerLostError
from emulator.redshift.relay.preparations import Preparations
from emulator.redshift.relay.query_log import QueryLog, QueryRecord, SessionLog, is_asked
from emulator.redshift.relay.reply_ledger import ReplyLedger
from emulator.redshift.relay.statement_message import LONG_BYTES, StatementMessage, gist, read_statement
from emulator.redshift.relay.translations import Translations

LOG = logging.getLogger(__name__)
INBOX_BYTES = 1024 * 1024
STAND_IN = b"SET redshift.local_statement TO ''"  # describes as "no rows"; is never executed
LOST = wire.error(
    "the warehouse ended the session",
    "08006",
    hint="`make logs PART=warehouse` shows why.",
    severity="FATAL",
)
REFUSED = b"refused by the endpoint"  # no SQL: makes PostgreSQL fail where Redshift would


class LocalStatements(Protocol):
    """Makes the statements that the endpoint executes itself."""

    def __call__(self, sql: str) -> LocalStatement: ...


class Session:
    """Relays one session, from the end of its start-up.

    It is *relaying* (bytes of the warehouse pass as they come, messages of the client are looked at one by
    one) or *held*: the endpoint executes COPY, UNLOAD or a script with such a statement, the warehouse's
    messages go to a mailbox, and the client's wait. It becomes held only once every reply owed to the client
    has passed, and ends with either connection.
    """

    def __init__(
        self,
        client: Peer,
        local_statements: LocalStatements,
        translations: Translations,
        query_log: QueryLog | None = None,
    ) -> None:
        self._client = client
        self.log = SessionLog(query_log or QueryLog())
        self._translations = translations
        self._backend: Peer | None = None
        self._local_statements = local_statements
        self._inbox = Inbox()
        self._outbox: list[bytes] = []
        self._answers = AnswerStream(self._instead_of)
        self._mailbox: Mailbox | None = None
        self._held: asyncio.Task[None] | None = None
        self._talk: Conversation | None = None
        self.key = b""  # with which a cancel request names this session
        self._answered: tuple[StatementMessage, Translation] | None = None
        self._is_case_sensitive = False  # enable_case_sensitive_identifier
        self._settled = asyncio.Event()
        self._ledger = ReplyLedger()
        self._is_terminated = False
        self._preparations = Preparations()
        self._handlers = {
            b"Q": self._on_statement,
            b"P": self._on_statement,
            b"B": self._on_bind,
            b"E": self._on_execute,
            b"C": self._on_close,
        }

    def begin(self, backend: Peer, first_bytes: bytes) -> None:
        """Starts relaying on a backend that has been sent the start-up message and has answered."""
        self._backend = backend
        self._ledger.sent(b"Q")
        self._client.slow_down(backend)
        backend.slow_down(self._client)
        backend.on_bytes, backend.on_end = self.from_backend, self._on_backend_end
        self._client.on_bytes, self._client.on_end = self.from_client, self.end
        self.from_backend(first_bytes)
        if backend.is_over:
            self._on_backend_end()

    def end(self) -> None:
        """The session is over: closes both connections, after what is still buffered is sent."""
        self.log.over()
        if self._mailbox is not None:
            self._mailbox.close()
        if self._held is not None:
            self._held.cancel()
        for peer in (self._client, self._backend):
            if peer is not None:
                peer.close()

    def cancel(self) -> None:
        """The client's request, after the warehouse has got it: for the endpoint's own statements."""
        if self._held is not None and self._talk is not None:
            self._talk.cancel()

    def _on_backend_end(self) -> None:
        if self._mailbox is not None:
            self._mailbox.close()  # whoever talks to the warehouse meets the end after what came before it
            return
        self._tell_of_lost_backend()
        self.end()

    def _tell_of_lost_backend(self) -> None:
        """The client hears why its session ends, unless it wanted that or the warehouse has said it."""
        if self._is_terminated or self._ledger.has_ended:
            return
        said = self._mailbox.last_words if self._mailbox is not None else b""
        self._client.write(said or LOST)

    # --- from the client ---

    def from_client(self, data: bytes) -> None:
        """Takes bytes from the client."""
        self._inbox.add(data)
        if self._held is not None:
            if len(self._inbox) > INBOX_BYTES:
                self._client.pause("inbox")
            return
        try:
            self._read_inbox()
        except wire.ProtocolError as violation:
            LOG.warning("a client broke the protocol and is disconnected: %s", violation)
            self._client.write(wire.error(str(violation), "08P01", severity="FATAL"))
            self._is_terminated = True
            self.end()
        self._send()

    def _read_inbox(self) -> None:
        while self._held is None and self._inbox:
            piece = self._inbox.next(is_open=self._ledger.has_begun)
            if piece is None:
                return
            self._on_piece(piece)

    def _on_piece(self, piece: Piece) -> None:
        kind, message = piece.kind, piece.data
        if piece.refused_bytes:
            self._refuse_large(kind, piece.refused_bytes)
            return
        handler = self._handlers.get(kind)
        if handler is not None:
            handler(message)
            return
        if kind in (b"S", b"D", b"F"):
            self._ledger.sent(kind)
        elif kind in (b"c", b"f"):
            self._ledger.copy_ended()
        elif kind == b"X":
            self._is_terminated = True
        self._outbox.append(message)

    def _refuse_large(self, kind: bytes, size_bytes: int) -> None:
        refusal = StatementTooLargeError(size_bytes, MAX_STATEMENT_BYTES)
        self._refuse(StatementMessage(kind, b"", b"", tail=b"\0\0"), refusal)

    def _refuse(self, asked: StatementMessage, refusal: RedshiftError) -> None:
        """Has the backend fail where Redshift would, so that what follows goes on as it would there."""
        record = self.log.began(asked.sql) if asked.kind == b"Q" else None
        self._ledger.sent(asked.kind, refusal, record=record)
        self._outbox.append(asked.with_sql(REFUSED))

    def _send(self) -> None:
        if self._outbox and self._backend is not None:
            self._backend.write(b"".join(self._outbox))
            self._outbox.clear()

    def _on_statement(self, message: bytes) -> None:
        asked = read_statement(message)
        if len(asked.sql) > MAX_STATEMENT_BYTES:
            self._refuse_large(asked.kind, len(asked.sql))
        elif len(asked.sql) > LONG_BYTES:
            self._held = asyncio.get_running_loop().create_task(self._guarded(self._translate_aside(asked)))
        else:
            self._ask(asked, self._translations.of(asked.sql, self._is_case_sensitive))

    async def _translate_aside(self, asked: StatementMessage) -> None:
        """Translates in a thread, so that other sessions go on; this one's later messages wait."""
        translation = await asyncio.to_thread(self._translations.of, asked.sql, self._is_case_sensitive)
        self._held = None
        self._ask(asked, translation)
        if self._held is None:
            self._go_on()

    def _ask(self, asked: StatementMessage, translation: Translation | None) -> None:
        if translation is None:
            self._pass_on(asked, asked.raw)
            return
        if translation.question:
            self._hold(self._answer(asked))
            return
        self._is_case_sensitive = translation.is_case_sensitive
        if translation.refusal is not None:
            self._refuse(asked, translation.refusal)
        elif asked.kind == b"Q" and (_has_local(translation) or is_asked(gist(asked.sql))):
            self._hold(self._run_script(translation, asked.sql))
        elif not _has_local(translation):
            self._pass_on(asked, asked.with_sql(translation.sql.encode()), is_asked(gist(asked.sql)))
        else:
            self._prepare(asked, translation)

    def _pass_on(self, asked: StatementMessage, message: bytes, asks: bool = False) -> None:
        if asked.kind == b"Q":
            self._ledger.sent(b"Q", record=self.log.began(asked.sql))
        else:
            self.log.parsed(asked.name, asked.sql, asks)
            self._ledger.sent(b"P", undo=self._preparations.parsed(asked.name, None))
        self._outbox.append(message)

    def _prepare(self, asked: StatementMessage, translation: Translation) -> None:
        if len(translation.statements) > 1:
            self._pass_on(asked, asked.with_sql(translation.sql.encode()))  # PostgreSQL allows one
            return
        try:
            statement = self._local_statements(translation.statements[0].sql)
        except RedshiftError as error:
            self._refuse(asked, error)
            return
        self.log.parsed(asked.name, asked.sql, False)
        self._ledger.sent(b"P", undo=self._preparations.parsed(asked.name, statement))
        self._outbox.append(asked.with_sql(STAND_IN))

    def _on_bind(self, message: bytes) -> None:
        portal, start = wire.take_string(message, 5)
        name, _ = wire.take_string(message, start)
        self.log.bound(portal, name)
        self._ledger.sent(b"B", undo=self._preparations.bound(portal, name))
        self._outbox.append(message)

    def _on_execute(self, message: bytes) -> None:
        portal = wire.take_string(message, 5)[0]
        statement = self._preparations.portal(portal)
        sql, asks = self.log.of_portal(portal)
        if (statement is not None or asks) and not self._ledger.is_skipping:
            self._outbox.append(wire.FLUSH)
            self._hold(self._run_portal(statement, sql) if statement else self._execute_asking(message, sql))
            return
        self._ledger.sent(b"E", record=self.log.began(sql))
        self._outbox.append(message)

    def _on_close(self, message: bytes) -> None:
        name = wire.take_string(message, 6)[0]
        self.log.closed(message[5:6], name)
        self._ledger.sent(b"C", undo=self._preparations.closed(message[5:6], name))
        self._outbox.append(message)

    # --- from the warehouse ---

    def from_backend(self, data: bytes) -> None:
        """Takes bytes from the warehouse."""
        if self._mailbox is not None:
            self._mailbox.deliver(data)
            return
        self._client.write(self._answers.passed(data))
        if self._ledger.is_settled:
            self._settled.set()

    def _instead_of(self, kind: bytes, payload: bytes) -> bytes | None:
        """What the client gets for this message of the warehouse's; None if it passes as it is."""
        if kind == b"S":
            return system_catalog.status_report(payload)
        if kind == b"K":
            self.log.opened(wire.length_at(payload, 0))
            self.key = payload
        refusal = self._ledger.received(kind, payload)
        if refusal is None:
            return None
        return error_message(refusal, wire.fields_of(payload).get("S", "ERROR"))

    # --- held ---

    def _hold(self, work: Coroutine[None, None, None]) -> None:
        self._settled.clear()
        if self._ledger.is_settled:
            self._settled.set()
        self._held = asyncio.get_running_loop().create_task(self._guarded(self._while_held(work)))

    async def _while_held(self, work: Coroutine[None, None, None]) -> None:
        self._send()
        try:
            await self._settled.wait()
            if not self._ledger.is_skipping:
                assert self._backend is not None
                self._mailbox = Mailbox(self._backend, self._answers.rest)
                await work
                self._answers.rest = self._mailbox.rest
        finally:
            work.close()
        self._mailbox = self._held = self._talk = None
        if self._answered is not None:
            answered, self._answered = self._answered, None
            self._ask(*answered)
        if self._held is None:
            self._go_on()

    def _go_on(self) -> None:
        """Held no longer: reads what the client has sent meanwhile."""
        self._held = None
        self._client.resume("inbox")
        self.from_client(b"")

    async def _guarded(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except PeerLostError:
            self._tell_of_lost_backend()
            self.end()
        except Exception:
            LOG.exception("a session broke; its client and its backend are disconnected")
            self._client.write(wire.error("the endpoint failed: see its log", "XX000", severity="FATAL"))
            self.end()

    def _conversation(self, is_extended: bool, record: QueryRecord | None = None) -> Conversation:
        assert self._backend is not None
        assert self._mailbox is not None
        self._talk = Conversation(self._backend, self._client, self._mailbox, is_extended, record)
        return self._talk

    async def _answer(self, asked: StatementMessage) -> None:
        """Translates the statement with the columns that the warehouse tells; it is asked for after that."""
        conversation = self._conversation(is_extended=asked.kind == b"P")
        may_guess = asked.kind == b"Q" and self._ledger.status == b"I"
        try:
            translation = await translate_asking(conversation, asked.sql, self._is_case_sensitive, may_guess)
        except BackendError as error:
            self._tell_of_no_answer(asked, error)
        else:
            self._answered = (asked, translation)

    def _tell_of_no_answer(self, asked: StatementMessage, error: BackendError) -> None:
        fields = {code: text for code, text in error.fields.items() if code != "P"}  # a place in our question
        message = wire.response(b"E", fields)
        self._client.write(message)
        if asked.kind == b"P":
            self._ledger.failed_locally()
            return
        with self.log.began(asked.sql) as record:
            record.answered(message)
        self._ledger.status = b"I" if self._ledger.status == b"I" else b"E"
        self._client.write(wire.ready(self._ledger.status))

    async def _run_script(self, translation: Translation, sql: bytes) -> None:
        last_query_id = self.log.last_query_id
        with self.log.began(sql) as record:
            conversation = self._conversation(is_extended=False, record=record)
            if is_asked(sql) and self._ledger.status != b"E":
                await write_history(self.log, conversation, last_query_id)
            self._ledger.status = await run_script(
                conversation, translation.statements, self._local_statements, self._ledger.status
            )

    async def _run_portal(self, statement: LocalStatement, sql: bytes) -> None:
        with self.log.began(sql) as record:
            conversation = self._conversation(is_extended=True, record=record)
            if not await run_local(conversation, statement):
                self._ledger.failed_locally()

    async def _execute_asking(self, message: bytes, sql: bytes) -> None:
        last_query_id, record = self.log.last_query_id, self.log.began(sql)
        await write_history(self.log, self._conversation(is_extended=True), last_query_id)
        self._ledger.sent(b"E", record=record)
        self._outbox.append(message)
        self._send()


def _has_local(translation: Translation) -> bool:
    return any(statement.is_local for statement in translation.statements)
