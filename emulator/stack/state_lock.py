"""One command at a time may start or stop the stack of a state folder."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from emulator.stack.errors import StackBusyError
from emulator.stack.settings import StackSettings

LOCK_FILE = "lock"


@contextmanager
def state_lock(settings: StackSettings, timeout_s: float = 180.0) -> Iterator[None]:
    """Holds the folder's lock; waits for another command to end first.

    The lock is the kernel's: it goes with the process that holds it, however that ends.
    Raises StackBusyError after `timeout_s`.
    """
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    with (settings.state_dir / LOCK_FILE).open("a") as file:
        _wait_for(file, settings, timeout_s)
        yield


def _wait_for(file: IO[str], settings: StackSettings, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not _locked(file):
        if time.monotonic() > deadline:
            raise StackBusyError(settings.state_dir, timeout_s)
        threading.Event().wait(0.1)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
