"""Output is plain and stable for a program, and readable for a person."""

from __future__ import annotations

import json

import pytest

from scripts import console


def test_piped_rows_are_tab_separated_below_a_header(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_rows(("a", "b"), [(1, None), ("x\ty", "two\nlines"), (2.50, True)])
    assert capsys.readouterr().out == "a\tb\n1\t\nx\\ty\ttwo\\nlines\n2.5\tTrue\n"


def test_no_rows_are_still_a_header(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_rows(("a", "b"), [])
    assert capsys.readouterr().out == "a\tb\n"


def test_json_takes_dates_and_decimals(capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import date
    from decimal import Decimal

    console.print_json({"day": date(2026, 9, 1), "mean": Decimal("1.5")})
    assert json.loads(capsys.readouterr().out) == {"day": "2026-09-01", "mean": "1.5"}


@pytest.mark.parametrize(
    ("size_bytes", "told"), [(0, "0 B"), (999, "999 B"), (1500, "2 kB"), (36e6, "36 MB"), (1.14e9, "1.14 GB")]
)
def test_a_size_has_the_unit_that_fits(size_bytes: float, told: str) -> None:
    assert console.size(size_bytes) == told


@pytest.mark.parametrize(
    ("seconds", "told"), [(None, ""), (3.14159, "3.1 s"), (600, "10 min"), (7200, "2.0 h")]
)
def test_a_duration_has_the_unit_that_fits(seconds: float | None, told: str) -> None:
    assert console.duration(seconds) == told


def test_every_line_of_an_error_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    console.fail("first\nsecond [not markup]")
    assert capsys.readouterr().err == "tarmac: first\ntarmac: second [not markup]\n"
