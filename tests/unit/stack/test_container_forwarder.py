from __future__ import annotations

import asyncio
import socket

from emulator.stack.forwarder import forward


async def _shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A service that answers only when its client has said all: needs a half-closed connection."""
    writer.write((await reader.read(-1)).upper())
    writer.close()


async def _said(port: int, words: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(words)
    writer.write_eof()
    answer = await reader.read(-1)
    writer.close()
    return answer


async def _through(words: list[bytes], with_service: bool = True) -> list[bytes]:
    service = await asyncio.start_server(_shout, "127.0.0.1", 0, limit=1 << 24)
    port = service.sockets[0].getsockname()[1]
    if not with_service:
        service.close()
        await service.wait_closed()
    listener = socket.create_server(("127.0.0.1", 0))
    door = listener.getsockname()[1]
    forwarding = asyncio.create_task(forward(listener, "localhost", port))
    answers = await asyncio.gather(*(_said(door, word) for word in words))
    forwarding.cancel()
    service.close()
    return answers


def test_connections_are_passed_on_side_by_side_and_whole() -> None:
    words = [b"a" * 3_000_000, b"b", b""]
    assert asyncio.run(_through(words)) == [word.upper() for word in words]


def test_a_connection_ends_at_once_while_the_service_is_down() -> None:
    assert asyncio.run(_through([b"a"], with_service=False)) == [b""]


async def _service_outlived_by_nobody() -> bytes:
    """What a service reads of a client that resets its connection while the service still wants to talk."""
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        heard.set_result(await reader.read(-1))
        writer.close()

    service = await asyncio.start_server(listen, "127.0.0.1", 0)
    listener = socket.create_server(("127.0.0.1", 0))
    door = listener.getsockname()[1]
    forwarding = asyncio.create_task(forward(listener, "127.0.0.1", service.sockets[0].getsockname()[1]))
    reader, writer = await asyncio.open_connection("127.0.0.1", door)
    await reader.readexactly(5)
    writer.transport.abort()
    async with asyncio.timeout(10):
        words = await heard
    forwarding.cancel()
    service.close()
    return words


def test_a_service_learns_that_its_client_is_gone() -> None:
    assert asyncio.run(_service_outlived_by_nobody()) == b""
