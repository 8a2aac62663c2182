"""Stacks of a test session's own: free ports, a name and a place of their own, removed at the end."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emulator.stack.choice import choose, wanted_kind
from emulator.stack.interface import AnyStack
from emulator.stack.settings import StackSettings


@contextmanager
def new_stack(name: str, keep_state: bool = False, kind: str | None = None) -> Iterator[AnyStack]:
    """A stack that is not started yet; stopped and removed when the block ends, however it does.

    `kind` is `embedded` or `compose`; by default the word of STACK, else embedded.
    """
    state_dir = Path(tempfile.mkdtemp(prefix=f"tarmac-{name}-"))
    stack = choose(sandbox_settings(state_dir, name), kind or wanted_kind() or "embedded", bound=True).stack
    try:
        yield stack
    finally:
        stack.stop()
        if keep_state:
            print(f"\nthe sandbox's state and logs are kept in {stack.home}")
        else:
            shutil.rmtree(state_dir, ignore_errors=True)


def sandbox_settings(state_dir: Path, name: str) -> StackSettings:
    """Settings of a stack with free ports; caches and credentials as in the environment."""
    gateway, redshift, warehouse = free_ports(3)
    return StackSettings.from_environment(
        {
            **os.environ,
            "TARMAC_NAME": name,
            "TARMAC_STATE_DIR": str(state_dir),
            "TARMAC_GATEWAY_PORT": str(gateway),
            "TARMAC_REDSHIFT_PORT": str(redshift),
            "TARMAC_WAREHOUSE_PORT": str(warehouse),
        }
    )


def free_ports(count: int) -> list[int]:
    """Distinct loopback ports that nobody listens on now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for item in sockets:
            item.bind(("127.0.0.1", 0))
        return [item.getsockname()[1] for item in sockets]
