"""Runs the checks of one client, in the client's own Python: `python run_checks.py <script>`.

Each public function of the script is a check, but `opened`, which gives each of them what it works with.
Prints one line of JSON: an object with the name of each check, and its traceback or null.
"""

from __future__ import annotations

import json
import runpy
import sys
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

Opened = Callable[[], AbstractContextManager[Any]]


def outcome(check: Callable[[Any], None], opened: Opened) -> str | None:
    """None if the check passes, else the traceback of what it raised."""
    try:
        with opened() as client:
            check(client)
    except Exception:
        return traceback.format_exc()
    return None


def main(script: str) -> None:
    """Runs every check of the script in the order that they stand in."""
    found = runpy.run_path(script, run_name="checks")
    checks = {
        name: value
        for name, value in found.items()
        if getattr(value, "__module__", "") == "checks" and not name.startswith("_") and name != "opened"
    }
    print(json.dumps({name: outcome(check, found["opened"]) for name, check in checks.items()}))


if __name__ == "__main__":
    main(sys.argv[1])
