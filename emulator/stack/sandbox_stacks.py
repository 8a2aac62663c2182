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
    word = kind or wanted_kind() or "embedded"
    with new_folder(name, keep_state) as state_dir:
        stack = choose(sandbox_settings(state_dir, _stack_name(name, word)), word, bound=True).stack
        try:
            yield stack
        finally:
            if keep_state:
                stack.stop()
                print(f"\nthe sandbox's state and logs are kept in {stack.home}")
            else:
                stack.reset()


@contextmanager
def new_folder(name: str, keep: bool) -> Iterator[Path]:
    """A folder for temporary files, removed at the end unless it shall be kept."""
    folder = Path(tempfile.mkdtemp(prefix=f"tarmac-{name}-"))
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _stack_name(name: str, kind: str) -> str:
    if kind != "compose":
        return name
    from emulator.stack.compose_sandboxes import remove_leftovers, sandbox_project
    from emulator.stack.engine import find_engine

    remove_leftovers(find_engine())
    return sandbox_project(name)


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
