"""What a run's process tells the worker: one JSON datagram per event on the run's own socket."""

from __future__ import annotations

import contextlib
import json
import socket
from typing import Any

MAX_MESSAGE_BYTES = 64 * 1024


def send_event(run: socket.socket, **event: Any) -> None:
    """Tells the worker; one that a script has cut off by closing the socket hears the exit code only."""
    with contextlib.suppress(OSError):
        run.send(json.dumps(event).encode())
