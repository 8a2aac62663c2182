"""Executes one job script, in a process of its own, forked by the zygote."""

from __future__ import annotations

import atexit
import os
import runpy
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from emulator.glue_worker import error_message, record_counts, run_context
from emulator.glue_worker.api_client import GlueApiClient
from emulator.glue_worker.run_request import Outcome, RunRequest


def execute(request: RunRequest, script_starts: Callable[[], None]) -> Outcome:
    """Runs the script to its end; whatever it raises is in the outcome, with a traceback on stderr."""
    began = time.monotonic()
    _enter(request)
    script_starts()
    failure = _run_script(request.script_path)
    script_s = time.monotonic() - began
    counts = record_counts.collect()
    phases_s = {"script": round(script_s, 3), "counts": round(time.monotonic() - began - script_s, 3)}
    return Outcome(failure is None, failure or "", counts.read, counts.written, phases_s)


def leave(exit_code: int) -> None:
    """Ends the process as the interpreter would, without running the zygote's own handlers."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_code)


def _enter(request: RunRequest) -> None:
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    os.chdir(request.scratch_dir)
    sys.argv = list(request.argv)
    sys.path[:0] = [str(Path(request.script_path).parent), *request.import_paths]
    api = GlueApiClient(request.gateway_url, request.stack_secret)
    run_context.enter(run_context.RunContext(request.assignment, api))


def _run_script(script_path: str) -> str | None:
    try:
        runpy.run_path(script_path, run_name="__main__")
    except SystemExit as error:
        return _of_exit(error, script_path)
    except BaseException as error:  # a script may raise anything
        _print_traceback(error, script_path)
        return error_message.of_exception(error, script_path)
    return None


def _of_exit(error: SystemExit, script_path: str) -> str | None:
    if error.code in (None, 0):
        return None
    if not isinstance(error.code, int):
        print(error.code, file=sys.stderr)
    return error_message.of_exception(error, script_path)


def _print_traceback(error: BaseException, script_path: str) -> None:
    """Prints the traceback from the script's own first frame on, as if it had been started directly."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != script_path:
        trace = trace.tb_next
    traceback.print_exception(type(error), error, trace)
