"""`make reset`."""

from __future__ import annotations

from typing import Annotated

import typer

from emulator.stack.choice import chosen_stack
from emulator.stack.settings import StackSettings
from scripts.console import say


def reset(yes: Annotated[bool, typer.Option("--yes", help="don't ask")] = False) -> None:
    """Stop the stack and clear all that it kept."""
    stack = chosen_stack(StackSettings.from_environment())
    if not yes:
        typer.confirm(f"Stop the stack and delete its rows, bookmarks and logs in {stack.home}?", abort=True)
    stack.reset()
    say(f"The stack is down. Cleared: {stack.home}.")
