"""The bytes of a file on their way into the warehouse, and their records, in pieces of any size."""

from __future__ import annotations

import io
from typing import Any

import pytest

from emulator.redshift.loads.copy_columns import Column
from emulator.redshift.loads.copy_options import CopyPlan, parse_copy
from emulator.redshift.loads.load_errors import RecordError, from_context, from_notice, translated
from emulator.redshift.loads.pieces import Form, Sorter, records_at_start, whole_records
from emulator.redshift.loads.replacements import Replacements
from emulator.redshift.loads.row_chunks import RowConverter
from emulator.redshift.loads.text_records import parser
from emulator.redshift.loads.text_source import file_pieces, lines_ended_alike
from emulator.redshift.s3_access import S3Object


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
COLUMNS = [
    Column("id", "integer", "integer"),
    Column("name", "character varying", "character varying(5)", 5),
    Column("amount", "numeric", "numeric(8,2)", 0, 8, 2),
]


def plan_of(options: str) -> CopyPlan:
    return parse_copy(f"COPY t FROM 's3://bucket/file' IAM_ROLE default {options}")


def pieces_of(body: bytes, size: int) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


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
    assert b"".join(lines_ended_alike(iter(pieces_of(body, size)), b'"')) == expected


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("skip", "expected"), [(0, b"h1\nh2\n1\n"), (1, b"h2\n1\n"), (2, b"1\n"), (9, b"")])
def test_ignoreheader_skips_lines_of_the_file(size: int, skip: int, expected: bytes) -> None:
    s3: Any = FakeS3(b"h1\nh2\n1\n", size)
    assert b"".join(file_pieces(s3, FILE, plan_of(f"CSV IGNOREHEADER {skip}"))) == expected


def test_invalid_characters_are_replaced_and_noted() -> None:
    replacements = Replacements(plan_of("CSV ACCEPTINVCHARS AS '?'"), COLUMNS)
    piece = "1,é€😀\n".encode()
    assert replacements.repaired(piece, "s3://b/f", 1) == piece
    assert replacements.repaired(b"1,\xff\xc3\n2,a\n", "s3://b/f", 7) == b"1,??\n2,a\n"
    assert replacements.rows == [{"url": "s3://b/f", "line": 7, "col": "name", "raw": "1,.."}]
    replacements.repaired(b"\xff\n" * 200, "s3://b/f", 8)
    assert (replacements.count, len(replacements.rows)) == (201, 100)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("body", "quote", "escapes"),
    [(b'1,"x\ny"\n2,z\n3,"w', b'"', False), (b"1|a\\\nb\n2|c\\\\\n3|d\n", b"\x01", True)],
)
def test_a_piece_ends_where_a_record_ends(size: int, body: bytes, quote: bytes, escapes: bool) -> None:
    found = list(whole_records(pieces_of(body, size), quote, escapes))
    assert b"".join(found) == body
    assert all(piece.count(quote) % 2 == 0 and piece.endswith(b"\n") for piece in found[:-1])
    assert not any(piece.endswith(b"a\\\n") for piece in found)


def test_the_records_at_the_start_of_a_piece_are_whole() -> None:
    assert records_at_start(b'1,"a\nb"\n2,c\n', b'"', 1) == b'1,"a\nb"\n'
    assert records_at_start(b"1\n2\n3\n", b'"', 2) == b"1\n2\n"
    assert records_at_start(b"1\n2", b'"', 9) == b"1\n2"


