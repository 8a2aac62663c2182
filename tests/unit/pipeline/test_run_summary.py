"""Counts of a run, the share that may be rejected, flight dates, and the sentence of the alert."""

from __future__ import annotations

import json

import pytest

from pipeline.rejections import HEADER_LINE, UNKNOWN_ORIGIN, WRONG_COLUMN_COUNT, WRONG_HEADER
from pipeline.run_summary import (
    RuleResult,
    RunCounts,
    TooManyRejectedError,
    check_rejected_share,
    count_rows,
    flight_date,
    summarize,
)

GOOD = [("a.csv", HEADER_LINE, 1), ("a.csv", None, 8), ("a.csv", UNKNOWN_ORIGIN, 2)]


def test_counts_are_kept_by_file_and_reason() -> None:
    counts = count_rows([*GOOD, ("b.csv", HEADER_LINE, 1), ("b.csv", WRONG_COLUMN_COUNT, 3)])
    assert counts.loaded == 8
    assert counts.rejected == {UNKNOWN_ORIGIN: 2, WRONG_COLUMN_COUNT: 3}
    assert counts.headless_files == []


def test_all_lines_of_a_file_without_header_are_rejected() -> None:
    counts = count_rows([("a.csv", None, 5), ("a.csv", UNKNOWN_ORIGIN, 2)])
    assert counts.loaded == 0
    assert counts.rejected == {WRONG_HEADER: 7}
    assert counts.headless_files == ["a.csv"]


def test_a_header_alone_is_a_file_without_rows() -> None:
    counts = count_rows([("a.csv", HEADER_LINE, 1)])
    assert (len(counts.files), counts.loaded, counts.rejected.total()) == (1, 0, 0)
    check_rejected_share(counts, 0.0)


def test_a_share_at_the_limit_passes_and_one_above_fails() -> None:
    check_rejected_share(count_rows(GOOD), 0.2)
    with pytest.raises(TooManyRejectedError, match=r"2 of 10 rows .* a\.csv: 2 unknown origin airport"):
        check_rejected_share(count_rows(GOOD), 0.19)


def test_failed_rules_are_in_the_alert_with_their_reasons() -> None:
    rules = [RuleResult('IsComplete "dep_airport"', False, "Value: 0.8"), RuleResult("RowCount > 0", True)]
    summary = summarize("jr_1", count_rows(GOOD), 1.0, rules)
    assert summary.message.endswith(
        'in 1.0 s. Data quality: 1 of 2 rules passed; IsComplete "dep_airport" failed (Value: 0.8).'
    )
    assert (summary.rules_passed, summary.rules_failed) == (1, {'IsComplete "dep_airport"': "Value: 0.8"})


def test_without_rules_the_alert_does_not_speak_of_them() -> None:
    assert "quality" not in summarize("jr_1", count_rows(GOOD), 1.0).message


def test_a_file_without_header_does_not_count_for_the_share() -> None:
    check_rejected_share(count_rows([*GOOD, ("stray.csv", WRONG_COLUMN_COUNT, 1000)]), 0.2)


@pytest.mark.parametrize(
    ("file", "date"),
    [
        ("s3://raw/raw/year=2026/month=09/day=01/flights.csv", "2026-09-01"),
        ("s3://raw/raw/year=2026/month=9/day=1/2025-01-01.csv", "2026-09-01"),
        ("s3://raw/raw/flights_2026-09-03.csv", "2026-09-03"),
        ("s3://raw/raw/flights-20260904.csv", "2026-09-04"),
        ("s3://raw/raw/year=2026/month=13/day=01/flights.csv", None),
        ("s3://raw/raw/flights.csv", None),
        ("s3://raw/raw/202609041.csv", None),
    ],
)
def test_the_flight_date_is_that_of_the_folders_else_of_the_name(file: str, date: str | None) -> None:
    assert flight_date(file) == date


def test_the_message_tells_files_rows_reasons_and_seconds() -> None:
    summary = summarize("jr_1", count_rows(GOOD), 1.26)
    assert summary.message == "1 file: 8 rows loaded, 2 rejected (2 unknown origin airport), in 1.3 s."
    assert json.loads(summary.to_json())["rejected_by_reason"] == {UNKNOWN_ORIGIN: 2}


def test_a_run_without_new_files_says_so() -> None:
    assert summarize("jr_1", RunCounts({}), 0.5).message.startswith("No new files")
