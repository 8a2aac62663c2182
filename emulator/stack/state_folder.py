"""What a stack keeps below its state folder: laid out before a start, cleared by `reset`."""

from __future__ import annotations

import contextlib
import shutil

from emulator.localstack_mends.jsonata import lay_out_jsonata
from emulator.stack.parts import worker_ready_file
from emulator.stack.settings import StackSettings
from emulator.stack.state_lock import LOCK_FILE
from emulator.stack.supervisor_config import write_stack_files

ENTRIES = (  # glob patterns
    "warehouse",
    "warehouse.initdb-*",
    "localstack",
    "worker",
    "runs",
    "logs",
    "parts",
    "secret",
    "alerts.jsonl",
    "glue.sqlite*",
    "redshift_tls",
    "lineage",
    "supervisor.*",
    LOCK_FILE,
)


def lay_out_state(settings: StackSettings) -> None:
    """Writes what the processes need to start: configuration, secret, and the jars of JSONata."""
    write_stack_files(settings)
    worker_ready_file(settings).unlink(missing_ok=True)
    library = settings.state_dir / "localstack" / "var" / "lib" / "localstack" / "lib"
    lay_out_jsonata(library, settings.jsonata_jars_dir)


def clear_state(settings: StackSettings) -> None:
    """Removes what a stack wrote, and the folder itself if nothing else lies in it."""
    for path in [path for pattern in ENTRIES for path in settings.state_dir.glob(pattern)]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        settings.state_dir.rmdir()
