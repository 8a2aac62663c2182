"""Waits with a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(predicate: Callable[[], T], timeout_s: float, what: str, poll_s: float = 0.1) -> T:
    """Calls `predicate` until it returns something true, and returns that.

    Raises TimeoutError that says what was waited for and the last value met. An error in `predicate` passes.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout_s:.0f} s for {what}; last met: {value!r}")
        threading.Event().wait(poll_s)
