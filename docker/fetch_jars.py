"""A step of the image's build: fetches every jar of the lock into TARMAC_CACHE_DIR."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from emulator.stack.errors import JarError
from emulator.stack.jars import fetch_jars, locked_jars


def main() -> int:
    """The step's exit status."""
    try:
        fetch_jars(Path(os.environ["TARMAC_CACHE_DIR"]), locked_jars(), lambda _: None)
    except JarError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
