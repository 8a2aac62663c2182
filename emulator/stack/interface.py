"""What every kind of stack offers, so that nobody who uses one asks how its parts are run.

`Stack` (stack.py) runs the parts as processes of this machine, `ComposeStack` (compose_stack.py) as
containers, `AttachedStack` (attached_stack.py) is one that somebody else runs, seen through its ports.
`choice.py` picks one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from emulator.stack.parts import PART_NAMES
from emulator.stack.readiness import Report, silent
from emulator.stack.settings import StackSettings

Kind = Literal["embedded", "compose", "attached"]
Tell = Callable[[str, str, bool], None]  # a step's name, how far it is, is it done?


@dataclass(frozen=True)
class StartResult:
    """What `start` met: was the stack running, and which of its parts had to be started again?"""

    was_running: bool
    repaired: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartStatus:
    """One part. `pid` is its program's on this machine (0: none), `memory_bytes` that of its whole tree.

    `state` is `ready`, `not ready` (it runs, but doesn't answer; see `note`) or the supervisor's or Docker's
    word for it in small letters. `restarted` is the time of its last restart since `up` (epoch seconds), None
    if never or unknown.
    """

    name: str
    state: str
    port: int | None
    pid: int
    memory_bytes: int
    uptime_s: float
    restarts: int
    restarted: float | None
    note: str


class Log(Protocol):
    """What a part or a job run has printed, and goes on printing."""

    @property
    def name(self) -> str:
        """Where it is: a path, or `<container>` and a file in it."""

    def texts(self, lines: int, follow: bool = False) -> Iterator[str]:
        """First the last `lines` lines, as one text that may be empty; with `follow`, then each addition."""


class AnyStack(Protocol):
    """A stack. `start` and `stop` may be called in any state, and from several processes at once."""

    @property
    def settings(self) -> StackSettings:
        """Ports, names and credentials; `state_dir` is what this stack keeps on this machine."""

    @property
    def kind(self) -> Kind:
        """The word that `STACK=` takes for it."""

    @property
    def home(self) -> str:
        """Where it keeps what outlives `stop`, for people."""

    def is_running(self) -> bool:
        """Was it started, and not stopped? Its parts may be dead or not ready yet."""

    def prepare(self, tell: Tell) -> None:
        """Gets what a start needs and that takes long: jars, or an image. Ends at once if all is there."""

    def launch(self) -> StartResult:
        """Starts what isn't running, without waiting until it is ready.

        Raises MachineError if something is in the way, StackBusyError if another command is starting or
        stopping it, StackError if it runs, but with other settings than these.
        """

    def wait_until_ready(self, names: tuple[str, ...] = PART_NAMES, report: Report = silent) -> None:
        """Raises PartNotReadyError, with the end of its log, for a part that doesn't come up in time."""

    def start(self, report: Report = silent) -> StartResult:
        """`launch` and wait; if a start from nothing fails, nothing is left running."""

    def stop(self) -> bool:
        """Ends every part in order and waits for it; what is kept stays. False if nothing was running."""

    def reset(self) -> None:
        """Stops the stack and removes all that it kept."""

    def stop_part(self, name: str) -> None:
        """Stops one part in order; it stays down until `start` or `restart`."""

    def restart(self, name: str) -> None:
        """Stops one part in order, starts it again and waits until it is ready."""

    def kill(self, name: str) -> Callable[[], bool]:
        """Kills one part's program by SIGKILL, as a crash would.

        Returns a question: has the next one been started? It need not be ready yet.
        """

    def status(self) -> list[PartStatus]:
        """Each part in order of start; raises StackNotRunningError if there is no stack."""

    def part_logs(self, names: Sequence[str] = PART_NAMES) -> list[Log]:
        """The logs of those parts that have one."""

    def run_logs(self, run_id: str) -> list[Log]:
        """What the job runs whose id begins so have printed; empty ones are left out."""
