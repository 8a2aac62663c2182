"""The options by which a script bounds what a bookmarked source reads."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.glue_worker import run_context
from emulator.glue_worker.engine.errors import GlueError
from emulator.glue_worker.engine.file_selection import selected_files, selection_properties
from emulator.glue_worker.run_contract import S3File, SelectedFiles, SelectFiles


class Run:
    """A run whose API lists three objects, and which remembers what it was asked."""

    bookmark_name = "job"
    asked: SelectFiles

    def select_files(self, wanted: SelectFiles) -> SelectedFiles:
        self.asked = wanted
        files = [S3File("b", key, "e", 0, size) for key, size in (("z", 1), ("a", 1), ("empty", 0))]
        return SelectedFiles(files, listed=3)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    run = Run()
    monkeypatch.setattr(run_context, "current", lambda: run)
    return run


def select(**options: Any) -> list[str]:
    return [file.key for file in selected_files(["s3://b/"], "ctx", options, recurse=True)]


def test_files_come_in_the_order_of_their_keys_without_empty_ones(run: Run) -> None:
    assert select() == ["a", "z"]
    assert (run.asked.bookmark_name, run.asked.transformation_ctx) == ("job", "ctx")


def test_options_have_the_units_of_aws(run: Run) -> None:
    select(maxBand="60", maxFilesInBand=5, boundedFiles="500", boundedSize="1000", exclusions='["**.pdf"]')
    asked = run.asked
    assert (asked.max_band_ms, asked.max_files_in_band) == (60_000, 5)
    assert (asked.bounded_files, asked.bounded_size_bytes, asked.exclusions) == (500, 1000, ["**.pdf"])


def test_the_defaults_are_those_of_aws(run: Run) -> None:
    select()
    assert (run.asked.max_band_ms, run.asked.max_files_in_band, run.asked.bounded_files) == (900_000, 1000, 0)


@pytest.mark.parametrize("value", ["many", "", "-1", None, "1.5"])
@pytest.mark.parametrize("name", ["maxBand", "maxFilesInBand", "boundedFiles", "boundedSize"])
def test_what_is_no_whole_number_is_named(run: Run, name: str, value: object) -> None:
    with pytest.raises(GlueError, match=name):
        select(**{name: value})


def test_bounds_may_stand_in_the_tables_parameters() -> None:
    parameters = {"classification": "csv", "boundedFiles": "5", "exclusions": "[]"}
    assert selection_properties(parameters) == {"boundedFiles": "5", "exclusions": "[]"}
