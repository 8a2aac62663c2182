"""A session's own connection to the warehouse, up to the first message of its answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from emulator.redshift.relay import wire
from emulator.redshift.relay.mailbox import Mailbox
from emulator.redshift.relay.peer import Peer
from emulator.redshift.settings import RedshiftSettings

STARTING_UP = "57P03"  # PostgreSQL: cannot_connect_now
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 1.0

# The warehouse looks for a lost client while it executes, too: what a dead one holds is free within this.
_OWN_PARAMETERS = {"client_connection_check_interval": "1s"}


@dataclass(frozen=True)
class Opened:
    """A connection that has been sent the start-up message, and what it answered so far."""

    backend: Peer
    answer: bytes


async def open_session(settings: RedshiftSettings, parameters: Mapping[str, str]) -> Opened:
    """Connects, again and again while the warehouse isn't there or starts up, until its deadline.

    Raises OSError if it isn't there by then.
    """
    deadline = time.monotonic() + settings.connect_timeout_s
    pause_s = FIRST_PAUSE_S
    while True:
        is_last = time.monotonic() > deadline
        try:
            opened = await _attempt(settings, parameters)
            if is_last or not _is_starting_up(opened.answer):
                return opened
            opened.backend.close()
        except OSError:
            if is_last:
                raise
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


def _is_starting_up(answer: bytes) -> bool:
    return answer[:1] == b"E" and wire.fields_of(answer[5:]).get("C") == STARTING_UP


async def _attempt(settings: RedshiftSettings, parameters: Mapping[str, str]) -> Opened:
    backend = Peer(lambda _: None, lambda: None)
    inbox = Mailbox(backend, b"")
    received = bytearray()

    def note(data: bytes) -> None:
        received.extend(data)
        inbox.deliver(data)

    backend.on_bytes, backend.on_end = note, inbox.close
    loop = asyncio.get_running_loop()
    await loop.create_connection(lambda: backend, settings.warehouse_host, settings.warehouse_port)
    try:
        backend.write(wire.startup_message({**parameters, **_OWN_PARAMETERS}))
        await inbox.next()
    except BaseException:  # also when the client is gone and this is cancelled
        backend.close()
        raise
    return Opened(backend, bytes(received))


async def pass_cancel_request(settings: RedshiftSettings, packet: bytes) -> None:
    """Hands a cancel request to the warehouse, whose process ids and keys the clients have.

    Raises OSError if the warehouse can't be reached.
    """
    reader, writer = await asyncio.open_connection(settings.warehouse_host, settings.warehouse_port)
    try:
        writer.write(packet)
        await reader.read()
    finally:
        writer.close()
