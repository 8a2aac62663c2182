"""Which stack a command means, and what it says where Compose can't be had."""

from __future__ import annotations

import multiprocessing
import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from emulator.environment import SettingsError
from emulator.stack.choice import choose, wanted_kind
from emulator.stack.compose_check import memory_limits, memory_problems, volume_problems
from emulator.stack.compose_cli import ComposeCli, check_compose
from emulator.stack.engine import engine_host, find_engine
from emulator.stack.errors import ComposeUnavailableError
from emulator.stack.settings import StackSettings

ANOTHER_UID = 65534


@pytest.fixture
def settings(tmp_path: Path) -> StackSettings:
    return replace(StackSettings.from_environment({}), state_dir=tmp_path / "state")


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    host = f"unix://{tmp_path / 'none.sock'}"
    monkeypatch.setenv("DOCKER_HOST", host)
    return host


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(SettingsError, match="STACK is 'podman', but must be embedded or compose"):
        wanted_kind({"STACK": "podman"})


@pytest.mark.parametrize(("word", "kind"), [("embedded", "embedded"), ("attached", "attached")])
def test_a_word_decides(settings: StackSettings, no_engine: str, word: str, kind: str) -> None:
    choice = choose(settings, word)
    assert choice.stack.kind == kind
    assert f"STACK={word}" in choice.reason


def test_without_an_engine_the_stack_is_embedded_and_says_why(
    settings: StackSettings, no_engine: str
) -> None:
    choice = choose(settings, "")
    assert choice.stack.kind == "embedded"
    assert f"no Docker engine answers at {no_engine}" in choice.reason


def test_without_an_engine_compose_is_refused_with_the_next_step(
    settings: StackSettings, no_engine: str
) -> None:
    with pytest.raises(ComposeUnavailableError, match=r"no Docker engine answers at unix://.* Next: "):
        choose(settings, "compose")


def test_an_engine_on_another_machine_is_refused(settings: StackSettings) -> None:
    with pytest.raises(ComposeUnavailableError, match=r"tcp://10.0.0.9:2375 is on another machine"):
        find_engine({"DOCKER_HOST": "tcp://10.0.0.9:2375"})


def test_an_engine_that_lets_only_others_in_says_so(tmp_path: Path) -> None:
    path = Path(f"/tmp/tarmac-test-{os.getpid()}.sock")  # where another account may look for it
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        path.chmod(0)
        try:
            said = _as_another_account(f"unix://{path}")
        finally:
            path.unlink()
    assert "permission denied" in said
    assert "join the group docker" in said


def _as_another_account(host: str) -> str:
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    process = context.Process(target=_ask, args=(host, answers))
    process.start()
    process.join(30)
    return str(answers.get())


def _ask(host: str, answers: multiprocessing.SimpleQueue[str]) -> None:
    if os.getuid() == 0:  # whom no mode keeps out
        os.setuid(ANOTHER_UID)
    try:
        find_engine({"DOCKER_HOST": host})
    except ComposeUnavailableError as error:
        answers.put(str(error))
    else:
        answers.put("it answered")


def test_the_engine_is_where_docker_looks_for_it(tmp_path: Path) -> None:
    assert engine_host({"DOCKER_HOST": "unix:///run/user/1000/docker.sock"}).endswith("1000/docker.sock")
    assert engine_host({"DOCKER_CONFIG": str(tmp_path)}) == "unix:///var/run/docker.sock"


def test_without_the_project_file_compose_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(ComposeUnavailableError, match=r"no docker-compose.yml in .*Next: "):
        check_compose(tmp_path)


def test_a_name_that_compose_would_refuse_is_told(settings: StackSettings) -> None:
    with pytest.raises(ComposeUnavailableError, match="TARMAC_NAME is 'My Stack'"):
        ComposeCli(replace(settings, name="My Stack"))


def test_memory_is_enough_a_little_below_the_sum_of_the_limits() -> None:
    config = {
        "services": {
            "a": {"mem_limit": "1000"},
            "b": {"mem_limit": "3000"},
            "c": {"mem_limit": "9000", "profiles": ["tests"]},
        }
    }
    assert memory_limits(config) == {"a": 1000, "b": 3000}
    assert memory_problems(3000, memory_limits(config)) == []
    (problem,) = memory_problems(2999, memory_limits(config))
    assert "TARMAC_B_LIMIT" in problem


def test_no_old_volume_is_no_problem() -> None:
    assert volume_problems([]) == []
