"""Runs one program and makes sure that nothing of it outlives its end, or its parent's.

    python -IS process_guard.py <spec.json>     {"command", "environment", "starts_file", "stop_s"}

What ends it, and what it does then:

- the program ends: whatever it left behind is ended too, then the guard exits with the program's status;
- SIGTERM, SIGINT, SIGHUP or SIGQUIT: passed on to the program; after `stop_s` seconds everything is killed;
- the guard's parent dies (even by SIGKILL): the kernel sends the guard a SIGTERM, see above;
- the guard itself is killed: the kernel kills the program.

On Linux the guard is a "child subreaper", so that orphaned grandchildren become its children. Elsewhere the
process group and a look at the parent every half second stand in for both.

Standard library only, and run as a file: it must start in milliseconds and stay small.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ON_LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PASSED_ON = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
LEFTOVER_GRACE_S = 3.0


def signal_on_parent_death(number: int) -> None:
    """Asks the kernel for that signal when the parent dies; nothing where there is no such thing.

    A change of user clears it (Linux, prctl(2)): a program that drops root must ask again afterwards.
    """
    _prctl(PR_SET_PDEATHSIG, number)


def _prctl(option: int, value: int) -> None:
    if ON_LINUX:
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


@dataclass
class Guard:
    """One program and its descendants."""

    command: list[str]
    environment: dict[str, str]
    starts_file: str
    stop_s: float
    pid: int = field(default=0, init=False)

    def run(self) -> int:
        """Runs the program to its end; its exit status, or 128 + the signal that ended it."""
        parent = os.getppid()
        signal_on_parent_death(signal.SIGTERM)
        _prctl(PR_SET_CHILD_SUBREAPER, 1)
        if os.getppid() != parent:
            return 1
        self._note_start()
        # Blocked from before the fork until the handlers stand: a stop in between is not lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON)
        self._spawn()
        self._watch_signals()
        if not ON_LINUX:
            threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
        status = self._wait()
        _end_leftovers()
        return status

    def _note_start(self) -> None:
        with Path(self.starts_file).open("a") as starts:
            starts.write(f"{time.time():.3f}\n")
        print(time.strftime("--- %Y-%m-%dT%H:%M:%SZ starting", time.gmtime()), *self.command[1:], flush=True)

    def _spawn(self) -> None:
        guard = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            self._become_program(guard)

    def _become_program(self, guard: int) -> None:
        try:
            signal_on_parent_death(signal.SIGKILL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, PASSED_ON)
            if os.getppid() == guard:
                os.execvpe(self.command[0], self.command, self.environment)
        except OSError as error:
            print(f"can't start {self.command[0]}: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(127)

    def _watch_signals(self) -> None:
        for number in PASSED_ON:
            signal.signal(number, self._pass_on)
        signal.signal(signal.SIGALRM, lambda *_: _signal_descendants(signal.SIGKILL))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, PASSED_ON)

    def _pass_on(self, number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)
        signal.setitimer(signal.ITIMER_REAL, self.stop_s, 1.0)

    def _wait(self) -> int:
        while True:
            ended, status = os.wait()
            if ended == self.pid:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        threading.Event().wait(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def _end_leftovers() -> None:
    """Terminates what the program left behind, and kills what is still there after a grace."""
    for number in (*PASSED_ON, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    _signal_descendants(signal.SIGTERM)
    deadline = time.monotonic() + LEFTOVER_GRACE_S
    while _any_child_left():
        if time.monotonic() > deadline:
            _signal_descendants(signal.SIGKILL)
        threading.Event().wait(0.02)


def _any_child_left() -> bool:
    with contextlib.suppress(ChildProcessError):
        while True:
            ended, _ = os.waitpid(-1, os.WNOHANG)
            if ended == 0:
                return True
    return False


def _signal_descendants(number: int) -> None:
    if not ON_LINUX:
        os.killpg(0, number)
        return
    for pid in _descendants(os.getpid()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                children.setdefault(_parent_of(entry), []).append(int(entry.name))
    found = list(children.get(root, []))
    for pid in found:
        found.extend(children.get(pid, []))
    return found


def _parent_of(process: Path) -> int:
    # "pid (name) state ppid …": the name may hold spaces and brackets, so count from its end.
    return int((process / "stat").read_text().rpartition(")")[2].split()[1])


def main() -> int:
    """Runs the program of the spec file named on the command line."""
    spec = json.loads(Path(sys.argv[1]).read_text())
    return Guard(spec["command"], spec["environment"], spec["starts_file"], spec["stop_s"]).run()


if __name__ == "__main__":
    sys.exit(main())
