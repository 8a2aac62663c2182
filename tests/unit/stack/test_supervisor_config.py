"""supervisord's configuration holds for any folder, and keeps what is private."""

from __future__ import annotations

import configparser
import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from emulator.stack.parts import PART_NAMES
from emulator.stack.settings import StackSettings
from emulator.stack.supervisor_config import (
    config_path,
    config_text,
    socket_path,
    stack_secret,
    write_stack_files,
)

ODD_NAMES = ["plain", "with space", "per%cent", "ümlaut", "quote'd"]


def settings_in(folder: Path) -> StackSettings:
    return replace(StackSettings.from_environment({}), state_dir=folder)


def test_the_socket_lies_in_the_state_folder(tmp_path: Path) -> None:
    settings = settings_in(Path("/tmp/short"))
    assert socket_path(settings) == Path("/tmp/short/supervisor.sock")


def test_a_long_state_folder_gets_a_short_private_socket_of_its_own(tmp_path: Path) -> None:
    first, second = (settings_in(tmp_path / ("x" * 120) / name) for name in "ab")
    assert len(str(socket_path(first))) < 97
    assert socket_path(first) == socket_path(first)
    assert socket_path(first) != socket_path(second)
    assert socket_path(first).parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ODD_NAMES)
def test_every_part_is_a_program_whatever_the_folder_is_called(tmp_path: Path, name: str) -> None:
    settings = settings_in(tmp_path / name)
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";",))
    parser.read_string(config_text(settings))
    for part in PART_NAMES:
        program = dict(parser[f"program:{part}"])
        spec = shlex.split(program["command"].replace("%%", "%"))[-1]
        assert spec == str(settings.state_dir / "parts" / f"{part}.json")


def test_files_with_secrets_are_for_their_owner_only(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "state")
    write_stack_files(settings)
    private = [
        config_path(settings),
        settings.state_dir / "secret",
        *(settings.state_dir / "parts").glob("*.json"),
    ]
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}


def test_the_secret_lasts_and_reaches_every_part(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "state")
    write_stack_files(settings)
    secret = stack_secret(settings)
    write_stack_files(settings)
    for part in PART_NAMES:
        spec = json.loads((settings.state_dir / "parts" / f"{part}.json").read_text())
        assert spec["environment"]["TARMAC_STACK_SECRET"] == secret


def test_two_stacks_have_different_secrets(tmp_path: Path) -> None:
    for name in "ab":
        write_stack_files(settings_in(tmp_path / name))
    assert stack_secret(settings_in(tmp_path / "a")) != stack_secret(settings_in(tmp_path / "b"))
