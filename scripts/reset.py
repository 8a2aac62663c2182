"""`make reset`."""

from __future__ import annotations

from typing import Annotated

import typer

from emulator.stack.settings import StackSettings
from emulator.stack.stack import Stack
from scripts.console import say


def reset(yes: Annotated[bool, typer.Option("--yes", help="don't ask")] = False) -> None:
    """Stop the stack and clear all that it kept."""
    settings = StackSettings.from_environment()
    if not yes:
        typer.confirm(
            f"Stop the stack and delete its rows, bookmarks and logs in {settings.state_dir}?", abort=True
        )
    Stack(settings).reset()
    say(f"The stack is down and {settings.state_dir} is cleared.")
