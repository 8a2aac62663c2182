"""One command at a time starts or stops a stack."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from emulator.stack.errors import StackBusyError
from emulator.stack.settings import StackSettings
from emulator.stack.state_lock import state_lock


@pytest.fixture
def settings(tmp_path: Path) -> StackSettings:
    return replace(StackSettings.from_environment({}), state_dir=tmp_path)


def test_a_second_command_waits_and_then_says_who_is_in_the_way(settings: StackSettings) -> None:
    with (
        state_lock(settings),
        pytest.raises(StackBusyError, match="Another command"),
        state_lock(settings, 0.05),
    ):
        pytest.fail("both hold the lock")


def test_the_lock_is_free_again_after_an_error(settings: StackSettings) -> None:
    with pytest.raises(RuntimeError), state_lock(settings):
        raise RuntimeError
    with state_lock(settings, 0.05):
        pass


def test_stacks_of_other_folders_do_not_wait(settings: StackSettings, tmp_path: Path) -> None:
    other = replace(settings, state_dir=tmp_path / "other")
    with state_lock(settings), state_lock(other, 0.05):
        pass
