"""Work that blocks, beside the event loop, with bounded memory between the two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from threading import Event
from typing import TypeVar

T = TypeVar("T")
_DEPTH = 4


async def iterated_in_thread(make: Callable[[], Iterator[T]], depth: int = _DEPTH) -> AsyncIterator[T]:
    """What the iterator gives, made in a thread at most `depth` items ahead; its errors are raised here."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[tuple[str, T | BaseException | None]] = asyncio.Queue(depth)
    stopped = Event()

    def hand_over(kind: str, item: T | BaseException | None) -> None:
        asyncio.run_coroutine_threadsafe(queue.put((kind, item)), loop).result()

    def work() -> None:
        try:
            for item in make():
                if stopped.is_set():
                    return
                hand_over("item", item)
            hand_over("end", None)
        except Exception as error:
            hand_over("error", error)

    worker = loop.run_in_executor(None, work)
    try:
        while True:
            kind, item = await queue.get()
            if kind == "end":
                return
            if isinstance(item, BaseException):
                raise item
            yield item  # type: ignore[misc]
    finally:
        stopped.set()
        while not worker.done():
            while not queue.empty():
                queue.get_nowait()
            await asyncio.wait([worker], timeout=0.05)
