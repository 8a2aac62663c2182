"""`make logs [PART=…|RUN=…]`."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from emulator.stack.parts import PARTS
from emulator.stack.readiness import last_lines
from emulator.stack.settings import StackSettings
from emulator.stack.stack import part_named
from scripts.console import CommandError


def logs(
    part: Annotated[str, typer.Option(help="warehouse, redshift, localstack or glue-worker")] = "",
    run: Annotated[str, typer.Option(help="the id of a job run")] = "",
    lines: Annotated[int, typer.Option("--lines", "-n", help="how many lines of each file")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="keep printing what is added")] = False,
) -> None:
    """Print the end of all logs, of one part's, or of one job run's."""
    paths = list(_paths(StackSettings.from_environment(), part, run))
    for path in paths:
        if len(paths) > 1:
            print(f"==> {path} <==")
        print(last_lines(path, lines))
    if follow:
        with contextlib.suppress(KeyboardInterrupt):
            _follow(paths)


def _paths(settings: StackSettings, part: str, run: str) -> Iterator[Path]:
    if run:
        yield from _run_paths(settings, run)
        return
    wanted = [part_named(part)] if part else PARTS
    found = [path for path in (item.log_path(settings) for item in wanted) if path.exists()]
    if not found:
        raise CommandError(f"There are no logs in {settings.logs_dir}. Next: make up")
    yield from found


def _run_paths(settings: StackSettings, run: str) -> list[Path]:
    runs = settings.state_dir / "runs"
    found = [path for path in sorted(runs.glob(f"{_plain(run)}*/std*.log")) if path.stat().st_size]
    if not found:
        raise CommandError(f"No job run {run!r} has left a log in {runs}. Next: make runs")
    return found


def _plain(run: str) -> str:
    return "".join(letter for letter in run if letter.isalnum() or letter in "_-")


def _follow(paths: list[Path]) -> None:
    places = {path: path.stat().st_size for path in paths}
    while True:
        for path, place in places.items():
            length = path.stat().st_size if path.exists() else 0
            if length < place:  # it was rotated
                place = 0
            if length > place:
                with path.open("rb") as file:
                    file.seek(place)
                    print(file.read(length - place).decode(errors="replace"), end="", flush=True)
            places[path] = length
        threading.Event().wait(0.3)
