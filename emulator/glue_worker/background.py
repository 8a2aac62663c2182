"""`python -m emulator.glue_worker.background COMMAND…`: at the lowest priority, no longer than its parent."""

from __future__ import annotations

import os
import sys

from emulator.glue_worker.parent_death import end_with_parent

LOWEST_PRIORITY = 19

if __name__ == "__main__":
    end_with_parent()
    os.nice(LOWEST_PRIORITY)
    os.execvp(sys.argv[1], sys.argv[1:])
