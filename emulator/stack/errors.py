"""What can go wrong with a stack, as errors that a person can act on.

StackError
├── MachineError     something on this machine is in the way; nothing was started
├── JarError           a jar can't be fetched, or isn't the one of the lock
├── StackNotRunningError    the call needs a running stack, and there is none
├── StackBusyError          another command is starting or stopping this stack
├── PartNotReadyError       a part didn't answer in time; carries the end of its log
├── ComposeUnavailableError no engine, no permission, no Compose, or one that is too old
└── ImageBuildError         the image of the containers can't be built
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class StackError(Exception):
    """Starting, watching or stopping a stack failed; the message says what to do next."""


class MachineError(StackError):
    """One line for each thing that is in the way."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class JarError(StackError):
    """A jar can't be had."""


class StackNotRunningError(StackError):
    """There is no stack to ask; `home` says where it would keep its state."""

    def __init__(self, home: Path | str) -> None:
        super().__init__(f"No stack is running from {home}. Next: `make up`.")


class StackBusyError(StackError):
    """The state folder's lock is held by another command."""

    def __init__(self, state_dir: Path, timeout_s: float) -> None:
        super().__init__(
            f"Another command has been starting or stopping the stack of {state_dir} for {timeout_s:.0f} s. "
            "Next: let it end, then try again."
        )


class PartNotReadyError(StackError):
    """A part of the stack did not become ready."""

    def __init__(self, part: str, reason: str, log_name: str, log_tail: str) -> None:
        self.part = part
        tail = log_tail or "(the log is empty)"
        super().__init__(f"{part} is not ready: {reason}. The end of {log_name}:\n{tail}")


class ComposeUnavailableError(StackError):
    """Docker Compose can't be used here: `reason` says why in a few words, `next_step` what would help."""

    def __init__(self, reason: str, next_step: str) -> None:
        self.reason = reason
        super().__init__(f"Docker Compose can't be used: {reason}. Next: {next_step}.")


class ImageBuildError(StackError):
    """The image could not be built; carries the end of what the build said."""

    def __init__(self, said: str, next_step: str) -> None:
        super().__init__(
            f"The image could not be built; nothing was started. The build's last words:\n{said}\n{next_step}"
        )
