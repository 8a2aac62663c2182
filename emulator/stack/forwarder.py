"""Makes 127.0.0.1:PORT of a container mean the service that the user's machine has at that address.

A job's script, a connection of the catalogue or a queue URL that says 127.0.0.1:4566 then works on both
stacks.

    python -IS forwarder.py '[[<descriptor of a listening socket>, "<host>", <port>], …]'

Standard library only, and run as a file: one lives in each container, so it must stay small.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Route:
    """Connections to 127.0.0.1:`port` go to the same port of `host`."""

    port: int
    host: str


def start(routes: Sequence[Route]) -> None:
    """Listens at once and leaves the work to a process of its own, which no longer is this one's child.

    Raises OSError when a port is taken.
    """
    listeners = [(_listening(route.port), route) for route in routes]
    spec = json.dumps([[listener.fileno(), route.host, route.port] for listener, route in listeners])
    child = os.fork()
    if child == 0:
        if os.fork() == 0:
            _become_forwarder(spec)
        os._exit(0)
    os.waitpid(child, 0)
    for listener, _ in listeners:
        listener.close()


def _listening(port: int) -> socket.socket:
    listener = socket.create_server(("127.0.0.1", port), backlog=512)
    listener.set_inheritable(True)
    return listener


def _become_forwarder(spec: str) -> None:
    try:
        os.setsid()
        os.execv(sys.executable, [sys.executable, "-IS", __file__, spec])
    finally:
        os._exit(127)


async def forward(listener: socket.socket, host: str, port: int) -> None:
    """Serves one listening socket until cancelled; the host's name is looked up for each connection."""
    connections: set[asyncio.Task[None]] = set()  # asyncio itself would let go of them

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_join(reader, writer, host, port))
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(accept, sock=listener, limit=CHUNK_BYTES)
    async with server:
        await server.serve_forever()


async def _join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int) -> None:
    """Passes on both ways until both have ended, or one breaks."""
    with contextlib.closing(writer), contextlib.suppress(OSError):
        there_reader, there_writer = await asyncio.open_connection(host, port, limit=CHUNK_BYTES)
        with contextlib.closing(there_writer):
            try:
                async with asyncio.TaskGroup() as ways:
                    ways.create_task(_pump(reader, there_writer))
                    ways.create_task(_pump(there_reader, writer))
            except* OSError:
                pass  # whoever is left sees its connection end


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Passes on what comes until its sender ends, which the receiver is told; the other way stays open."""
    while data := await reader.read(CHUNK_BYTES):
        writer.write(data)
        await writer.drain()
    writer.write_eof()


async def _serve(entries: list[tuple[int, str, int]]) -> None:
    await asyncio.gather(
        *(forward(socket.socket(fileno=descriptor), host, port) for descriptor, host, port in entries)
    )


if __name__ == "__main__":
    asyncio.run(_serve(json.loads(sys.argv[1])))
