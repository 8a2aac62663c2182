"""Ends what a run leaves behind: processes that it started in sessions of their own."""

from __future__ import annotations

import contextlib
from pathlib import Path

import psutil


def kill_of_run(scratch_dir: Path) -> None:
    """Kills each process whose HOME is the run's scratch folder; only a run has that in its environment."""
    for process in psutil.process_iter(["environ"]):
        environment = process.info["environ"] or {}
        if environment.get("HOME") == str(scratch_dir):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
