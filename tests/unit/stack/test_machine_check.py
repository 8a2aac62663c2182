"""Whatever is in the way is told in a line each, before anything starts."""

from __future__ import annotations

import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from emulator.stack import machine_check
from emulator.stack.errors import MachineError
from emulator.stack.jars import wanted_jars
from emulator.stack.sandbox_stacks import free_ports
from emulator.stack.settings import StackSettings


@pytest.fixture
def settings(tmp_path: Path) -> StackSettings:
    gateway, redshift, warehouse = free_ports(3)
    base = StackSettings.from_environment({"TARMAC_STATE_DIR": str(tmp_path / "state")})
    return replace(base, gateway_port=gateway, redshift_port=redshift, warehouse_port=warehouse)


def test_free_ports_are_no_problem(settings: StackSettings) -> None:
    assert machine_check.port_problems(settings) == []


def test_a_port_in_use_is_named_with_the_part_its_user_and_the_variable_to_set(
    settings: StackSettings,
) -> None:
    with socket.create_server(("127.0.0.1", settings.redshift_port)):
        (problem,) = machine_check.port_problems(settings)
    assert f"Port {settings.redshift_port} (redshift) is in use" in problem
    assert "TARMAC_REDSHIFT_PORT" in problem
    if sys.platform == "linux":
        assert "by pid" in problem


def test_a_port_given_twice_is_told_once(settings: StackSettings) -> None:
    (problem,) = machine_check.port_problems(replace(settings, redshift_port=settings.gateway_port))
    assert "TARMAC_REDSHIFT_PORT and TARMAC_GATEWAY_PORT" in problem


@pytest.mark.parametrize(
    ("version", "platform", "words"),
    [((3, 12), "linux", "Python 3.12"), ((3, 10), "darwin", "Python 3.10"), ((3, 11), "win32", "WSL 2")],
)
def test_a_wrong_python_or_system_is_told(version: tuple[int, ...], platform: str, words: str) -> None:
    (problem,) = machine_check.python_problems(version, platform)
    assert words in problem
    assert "Next:" in problem


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_python_3_11_on_linux_and_macos_is_right(platform: str) -> None:
    assert machine_check.python_problems((3, 11), platform) == []


def test_a_state_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (problem,) = machine_check.folder_problems(tmp_path / "file" / "state", 1)
    assert "can't be written" in problem
    assert "TARMAC_STATE_DIR" in problem


def test_too_little_disk_is_told_with_both_figures(tmp_path: Path) -> None:
    (problem,) = machine_check.folder_problems(tmp_path, 10**18)
    assert "GB of disk are free" in problem
    assert "1000000000.0 GB are needed" in problem


def test_missing_jars_are_counted_and_named(settings: StackSettings, tmp_path: Path) -> None:
    (problem,) = machine_check.jar_problems(replace(settings, cache_dir=tmp_path / "empty"))
    assert f"{len(wanted_jars('off'))} jars are missing" in problem
    assert "make jars" in problem


def test_the_jar_of_lineage_is_needed_only_with_lineage() -> None:
    assert {jar.group for jar in wanted_jars("off")} == {"spark", "jsonata"}
    assert {jar.group for jar in wanted_jars("file")} == {"spark", "jsonata", "lineage"}


def test_all_problems_are_reported_at_once(settings: StackSettings, tmp_path: Path) -> None:
    bad = replace(settings, cache_dir=tmp_path / "empty", redshift_port=settings.gateway_port)
    with pytest.raises(MachineError) as caught:
        machine_check.check_machine(bad)
    assert len(caught.value.problems) == 2
