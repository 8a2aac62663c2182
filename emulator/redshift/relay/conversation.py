"""The endpoint talks to the warehouse itself, on the client's own connection and in its transaction."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulator.redshift.errors import QueryCancelledError, RedshiftError, reworded
from emulator.redshift.relay import wire
from emulator.redshift.relay.mailbox import Mail, Mailbox
from emulator.redshift.relay.peer import Peer, PeerLostError

if TYPE_CHECKING:  # it needs the local statements, which need this
    from emulator.redshift.dialect.dialect import Statement
from emulator.redshift.relay.query_log import QueryRecord

LOG = logging.getLogger(__name__)
FAILING_SQL = "aborted by the endpoint"  # no SQL: PostgreSQL fails, and its transaction with it


class BackendError(Exception):
    """The warehouse answered with an ErrorResponse; `fields` by their one-letter codes."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(fields.get("M", ""))
        self.fields = fields


def error_message(error: RedshiftError, severity: str = "ERROR") -> bytes:
    """The error as the client is told."""
    return wire.error(error.message, error.code, detail=error.detail, hint=error.hint, severity=severity)


@dataclass
class Outcome:
    """What a statement gave: its tag, the rows as DataRow payloads, the notices' texts."""

    tag: str = ""
    rows: list[bytes] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """The number at the end of the tag."""
        last = self.tag.rpartition(" ")[2]
        return int(last) if last.isdigit() else 0

    def only_value(self) -> str:
        """The single value of the single row; empty for NULL."""
        return (next(wire.row_values(self.rows[0])) or b"").decode()


Feed = Callable[[], AsyncGenerator[bytes, None]]
Drain = Callable[[bytes], Awaitable[None]]