@pytest.mark.parametrize(
    ("options", "piece", "form", "has_marks", "is_wide"),
    [
        ("CSV", b"1,a,2.50\n", Form.AS_IS, False, False),
        ("CSV", "1,é,2.50\n".encode(), Form.AS_IS, False, True),
        ("CSV", b"1,\\N,2.50\n", Form.AS_IS, True, False),
        ("CSV NULL AS 'nil'", b"nil,nil,nil\n", Form.AS_IS, True, False),
        ("CSV NULL AS 'nil'", b",nil,1\n", Form.VALUES, False, False),
        ("CSV NULL AS 'a,b'", b"1,a,b\n", Form.VALUES, False, False),
        ("CSV", b"1,a,2.505\n", Form.VALUES, False, False),
        ("CSV ROUNDEC", b"1,a,2.505\n", Form.AS_IS, False, False),
        ("CSV", b'1, "a",2\n', Form.VALUES, False, False),
        ("CSV", b'1,"a"  \t,2\n', Form.VALUES, False, False),
        ("CSV", b' "1",a,2\n', Form.VALUES, False, False),
        ("CSV", b'1,"say ""a"" b",2\n', Form.AS_IS, False, False),
        ("CSV TRUNCATECOLUMNS", b"1,a,2\n", Form.VALUES, False, False),
        ("CSV MAXERROR 3", b"1,a,2\n", Form.VALUES, False, False),
        ("CSV DATEFORMAT 'DD.MM.YYYY'", b"1,a,2\n", Form.AS_IS, False, False),
        ("CSV IGNOREBLANKLINES", b"1,a,2\n\n", Form.VALUES, False, False),
        ("CSV BLANKSASNULL", b"1, ,2\n", Form.VALUES, False, False),
        ("CSV BLANKSASNULL", b"1,a b,2\n", Form.AS_IS, False, False),
        ("CSV TRIMBLANKS", b"1,a ,2\n", Form.VALUES, False, False),
        ("ESCAPE", b"1|a|2\n", Form.AS_IS, False, False),
        ("ESCAPE", b"1|a\\|b|2\n", Form.VALUES, False, False),
        ("REMOVEQUOTES", b"1|'a'|2\n", Form.VALUES, False, False),
        ("", b"1|a\rb|2\n", Form.VALUES, False, False),
        ("", b"1|a\x01b|2\n", Form.VALUES, False, False),
    ],
)
def test_a_piece_passes_as_it_is_unless_postgresql_would_read_it_otherwise(
    options: str, piece: bytes, form: Form, has_marks: bool, is_wide: bool
) -> None:
    found = Sorter(plan_of(options), COLUMNS)(piece)
    assert (found.form, found.has_marks, found.is_wide) == (form, has_marks, is_wide)


@pytest.mark.parametrize(
    ("options", "text", "expected"),
    [
        ("CSV", '1,"a\nb"\n2,c\n', [(2, ["1", "a\nb"]), (3, ["2", "c"])]),
        ("CSV", '1, "a,b" ,2\n', [(1, ["1", "a,b", "2"])]),
        ("CSV", '1,"a "" ,b",2\n', [(1, ["1", 'a " ,b', "2"])]),
        ("CSV DELIMITER '\\t'", '1\t "a"\n', [(1, ["1", "a"])]),
        ("CSV IGNOREBLANKLINES", "1,a\n\n2,b\n", [(1, ["1", "a"]), (3, ["2", "b"])]),
        ("", "1|\"a|b\n\n", [(1, ["1", '"a', "b"]), (2, [""])]),
        ("ESCAPE", "1|a\\|b\\\nc|\\N|\\\\N\n2|d\\\\\n", [(2, ["1", "a|b\nc", "\\N", "\\N"]), (3, ["2",
         "d\\"])]),
        ("ESCAPE", "1|a\\|\n", [(1, ["1", "a|"])]),
        ("ESCAPE", "1|\n", [(1, ["1", ""])]),
        ("REMOVEQUOTES", "1|\"a|b\"|'c'\"|''\n", None),
        ("REMOVEQUOTES", "1|\"a|b\"|'c'|''|d\n", [(1, ["1", "a|b", "c", "", "d"])]),
        ("REMOVEQUOTES ESCAPE", "1|'a\\'b'|\"c\\\"\"\n", [(1, ["1", "a'b", 'c"'])]),
        ("FIXEDWIDTH 'a:2,b:3'", "1 éé \n22x\n", [(1, ["1 ", "éé "]), (2, ["22", "x"])]),
    ],
)  # fmt: skip
def test_text_is_cut_into_records(
    options: str, text: str, expected: list[tuple[int, list[str]]] | None
) -> None:
    found = list(parser(plan_of(options))(text, 1))
    if expected is None:
        assert found[0].error is not None
    else:
        assert [(record.line, list(record.fields)) for record in found] == expected


def test_a_record_that_cannot_be_read_does_not_hide_the_next() -> None:
    found = list(parser(plan_of("CSV"))('1,"a"b\n2,c\n', 1))
    assert [record.error.reason if record.error else record.fields for record in found] == [
        "Invalid quote formatting for CSV",
        ["2", "c"],
    ]


def converted(options: str, piece: bytes, columns: list[Column]) -> tuple[bytes, list[Any]]:
    """What COPY is sent for a piece, and the bad records: line, raw text, number, reason, column."""
    bad: list[Any] = []

    def reject(url: str, line: int, raw: str, error: RecordError) -> None:
        assert url == "s3://b/f"
        bad.append((line, raw, error.code, error.reason, error.column.name if error.column else ""))

    chunk = RowConverter(plan_of(options), columns, reject).text_chunk(piece, "s3://b/f", 2)
    return chunk.data, bad


