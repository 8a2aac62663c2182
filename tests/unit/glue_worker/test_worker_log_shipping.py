from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator.glue_worker import log_shipping
from emulator.glue_worker.log_shipping import LogShipper, LogTarget


class FakeLogs:
    """CloudWatch Logs, as far as a shipper uses it."""

    class exceptions:  # noqa: N801 (boto3's name)
        class ResourceAlreadyExistsException(Exception):  # noqa: N818 (boto3's name)
            pass

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.streams: list[str] = []

    def create_log_group(self, **_names: str) -> None:
        raise self.exceptions.ResourceAlreadyExistsException

    def create_log_stream(self, **names: str) -> None:
        self.streams.append(names["logStreamName"])

    def put_log_events(self, logEvents: list[dict[str, Any]], **_names: str) -> None:  # noqa: N803
        self.lines += [event["message"] for event in logEvents]


def shipped(file: Path) -> FakeLogs:
    logs = FakeLogs()
    LogShipper(logs, [LogTarget(file, "group", "stream")]).finish(20)
    return logs


def test_all_lines_arrive_also_one_without_an_end(tmp_path: Path) -> None:
    file = tmp_path / "stdout.log"
    file.write_text("one\ntwo é\n\nthree")
    logs = shipped(file)
    assert logs.lines == ["one", "two é", "three"]
    assert logs.streams == ["stream"]


def test_a_run_that_prints_nothing_has_no_stream(tmp_path: Path) -> None:
    assert shipped(tmp_path / "absent.log").streams == []


def test_a_character_split_between_two_reads_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_shipping, "BATCH_BYTES", 3)
    file = tmp_path / "stdout.log"
    file.write_text("äöü\nß\n")
    assert shipped(file).lines == ["äöü", "ß"]


def test_endless_output_is_cut_and_says_where_the_rest_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_shipping, "STREAM_LIMIT_BYTES", 50_000)
    monkeypatch.setattr(log_shipping, "BATCH_BYTES", 10_000)
    file = tmp_path / "stdout.log"
    file.write_text("0123456789\n" * 100_000)
    logs = shipped(file)
    assert len(logs.lines) < 8_000
    assert str(file) in logs.lines[-1]
