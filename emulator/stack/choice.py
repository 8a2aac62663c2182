"""Which kind of stack a command means."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from emulator.environment import SettingsError
from emulator.stack.attached_stack import AttachedStack
from emulator.stack.interface import AnyStack
from emulator.stack.settings import StackSettings
from emulator.stack.stack import Stack

VARIABLE = "STACK"
WORDS = ("embedded", "compose", "attached")


@dataclass(frozen=True)
class Choice:
    """A stack, and the sentence that says which and why."""

    stack: AnyStack
    reason: str


def wanted_kind(environ: Mapping[str, str] | None = None) -> str:
    """The word of `STACK`, empty when it is not set; raises SettingsError for any other."""
    word = (os.environ if environ is None else environ).get(VARIABLE, "").strip().lower()
    if word and word not in WORDS:
        raise SettingsError(f"{VARIABLE} is {word!r}, but must be embedded or compose (default: what fits)")
    return word


def choose(settings: StackSettings, wanted: str | None = None, bound: bool = False) -> Choice:
    """The stack that `STACK` (or `wanted`) names, else the one that runs, else what fits this machine.

    With `bound`, an embedded stack ends with this process. Raises SettingsError for an unknown word.
    """
    word = wanted_kind() if wanted is None else wanted
    if word == "attached":
        return Choice(AttachedStack(settings), f"attached to {settings.gateway_url} ({VARIABLE}=attached)")
    return Choice(Stack(settings, bound), "embedded")


def chosen_stack(settings: StackSettings) -> AnyStack:
    """The stack of `choose`, for a command that needs no reason."""
    return choose(settings).stack