def test_bad_records_are_left_out_and_the_others_keep_their_lines() -> None:
    bad: list[Any] = []
    converter = RowConverter(plan_of("CSV"), COLUMNS, lambda *found: bad.append(found[1]))
    chunk = converter.text_chunk(b"1,a,1\nx,b,2\n3,c,3\n4,d\n5,e,5\n", "s3://b/f", 2)
    assert chunk.data == b"1\ta\t1\n3\tc\t3\n5\te\t5\n"
    assert bad == [3, 5]
    assert [chunk.line_of(number) for number in (1, 2, 3)] == [2, 4, 6]


@pytest.mark.parametrize(
    ("options", "piece", "expected"),
    [
        ("CSV", b"1,a,2.509\n", b"1\ta\t2.50\n"),
        ("CSV", b"1,a,-.559\n", b"1\ta\t-0.55\n"),
        ("CSV ROUNDEC", b"1,a,2.509\n", b"1\ta\t2.509\n"),
        ("CSV", b",,\n", b"\\N\t\t\\N\n"),
        ("CSV", b"\\N,\\N,\\N\n", b"\\N\t\\N\t\\N\n"),
        ("CSV NULL AS 'x'", b"1,x,\n", b"1\t\\N\t\\N\n"),
        ("CSV NULL AS ''", b"1,,\n", b"1\t\\N\t\\N\n"),
        ("CSV NULL AS '\\0'", b"1,\0,\n", b"1\t\\N\t\\N\n"),
        ("CSV EMPTYASNULL", b"1,,\n", b"1\t\\N\t\\N\n"),
        ("CSV BLANKSASNULL", b"1,  ,\n", b"1\t\\N\t\\N\n"),
        ("CSV TRIMBLANKS", b"1,a  ,\n", b"1\ta\t\\N\n"),
        ("CSV TRUNCATECOLUMNS", "1,ééé,\n".encode(), "1\téé\t\\N\n".encode()),
        ("CSV FILLRECORD", b"1\n", b"1\t\t\\N\n"),
        ("CSV", b'1,"a\tb\\",\n', b"1\ta\\tb\\\\\t\\N\n"),
    ],
)  # fmt: skip
def test_fields_become_values_as_the_options_say(options: str, piece: bytes, expected: bytes) -> None:
    assert converted(options, piece, COLUMNS) == (expected, [])


def column(kind: str, full: str = "", **more: Any) -> list[Column]:
    return [Column("c", kind, full or kind, **more)]


@pytest.mark.parametrize(
    ("options", "columns", "field", "expected"),
    [
        ("TIMEFORMAT 'epochsecs'", column("timestamp without time zone"), "0", "1970-01-01 00:00:00"),
        ("TIMEFORMAT 'epochmillisecs'", column("timestamp without time zone"), "1500",
         "1970-01-01 00:00:01.500000"),
        ("TIMEFORMAT 'MM/DD/YYYY HH:MI:SS'", column("timestamp without time zone"), "12/31/2024 01:02:03.5",
         "2024-12-31 01:02:03.500000"),
        ("TIMEFORMAT 'auto'", column("timestamp without time zone"), "Jan 8 1999", "Jan 8 1999"),
        ("", column("timestamp without time zone"), "2024-01-02 03:04", "2024-01-02 03:04"),
        ("", column("timestamp with time zone"), "2024-01-02 03:04:05.6+02", "2024-01-02 03:04:05.6+02"),
        ("DATEFORMAT 'MON-DD-YYYY'", column("date"), "Jan-01-1999", "1999-01-01 00:00:00"),
        ("DATEFORMAT 'DD.MM.YYYY' ACCEPTANYDATE", column("date"), "00.00.0000", "\\N"),
        ("", column("date"), "2024-02-29 11:00:00", "2024-02-29"),
        ("", column("boolean"), "Yes", "t"),
        ("", column("boolean"), "0", "f"),
        ("", column("double precision"), "1e300", "1e300"),
        ("", column("numeric", "numeric(8,2)", precision=8, scale=2), "1e2", "1e2"),
        ("", column("numeric", "numeric(8,0)", precision=8), "2.9", "2"),
        ("", column("bytea"), "C0FFEE", "\\\\xC0FFEE"),
        ("", column("bigint"), " 7", " 7"),
    ],
)  # fmt: skip
def test_types_take_what_redshift_takes(
    options: str, columns: list[Column], field: str, expected: str
) -> None:
    assert converted(options, field.encode() + b"\n", columns) == (expected.encode() + b"\n", [])


