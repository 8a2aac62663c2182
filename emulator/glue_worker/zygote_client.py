"""The worker's side of the zygote: starts it, asks it for run processes, listens to them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.glue_worker.errors import WorkerError
from emulator.glue_worker.python_environment import PythonEnvironment
from emulator.glue_worker.run_channel import MAX_MESSAGE_BYTES

Event = dict[str, Any]


class ZygoteEndedError(WorkerError):
    """The zygote is gone, and with it the runs that it had forked."""


@dataclass
class RunProcess:
    """One forked run, as the worker sees it."""

    channel: socket.socket
    pid: int = 0

    def next_event(self, timeout_s: float) -> Event | None:
        """The next event, None when none came in time; raises ZygoteEndedError when no more will come."""
        self.channel.settimeout(timeout_s)
        try:
            message = self.channel.recv(MAX_MESSAGE_BYTES)
        except TimeoutError:
            return None
        if not message:
            raise ZygoteEndedError("the process that forks runs ended; the run went with it")
        event: Event = json.loads(message)
        self.pid = event.get("pid", self.pid)
        return event

    def kill(self) -> None:
        """Kills the run's process and all that it started."""
        if not self.pid:
            return
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        except PermissionError:  # macOS: only zombies are left in the group
            return


class ZygoteClient:
    """Keeps one zygote; a dead one is replaced at the next fork. Safe to use from several threads."""

    def __init__(self, python: PythonEnvironment) -> None:
        self._python = python
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> None:
        """Starts the zygote if it isn't running, without waiting for its imports."""
        with self._lock:
            self._running_control()

    def fork(self, request_path: Path) -> RunProcess:
        """Asks for a process that executes the saved request."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        message = json.dumps({"request": str(request_path)}).encode()
        with self._lock, theirs:
            socket.send_fds(self._running_control(), [message], [theirs.fileno()])
        return RunProcess(ours)

    def close(self) -> None:
        """Ends the zygote, and with it every run."""
        with self._lock:
            if self._control is not None:
                self._control.close()
            if self._process is not None:
                self._process.terminate()
                self._process.wait()

    def _running_control(self) -> socket.socket:
        if self._process is not None and self._process.poll() is None and self._control is not None:
            return self._control
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [
                str(self._python.python),
                "-P",
                "-m",
                "emulator.glue_worker.zygote",
                str(theirs.fileno()),
            ]
            self._process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # NumPy comes with PySpark, and would start threads, which a fork does not take along.
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        self._control = ours
        return ours
