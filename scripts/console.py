"""How the commands speak: results on stdout, progress on stderr, plain and stable when piped."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDEST_TABLE = 2000
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class CommandError(Exception):
    """A command can't do what it was asked; the message says what was met and what to do next."""


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(value, indent=2, default=str))


def print_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]], widest: int | None = None) -> None:
    """A table for a person, its texts cut to `widest`; tab-separated lines with a header for a program."""
    if not out.is_terminal:
        print("\t".join(columns))
        for row in rows:
            print("\t".join(_cell(value) for value in row))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    listed = list(rows)
    for index, name in enumerate(columns):
        right = bool(listed) and all(isinstance(row[index], int | float) for row in listed)
        table.add_column(name, justify="right" if right else "left", no_wrap=True, max_width=widest)
    for row in listed:
        table.add_row(*(Text(_cell(value)) for value in row))
    # As wide as it is: the terminal breaks a long line better than a table breaks a word.
    Console(highlight=False, width=WIDEST_TABLE).print(table, soft_wrap=True)


def say(text: str = "", style: str | None = None) -> None:
    """A line of the answer."""
    out.print(Text(text, style=style or ""))


def note(text: str) -> None:
    """A line of progress."""
    err.print(Text(text, style="dim"))


def fail(message: str) -> None:
    """An error's line or lines."""
    for line in message.splitlines() or [""]:
        err.print(Text.assemble(("tarmac: ", "red"), line))


def is_tty() -> bool:
    """Does a person look at the progress?"""
    return err.is_terminal and sys.stdout.isatty()


def clock(epoch_s: float | None) -> str:
    """A time of day in the reader's time zone, empty for none."""
    return datetime.fromtimestamp(epoch_s, tz=UTC).astimezone().strftime("%H:%M:%S") if epoch_s else ""


def size(size_bytes: float) -> str:
    """A size in the unit that a person would use."""
    for unit in ("B", "kB", "MB"):
        if size_bytes < 1000:
            return f"{size_bytes:.0f} {unit}"
        size_bytes /= 1000
    return f"{size_bytes:.2f} GB"


def duration(seconds: float | None) -> str:
    """Seconds, minutes or hours; empty for none."""
    if seconds is None:
        return ""
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else f"{value:.1f}"
    return str(value).replace("\t", "\\t").replace("\n", "\\n")
