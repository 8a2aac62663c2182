"""Files keep the partition folders that they lie in."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.console import CommandError
from scripts.uploads import planned_uploads


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")


def keys(source: Path) -> list[str]:
    return [upload.key for upload in planned_uploads(source, "raw/")]


def test_a_file_goes_under_the_raw_prefix(tmp_path: Path) -> None:
    write(tmp_path, "day.csv")
    assert keys(tmp_path / "day.csv") == ["raw/day.csv"]


def test_a_file_keeps_the_partitions_above_it(tmp_path: Path) -> None:
    write(tmp_path, "in/year=2026/month=09/day.csv")
    assert keys(tmp_path / "in/year=2026/month=09/day.csv") == ["raw/year=2026/month=09/day.csv"]


def test_a_folder_is_taken_whole_in_order_and_without_hidden_files(tmp_path: Path) -> None:
    write(tmp_path, "b/2.csv", "a/1.csv", ".git/x", "a/.DS_Store", "year=2026/c d+%.csv")
    assert keys(tmp_path) == ["raw/a/1.csv", "raw/b/2.csv", "raw/year=2026/c d+%.csv"]


def test_a_folder_that_is_itself_a_partition_keeps_it(tmp_path: Path) -> None:
    write(tmp_path, "year=2026/day.csv")
    assert keys(tmp_path / "year=2026") == ["raw/year=2026/day.csv"]


def test_nothing_to_upload_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no file or folder"):
        planned_uploads(tmp_path / "missing", "raw/")
    with pytest.raises(CommandError, match="holds no files"):
        planned_uploads(tmp_path, "raw/")
