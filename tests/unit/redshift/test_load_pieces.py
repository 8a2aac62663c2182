"""The bytes of a file on their way into the warehouse, and their records, in pieces of any size."""

from __future__ import annotations

import io
from typing import Any

import pytest

from emulator.redshift.copy_options import CopyPlan, parse_copy
from emulator.redshift.load_errors import LineLedger, RecordError, from_context, from_notice, reason_of
from emulator.redshift.records import Column, copy_line, delimited_records, fixers, json_records
from emulator.redshift.s3_access import S3Object
from emulator.redshift.text_source import file_pieces, lines_ended_alike, passed_through


class FakeS3:
    """S3 with one object, read in small pieces."""

    def __init__(self, body: bytes, size: int) -> None:
        self._body = body
        self._size = size

    def read(self, item: S3Object) -> Any:
        del item
        return (self._body[at : at + self._size] for at in range(0, len(self._body), self._size))

    def open(self, item: S3Object) -> io.BytesIO:
        del item
        return io.BytesIO(self._body)


FILE = S3Object("bucket", "file")
SIZES = (1, 2, 3, 7, 1000)


def plan_of(options: str) -> CopyPlan:
    plan = parse_copy(f"COPY t FROM 's3://bucket/file' IAM_ROLE default {options}")
    plan.delimiter = plan.delimiter or ("," if plan.data_format == "CSV" else "|")
    return plan


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"a,b\r\nc,d\r\n", b"a,b\nc,d\n"),
        (b'a,"b\r\nc"\r\nd', b'a,"b\r\nc"\nd\n'),
        (b'a,"""\r\n"\r\n', b'a,"""\r\n"\n'),
        (b"a\rb\r", b"a\rb\r\n"),
        (b"", b""),
        (b"\r\n", b"\n"),
    ],
)
def test_line_ends_are_made_alike_outside_quotes_only(size: int, body: bytes, expected: bytes) -> None:
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    assert b"".join(lines_ended_alike(pieces, b'"')) == expected


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("skip", "expected"), [(0, b"h1\nh2\n1\n"), (1, b"h2\n1\n"), (2, b"1\n"), (9, b"")])
def test_ignoreheader_skips_lines_of_the_file(size: int, skip: int, expected: bytes) -> None:
    s3: Any = FakeS3(b"h1\nh2\n1\n", size)
    assert b"".join(file_pieces(s3, FILE, plan_of(f"CSV IGNOREHEADER {skip}"))) == expected


@pytest.mark.parametrize("size", SIZES)
def test_characters_cut_in_two_by_pieces_are_kept_and_invalid_ones_replaced(size: int) -> None:
    s3: Any = FakeS3("1,é€😀\n".encode() + b"2,\xff\xc3\n", size)
    plan = plan_of("CSV ACCEPTINVCHARS AS '?'")
    assert b"".join(file_pieces(s3, FILE, plan)).decode() == "1,é€😀\n2,??\n"


def test_the_ledger_finds_the_file_and_its_line() -> None:
    s3: Any = FakeS3(b"h\n1\n2", 2)
    ledger = LineLedger(skipped_per_file=1)
    items = [S3Object("b", "one"), S3Object("b", "two")]
    sent = b"".join(passed_through(s3, items, plan_of("CSV IGNOREHEADER 1"), ledger, '"'))
    assert sent == b"1\n2\n1\n2\n"
    assert [ledger.locate(line) for line in (1, 2, 3, 4)] == [
        ("s3://b/one", 2), ("s3://b/one", 3), ("s3://b/two", 2), ("s3://b/two", 3),
    ]  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_records_know_their_lines(size: int) -> None:
    body = b'1,"a\nb"\n2,c'
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    found = list(delimited_records(pieces, plan_of("CSV FILLRECORD")))
    assert found == [(2, ["1", "a\nb"]), (3, ["2", "c"])]


