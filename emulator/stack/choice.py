"""Which kind of stack a command means: what `STACK` says, else what runs, else what fits this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.environment import SettingsError
from emulator.stack.attached_stack import AttachedStack
from emulator.stack.errors import ComposeUnavailableError, StackError
from emulator.stack.interface import AnyStack
from emulator.stack.machine_check import is_free
from emulator.stack.settings import StackSettings
from emulator.stack.stack import Stack

if TYPE_CHECKING:
    from emulator.stack.compose_stack import ComposeStack

VARIABLE = "STACK"
WORDS = ("embedded", "compose", "attached")
TITLES = {"embedded": "processes of this machine", "compose": "Docker Compose", "attached": "another's"}


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
    """The stack that `STACK` (or `wanted`) names, else the one that runs, else Compose where it can be had.

    With `bound`, an embedded stack ends with this process. Raises SettingsError for an unknown word,
    ComposeUnavailableError if Compose was asked for and can't be used, StackError if both kinds run.
    """
    word = wanted_kind() if wanted is None else wanted
    if word == "attached":
        return Choice(AttachedStack(settings), f"attached to {settings.gateway_url} ({VARIABLE}=attached)")
    embedded = Stack(settings, bound)
    if word == "embedded":
        return Choice(embedded, f"embedded, processes of this machine ({VARIABLE}=embedded)")
    if word == "compose":
        return Choice(_compose(settings)[0], f"Docker Compose ({VARIABLE}=compose)")
    return _fitting(settings, embedded)


def chosen_stack(settings: StackSettings) -> AnyStack:
    """The stack of `choose`, for a command that needs no reason."""
    return choose(settings).stack


def _fitting(settings: StackSettings, embedded: Stack) -> Choice:
    try:
        compose, version = _compose(settings)
    except ComposeUnavailableError as error:
        why = f"{error.reason}; {VARIABLE}=compose to insist"
        return Choice(embedded, f"embedded, processes of this machine ({why})")
    if embedded.is_running():
        _refuse_two(compose, embedded)
        return Choice(embedded, "embedded, processes of this machine (they run already)")
    if compose.is_running():
        return Choice(compose, "Docker Compose (it runs already)")
    return Choice(compose, f"Docker Compose (engine {version} answers; {VARIABLE}=embedded for the other)")


def refuse_beside_other(stack: AnyStack) -> None:
    """Raises StackError if a stack that is about to start meets the other kind's on the same ports."""
    ports = (stack.settings.gateway_port, stack.settings.redshift_port)
    if stack.kind == "attached" or stack.is_running() or all(is_free(port) for port in ports):
        return
    for other in _others(stack):
        if other.is_running():
            raise StackError(
                f"The stack runs already, as {TITLES[other.kind]}, on ports {ports[0]} and {ports[1]}. "
                f"Next: `make down` first ({VARIABLE}={other.kind}), or set other ports to run a second one."
            )


def _others(stack: AnyStack) -> Iterator[AnyStack]:
    settings = StackSettings.from_environment()
    if stack.kind == "compose":
        yield Stack(settings)
    else:
        with suppress(ComposeUnavailableError):
            yield _compose(settings)[0]


def _refuse_two(compose: ComposeStack, embedded: Stack) -> None:
    if compose.is_running():
        raise StackError(
            f"Two stacks run: {compose.settings.name} in containers, and one embedded from {embedded.home}. "
            f"Next: say {VARIABLE}=embedded or {VARIABLE}=compose with the command."
        )


def _compose(settings: StackSettings) -> tuple[ComposeStack, str]:
    """The Compose stack, and the version of the engine that answers."""
    from emulator.stack.compose_cli import check_compose
    from emulator.stack.compose_stack import ComposeStack
    from emulator.stack.engine import find_engine

    engine = find_engine()
    check_compose()
    return ComposeStack(settings, engine), engine.version