class Conversation:
    """Statements of the endpoint's own, while the client waits.

    In a simple query each is followed by Sync. In the extended protocol none is, because Sync would end the
    client's transaction; after an error the warehouse then ignores everything up to the client's Sync.
    """

    def __init__(
        self,
        backend: Peer,
        client: Peer,
        mailbox: Mailbox,
        is_extended: bool,
        record: QueryRecord | None = None,
    ) -> None:
        self._backend = backend
        self._client = client
        self._mailbox = mailbox
        self._is_extended = is_extended
        self.record = record
        self.status = b"I"
        self.has_failed = False
        self._work: asyncio.Task[str] | None = None
        self._awaits_backend = False
        self._is_cancelled = False

    @property
    def query_id(self) -> int:
        """The id of the statement in the history of queries."""
        return self.record.query_id if self.record is not None else 0

    @property
    def commits_each(self) -> bool:
        """Whether each statement would be a transaction of its own."""
        return not self._is_extended and self.status == b"I"

    def tell(self, message: bytes) -> None:
        """Sends a message to the client."""
        if self.record is not None:
            self.record.answered(message)
        self._client.write(message)

    def tell_of_failure(self, fields: Mapping[str, str]) -> None:
        """Tells the client of the warehouse's error, in Redshift's words."""
        error = reworded(fields, self.query_id)
        self.tell(wire.response(b"E", fields) if error is None else error_message(error, fields.get("S", "")))

    async def interruptible(self, work: Coroutine[Any, Any, str]) -> str:
        """Awaits what `cancel` may interrupt; raises RedshiftError with 57014 if it did."""
        self._work = asyncio.ensure_future(work)
        try:
            return await self._work
        except asyncio.CancelledError:
            if not self._is_cancelled:
                raise
            raise QueryCancelledError(self.query_id) from None
        finally:
            self._work = None

    def cancel(self) -> None:
        """The client's request, which the warehouse has got, too: whatever waits for that is left to it."""
        if self._work is not None and not self._awaits_backend:
            self._is_cancelled = True
            self._work.cancel()

    async def _next(self) -> Mail:
        self._awaits_backend = True
        try:
            return await self._mailbox.next()
        finally:
            self._awaits_backend = False

    async def run(
        self, sql: str, *, feed: Feed | None = None, drain: Drain | None = None, keep_notices: bool = False
    ) -> Outcome:
        """Executes one statement; `feed` gives the data of COPY FROM STDIN, `drain` takes TO STDOUT's.

        Raises BackendError, or whatever `feed` or `drain` raise; the transaction has failed in each case.
        """
        self._backend.write(wire.CLOSE_ONCE + wire.open_once(sql) + wire.FLUSH)  # a failed one is still open
        outcome = Outcome()
        while True:
            kind, payload = await self._next()
            if kind == b"C":
                outcome.tag = payload[:-1].decode()
                break
            if kind == b"E":
                await self._recover()
                raise BackendError(wire.fields_of(payload))
            if kind == b"G":
                await self._feed(feed)
            elif kind == b"d" and drain is not None:
                await self._drained(drain, payload)
            elif kind == b"D":
                outcome.rows.append(payload)
            elif kind == b"N" and keep_notices:
                outcome.notices.append(wire.fields_of(payload).get("M", ""))
            elif kind in b"NSA":
                self.tell(wire.frame(kind, payload))
        await self._close()
        return outcome

    async def describe(self, sql: str) -> list[tuple[str, int, int]]:
        """The columns of a query, which isn't executed: name, type's oid, type's modifier.

        Raises BackendError; the transaction has failed then.
        """
        self._backend.write(wire.CLOSE_ONCE + wire.describe_once(sql) + wire.FLUSH)
        columns: list[tuple[str, int, int]] = []
        while True:
            kind, payload = await self._next()
            if kind == b"E":
                await self._recover()
                raise BackendError(wire.fields_of(payload))
            if kind == b"T":
                columns = wire.described_columns(payload)
            if kind in (b"T", b"n"):
                await self._close()
                return columns

    async def fail(self) -> None:
        """Makes the client's transaction a failed one, as an error of its own statement does."""
        if not self.has_failed:
            try:
                await self.run(FAILING_SQL)
            except BackendError:
                return

    async def pass_query(self, sql: str) -> bool:
        """Executes a client's statement, passes all answers but ReadyForQuery; False if it failed."""
        self._backend.write(wire.query(sql))
        is_good = True
        while True:
            kind, payload = await self._next()
            if kind == b"Z":
                self.status = payload
                return is_good
            if kind == b"G":
                text = "COPY FROM STDIN can't share a query string with COPY from or UNLOAD to S3"
                self._backend.write(wire.frame(b"f", text.encode() + b"\0"))
                continue
            if kind == b"E":
                is_good = False
                self.tell_of_failure(wire.fields_of(payload))
            else:
                self.tell(wire.frame(kind, payload))
            await self._client.writable()

    async def run_quietly(self, sql: str) -> bool:
        """Executes a statement of which the client sees only an error; False if it failed."""
        try:
            await self.run(sql)
        except BackendError as error:
            self.tell_of_failure(error.fields)
            return False
        return True

    async def _feed(self, feed: Feed | None) -> None:
        ending = wire.COPY_DONE
        try:
            if feed is not None:
                await self._send_all(feed())
        except PeerLostError:
            raise
        except (Exception, asyncio.CancelledError):
            self._backend.write(wire.frame(b"f", b"stopped by the endpoint\0") + wire.FLUSH)
            await self._skip_to_error()
            raise
        self._backend.write(ending + wire.FLUSH)

    async def _send_all(self, chunks: AsyncGenerator[bytes, None]) -> None:
        async with aclosing(chunks):
            async for chunk in chunks:
                if self._mailbox.has_error:
                    return
                self._backend.write(wire.frame(b"d", chunk))
                await self._backend.writable()

    async def _drained(self, drain: Drain, rows: bytes) -> None:
        try:
            await drain(rows)
        except PeerLostError:
            raise
        except (Exception, asyncio.CancelledError):
            while (ending := (await self._next())[0]) not in (b"C", b"E"):
                pass
            await (self._close() if ending == b"C" else self._recover())
            raise

    async def _skip_to_error(self) -> None:
        while (await self._next())[0] != b"E":
            pass
        await self._recover()

    async def _recover(self) -> None:
        self.has_failed = self._is_extended
        if not self._is_extended:
            self._backend.write(wire.SYNC)
            await self._skip_to(b"Z")

    async def _close(self) -> None:
        self._backend.write(wire.CLOSE_ONCE + (wire.FLUSH if self._is_extended else wire.SYNC))
        await self._skip_to(b"3")
        await self._skip_to(b"3" if self._is_extended else b"Z")

    async def _skip_to(self, wanted: bytes) -> None:
        while (mail := await self._next())[0] != wanted:
            if mail[0] in b"NSA":
                self.tell(wire.frame(*mail))
        if wanted == b"Z":
            self.status = mail[1]


