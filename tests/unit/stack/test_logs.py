"""Logs are told from their end, and followed through rotation."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.stack.logs import FileLog, plain_id, run_log_files


def test_a_log_begins_with_its_last_lines(tmp_path: Path) -> None:
    path = tmp_path / "part.log"
    path.write_text("one\ntwo\nthree\n")
    assert list(FileLog(path).texts(2)) == ["two\nthree"]


def test_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert list(FileLog(tmp_path / "none.log").texts(5)) == [""]


def test_a_followed_log_tells_each_addition_once_and_survives_rotation(tmp_path: Path) -> None:
    path = tmp_path / "part.log"
    path.write_text("before\n")
    texts = FileLog(path).texts(1, follow=True)
    assert next(texts) == "before"
    with path.open("a") as file:
        file.write("added\n")
    assert next(texts) == "added\n"
    path.write_text("new\n")
    assert next(texts) == "new\n"


@pytest.mark.parametrize(("run_id", "plain"), [("jr_0a", "jr_0a"), ("../*", ""), ("jr_1/../x?", "jr_1x")])
def test_an_id_is_no_pattern_and_no_path(run_id: str, plain: str) -> None:
    assert plain_id(run_id) == plain


def test_runs_are_found_by_the_beginning_of_their_id_if_they_printed_anything(tmp_path: Path) -> None:
    for name, text in (("jr_1a/stdout.log", "x"), ("jr_1a/stderr.log", ""), ("jr_2b/stderr.log", "y")):
        (tmp_path / "runs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "runs" / name).write_text(text)
    assert [log.name for log in run_log_files(tmp_path, "jr_1")] == [str(tmp_path / "runs/jr_1a/stdout.log")]
    assert run_log_files(tmp_path, "*") == []
