"""Starts and ends the supervisord of a state folder."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from pathlib import Path

import psutil

from emulator.stack.errors import StackError
from emulator.stack.settings import StackSettings
from emulator.stack.supervisor_client import SupervisorClient
from emulator.stack.supervisor_config import bound_command, pid_path, supervisor_command

STOP_TIMEOUT_S = 40.0
ANSWER_TIMEOUT_S = 30.0


def start_supervisor(settings: StackSettings, supervisor: SupervisorClient, bound: bool) -> None:
    """Starts supervisord and waits until it answers; raises StackError, with its words, if it doesn't."""
    errors_path = settings.logs_dir / "supervisord.start"
    with errors_path.open("wb") as errors:
        process = subprocess.Popen(
            bound_command(settings) if bound else supervisor_command(settings),
            cwd=settings.state_dir,
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            start_new_session=True,
        )
    try:
        _wait_for_answer(supervisor, process, errors_path)
    except BaseException:
        process.terminate()
        process.wait(STOP_TIMEOUT_S)
        raise


def _wait_for_answer(
    supervisor: SupervisorClient, process: subprocess.Popen[bytes], errors_path: Path
) -> None:
    deadline = time.monotonic() + ANSWER_TIMEOUT_S
    while not supervisor.is_running():
        if process.poll() is not None or time.monotonic() > deadline:
            said = errors_path.read_text(errors="replace").strip()[-600:]
            raise StackError(f"supervisord did not start: {said or 'no word'}. Next: see {errors_path}.")
        threading.Event().wait(0.05)


def supervisor_pid(settings: StackSettings) -> int | None:
    """The pid of this folder's supervisord, None if it isn't running (a recycled pid is told apart)."""
    try:
        pid = int(pid_path(settings).read_text())
        command = psutil.Process(pid).cmdline()
    except (OSError, ValueError, psutil.Error):
        return None
    return pid if command[1:] == supervisor_command(settings)[1:] else None


def end_silent_supervisor(settings: StackSettings) -> bool:
    """Ends a supervisord of this folder that runs, but doesn't answer (its socket was removed, say)."""
    pid = supervisor_pid(settings)
    if pid is None:
        return False
    psutil.Process(pid).send_signal(signal.SIGTERM)
    wait_for_end(pid, settings)
    return True


def wait_for_end(pid: int | None, settings: StackSettings) -> None:
    """Returns when the process has ended; raises StackError if it doesn't in STOP_TIMEOUT_S."""
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
