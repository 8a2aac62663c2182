"""`reset` removes what a stack wrote, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from emulator.stack.settings import StackSettings
from emulator.stack.state_folder import clear_state, lay_out_state


def settings_in(folder: Path) -> StackSettings:
    return replace(StackSettings.from_environment({}), state_dir=folder)


def test_a_cleared_state_folder_is_gone(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "state")
    lay_out_state(settings)
    for name in ("glue.sqlite", "glue.sqlite-wal", "alerts.jsonl", "supervisor.log", "lock"):
        (settings.state_dir / name).touch()
    (settings.state_dir / "warehouse.initdb-ab12").mkdir()
    clear_state(settings)
    assert not settings.state_dir.exists()


def test_files_of_others_in_the_folder_stay(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    lay_out_state(settings)
    (tmp_path / "thesis.txt").write_text("mine")
    clear_state(settings)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_start_forgets_that_an_earlier_worker_was_ready(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    ready = tmp_path / "worker" / "ready"
    ready.parent.mkdir()
    ready.touch()
    lay_out_state(settings)
    assert not ready.exists()
