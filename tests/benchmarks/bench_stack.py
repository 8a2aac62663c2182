"""How soon a stack is ready with warm caches, and what it needs of memory when it does nothing."""

from __future__ import annotations

import time

from emulator.stack.readiness import PartProgress
from emulator.stack.sandbox import Sandbox
from tests.benchmarks import BenchRow

READY_AIM_S = 15.0
IDLE_AIM_GB = 2.5


def bench(sandbox: Sandbox) -> list[BenchRow]:
    """Stops the stack and starts it anew; seconds until each part is ready, then each part's memory."""
    sandbox.stack.stop()
    ready: dict[str, float] = {}

    def note(progress: PartProgress) -> None:
        if progress.state == "ready":
            ready.setdefault(progress.part, progress.seconds)

    began = time.monotonic()
    sandbox.stack.start(note)
    whole = time.monotonic() - began
    parts = sandbox.status()
    memory_gb = sum(part.memory_bytes for part in parts) / 1e9
    return [
        BenchRow("start → all ready", whole, "s", READY_AIM_S, "an initialised warehouse, without a deploy"),
        *(BenchRow(f"· {name} ready", seconds, "s") for name, seconds in ready.items()),
        BenchRow("memory, idle", memory_gb, "GB", IDLE_AIM_GB, "proportional set size of all processes"),
        *(BenchRow(f"· {part.name}", part.memory_bytes / 1e9, "GB") for part in parts),
    ]