def test_a_quote_that_never_ends_is_an_error() -> None:
    with pytest.raises(RecordError, match="Invalid quote formatting"):
        list(delimited_records(iter([b'1,"a\n2,b\n']), plan_of("CSV FILLRECORD")))


COLUMNS = [
    Column("id", "integer", "integer", 0, False),
    Column("name", "character varying", "character varying(5)", 5, False),
    Column("at", "timestamp without time zone", "timestamp without time zone", 0, False),
]


@pytest.mark.parametrize(
    ("options", "fields", "expected"),
    [
        ("CSV", ["", "", ""], [None, "", None]),
        ("CSV", ["\\N", "\\N", "\\N"], [None, None, None]),
        ("CSV NULL AS 'x'", ["x", "x", "\\N"], [None, None, "\\N"]),
        ("CSV EMPTYASNULL", ["1", "", ""], ["1", None, None]),
        ("CSV BLANKSASNULL", [" ", "  ", ""], [None, None, None]),
        ("CSV TRIMBLANKS", ["1", "a  ", ""], ["1", "a", None]),
        ("CSV TRUNCATECOLUMNS", ["1", "ééé", ""], ["1", "éé", None]),
        ("CSV TIMEFORMAT 'epochsecs'", ["1", "a", "0"], ["1", "a", "1970-01-01 00:00:00.000000"]),
        ("CSV TIMEFORMAT 'epochmillisecs'", ["1", "a", "1500"], ["1", "a", "1970-01-01 00:00:01.500000"]),
        ("CSV TIMEFORMAT 'MM/DD/YYYY'", ["1", "a", "12/31/2024"], ["1", "a", "2024-12-31 00:00:00"]),
    ],
)  # fmt: skip
def test_fields_become_values_as_the_options_say(
    options: str, fields: list[str | None], expected: list[str | None]
) -> None:
    fix = fixers(plan_of(options), COLUMNS)
    assert [fixer(value) for fixer, value in zip(fix, fields, strict=True)] == expected


def test_a_text_longer_than_its_column_in_bytes_is_an_error() -> None:
    with pytest.raises(RecordError, match="String length exceeds DDL length"):
        fixers(plan_of("CSV"), COLUMNS)[1]("ééé")


def test_json_paths_pick_values_in_the_order_of_the_columns() -> None:
    s3: Any = FakeS3(b'{"jsonpaths": ["$.a.b", "$[\'c\'][1]", "$.none"]}', 100)
    plan = plan_of("JSON 's3://bucket/paths.json'")
    found = list(json_records(iter([b'{"a": {"b": 1}, "c": [0, {"x": true}]}']), plan, COLUMNS, s3))
    assert found == [(1, ["1", '{"x":true}', None])]


def test_values_are_escaped_for_copy() -> None:
    assert copy_line(["a\tb", "c\\d", "e\nf\r", None, ""]) == "a\\tb\tc\\\\d\te\\nf\\r\t\\N\t"


def test_the_place_of_an_error_is_read_from_postgresqls_words() -> None:
    assert from_context({"W": 'COPY t, line 3, column day: "2024-13-99"'}) == (3, "day", "2024-13-99")
    assert from_context({"W": 'COPY t, line 1: "1,2,3"'}) == (1, "", "1,2,3")
    assert from_context({"W": "COPY t, line 2, column a: null input"}) == (2, "a", "")
    assert from_context({"W": "SQL statement"}) is None
    notice = 'skipping row due to data type incompatibility at line 2 for column "id": "x"'
    assert from_notice(notice) == (2, "id", "x")


@pytest.mark.parametrize(
    ("state", "kind", "code"),
    [("22P02", "integer", 1207), ("22007", "date", 1205), ("22008", "timestamp", 1206), ("22001", "", 1204),
     ("22003", "", 1216), ("23502", "", 1213), ("22P04", "", 1201), ("99999", "", 1999)],
)  # fmt: skip
def test_errors_have_redshifts_numbers(state: str, kind: str, code: int) -> None:
    assert reason_of({"C": state, "M": "missing data"}, kind, "x")[0] == code
