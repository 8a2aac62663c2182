"""`make down`."""

from __future__ import annotations

from emulator.stack.choice import chosen_stack
from emulator.stack.settings import StackSettings
from scripts.console import say


def down() -> None:
    """Stop the stack; rows, bookmarks and logs stay."""
    stack = chosen_stack(StackSettings.from_environment())
    if stack.stop():
        say(f"The stack is down. Rows, bookmarks and logs stay in {stack.home} until `make reset`.")
    else:
        say(f"No stack was running from {stack.home}.")
