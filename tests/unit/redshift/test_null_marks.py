"""NULL AS beside empty fields: what PostgreSQL's COPY gets."""

from __future__ import annotations

import pytest

from emulator.redshift.copy_options import parse_copy
from emulator.redshift.null_marks import NullMarker, fits, whole_records
from emulator.redshift.records import Column

MARKER = NullMarker("nil", ",", '"', [False, True])
COLUMNS = [Column(name, "text", "text", 0, False) for name in ("a", "b")]
SIZES = [1, 3, 7, 1000]


def pieces_of(body: bytes, size: int) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"1,a\n2,b\n", b"1,a\n2,b\n"),
        (b",a\n2,\n", b"nil,a\n2,\n"),
        (b'"",""\n', b"nil,\n"),
        (b'1,"a\n,""b"\n,c\n', b'1,"a\n,""b"\nnil,c\n'),
        (b",a,b\n", b",a,b\n"),
        (b",\xff\xc3\xa9\n", b"nil,\xff\xc3\xa9\n"),
        (b"nil,nil", b"nil,nil"),
    ],
    ids=["full", "empty", "quoted", "line-in-quotes", "too-many-fields", "no-utf-8", "marked"],
)
def test_an_empty_field_is_marked_unless_its_column_is_text(body: bytes, expected: bytes, size: int) -> None:
    assert b"".join(MARKER(iter(pieces_of(body, size)))) == expected


@pytest.mark.parametrize("size", SIZES)
def test_a_piece_ends_where_a_record_ends(size: int) -> None:
    body = b'1,"x\ny"\n2,z\n3,"w'
    found = list(whole_records(pieces_of(body, size), b'"'))
    assert b"".join(found) == body
    assert all(piece.count(b'"') % 2 == 0 and piece.endswith(b"\n") for piece in found[:-1])


@pytest.mark.parametrize(
    ("null", "expected"), [("@NULL@", True), ("a,b", False), ('"', False), ("\\N", True)]
)
def test_a_mark_that_is_part_of_the_format_needs_the_slow_way(null: str, expected: bool) -> None:
    plan = parse_copy(f"COPY t FROM 's3://b/k' IAM_ROLE default CSV NULL AS '{null}' DELIMITER ','")
    assert fits(plan, COLUMNS) is expected
