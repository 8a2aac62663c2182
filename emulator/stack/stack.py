"""Starts, watches and stops the four processes of a stack."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from emulator.stack.errors import StackError, StackNotRunningError
from emulator.stack.machine_check import check_machine
from emulator.stack.parts import PART_NAMES, PARTS, Part, worker_ready_file
from emulator.stack.readiness import Report, silent, wait_until_ready
from emulator.stack.settings import StackSettings
from emulator.stack.state_folder import clear_state, lay_out_state
from emulator.stack.state_lock import state_lock
from emulator.stack.supervisor_client import RUNNING_STATES, ProcessInfo, SupervisorClient
from emulator.stack.supervisor_config import (
    bound_command,
    changed_settings,
    pid_path,
    socket_path,
    supervisor_command,
)

STOP_TIMEOUT_S = 40.0
ANSWER_TIMEOUT_S = 30.0
# Each goes before what it needs: the worker tells the Glue API of its end, both use the warehouse.
STOP_ORDER = (("glue-worker",), ("localstack", "redshift"), ("warehouse",))


@dataclass(frozen=True)
class StartResult:
    """What `start` met: was the stack running, and which of its parts had to be started again?"""

    was_running: bool
    repaired: tuple[str, ...] = ()


class Stack:
    """The stack of one state folder.

    `start` and `stop` may be called in any state and from several processes at once: the folder's lock
    puts them in order. With `bound`, the stack ends with the process that called `start`, however that ends.
    """

    def __init__(self, settings: StackSettings, bound: bool = False) -> None:
        self.settings = settings
        self._bound = bound
        self._supervisor = SupervisorClient(settings)

    def is_running(self) -> bool:
        """Does this folder's supervisord answer?"""
        return self._supervisor.is_running()

    def processes(self) -> list[ProcessInfo]:
        """Each part as supervisord sees it; raises StackNotRunningError if there is no stack."""
        return self._supervisor.processes()

    def launch(self) -> StartResult:
        """Starts what isn't running, without waiting until it is ready.

        Raises MachineError if something is in the way, StackBusyError if another command holds the folder,
        StackError if the stack runs, but with other settings than these.
        """
        with state_lock(self.settings):
            if self._supervisor.is_running():
                self._refuse_other_settings()
                return StartResult(was_running=True, repaired=self._start_dead_parts())
            self._end_remains()
            check_machine(self.settings)
            lay_out_state(self.settings)
            self._launch_supervisor()
            return StartResult(was_running=False)

    def wait_until_ready(self, names: tuple[str, ...] = PART_NAMES, report: Report = silent) -> None:
        """Raises PartNotReadyError, with the end of its log, for a part that doesn't come up in time."""
        wait_until_ready(self.settings, [part_named(name) for name in names], report)

    def start(self, report: Report = silent) -> StartResult:
        """Starts the stack and waits until all of it is ready; if it fails, nothing is left running."""
        result = self.launch()
        try:
            self.wait_until_ready(report=report)
        except BaseException:
            if not result.was_running:
                self.stop()
            raise
        return result

    def stop(self) -> bool:
        """Ends every process in order and waits for it; False if nothing was running."""
        with state_lock(self.settings):
            return self._stop()

    def reset(self) -> None:
        """Stops the stack and removes all that it keeps in its state folder."""
        with state_lock(self.settings):
            self._stop()
            clear_state(self.settings)

    def stop_part(self, name: str) -> None:
        """Stops one part in order; it stays down until `start` or `restart`."""
        self._supervisor.stop(part_named(name).name)

    def restart(self, name: str) -> None:
        """Stops one part in order, starts it again and waits until it is ready."""
        self.stop_part(name)
        _forget_readiness(self.settings, name)
        self._supervisor.start(name)
        self.wait_until_ready((name,))

    def _refuse_other_settings(self) -> None:
        changed = changed_settings(self.settings)
        if changed:
            raise StackError(
                f"The stack of {self.settings.state_dir} runs with another {', '.join(changed)} "
                "than is set now. "
                "Next: `make down` first, or set TARMAC_STATE_DIR to run a second stack beside it."
            )

    def _start_dead_parts(self) -> tuple[str, ...]:
        dead = [info.name for info in self._supervisor.processes() if info.state not in RUNNING_STATES]
        for name in dead:
            part_named(name).starts_path(self.settings).unlink(missing_ok=True)
            _forget_readiness(self.settings, name)
            self._supervisor.start(name)
        return tuple(dead)

    def _launch_supervisor(self) -> None:
        command = bound_command(self.settings) if self._bound else supervisor_command(self.settings)
        errors_path = self.settings.logs_dir / "supervisord.start"
        with errors_path.open("wb") as errors:
            process = subprocess.Popen(
                command,
                cwd=self.settings.state_dir,
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                start_new_session=True,
            )
        try:
            self._wait_for_supervisor(process, errors_path)
        except BaseException:
            process.terminate()
            process.wait(STOP_TIMEOUT_S)
            raise

    def _wait_for_supervisor(self, process: subprocess.Popen[bytes], errors_path: Path) -> None:
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        while not self._supervisor.is_running():
            if process.poll() is not None or time.monotonic() > deadline:
                said = errors_path.read_text(errors="replace").strip()[-600:]
                raise StackError(f"supervisord did not start: {said or 'no word'}. Next: see {errors_path}.")
            threading.Event().wait(0.05)

    def _stop(self) -> bool:
        pid = supervisor_pid(self.settings)
        try:
            for names in STOP_ORDER:
                self._stop_parts(names)
            self._supervisor.shutdown()
        except StackNotRunningError:
            return self._end_remains()
        _wait_for_end(pid, self.settings)
        socket_path(self.settings).unlink(missing_ok=True)
        return True

    def _stop_parts(self, names: tuple[str, ...]) -> None:
        for name in names:
            self._supervisor.stop(name, wait=False)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while time.monotonic() < deadline:
            states = {info.name: info.state for info in self._supervisor.processes()}
            if not any(states[name] in RUNNING_STATES for name in names):
                return
            threading.Event().wait(0.05)

    def _end_remains(self) -> bool:
        """Ends a supervisord of this folder that runs, but doesn't answer (its socket was removed, say)."""
        pid = supervisor_pid(self.settings)
        if pid is None:
            return False
        psutil.Process(pid).send_signal(signal.SIGTERM)
        _wait_for_end(pid, self.settings)
        return True


def part_named(name: str) -> Part:
    """The part of that name; raises StackError naming those that there are."""
    for part in PARTS:
        if part.name == name:
            return part
    raise StackError(f"There is no part {name!r}. Next: use one of {', '.join(PART_NAMES)}.")


def supervisor_pid(settings: StackSettings) -> int | None:
    """The pid of this folder's supervisord, None if it isn't running (a recycled pid is told apart)."""
    try:
        pid = int(pid_path(settings).read_text())
        command = psutil.Process(pid).cmdline()
    except (OSError, ValueError, psutil.Error):
        return None
    return pid if command[1:] == supervisor_command(settings)[1:] else None


def _forget_readiness(settings: StackSettings, name: str) -> None:
    if name == "glue-worker":
        worker_ready_file(settings).unlink(missing_ok=True)


def _wait_for_end(pid: int | None, settings: StackSettings) -> None:
    if pid is None:
        return
    try:
        psutil.Process(pid).wait(STOP_TIMEOUT_S)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired as error:
        raise StackError(
            f"The stack did not end in {STOP_TIMEOUT_S:.0f} s. Next: see {settings.logs_dir}, "
            f"then `kill -9 {pid}` (its parts end with it)."
        ) from error