@pytest.mark.parametrize(
    ("options", "columns", "field", "code", "reason"),
    [
        ("", column("smallint"), "12x", 1207, "Invalid digit, Value 'x', Pos 2, Type: Short"),
        ("", column("integer"), "1.5", 1207, "Invalid digit, Value '.', Pos 1, Type: Integer"),
        ("", column("bigint"), "1_000", 1207, "Invalid digit, Value '_', Pos 1, Type: Long"),
        ("", column("smallint"), "32768", 1222, "Overflow, Value '32768', Type: Short"),
        ("", column("numeric", "numeric(8,2)", precision=8, scale=2), "a", 1207,
         "Invalid digit, Value 'a', Pos 0"),
        ("", column("numeric", "numeric(8,2)", precision=8, scale=2), "1234567.1", 1204,
         "Overflow for NUMERIC(8,2)"),
        ("", column("double precision"), "x", 1207, "Invalid digit, Value 'x', Pos 0, Type: Double"),
        ("", column("boolean"), "maybe", 1210, "Unknown boolean format"),
        ("", column("date"), "1/2/2024", 1205, "Invalid Date Format - length must be 10 or more"),
        ("", column("date"), "2024-13-99", 1205, "Invalid Date Format [YYYY-MM-DD]"),
        ("DATEFORMAT 'DD.MM.YYYY'", column("date"), "2024-01-02", 1205, "Invalid Date Format [DD.MM.YYYY]"),
        ("", column("timestamp without time zone"), "2024-01-02T03:04:05Z", 1206,
         "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]"),
        ("TIMEFORMAT 'epochsecs'", column("timestamp without time zone"), "x", 1206,
         "Invalid timestamp format"),
        ("", column("character varying", "", length=5), "far too long", 1204,
         "String length exceeds DDL length"),
        ("", column("character varying", "", length=5), "ééé", 1204, "String length exceeds DDL length"),
        ("", column("character", "", length=2), "abc", 1204, "Char length exceeds DDL length"),
        ("", column("character", "", length=9), "aé", 1220,
         "Multibyte character not supported for CHAR (Hint: Try using  VARCHAR). Invalid char: c3 a9"),
        ("", column("bytea"), "XY", 1223, "Invalid hexadecimal VARBYTE value"),
        ("", column("integer", is_not_null=True), "", 1213, "Missing data for not-null field"),
    ],
)  # fmt: skip
def test_a_field_that_does_not_fit_has_redshifts_error(
    options: str, columns: list[Column], field: str, code: int, reason: str
) -> None:
    data, (found,) = converted(options, field.encode() + b"\n", columns)
    assert data == b""
    assert found[:3] == (2, field, code)
    assert found[3].startswith(reason)
    assert found[4] == "c"


def test_bytes_that_are_no_utf8_are_shown() -> None:
    _, (found,) = converted("", b"a\xa4\n", column("character varying", "", length=9))
    assert found[2:4] == (
        1220,
        "String contains invalid or unsupported UTF-8 codepoints. Bad UTF-8 hex sequence: a4 (error 3)",
    )


def test_the_place_of_an_error_is_read_from_postgresqls_words() -> None:
    found = from_context({"W": 'COPY t, line 3, column day: "2024-13-99"'})
    assert found is not None
    assert (found.line, found.column, found.value) == (3, "day", "2024-13-99")
    found = from_context({"W": 'PL/pgSQL function f() line 2 at RAISE\nCOPY t, line 1: "1,2,3"'})
    assert found is not None
    assert (found.line, found.column, found.value) == (1, "", "1,2,3")
    assert from_context({"W": "SQL statement"}) is None
    found = from_notice('skipping row due to data type incompatibility at line 2 for column "id": "x"')
    assert found is not None
    assert (found.line, found.column, found.value) == (2, "id", "x")


@pytest.mark.parametrize(
    ("state", "kind", "code"),
    [("22007", "date", 1205), ("22008", "timestamp without time zone", 1206), ("22001", "text", 1204),
     ("22P02", "jsonb", 1224), ("23502", "text", 1213), ("22P04", "text", 1214), ("99999", "text", 1200)],
)  # fmt: skip
def test_what_postgresql_alone_refuses_has_redshifts_numbers(state: str, kind: str, code: int) -> None:
    found = from_context({"W": 'COPY t, line 1, column c: "x"'})
    assert found is not None
    assert translated({"C": state, "M": "missing data"}, found, column(kind)).code == code
