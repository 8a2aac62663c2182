"""Nothing of a guarded program outlives its end, or its parent's. Needs processes, but no sandbox."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from emulator.stack.process_guard import Guard
from emulator.stack.supervisor_config import guard_command
from emulator.stack.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for its guarantees")

# A program whose grandchild ignores SIGTERM and has left its session and process group.
STUBBORN = """
import os, signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", '''
import os, pathlib, signal
os.setsid()
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path("grandchild").write_text(str(os.getpid()))
signal.pause()
'''])
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
child.wait()
"""
DEAF = """
import pathlib, os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path("grandchild").write_text(str(os.getpid()))
while True:
    signal.pause()
"""

Starter = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    """Starts a program under a guard, in tmp_path; whatever is left is killed at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(program: str, stop_s: float = 5, via: str = "") -> subprocess.Popen[bytes]:
        spec = tmp_path / "spec.json"
        command = [sys.executable, "-c", program]
        starts = str(tmp_path / "starts")
        spec.write_text(
            json.dumps(
                {"command": command, "environment": dict(os.environ), "starts_file": starts, "stop_s": stop_s}
            )
        )
        guarded = guard_command(spec)
        parent = [sys.executable, "-c", via, *guarded] if via else guarded
        started.append(subprocess.Popen(parent, cwd=tmp_path))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def grandchild_pid(folder: Path) -> int:
    path = folder / "grandchild"
    return int(wait_until(lambda: path.exists() and path.read_text(), 10, "the grandchild"))


def assert_ends(pid: int) -> None:
    wait_until(lambda: not psutil.pid_exists(pid) or _is_zombie(pid), 10, f"the end of process {pid}")


def _is_zombie(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_the_programs_exit_status_is_the_guards(start: Starter) -> None:
    assert start("raise SystemExit(3)").wait(10) == 3
    assert start("import os; os.kill(os.getpid(), 9)").wait(10) == 128 + 9


def test_a_program_that_cannot_be_started_is_told(start: Starter, tmp_path: Path) -> None:
    guard = Guard(["/nonexistent/program"], {}, str(tmp_path / "starts"), 1)
    spec = tmp_path / "other.json"
    spec.write_text(json.dumps({**vars(guard), "pid": 0}))
    done = subprocess.run(guard_command(spec), capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 127
    assert "can't start /nonexistent/program" in done.stderr


def test_a_stop_is_passed_on_and_ends_what_the_program_leaves_behind(start: Starter, tmp_path: Path) -> None:
    guard = start(STUBBORN)
    grandchild = grandchild_pid(tmp_path)
    guard.terminate()
    assert guard.wait(10) == 7
    assert_ends(grandchild)


def test_a_program_that_ignores_the_stop_is_killed_in_time(start: Starter, tmp_path: Path) -> None:
    guard = start(DEAF, stop_s=0.3)
    grandchild_pid(tmp_path)
    guard.terminate()
    assert guard.wait(10) == 128 + signal.SIGKILL


def test_a_crash_of_the_program_leaves_no_grandchild(start: Starter, tmp_path: Path) -> None:
    guard = start(STUBBORN)
    grandchild = grandchild_pid(tmp_path)
    (program,) = psutil.Process(guard.pid).children()
    program.kill()
    assert guard.wait(10) == 128 + signal.SIGKILL
    assert_ends(grandchild)


def test_all_ends_when_the_guards_parent_is_killed(start: Starter, tmp_path: Path) -> None:
    parent = start(STUBBORN, via="import subprocess, sys; subprocess.run(sys.argv[1:])")
    grandchild = grandchild_pid(tmp_path)
    parent.kill()
    assert_ends(grandchild)


def test_the_program_ends_when_the_guard_is_killed(start: Starter, tmp_path: Path) -> None:
    guard = start(DEAF)
    program = grandchild_pid(tmp_path)
    guard.kill()
    assert_ends(program)


def test_every_start_is_noted(start: Starter, tmp_path: Path) -> None:
    start("pass").wait(10)
    start("pass").wait(10)
    assert len((tmp_path / "starts").read_text().splitlines()) == 2
