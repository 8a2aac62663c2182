"""`make down`."""

from __future__ import annotations

from emulator.stack.choice import chosen_stack
from emulator.stack.settings import StackSettings
from scripts.console import say


def down() -> None:
    """Stop the stack; objects, rows, bookmarks and the logs of runs stay."""
    stack = chosen_stack(StackSettings.from_environment())
    if stack.stop():
        kept = "Objects, rows, bookmarks and the logs of runs"
        say(f"The stack is down. {kept} stay in {stack.home} until `make reset`.")
    else:
        say(f"No stack was running from {stack.home}.")
