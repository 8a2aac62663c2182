"""`make logs [PART=…|RUN=…]`."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Annotated

import typer

from emulator.stack.choice import chosen_stack
from emulator.stack.interface import AnyStack, Log
from emulator.stack.parts import PART_NAMES
from emulator.stack.settings import StackSettings
from scripts.console import CommandError


def logs(
    part: Annotated[str, typer.Option(help="warehouse, redshift, localstack or glue-worker")] = "",
    run: Annotated[str, typer.Option(help="the id of a job run")] = "",
    lines: Annotated[int, typer.Option("--lines", "-n", help="how many lines of each log")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="keep printing what is added")] = False,
) -> None:
    """Print the end of all logs, of one part's, or of one job run's."""
    found = _logs(chosen_stack(StackSettings.from_environment()), part, run)
    texts = [log.texts(lines, follow) for log in found]
    for log, text in zip(found, texts, strict=True):
        if len(found) > 1:
            print(f"==> {log.name} <==")
        print(next(text), flush=True)
    if follow:
        with contextlib.suppress(KeyboardInterrupt):
            _print_additions(texts)


def _logs(stack: AnyStack, part: str, run: str) -> list[Log]:
    if run:
        found = stack.run_logs(run)
        problem = f"No job run {run!r} has left a log in {stack.home}. Next: make runs"
    else:
        found = stack.part_logs((part,) if part else PART_NAMES)
        problem = f"There are no logs in {stack.home}. Next: make up"
    if not found:
        raise CommandError(problem)
    return found


def _print_additions(texts: list[Iterator[str]]) -> None:
    threads = [threading.Thread(target=_print_all, args=(text,), daemon=True) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _print_all(texts: Iterator[str]) -> None:
    for text in texts:
        print(text, end="", flush=True)
