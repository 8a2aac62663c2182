"""The embedded stack: its four parts are supervised processes of this machine."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from typing import Literal

import psutil

from emulator.stack.errors import StackError, StackNotRunningError
from emulator.stack.interface import Log, PartStatus, StartResult, Tell
from emulator.stack.jars import fetch_jars, missing_jars, wanted_jars
from emulator.stack.logs import FileLog, last_lines, run_log_files
from emulator.stack.machine_check import check_machine
from emulator.stack.parts import PART_NAMES, Part, part_named, worker_ready_file
from emulator.stack.readiness import Report, WatchedPart, silent, wait_until_ready
from emulator.stack.settings import StackSettings
from emulator.stack.state_folder import clear_state, lay_out_state
from emulator.stack.state_lock import state_lock
from emulator.stack.status import program_of, stack_status, start_times
from emulator.stack.supervisor_client import RUNNING_STATES, ProcessInfo, SupervisorClient
from emulator.stack.supervisor_config import changed_settings, socket_path
from emulator.stack.supervisor_process import (
    STOP_TIMEOUT_S,
    end_silent_supervisor,
    start_supervisor,
    supervisor_pid,
    wait_for_end,
)

# Each goes before what it needs: the worker tells the Glue API of its end, both use the warehouse.
STOP_ORDER = (("glue-worker",), ("localstack", "redshift"), ("warehouse",))


class Stack:
    """The embedded stack of one state folder; what its methods promise stands in `interface.AnyStack`.

    The folder's lock puts several commands at a time in order. With `bound`, the stack ends with the process
    that called `start`, however that ends.
    """

    kind: Literal["embedded"] = "embedded"

    def __init__(self, settings: StackSettings, bound: bool = False) -> None:
        self.settings = settings
        self._bound = bound
        self._supervisor = SupervisorClient(settings)

    @property
    def home(self) -> str:
        """The state folder."""
        return str(self.settings.state_dir)

    def is_running(self) -> bool:
        """Does this folder's supervisord answer?"""
        return self._supervisor.is_running()

    def prepare(self, tell: Tell) -> None:
        """Fetches the jars that the cache lacks; raises JarError with a line for each that can't be had."""
        missing = missing_jars(self.settings.cache_dir, wanted_jars(self.settings.lineage))
        if not missing:
            return
        total_mb = sum(jar.size_bytes for jar in missing) / 1e6
        fetched = 0

        def count(size_bytes: int) -> None:
            nonlocal fetched
            fetched += size_bytes
            tell("jars", f"fetching {len(missing)} jars, {fetched / 1e6:.0f} of {total_mb:.0f} MB", False)

        count(0)
        fetch_jars(self.settings.cache_dir, missing, count)
        tell("jars", f"fetched into {self.settings.cache_dir / 'jars'}", True)

    def launch(self) -> StartResult:
        """Starts what isn't running, without waiting until it is ready."""
        with state_lock(self.settings):
            if self._supervisor.is_running():
                self._refuse_other_settings()
                return StartResult(was_running=True, repaired=self._start_dead_parts())
            end_silent_supervisor(self.settings)
            check_machine(self.settings)
            lay_out_state(self.settings)
            start_supervisor(self.settings, self._supervisor, self._bound)
            return StartResult(was_running=False)

    def wait_until_ready(self, names: tuple[str, ...] = PART_NAMES, report: Report = silent) -> None:
        """Raises PartNotReadyError, with the end of its log, for a part that doesn't come up in time."""
        wait_until_ready([self._watched(part_named(name)) for name in names], report)

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

    def kill(self, name: str) -> Callable[[], bool]:
        """Kills one part's program; the answer is true once supervisord has started another."""
        before = self._process(name).pid
        psutil.Process(program_of(before)).send_signal(signal.SIGKILL)
        return lambda: self._process(name).pid not in (0, before)

    def status(self) -> list[PartStatus]:
        """Each part's status, in order of start; raises StackNotRunningError if there is no stack."""
        return stack_status(self.settings)

    def part_logs(self, names: Sequence[str] = PART_NAMES) -> list[Log]:
        """The log files that there are; they outlive the stack until `reset`."""
        paths = [part_named(name).log_path(self.settings) for name in names]
        return [FileLog(path) for path in paths if path.exists()]

    def run_logs(self, run_id: str) -> list[Log]:
        """The files below `runs/` of the runs whose id begins so."""
        return [*run_log_files(self.settings.state_dir, run_id)]

    def _process(self, name: str) -> ProcessInfo:
        return next(info for info in self._supervisor.processes() if info.name == part_named(name).name)

    def _watched(self, part: Part) -> WatchedPart:
        def starts_since(began_at: float) -> int:
            return sum(started >= began_at for started in start_times(part.starts_path(self.settings)))

        def log_end(lines: int) -> tuple[str, str]:
            path = part.log_path(self.settings)
            return str(path), last_lines(path, lines)

        return WatchedPart(
            name=part.name,
            timeout_s=part.ready_timeout_s,
            missing=lambda: part.probe(self.settings),
            starts_since=starts_since,
            is_given_up=lambda: self._process(part.name).state == "FATAL",
            log_end=log_end,
        )

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

    def _stop(self) -> bool:
        pid = supervisor_pid(self.settings)
        try:
            for names in STOP_ORDER:
                self._stop_parts(names)
            self._supervisor.shutdown()
        except StackNotRunningError:
            return end_silent_supervisor(self.settings)
        wait_for_end(pid, self.settings)
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


def _forget_readiness(settings: StackSettings, name: str) -> None:
    if name == "glue-worker":
        worker_ready_file(settings).unlink(missing_ok=True)
