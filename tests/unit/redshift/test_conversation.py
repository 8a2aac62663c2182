"""The endpoint's own statements: whatever fails in them is their error, and the session goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from emulator.redshift.errors import RedshiftError
from emulator.redshift.relay import wire
from emulator.redshift.relay.conversation import FAILING_SQL, Conversation, LocalStatement, run_local
from emulator.redshift.relay.mailbox import Mailbox
from emulator.redshift.relay.peer import Peer, PeerLostError

DONE = wire.frame(b"1") + wire.frame(b"2")
CLOSED = wire.frame(b"3") * 2 + wire.ready(b"I")
FAILED = wire.error("syntax error", "42601") + wire.ready(b"E")


class Recorder(Peer):
    """A peer without a socket."""

    def __init__(self) -> None:
        super().__init__(lambda _: None, lambda: None)
        self.written = bytearray()

    def write(self, data: bytes) -> None:
        self.written += data


class Warehouse(Recorder):
    """Answers what it is sent, by a part of it."""

    def __init__(self, script: dict[bytes, bytes]) -> None:
        super().__init__()
        self.mailbox = Mailbox(self, b"")
        self._script = script

    def write(self, data: bytes) -> None:
        super().write(data)
        for part, answer in self._script.items():
            if part in data:
                self.mailbox.deliver(answer)


class Statement(LocalStatement):
    """Copies into the warehouse what `error` interrupts, or fails before that."""

    def __init__(self, error: Exception, is_copying: bool) -> None:
        self._error = error
        self._is_copying = is_copying

    async def execute(self, conversation: Conversation) -> str:
        if not self._is_copying:
            raise self._error
        await conversation.run("COPY t FROM STDIN", feed=self._chunks)
        return "COPY 1"

    async def _chunks(self) -> AsyncGenerator[bytes, None]:
        yield b"1\n"
        raise self._error


def told(
    statement: LocalStatement, script: dict[bytes, bytes], is_over: bool = False
) -> tuple[bool, bytes, bytes]:
    """Whether it worked, what the client was told, and what the warehouse was sent."""

    async def scenario() -> tuple[bool, bytes, bytes]:
        client, backend = Recorder(), Warehouse(script)
        if is_over:
            backend.mailbox.close()
        conversation = Conversation(backend, client, backend.mailbox, is_extended=False)
        return await run_local(conversation, statement), bytes(client.written), bytes(backend.written)

    return asyncio.run(asyncio.wait_for(scenario(), 5))


@pytest.mark.parametrize("is_copying", [False, True])
@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (RedshiftError("no such bucket"), "XX000", "no such bucket"),
        (ValueError("a mistake of ours"), "XX000", "the endpoint failed at this statement: see its log"),
        (ConnectionResetError("S3 is gone"), "XX000", "the endpoint failed at this statement: see its log"),
    ],
)
def test_whatever_fails_is_told_as_the_statements_error(
    error: Exception, code: str, text: str, is_copying: bool
) -> None:
    copying = DONE + wire.frame(b"G", b"\0\0\0")
    script = {b"COPY t": copying, b"stopped by the endpoint": FAILED, FAILING_SQL.encode(): FAILED}
    is_good, said, sent = told(Statement(error, is_copying), script)
    assert not is_good
    assert said == wire.error(text, code)
    assert (b"stopped by the endpoint" in sent) == is_copying


def test_a_warehouse_that_is_gone_ends_the_session_and_not_the_statement() -> None:
    with pytest.raises(PeerLostError):
        told(Statement(ValueError("whatever"), is_copying=True), {}, is_over=True)


def test_an_error_of_the_warehouse_is_told_in_redshifts_words_without_its_place() -> None:
    class Waiting(LocalStatement):
        async def execute(self, conversation: Conversation) -> str:
            return (await conversation.run("TRUNCATE t")).tag

    cancelled = wire.response(
        b"E", {"S": "ERROR", "C": "57014", "M": "canceling statement due to user request", "P": "7"}
    )
    is_good, said, _ = told(
        Waiting(), {b"TRUNCATE": cancelled + wire.ready(b"E"), FAILING_SQL.encode(): FAILED}
    )
    assert (is_good, said) == (False, wire.error("Query cancelled on user's request", "57014"))
    assert told(Waiting(), {b"TRUNCATE": DONE + wire.complete("TRUNCATE TABLE") + CLOSED})[:2] == (
        True,
        wire.complete("TRUNCATE TABLE"),
    )
