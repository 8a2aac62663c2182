"""Work that blocks, beside the event loop, with bounded memory between the two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass
from threading import Event
from typing import Generic, TypeVar

T = TypeVar("T")
_DEPTH = 4


@dataclass(frozen=True)
class _Message(Generic[T]):
    """An item, the end (no item), or what the iterator raised."""

    items: list[T]
    error: Exception | None = None


async def iterated_in_thread(make: Callable[[], Iterator[T]], depth: int = _DEPTH) -> AsyncGenerator[T, None]:
    """What the iterator gives, made in a thread at most `depth` items ahead; its errors are raised here."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[_Message[T]] = asyncio.Queue(depth)
    stopped = Event()

    def hand_over(message: _Message[T]) -> None:
        asyncio.run_coroutine_threadsafe(queue.put(message), loop).result()

    def work() -> None:
        try:
            for item in make():
                if stopped.is_set():
                    return
                hand_over(_Message([item]))
            hand_over(_Message([]))
        except Exception as error:
            hand_over(_Message([], error))

    worker = loop.run_in_executor(None, work)
    try:
        while True:
            message = await queue.get()
            if message.error is not None:
                raise message.error
            if not message.items:
                return
            yield message.items[0]
    finally:
        stopped.set()
        while not worker.done():
            while not queue.empty():
                queue.get_nowait()
            await asyncio.wait([worker], timeout=0.05)
