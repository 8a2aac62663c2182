"""`make down`."""

from __future__ import annotations

from emulator.stack.settings import StackSettings
from emulator.stack.stack import Stack
from scripts.console import say


def down() -> None:
    """Stop the stack; rows, bookmarks and logs stay."""
    settings = StackSettings.from_environment()
    if Stack(settings).stop():
        say(f"The stack is down. Rows, bookmarks and logs stay in {settings.state_dir} until `make reset`.")
    else:
        say(f"No stack was running from {settings.state_dir}.")
