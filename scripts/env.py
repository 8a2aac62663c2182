"""`make env`."""

from __future__ import annotations

from emulator.stack.choice import chosen_stack
from emulator.stack.client_environment import export_lines
from emulator.stack.settings import StackSettings


def env() -> None:
    """Print `export` lines for the AWS CLI, boto3 and psql: eval "$(make -s env)"."""
    print("\n".join(export_lines(chosen_stack(StackSettings.from_environment()).settings)))
