"""A process that has imported what jobs import, and forks one process per run.

Forking hides the half second that importing PySpark takes, and each run still gets a process, an
environment and modules of its own. Single-threaded, so that forking is safe.

Protocol on the control socket (datagrams): `{"request": path}` with the run's socket attached. On the run's
socket: `{"event": "forked", "pid"}`, `{"event": "script_starts"}`, `{"event": "outcome", …}`, and last, from
the zygote itself, `{"event": "exited", "status"}`.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import boto3

from emulator.glue_worker import run_process
from emulator.glue_worker.parent_death import end_with_parent
from emulator.glue_worker.run_environment import SDK_DIR
from emulator.glue_worker.run_request import RunRequest

MAX_MESSAGE_BYTES = 64 * 1024


class Zygote:
    """Forks runs until its control socket closes."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._runs: dict[int, socket.socket] = {}
        self._wake, wake_end = socket.socketpair()
        wake_end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
        signal.set_wakeup_fd(wake_end.fileno(), warn_on_full_buffer=False)
        self._wake_end = wake_end

    def serve(self) -> None:
        """Forks a process for each request, and reports each that ends."""
        while True:
            ready, _, _ = select.select([self._control, self._wake], [], [])
            if self._wake in ready:
                self._wake.recv(4096)
                self._report_ended()
            if self._control in ready and not self._fork_next():
                return

    def _fork_next(self) -> bool:
        message, fds, _, _ = socket.recv_fds(self._control, MAX_MESSAGE_BYTES, 1)
        if not message:
            return False
        run = socket.socket(fileno=fds[0])
        pid = os.fork()
        if pid == 0:
            self._become_run(json.loads(message)["request"], run)
        self._runs[pid] = run
        send_event(run, event="forked", pid=pid)
        return True

    def _become_run(self, request_path: str, run: socket.socket) -> None:
        exit_code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            exit_code = _execute(Path(request_path), run)
        finally:
            run_process.leave(exit_code)

    def _report_ended(self) -> None:
        while self._runs:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            run = self._runs.pop(pid, None)
            if run is not None:
                send_event(run, event="exited", status=os.waitstatus_to_exitcode(status))
                run.close()


def send_event(run: socket.socket, **event: Any) -> None:
    """Tells the worker; a worker that no longer listens is about to end us anyway."""
    try:
        run.send(json.dumps(event).encode())
    except OSError as error:
        print(f"could not report {event.get('event')}: {error}", file=sys.stderr)


def _execute(request_path: Path, run: socket.socket) -> int:
    os.setsid()
    end_with_parent()
    request = RunRequest.load(request_path)
    request_path.unlink()
    _redirect(Path(request.run_dir))
    outcome = run_process.execute(request, lambda: send_event(run, event="script_starts"))
    send_event(run, event="outcome", **asdict(outcome))
    return 0 if outcome.succeeded else 1


def _redirect(run_dir: Path) -> None:
    """Points this process's three standard streams, and so those of its children, at the run's files."""
    flags = os.O_CREAT | os.O_WRONLY | os.O_APPEND
    for fd, file, mode in (
        (0, Path(os.devnull), os.O_RDONLY),
        (1, run_dir / "stdout.log", flags),
        (2, run_dir / "stderr.log", flags),
    ):
        opened = os.open(file, mode, 0o644)
        os.dup2(opened, fd)
        os.close(opened)
    sys.stdin = _text_stream(0, "r")
    sys.stdout = _text_stream(1, "w")
    sys.stderr = _text_stream(2, "w")


def _text_stream(fd: int, mode: str) -> IO[str]:
    return os.fdopen(fd, mode, buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def _import_what_jobs_import() -> None:
    sys.path.insert(0, str(SDK_DIR))
    for name in ("awsglue.context", "awsglue.transforms", "awsglue.job", "awsglue.utils", "pg8000.dbapi"):
        importlib.import_module(name)
    for name in ("functions", "types", "window"):
        importlib.import_module(f"pyspark.sql.{name}")
    _load_service_models()


def _load_service_models() -> None:
    """Reads botocore's largest models once, so that clients in runs are quick to make."""
    boto3.setup_default_session()
    session: Any = boto3.DEFAULT_SESSION
    loader = session._session.get_component("data_loader")
    for service in ("s3", "glue"):
        loader.load_service_model(service, "service-2")


def main() -> None:
    """Serves on the control socket whose descriptor is the only argument."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _import_what_jobs_import()
    control = socket.socket(fileno=int(sys.argv[1]))
    Zygote(control).serve()


if __name__ == "__main__":
    main()
