"""`make lint`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import typer

from scripts.console import note, say

ROOT = Path(__file__).parents[1]
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy", "--strict", "emulator", "pipeline", "scripts", "seed_data", "tests"),
)


def lint() -> None:
    """Check with ruff and mypy --strict; every check runs, whatever the ones before it said."""
    failed = []
    for check in CHECKS:
        note(" ".join(check))
        if subprocess.run([sys.executable, "-m", *check], cwd=ROOT, check=False).returncode:
            failed.append(check[0])
    if failed:
        raise typer.Exit(1)
    say("ruff and mypy have nothing to say")
