"""A process that has imported what jobs import, and forks one process per run.

Forking hides the half second that importing PySpark takes, and each run still gets a process, an
environment and modules of its own. Single-threaded, so that forking is safe. A run whose own packages would
replace what is imported already, and a Python shell, get a fresh interpreter in the forked process.

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
from pathlib import Path
from typing import Any

import boto3

from emulator.glue_worker import run_process
from emulator.glue_worker.parent_death import end_with_parent
from emulator.glue_worker.run_channel import MAX_MESSAGE_BYTES, send_event
from emulator.glue_worker.run_request import RunRequest
from emulator.glue_worker.shadowed_modules import shadows_imported


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
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._control.close()
            os.setsid()
            end_with_parent()
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


def _execute(request_path: Path, run: socket.socket) -> int:
    request = RunRequest.load(request_path)
    if request.fresh or shadows_imported([str(Path(request.script_path).parent), *request.import_paths]):
        run_process.exec_fresh(request, request_path, run)
    request_path.unlink()
    _use_site_packages(request.site_packages)
    return run_process.run(request, run)


def _use_site_packages(site_packages: str) -> None:
    """Puts the run's own site-packages in the place of the zygote's, and gives it its own interpreter."""
    own = str(Path(sys.prefix, *Path(site_packages).parts[-3:]))
    sys.path[:] = [site_packages if path == own else path for path in sys.path]
    sys.executable = str(Path(site_packages).parents[2] / "bin" / "python")


def _import_what_jobs_import() -> None:
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
