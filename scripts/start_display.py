"""Shows how far each part of a stack has come: a live table for a person, plain lines for a log."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from types import TracebackType

from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from emulator.stack.readiness import PartProgress
from scripts.console import err, note


@dataclass
class _Line:
    text: str = ""
    seconds: float | None = None  # when it was done; None while it isn't
    spinner: Spinner = field(default_factory=lambda: Spinner("dots"))


class StartDisplay:
    """A context manager; `part` and `step` may be called from any thread."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._lines: dict[str, _Line] = {}
        self._lock = threading.Lock()
        self._live = Live(get_renderable=self._table, console=err, refresh_per_second=8, transient=False)

    def __enter__(self) -> StartDisplay:
        if err.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if err.is_terminal:
            self._live.stop()

    @property
    def seconds(self) -> float:
        """Since the display was made."""
        return time.monotonic() - self._began

    def part(self, progress: PartProgress) -> None:
        """A part's progress, as `wait_until_ready` reports it."""
        self._show(progress.part, progress.note, progress.state == "ready")

    def step(self, name: str, text: str, done: bool = False) -> None:
        """Any other step; its first text is worth a line of a log, since it may take minutes."""
        if name not in self._lines and not done and not err.is_terminal:
            note(f"{name}: {text}")
        self._show(name, text, done)

    def _show(self, name: str, text: str, done: bool) -> None:
        with self._lock:
            line = self._lines.setdefault(name, _Line())
            if line.seconds is not None:
                return
            line.text = text
            if done:
                line.seconds = self.seconds
        if done and not err.is_terminal:
            note(f"{name}: ready after {self.seconds:.1f} s{f' ({text})' if text else ''}")

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1))
        with self._lock:
            for name, line in self._lines.items():
                done = line.seconds is not None
                told = f"{line.seconds:.1f} s" if done else f"{self.seconds:.1f} s"
                mark = Text("✓", style="green") if done else line.spinner
                width = max(20, err.width - 30)
                table.add_row(mark, name, Text(told, justify="right"), Text(line.text[:width], style="dim"))
        return table
