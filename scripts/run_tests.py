"""`make test` and `make test-fast`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil
import typer

from emulator.stack.choice import wanted_kind
from emulator.stack.settings import StackSettings
from scripts.jars import ensure_jars

ROOT = Path(__file__).parents[1]
MOST_STACKS = 4
BYTES_PER_STACK = 4 * 1024**3  # a stack with its runs, and the tests' own Spark


def test(context: typer.Context) -> None:
    """Run every test, on stacks of the tests' own; with arguments for pytest, on one (or -n of them).

    STACK=embedded leaves out what needs Docker Compose, STACK=compose all that doesn't.
    """
    kind = wanted_kind()
    ensure_jars(StackSettings.from_environment())
    stacks = stacks_for(os.cpu_count() or 1, psutil.virtual_memory().available)
    parallel = [] if context.args or stacks == 1 else ["-n", str(stacks), "--dist", "loadfile"]
    _run_pytest(kind or "embedded", *selection(kind), *parallel, *context.args)


def selection(kind: str) -> tuple[str, ...]:
    """The tests that STACK names, as arguments of pytest; without it all that fit this machine."""
    if kind == "attached":
        return ("tests/end_to_end", "--tarmac-attach")
    if kind == "compose":
        return ("tests/end_to_end", "tests/compose", "--tarmac-stack", "compose")
    return ("tests", "--tarmac-stack", "embedded") if kind == "embedded" else ("tests",)


def stacks_for(cores: int, available_bytes: int) -> int:
    """How many stacks tests can use side by side on this machine."""
    return max(1, min(cores, available_bytes // BYTES_PER_STACK, MOST_STACKS))


def test_fast(context: typer.Context) -> None:
    """Run the tests that need no stack and no Spark, in seconds; further arguments go to pytest."""
    _run_pytest("embedded", "tests/unit", "-m", "not spark and not process", *context.args)


def _run_pytest(kind: str, *arguments: str) -> None:
    os.chdir(ROOT)
    os.environ["STACK"] = kind  # what a test means that doesn't say it
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])
