"""The health check of a container: `python -m emulator.stack.healthcheck PART` is 0 when the part is ready.

It asks with the same probe as `up` does on the embedded stack. A check waits for a part that isn't ready yet:
`docker compose up --wait` then ends as soon as all are, although Docker itself looks only every few seconds.
"""

from __future__ import annotations

import sys
import time
from threading import Event

from emulator.environment import SettingsError
from emulator.stack.errors import StackError
from emulator.stack.parts import Part, part_named
from emulator.stack.settings import StackSettings

WAITS_S = 20.0
POLL_S = 0.2


def missing(part: Part, settings: StackSettings, waits_s: float = WAITS_S) -> str:
    """What the part still lacks after `waits_s` seconds; empty as soon as it is ready."""
    deadline = time.monotonic() + waits_s
    while (note := part.probe(settings)) and time.monotonic() < deadline:
        Event().wait(POLL_S)
    return note


def main(arguments: list[str]) -> int:
    """The check's exit status; Docker keeps what it prints for `docker inspect`."""
    try:
        note = missing(part_named(arguments[0]), StackSettings.from_environment())
    except (SettingsError, StackError) as error:
        note = str(error)
    print(note or "ready")
    return 1 if note else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