class LocalStatement(ABC):
    """A statement that the endpoint executes itself: COPY from S3, UNLOAD to S3."""

    @abstractmethod
    async def execute(self, conversation: Conversation) -> str:
        """Does it; returns the tag of CommandComplete.

        Raises RedshiftError, or BackendError with what the client is to be told.
        """


async def run_local(conversation: Conversation, statement: LocalStatement) -> bool:
    """Executes the statement and tells the client how it ended; False if it failed."""
    try:
        conversation.tell(wire.complete(await conversation.interruptible(statement.execute(conversation))))
    except RedshiftError as error:
        await conversation.fail()
        conversation.tell(error_message(error))
        return False
    except BackendError as error:
        await conversation.fail()
        fields = {code: text for code, text in error.fields.items() if code != "P"}  # a place in our SQL
        conversation.tell_of_failure(fields)
        return False
    except PeerLostError:
        raise
    except Exception:
        LOG.exception("the endpoint failed at a statement of its own; its session goes on")
        await conversation.fail()
        conversation.tell(error_message(RedshiftError("the endpoint failed at this statement: see its log")))
        return False
    return True


@dataclass
class _Script:
    """A query string of several statements, one of which is local: one transaction, unless it has its own."""

    conversation: Conversation
    local_statements: Callable[[str], LocalStatement]
    is_single: bool
    is_implicit: bool = False

    async def step(self, statement: Statement) -> bool:
        """Executes the next statement; False if it failed."""
        begins = statement.keyword in ("BEGIN", "START")
        if begins and self.is_implicit:
            self.is_implicit = False
            self.conversation.tell(wire.complete("BEGIN"))
            return True
        if not begins and not self.is_single and self.conversation.status == b"I":
            await self.conversation.run_quietly("BEGIN")
            self.is_implicit = True
        if statement.is_local:
            return await self._local(statement)
        return await self.conversation.pass_query(statement.sql)

    async def finish(self, is_good: bool) -> None:
        """Ends the transaction that `step` opened, if the script did not."""
        if self.is_implicit and self.conversation.status != b"I":
            await self.conversation.run_quietly("COMMIT" if is_good else "ROLLBACK")

    async def _local(self, statement: Statement) -> bool:
        try:
            local = self.local_statements(statement.sql)
        except RedshiftError as error:
            local = _Refused(error)
        return await run_local(self.conversation, local)


class _Refused(LocalStatement):
    def __init__(self, error: RedshiftError) -> None:
        self._error = error

    async def execute(self, conversation: Conversation) -> str:
        del conversation
        raise self._error


async def run_script(
    conversation: Conversation,
    statements: Sequence[Statement],
    local_statements: Callable[[str], LocalStatement],
    status: bytes,
) -> bytes:
    """Executes a simple query that has local statements, up to its ReadyForQuery; returns the new status."""
    conversation.status = status
    script = _Script(conversation, local_statements, is_single=len(statements) == 1)
    is_good = True
    for statement in statements:
        is_good = await script.step(statement)
        if not is_good:
            break
    await script.finish(is_good)
    conversation.tell(wire.ready(conversation.status))
    return conversation.status
