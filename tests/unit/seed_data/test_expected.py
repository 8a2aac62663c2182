"""The expected counts follow the rules of the job, file by file."""

from __future__ import annotations

from pathlib import Path

from pipeline import rejections
from seed_data import AIRPORTS_CSV, sample_days
from seed_data.expected import expected_counts

HEADER = "Carrier,OriginAirportID,DestAirportID,DepDelay,ArrDelay"
GOOD = "DL,10397,12892,-3,1"


def expected_of(tmp_path: Path, content: bytes) -> tuple[int, int, dict[str, int]]:
    path = tmp_path / "flights.csv"
    path.write_bytes(content)
    expected = expected_counts([path], AIRPORTS_CSV)
    return expected.files, expected.loaded, dict(expected.quarantined)


def test_a_plain_file_loads_whole(tmp_path: Path) -> None:
    assert expected_of(tmp_path, f"{HEADER}\n{GOOD}\n{GOOD}\n".encode()) == (1, 2, {})


def test_bom_crlf_quotes_and_blank_lines_load(tmp_path: Path) -> None:
    content = f'\ufeff{HEADER}\r\n"Delta, ""Inc""",10397,12892,-3,1\r\n\r\n'
    assert expected_of(tmp_path, content.encode()) == (1, 1, {})


def test_latin_1_is_quarantined(tmp_path: Path) -> None:
    content = f"{HEADER}\nSociété,10397,12892,1,1\n{GOOD}\n".encode("latin-1")
    assert expected_of(tmp_path, content) == (1, 1, {rejections.NOT_UTF8: 1})


def test_a_wrong_header_quarantines_every_line(tmp_path: Path) -> None:
    assert expected_of(tmp_path, f"a,b\n{GOOD}\n".encode()) == (1, 0, {rejections.WRONG_HEADER: 2})


def test_an_empty_file_is_no_file_and_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert expected_of(tmp_path, b"") == (0, 0, {})
    assert expected_of(tmp_path, HEADER.encode()) == (1, 0, {})


def test_the_sample_days_hold_good_and_bad_rows() -> None:
    assert len(sample_days()) == 3
    for day in sample_days():
        expected = expected_counts([day], AIRPORTS_CSV)
        assert expected.loaded >= 30
        assert expected.rejected >= 1
