"""`make test` and `make test-fast`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil
import typer

from emulator.stack.settings import StackSettings
from scripts.jars import ensure_jars

ROOT = Path(__file__).parents[1]
MOST_STACKS = 4
BYTES_PER_STACK = 4 * 1024**3  # a stack with its runs, and the tests' own Spark


def test(context: typer.Context) -> None:
    """Run every test, on stacks of the tests' own; with arguments for pytest, on one (or -n of them)."""
    ensure_jars(StackSettings.from_environment())
    stacks = stacks_for(os.cpu_count() or 1, psutil.virtual_memory().available)
    parallel = [] if context.args or stacks == 1 else ["-n", str(stacks), "--dist", "loadfile"]
    _run_pytest("tests", *parallel, *context.args)


def stacks_for(cores: int, available_bytes: int) -> int:
    """How many stacks tests can use side by side on this machine."""
    return max(1, min(cores, available_bytes // BYTES_PER_STACK, MOST_STACKS))


def test_fast(context: typer.Context) -> None:
    """Run the tests that need no stack and no Spark, in seconds; further arguments go to pytest."""
    _run_pytest("tests/unit", "-m", "not spark and not process", *context.args)


def _run_pytest(*arguments: str) -> None:
    os.chdir(ROOT)
    os.environ["STACK"] = "embedded"  # what a test means that says nothing; those on Compose say so
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])
