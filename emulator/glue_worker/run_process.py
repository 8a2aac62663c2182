"""Executes one job script, in a process of its own.

That is either a fork of the zygote, or a fresh interpreter of the run's own Python environment:
`python -m emulator.glue_worker.run_process <request> <descriptor of the run's socket>`.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import runpy
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, NoReturn

from emulator.glue_worker import error_message, memory_limit, record_counts, run_context
from emulator.glue_worker.api_client import GlueApiClient
from emulator.glue_worker.run_channel import send_event
from emulator.glue_worker.run_request import Outcome, RunRequest


def run(request: RunRequest, channel: socket.socket) -> int:
    """The run from its start to its end, both told to the worker; gives the exit code."""
    pid = os.getpid()
    _redirect(Path(request.run_dir))
    memory_limit.apply()
    outcome = execute(request, lambda: send_event(channel, event="script_starts"))
    if os.getpid() == pid:  # a script that forks comes here in its children, too
        send_event(channel, event="outcome", **asdict(outcome))
    return 0 if outcome.succeeded else 1


def exec_fresh(request: RunRequest, request_path: Path, channel: socket.socket) -> NoReturn:
    """Becomes a fresh interpreter that executes the saved request."""
    channel.set_inheritable(True)
    module = ["-P", "-m", __name__]
    arguments = [request.python, *module, str(request_path), str(channel.fileno())]
    os.execve(request.python, arguments, request.environment)


def execute(request: RunRequest, script_starts: Callable[[], None]) -> Outcome:
    """Runs the script to its end; whatever it raises is in the outcome, with a traceback on stderr."""
    began = time.monotonic()
    _enter(request)
    script_starts()
    failure = _run_script(request)
    script_s = time.monotonic() - began
    counts = record_counts.collect()
    phases_s = {"script": round(script_s, 3), "counts": round(time.monotonic() - began - script_s, 3)}
    return Outcome(failure is None, failure or "", counts.read, counts.written, phases_s)


def leave(exit_code: int) -> None:
    """Ends the process as the interpreter would, without running the zygote's own handlers."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # a script may have closed it
            stream.flush()
    os._exit(exit_code)


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


def _enter(request: RunRequest) -> None:
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    os.chdir(request.scratch_dir)
    sys.argv = list(request.argv)
    sys.path[:0] = [str(Path(request.script_path).parent), *request.import_paths]
    api = GlueApiClient(request.gateway_url, request.stack_secret)
    run_context.enter(run_context.RunContext(request.assignment, api))
    if request.assignment.command != "pythonshell":
        _name_objects()


def _name_objects() -> None:
    from emulator.glue_worker.engine import small_files  # a Python shell has no Spark to import

    small_files.name_objects()


def _run_script(request: RunRequest) -> str | None:
    try:
        runpy.run_path(request.script_path, run_name="__main__")
    except SystemExit as error:
        return _of_exit(error, request)
    except BaseException as error:  # a script may raise anything
        _print_traceback(error, request.script_path)
        return error_message.of_exception(error, request.script_path)
    return None


def _of_exit(error: SystemExit, request: RunRequest) -> str | None:
    """A Spark job that leaves by SystemExit has failed, even with code 0 (seen on AWS)."""
    if request.assignment.command == "pythonshell" and error.code in (None, 0):
        return None
    if not isinstance(error.code, int | None):
        print(error.code, file=sys.stderr)
    return error_message.of_exception(error, request.script_path)


def _print_traceback(error: BaseException, script_path: str) -> None:
    """Prints the traceback from the script's own first frame on, as if it had been started directly."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != script_path:
        trace = trace.tb_next
    try:
        traceback.print_exception(type(error), error, trace)
    except Exception as failure:  # a script's own exception may do anything
        print(f"{type(error).__name__}: its traceback can't be printed: {failure!r}", file=sys.stderr)


def main() -> None:
    """Executes the saved request, which it deletes, and leaves."""
    path, descriptor = Path(sys.argv[1]), int(sys.argv[2])
    channel = socket.socket(fileno=descriptor)
    channel.set_inheritable(False)
    request = RunRequest.load(path)
    path.unlink()
    leave(run(request, channel))


if __name__ == "__main__":
    main()
