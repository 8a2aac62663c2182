"""The file with what LocalStack must not lose: made, read again, and refused when it is another's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from emulator.localstack_mends.kept_state import FORMAT, KeptState, UnreadableStateError

TAG = "INSERT INTO tag VALUES (?, ?)"


def test_another_process_reads_what_was_written_without_a_close(tmp_path: Path) -> None:
    KeptState(tmp_path / "state.sqlite").write(TAG, "bucket", "{}")
    assert KeptState(tmp_path / "state.sqlite").read("SELECT * FROM tag") == [("bucket", "{}")]


def test_statements_that_belong_together_are_all_written_or_none(tmp_path: Path) -> None:
    state = KeptState(tmp_path / "state.sqlite")
    with pytest.raises(sqlite3.IntegrityError):
        state.write_all((TAG, ("one", "{}")), (TAG, ("one", "{}")))
    assert state.read("SELECT * FROM tag") == []


def test_a_file_of_another_format_is_refused_with_the_next_step(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    KeptState(path).write(f"PRAGMA user_version = {FORMAT + 1}")
    with pytest.raises(UnreadableStateError, match=rf"{path} has format {FORMAT + 1}, .* Next: `make reset`"):
        KeptState(path)


def test_a_damaged_file_is_refused_with_the_next_step(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(UnreadableStateError, match=rf"{path} can't be read .* Next: `make reset`"):
        KeptState(path)
