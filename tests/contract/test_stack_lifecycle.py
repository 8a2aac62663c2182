"""A stack starts once, mends itself, and leaves nothing behind, however it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from emulator.stack.errors import MachineError, StackError
from emulator.stack.machine_check import is_free
from emulator.stack.parts import PART_NAMES
from emulator.stack.readiness import MOST_STARTS
from emulator.stack.sandbox import Sandbox
from emulator.stack.sandbox_stacks import sandbox_settings
from emulator.stack.settings import StackSettings
from emulator.stack.stack import Stack
from emulator.stack.supervisor_process import supervisor_pid
from emulator.stack.waiting import wait_until

SERVERS = ("warehouse", "redshift")


def processes_of(settings: StackSettings) -> list[psutil.Process]:
    """Every process that knows this stack's state folder from its environment or command line."""
    wanted, found = str(settings.state_dir), []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            known = [*process.cmdline(), process.environ().get("TARMAC_STATE_DIR", "")]
            if process.pid != os.getpid() and any(wanted in text for text in known):
                found.append(process)
    return found


def ports_of(settings: StackSettings) -> tuple[int, int, int]:
    return settings.gateway_port, settings.redshift_port, settings.warehouse_port


def assert_nothing_is_left(settings: StackSettings) -> None:
    wait_until(lambda: not processes_of(settings), 30, "the end of every process of the stack")
    assert all(is_free(port) for port in ports_of(settings))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Stack]:
    """A stack of the test's own, not started; its folder's name is long and full of odd letters."""
    folder = tmp_path / ("a long name " + "x" * 60) / "100%; it's $HOME" / "state"
    stack = Stack(sandbox_settings(folder, "own"), bound=True)
    yield stack
    stack.reset()


# A shell starts its background jobs with Ctrl-C ignored, and whoever runs these tests may be one.
AS_IN_A_TERMINAL = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from scripts.tarmac import app; app()"
)


def tarmac(settings: StackSettings, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", AS_IN_A_TERMINAL, *arguments],
        env={**settings.process_environment(""), "STACK": "embedded"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_every_part_is_ready_and_told_with_its_port_and_memory(sandbox: Sandbox) -> None:
    status = {part.name: part for part in sandbox.status()}
    assert tuple(status) == PART_NAMES
    assert {part.state for part in status.values()} == {"ready"}
    assert status["redshift"].port == sandbox.settings.redshift_port
    assert all(part.memory_bytes > 5_000_000 for part in status.values())


def test_all_listen_on_loopback_only(sandbox: Sandbox) -> None:
    trees = [psutil.Process(part.pid) for part in sandbox.status()]
    members = [member for root in trees for member in (root, *root.children(recursive=True))]
    listening = {
        connection.laddr.ip
        for process in members
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert {address.removeprefix("::ffff:") for address in listening} <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize("part", ["redshift", "warehouse"])
def test_a_killed_part_is_started_again_and_rows_stay(sandbox: Sandbox, part: str) -> None:
    sandbox.query(f"CREATE TABLE kept_{part} (n INT)")
    sandbox.query(f"INSERT INTO kept_{part} VALUES (1), (2)")
    sandbox.kill(part)
    assert sandbox.query(f"SELECT sum(n) FROM kept_{part}") == [(3,)]
    told = next(item for item in sandbox.status() if item.name == part)
    assert told.restarts >= 1
    assert told.restarted is not None


def test_a_part_may_be_restarted_as_often_as_one_likes(sandbox: Sandbox) -> None:
    for _ in range(MOST_STARTS + 1):
        sandbox.restart("redshift")
    assert sandbox.query("SELECT 1") == [(1,)]


def test_starting_a_running_stack_changes_nothing(sandbox: Sandbox) -> None:
    before = [part.pid for part in sandbox.status()]
    result = sandbox.stack.start()
    assert result.was_running
    assert result.repaired == ()
    assert [part.pid for part in sandbox.status()] == before


def test_starting_a_running_stack_starts_its_dead_parts(sandbox: Sandbox) -> None:
    sandbox.stack.stop_part("redshift")
    result = sandbox.stack.start()
    assert result.repaired == ("redshift",)
    assert sandbox.query("SELECT 1") == [(1,)]


def test_other_settings_than_those_of_the_running_stack_are_refused(sandbox: Sandbox) -> None:
    other = replace(sandbox.settings, redshift_port=1)
    with pytest.raises(StackError, match="runs with another TARMAC_REDSHIFT_PORT than is set now"):
        Stack(other).start()


def test_a_taken_port_is_told_before_anything_starts(sandbox: Sandbox, own: Stack) -> None:
    taken = StackSettings.from_environment(
        {
            **own.settings.process_environment(""),
            "TARMAC_REDSHIFT_PORT": str(sandbox.settings.redshift_port),
        }
    )
    with pytest.raises(MachineError, match=f"Port {taken.redshift_port} .redshift. is in use by pid"):
        Stack(taken).launch()
    assert processes_of(taken) == []


def test_a_stack_runs_beside_another_in_any_folder_and_stops_whole(own: Stack) -> None:
    own.launch()
    own.wait_until_ready(SERVERS)
    assert own.stop() is True
    assert_nothing_is_left(own.settings)
    assert own.stop() is False


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for its guarantees")
def test_nothing_survives_a_killed_supervisor(own: Stack) -> None:
    own.launch()
    own.wait_until_ready(SERVERS)
    pid = supervisor_pid(own.settings)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert_nothing_is_left(own.settings)


def test_ctrl_c_while_starting_leaves_nothing(own: Stack) -> None:
    process = tarmac(own.settings, "up")
    wait_until(lambda: processes_of(own.settings) and own.is_running(), 30, "the stack to be starting")
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in said
    assert_nothing_is_left(own.settings)


def test_a_part_that_cannot_start_is_told_with_the_end_of_its_log(own: Stack) -> None:
    own.settings.state_dir.mkdir(parents=True)
    (own.settings.state_dir / "warehouse").write_text("not a folder")
    process = tarmac(own.settings, "up", "--no-pipeline")
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "warehouse is not ready: it ended" in said
    assert str(own.settings.logs_dir / "warehouse.log") in said
    assert "Traceback" not in said.split("The end of")[0]
    assert_nothing_is_left(own.settings)
