"""What a run's process tells the worker: one JSON datagram per event on the run's own socket."""

from __future__ import annotations

import json
import socket
import sys
from typing import Any

MAX_MESSAGE_BYTES = 64 * 1024


def send_event(run: socket.socket, **event: Any) -> None:
    """Tells the worker; a worker that no longer listens is about to end us anyway."""
    try:
        run.send(json.dumps(event).encode())
    except OSError as error:
        print(f"could not report {event.get('event')}: {error}", file=sys.stderr)
