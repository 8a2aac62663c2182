"""`make test` and `make test-fast`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer

from emulator.stack.settings import StackSettings
from scripts.jars import ensure_jars

ROOT = Path(__file__).parents[1]


def test(context: typer.Context) -> None:
    """Run every test, on a stack of the tests' own; further arguments go to pytest."""
    ensure_jars(StackSettings.from_environment())
    _run_pytest("tests", *context.args)


def test_fast(context: typer.Context) -> None:
    """Run the tests that need no stack and no Spark, in seconds; further arguments go to pytest."""
    _run_pytest("tests/unit", "-m", "not spark and not process", *context.args)


def _run_pytest(*arguments: str) -> None:
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])
