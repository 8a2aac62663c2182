"""`make up`."""

from __future__ import annotations

from typing import Annotated

import typer

from emulator.stack.choice import choose
from emulator.stack.settings import StackSettings
from scripts.console import note
from scripts.resuming import resume_what_was_cut_off
from scripts.starting import bring_up, tell_commands, tell_endpoints, tell_result


def up(
    pipeline: Annotated[bool, typer.Option(help="deploy the example pipeline as well")] = True,
) -> None:
    """Start the stack and deploy the example pipeline; a no-op that repairs when it runs already."""
    settings = StackSettings.from_environment()
    choice = choose(settings)
    note(f"Stack: {choice.reason}")
    result, seconds = bring_up(choice.stack, with_pipeline=pipeline)
    tell_result(result, seconds)
    if pipeline:
        resume_what_was_cut_off(settings)
    tell_endpoints(settings)
    if pipeline:
        tell_commands()
