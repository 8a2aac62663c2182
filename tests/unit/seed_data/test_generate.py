"""Generated flights: exact counts, repeatable, with the shape of real traffic."""

from __future__ import annotations

import csv
import statistics
from collections import Counter
from pathlib import Path

import pytest

from seed_data import AIRPORTS_CSV
from seed_data.expected import expected_counts
from seed_data.generate import Request, generate


def rows_of(paths: list[Path]) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def test_rows_and_days_are_exact(tmp_path: Path) -> None:
    paths = generate(Request(rows=1003, days=4, out=tmp_path))
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        f"year=2026/month=09/day=0{day}/flights.csv" for day in (1, 2, 3, 4)
    ]
    assert len(rows_of(paths)) == 1003


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    one, same, other = (
        generate(Request(rows=200, days=1, out=tmp_path / name, seed=seed))[0].read_bytes()
        for name, seed in (("one", 1), ("same", 1), ("other", 2))
    )
    assert one == same
    assert one != other


def test_without_bad_rows_everything_loads(tmp_path: Path) -> None:
    expected = expected_counts(generate(Request(rows=5000, days=2, out=tmp_path)), AIRPORTS_CSV)
    assert (expected.files, expected.loaded, expected.rejected) == (2, 5000, 0)


def test_the_share_of_bad_rows_is_as_asked(tmp_path: Path) -> None:
    files = generate(Request(rows=10_000, days=1, out=tmp_path, bad_share=0.03))
    expected = expected_counts(files, AIRPORTS_CSV)
    assert expected.rejected == 300
    assert len(expected.quarantined) >= 5


def test_delays_are_mostly_early_with_a_long_tail_and_arrivals_follow_departures(tmp_path: Path) -> None:
    rows = rows_of(generate(Request(rows=20_000, days=1, out=tmp_path)))
    departures = [int(row["DepDelay"]) for row in rows]
    arrivals = [int(row["ArrDelay"]) for row in rows]
    assert statistics.median(departures) < 0 < statistics.mean(departures)
    assert max(departures) > 180
    assert statistics.correlation(departures, arrivals) > 0.9


def test_carriers_fly_mostly_from_their_hubs(tmp_path: Path) -> None:
    rows = rows_of(generate(Request(rows=20_000, days=1, out=tmp_path)))
    delta = Counter(row["OriginAirportID"] for row in rows if row["Carrier"] == "DL")
    assert delta.most_common(1)[0][0] == "10397"
    assert len({row["Carrier"] for row in rows}) == 15


def test_an_impossible_request_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="share between 0 and 1"):
        Request(rows=10, days=1, out=tmp_path, bad_share=1.5)
