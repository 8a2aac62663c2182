"""`make bench`."""

from __future__ import annotations

import importlib
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import psutil
import typer

from emulator.stack.settings import StackSettings
from scripts.console import CommandError, note, out, print_rows, say
from scripts.jars import ensure_jars

if TYPE_CHECKING:
    from emulator.stack.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
COLUMNS = ("measured", "value", "unit", "aim", "met", "note")


def bench(
    only: Annotated[list[str] | None, typer.Argument(help="names of benchmarks, without bench_")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="a table for docs/performance.md")] = False,
) -> None:
    """Measure start, memory, the chain and bulk loads on a stack of its own."""
    from emulator.stack.pytest_plugin import new_sandbox  # imports pytest: slow, and only needed here

    ensure_jars(StackSettings.from_environment())
    sys.path.insert(0, str(ROOT))
    modules = _modules(only or [])
    note(f"on {machine()}")
    with new_sandbox("bench") as sandbox:
        rows = [row for module in modules for row in _measured(module, sandbox)]
    if markdown:
        _print_markdown(rows)
    else:
        say(machine())
        print_rows(COLUMNS, rows)


def machine() -> str:
    """The machine's size, for the head of a table."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()} {platform.machine()}"


def _modules(only: list[str]) -> list[Any]:
    names = [path.stem for path in sorted((ROOT / "tests" / "benchmarks").glob("bench_*.py"))]
    wanted = [name for name in names if not only or name.removeprefix("bench_") in only]
    if unknown := set(only) - {name.removeprefix("bench_") for name in names}:
        known = ", ".join(name.removeprefix("bench_") for name in names)
        raise CommandError(f"There is no benchmark {', '.join(sorted(unknown))}. Next: use some of {known}")
    return [importlib.import_module(f"tests.benchmarks.{name}") for name in wanted]


def _measured(module: Any, sandbox: Sandbox) -> Iterator[tuple[Any, ...]]:
    name = module.__name__.rpartition(".")[2]
    note(f"{name} …")
    try:
        measured = module.bench(sandbox)
    except Exception as error:  # the others shall still be measured
        note(f"{name} failed: {error!r}")
        yield name, "failed", "", "", "no", repr(error)[:200]
        return
    for row in measured:
        met = "" if row.aim is None else "yes" if row.met else "no"
        yield row.name, round(row.value, 2), row.unit, "" if row.aim is None else row.aim, met, row.note


def _print_markdown(rows: list[tuple[Any, ...]]) -> None:
    print(f"Measured on {machine()}.\n")
    print(f"| {' | '.join(COLUMNS)} |")
    print(f"|{' --- |' * len(COLUMNS)}")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |")
    out.file.flush()
