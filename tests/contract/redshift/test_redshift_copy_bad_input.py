"""For every COPY option a file that violates it: nothing is loaded, and the error says where and why."""

from __future__ import annotations

import bz2
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import ROLE, unique
from tests.contract.redshift.copy_cases import COLUMNS, Loads, avro, open_loads, orc, parquet
from tests.redshift_facts import refused

FAILED = "failed.  Check 'stl_load_errors' system table for details."


@pytest.fixture(scope="module")
def loads(sandbox: Sandbox) -> Iterator[Loads]:
    yield from open_loads(sandbox)


@dataclass(frozen=True)
class Bad:
    """A file with a record that can't be loaded, and what stl_load_errors is to say of it."""

    options: str
    body: bytes | str
    line: int
    column: str
    code: int
    reason: str
    columns: str = COLUMNS


def bad(name: str, *arguments: Any, **more: Any) -> Any:
    """A case with its mark."""
    return pytest.param(Bad(*arguments, **more), marks=refused("COPY bad input", name), id=name)


NUMBER = "id int not null, n numeric(8,2)"
RECORDS = [
    bad("CSV: unbalanced quotes", "CSV", '1,a,,\n2,"b,,\n', 2, "", 1214, "Invalid quote formatting for CSV"),
    bad("QUOTE: unbalanced", "CSV QUOTE '%'", "1,a,,\n2,%b%c,,\n", 2, "", 1214, "Invalid quote formatting"),
    bad("DELIMITER: another one in the file", "DELIMITER ';'", "1,a,,\n", 1, "", 1214, "Delimiter not found"),
    bad("DELIMITER: a column too many", "DELIMITER ';'", "1;a;;;\n", 1, "", 1202, "Extra column(s) found"),
    bad("CSV: a column too few", "CSV", "1,a,,\n2,b\n", 2, "", 1214, "Delimiter not found"),
    bad("CSV: a column too many", "CSV", "1,a,,\n2,b,,,\n", 2, "", 1202, "Extra column(s) found"),
    bad("FIXEDWIDTH: a line too short", "FIXEDWIDTH 'a:2,b:3,c:2,d:10'", "1 a  1 2024-01-02\n2 b\n", 2, "",
        1214, "Delimiter not found"),
    bad("FIXEDWIDTH: a line too long", "FIXEDWIDTH 'a:2,b:3'", "1 abcd\n", 1, "", 1202,
        "Extra column(s) found",
        columns="id int, name varchar(9)"),
    bad("FIXEDWIDTH: a field cut in the wrong place", "FIXEDWIDTH 'a:1,b:3'", "1ab\nx2cd\n", 2, "id", 1207,
        "Invalid digit, Value 'x', Pos 0, Type: Integer", columns="id int, name varchar(9)"),
    bad("JSON: malformed", "JSON 'auto'", '{"id": 1}\n{"id": 2,,}\n', 2, "", 1216, "Invalid JSON format"),
    bad("JSON: a document that never ends", "JSON 'auto'", '{"id": 1}\n{"id": 2\n', 3, "", 1216,
        "Invalid JSON format"),
    bad("JSON: text between documents", "JSON 'auto'", '{"id": 1},\n{"id": 2}\n', 1, "", 1216,
        "Invalid JSON format"),
    bad("JSON 'auto': an array", "JSON 'auto'", "[1, 2]\n", 1, "", 1216, "Invalid JSON format"),
    bad("JSON: a text for a number", "JSON 'auto'", '{"id": 1}\n{"id": "x"}\n', 2, "id", 1207,
        "Invalid digit"),
    bad("AVRO: a text for a number", "FORMAT AVRO 'auto'", avro([{"id": "x"}], id="string"), 1, "id", 1207,
        "Invalid digit, Value 'x', Pos 0, Type: Long"),
    bad("DATEFORMAT: another format", "CSV DATEFORMAT 'DD.MM.YYYY'", "1,a,,31.12.2024\n2,b,,2024-12-31\n", 2,
        "day", 1205, "Invalid Date Format [DD.MM.YYYY]"),
    bad("DATEFORMAT: none given", "CSV", "1,a,,1/2/2024\n", 1, "day", 1205,
        "Invalid Date Format - length must be 10 or more"),
    bad("DATEFORMAT 'auto': no date", "CSV DATEFORMAT 'auto'", "1,a,,2024-02-30\n", 1, "day", 1205,
        "Invalid Date Format"),
    bad("TIMEFORMAT: another format", "CSV TIMEFORMAT 'DD.MM.YYYY HH:MI'", "2024-12-31 10:11:12\n", 1, "at",
        1206,
        "Invalid timestamp format or value [DD.MM.YYYY HH:MI]", columns="at timestamp"),
    bad("TIMEFORMAT: none given", "CSV", "2024-12-31T10:11:12Z\n", 1, "at", 1206,
        "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]", columns="at timestamp"),
    bad("TIMEFORMAT 'epochsecs': no number", "CSV TIMEFORMAT 'epochsecs'", "2024-12-31\n", 1, "at", 1206,
        "Invalid timestamp format or value [epochsecs]", columns="at timestamp"),
    bad("TIMEFORMAT 'epochmillisecs': no number", "CSV TIMEFORMAT 'epochmillisecs'", "soon\n", 1, "at", 1206,
        "Invalid timestamp format or value [epochmillisecs]", columns="at timestamp"),
    bad("ACCEPTANYDATE: no date column", "CSV ACCEPTANYDATE", "x,a,,00.00.00\n", 1, "id", 1207,
        "Invalid digit"),
    bad("ESCAPE: a delimiter not escaped", "ESCAPE", "1|a\\|b||\n2|a|b||\n", 2, "", 1202, "Extra column(s)"),
    bad("REMOVEQUOTES: no end quote", "REMOVEQUOTES", "1|'a|2|2024-01-02\n", 1, "", 1214,
        "Delimited value missing end quote"),
    bad("NULL AS: NULL in a NOT NULL column", "CSV NULL AS 'nil'", "1,1\nnil,2\n", 2, "id", 1213,
        "Missing data for not-null field", columns=NUMBER),
    bad("NULL AS '\\0': more than NUL", "CSV NULL AS '\\0'", "1,a\0b,,\n", 1, "name", 1218,
        "Invalid null byte"),
    bad("NOT NULL: an empty field", "CSV", "1,1\n,2\n", 2, "id", 1213, "Missing data for not-null",
        columns=NUMBER),
    bad("EMPTYASNULL: a NOT NULL column", "CSV EMPTYASNULL", "1,\n", 1, "name", 1213,
        "Missing data for not-null",
        columns="id int, name varchar(5) not null"),
    bad("BLANKSASNULL: a NOT NULL column", "CSV BLANKSASNULL", "1,  \n", 1, "name", 1213,
        "Missing data for not-null", columns="id int, name varchar(5) not null"),
    bad("FILLRECORD: a NOT NULL column", "CSV FILLRECORD", "1,a,1,2024-01-02\n1\n", 2, "n", 1213,
        "Missing data for not-null", columns="id int, name varchar(5), n int not null, day date"),
    bad("FILLRECORD: a column too many", "CSV FILLRECORD", "1,a,,,\n", 1, "", 1202, "Extra column(s) found"),
    bad("IGNOREBLANKLINES: a line of blanks", "CSV IGNOREBLANKLINES", "1,a,,\n\n  \n", 3, "", 1214,
        "Delimiter not found"),
    bad("IGNOREHEADER: fewer than the file has", "CSV IGNOREHEADER 1", "a\nid,name,amount,day\n1,a,,\n", 2,
        "id",
        1207, "Invalid digit, Value 'i', Pos 0, Type: Long"),
    bad("TRUNCATECOLUMNS: a number", "CSV TRUNCATECOLUMNS", "1,abcdefghijkl,12345678.9,\n", 1, "amount", 1204,
        "Overflow for NUMERIC(8,2)"),
    bad("TRIMBLANKS: too long without blanks", "CSV TRIMBLANKS", "1,abcdefghi  ,,\n", 1, "name", 1204,
        "String length exceeds DDL length"),
    bad("ROUNDEC: too large when rounded", "CSV ROUNDEC", "1,a,999999.995,\n", 1, "amount", 1204, "Overflow"),
    bad("ACCEPTINVCHARS: CHAR takes no character of two bytes", "CSV ACCEPTINVCHARS", "é\n", 1, "c", 1220,
        "Multibyte character not supported for CHAR", columns="c char(9)"),
    bad("UTF-8: invalid bytes", "CSV", b"1,a,,\n2,\xa4,,\n", 2, "name", 1220,
        "String contains invalid or unsupported UTF-8 codepoints. Bad UTF-8 hex sequence: a4 (error 3)"),
    bad("VARCHAR: more bytes than its length", "CSV", "1,a,,\n2,ééééé,,\n", 2, "name", 1204,
        "String length exceeds"),
    bad("VARCHAR: more characters than its length", "CSV", "1,abcdefghi,,\n", 1, "name", 1204,
        "String length"),
    bad("CHAR: too long", "CSV", "abc\n", 1, "c", 1204, "Char length exceeds DDL length",
        columns="c char(2)"),
    bad("number: out of range", "CSV", "1\n2147483648\n", 2, "id", 1222, "Overflow", columns="id int"),
    bad("DECIMAL: out of range", "CSV", "1,a,99999999.0,\n", 1, "amount", 1204, "Overflow for NUMERIC(8,2)"),
    bad("BOOLEAN: no truth", "CSV", "true\nmaybe\n", 2, "ok", 1210, "Unknown boolean format",
        columns="ok boolean"),
    bad("SUPER: malformed", "CSV", '"{""a"": 1}"\n{a\n', 2, "s", 1224, "Invalid JSON", columns="s super"),
    bad("VARBYTE: not hexadecimal", "CSV", "00ff\nxyz\n", 2, "v", 1223, "Invalid hexadecimal",
        columns="v varbyte"),
    bad("MAXERROR: as many as allowed", "CSV MAXERROR 2", "1,a,,\nx,b,,\n3,c,,\ny,d,,\n", 4, "id", 1207,
        "Invalid digit"),
    bad("EXPLICIT_IDS: no number", "CSV EXPLICIT_IDS", "x,a\n", 1, "id", 1207, "Invalid digit",
        columns="id bigint identity(1,1), name varchar(9)"),
]  # fmt: skip


@pytest.mark.parametrize("case", RECORDS)
def test_a_record_that_violates_an_option_fails_the_load(loads: Loads, case: Bad) -> None:
    table, url = loads.table(case.columns), loads.bucket.put(unique("f"), case.body)
    with pytest.raises(psycopg.errors.InternalError_) as caught:
        loads.copy(table, url, case.options)
    assert caught.value.diag.message_primary == f"Load into table '{table}' {FAILED}"
    assert f"{url}, line {case.line}" in (caught.value.diag.message_detail or "")
    assert loads.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    sql = "SELECT line_number, trim(colname), err_code, trim(err_reason) FROM stl_load_errors"
    found = loads.rows(f"{sql} WHERE trim(filename) = '{url}' ORDER BY line_number DESC LIMIT 1")[0]
    assert found[:3] == (case.line, case.column, case.code)
    assert found[3].startswith(case.reason)


@pytest.mark.parametrize(
    "later",
    ["x,b,,\n", "1,ééééé,,\n", "1,b,,\n" * 200 + "1,b,,,\n", "1,\\N,,2024-02-30\n", "1,b,1.505,x\n"],
    ids=["digit", "bytes", "columns", "null-and-date", "decimal-and-date"],
)
def test_a_bad_record_far_from_the_beginning_is_found_and_named(loads: Loads, later: str) -> None:
    body = '1,"a\nb",,2024-01-02\n' * 300 + later
    table, url = loads.table(), loads.bucket.put(unique("f"), body)
    with pytest.raises(psycopg.errors.InternalError_, match=FAILED):
        loads.copy(table, url, "CSV")
    assert loads.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    (found,) = loads.rows(
        f"SELECT line_number, trim(raw_line) FROM stl_load_errors WHERE trim(filename) = '{url}'"
    )
    assert found == (600 + later.count("\n"), later.splitlines()[-1].replace("é", "."))


def test_the_error_says_all_that_redshifts_views_have(loads: Loads) -> None:
    table, url = loads.table(), loads.bucket.put(unique("f"), "1,a,2,\n2,a very long text,3,\n")
    with pytest.raises(psycopg.errors.InternalError_):
        loads.copy(table, url, "CSV")
    columns = "trim(type), trim(col_length), trim(raw_line), trim(raw_field_value), position, tbl, session"
    (found,) = loads.rows(f"SELECT {columns} FROM stl_load_errors WHERE trim(filename) = '{url}'")
    oid, pid = loads.rows(f"SELECT '{table}'::regclass::oid::int, pg_backend_pid()")[0]
    assert found == ("varchar", "8", "2,a very long text,3,", "a very long text", 8, oid, pid)
    (detail,) = loads.rows(
        "SELECT trim(column_name), trim(column_type), error_code, trim(error_message), line_number"
        f" FROM sys_load_error_detail WHERE trim(file_name) = '{url}'"
    )
    assert detail == ("name", "varchar", 1204, "String length exceeds DDL length", 2)


FILES = {
    "csv": b"1,a,,\n",
    "no.json": b"{",
    "list.json": b"[]",
    "other.json": b'{"files": []}',
    "nourl.json": b'{"entries": [{"mandatory": true}]}',
    "paths-list.json": b'["$.id"]',
    "paths-few.json": b'{"jsonpaths": ["$.id"]}',
    "paths-mixed.json": b'{"jsonpaths": ["$[\'id\'].x", "$.b", "$.c", "$.d"]}',
    "paths-empty.json": b'{"jsonpaths": ["", "$.b", "$.c", "$.d"]}',
    "paths-index.json": b'{"jsonpaths": ["$.id", "$.tags[3]", "$.c", "$.d"]}',
    "docs": b'{"id": 1, "tags": ["a"]}',
    "cut.gz": gzip.compress(b"1,a,,\n" * 1000)[:-9],
    "bz2": bz2.compress(b"1,a,,\n"),
    "cut.bz2": bz2.compress(b"1,a,,\n" * 1000)[:-9],
    "odd-utf16": b"1\x00,",
    "few.parquet": parquet(a=pa.array([1], pa.int64())),
    "types.parquet": parquet(a=["x"], b=["x"], c=["x"], d=["x"]),
    "long.parquet": parquet(
        a=pa.array([1]), b=["ééééé"], c=pa.array([1], pa.decimal128(8, 2)), d=pa.array([1], pa.date32())
    ),
    "cut.parquet": parquet(a=[1])[:-20],
    "types.orc": orc(a=["x"], b=["x"], c=["x"], d=["x"]),
    "cut.avro": avro([{"id": 1}] * 999, id="long")[:-5],
}


@pytest.fixture(scope="module")
def files(loads: Loads) -> Loads:
    """The bucket has FILES, and a manifest of a missing object."""
    for key, body in FILES.items():
        loads.bucket.put(key, body)
    missing = {"entries": [{"url": loads.bucket.url("none"), "mandatory": True}]}
    loads.bucket.put("missing.json", json.dumps(missing))
    without_length = {"entries": [{"url": loads.bucket.url("few.parquet"), "mandatory": True}]}
    loads.bucket.put("no-length.json", json.dumps(without_length))
    return loads


def wrong(name: str, *arguments: Any) -> Any:
    """A case with its mark: the statement's end after `FROM`, SQLSTATE, words of the error or its detail."""
    return pytest.param(*arguments, marks=refused("COPY bad input", name), id=name)


STATEMENTS = [
    wrong("object that does not exist", "'{b}/nothing' {r} CSV", "XX000",
          "The specified S3 prefix 'nothing' does not exist"),
    wrong("bucket that does not exist", "'s3://no-such-bucket-here/x' {r} CSV", "XX000",
          "S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket"),
    wrong("role ARN of another form", "'{b}/csv' IAM_ROLE 'arn:aws:iam::12:role/x' CSV", "42601",
        "Invalid credent"),
    wrong("CREDENTIALS of another form", "'{b}/csv' CREDENTIALS 'user=x' CSV", "42601",
          "Invalid credentials. Must be of the format: credentials 'aws_iam_role=...'"),
    wrong("no credentials", "'{b}/csv' CSV", "42601", "CREDENTIALS argument is required but not specified"),
    wrong("MANIFEST: does not exist", "'{b}/none.json' {r} CSV MANIFEST", "XX000",
          "Problem reading manifest file - S3ServiceException:The specified key does not exist.,Status 404"),
    wrong("MANIFEST: a prefix", "'{b}/folder/' {r} CSV MANIFEST", "XX000",
          "COPY with MANIFEST parameter requires full path of an Amazon S3 object."),
    wrong("MANIFEST: malformed", "'{b}/no.json' {r} CSV MANIFEST", "XX000",
          "Manifest file is not in correct json format"),
    wrong("MANIFEST: no object", "'{b}/list.json' {r} CSV MANIFEST", "XX000",
          "Root must be a json object in the manifest file"),
    wrong("MANIFEST: no entries", "'{b}/other.json' {r} CSV MANIFEST", "XX000", "'entries' field missing"),
    wrong("MANIFEST: an entry without url", "'{b}/nourl.json' {r} CSV MANIFEST", "XX000",
          "Manifest file is not in expected format - 'url' field missing"),
    wrong("MANIFEST: a missing mandatory entry", "'{b}/missing.json' {r} CSV MANIFEST", "XX000",
          "Mandatory url is not present in manifest file"),
    wrong("MANIFEST: no content_length for Parquet", "'{b}/no-length.json' {r} PARQUET MANIFEST", "XX000",
          "File entry does not have 'meta' key."),
    wrong("GZIP: not compressed", "'{b}/csv' {r} CSV GZIP", "XX000", "failed to inflate"),
    wrong("GZIP: cut off", "'{b}/cut.gz' {r} CSV GZIP", "XX000", "failed to inflate"),
    wrong("GZIP: another compression", "'{b}/bz2' {r} CSV GZIP", "XX000", "failed to inflate"),
    wrong("BZIP2: not compressed", "'{b}/csv' {r} CSV BZIP2", "XX000", "failed to inflate"),
    wrong("BZIP2: cut off", "'{b}/cut.bz2' {r} CSV BZIP2", "XX000", "failed to inflate"),
    wrong("ZSTD: not compressed", "'{b}/csv' {r} CSV ZSTD", "XX000", "failed to inflate"),
    wrong("ENCODING: another one in the file", "'{b}/odd-utf16' {r} CSV ENCODING UTF16LE", "XX000",
          "not in the encoding UTF16LE"),
    wrong("JSON: JSONPaths file that does not exist", "'{b}/docs' {r} JSON '{b}/none'", "XX000", "NoSuchKey"),
    wrong("JSON: malformed JSONPaths", "'{b}/docs' {r} JSON '{b}/no.json'", "XX000",
          "Manifest file is not in correct json format"),
    wrong("JSON: JSONPaths that are no object", "'{b}/docs' {r} JSON '{b}/paths-list.json'", "XX000",
          "Root must be a json object"),
    wrong("JSON: fewer JSONPaths than columns", "'{b}/docs' {r} JSON '{b}/paths-few.json'", "XX000",
          "Number of jsonpaths and the number of columns should match. JSONPath size: 1"),
    wrong("JSON: JSONPaths of both notations", "'{b}/docs' {r} JSON '{b}/paths-mixed.json'", "XX000",
          "Supported notations are 'dot-notation' and 'bracket-notation'"),
    wrong("JSON: an empty JSONPath", "'{b}/docs' {r} JSON '{b}/paths-empty.json'", "XX000",
        "Invalid JSONPath format"),
    wrong("JSON: a JSONPath beyond an array", "'{b}/docs' {r} JSON '{b}/paths-index.json'", "XX000",
          "Not an array or index out of range"),
    wrong("JSON 'noshred': more than one column", "'{b}/docs' {r} JSON 'noshred'", "0A000", "noshred"),
    wrong("PARQUET: not Parquet", "'{b}/csv' {r} PARQUET", "XX000", "has an invalid version number"),
    wrong("PARQUET: cut off", "'{b}/cut.parquet' {r} PARQUET", "XX000", "has an invalid version number"),
    wrong("PARQUET: other columns", "'{b}/few.parquet' {r} PARQUET", "XX000",
          "Unmatched number of columns between table and file. Table columns: 4, Data columns: 1, File"),
    wrong("PARQUET: other types", "'{b}/types.parquet' {r} PARQUET", "XX000",
        "incompatible Parquet schema for column"),
    wrong("PARQUET: a text too long", "'{b}/long.parquet' {r} PARQUET", "XX000",
          "data column name is longer than the length defined in the table. Table: 8, Data: 10"),
    wrong("PARQUET: MAXERROR", "'{b}/few.parquet' {r} PARQUET MAXERROR 5", "0A000",
          "MAXERROR argument is not supported for PARQUET based COPY"),
    wrong("PARQUET: TRUNCATECOLUMNS", "'{b}/few.parquet' {r} PARQUET TRUNCATECOLUMNS", "0A000",
          "TRUNCATECOLUMNS argument is not supported for PARQUET based COPY"),
    wrong("PARQUET: REGION", "'{b}/few.parquet' {r} PARQUET REGION 'us-east-1'", "0A000",
          "REGION argument is not supported for PARQUET based COPY"),
    wrong("ORC: not ORC", "'{b}/csv' {r} ORC", "XX000", "Spectrum Scan Error"),
    wrong("ORC: other types", "'{b}/types.orc' {r} ORC", "XX000", "incompatible Orc schema for column"),
    wrong("AVRO: not Avro", "'{b}/csv' {r} FORMAT AVRO", "XX000", "Invalid AVRO file found"),
    wrong("AVRO: cut off", "'{b}/cut.avro' {r} FORMAT AVRO", "XX000", "Invalid AVRO file found"),
    wrong("EXPLICIT_IDS: no IDENTITY column", "'{b}/csv' {r} CSV EXPLICIT_IDS", "0A000", "EXPLICIT_IDS"),
    wrong("two formats", "'{b}/csv' {r} CSV JSON 'auto'", "42601", "conflicting or redundant options"),
    wrong("an option twice", "'{b}/csv' {r} CSV GZIP GZIP", "42601", "conflicting or redundant options"),
    wrong("an unknown option", "'{b}/csv' {r} CSV FROBNICATE", "42601",
        'syntax error at or near "FROBNICATE"'),
    wrong("CSV: ESCAPE", "'{b}/csv' {r} CSV ESCAPE", "42601", "ESCAPE is not supported for CSV format"),
    wrong("CSV: REMOVEQUOTES", "'{b}/csv' {r} CSV REMOVEQUOTES", "42601", "REMOVEQUOTES is not supported"),
    wrong("QUOTE: no CSV", "'{b}/csv' {r} QUOTE '%'", "42601", "QUOTE is not supported for text format"),
    wrong("JSON: DELIMITER", "'{b}/docs' {r} JSON DELIMITER ','", "42601",
        "DELIMITER is not supported for JSON format"),
    wrong("FIXEDWIDTH: malformed", "'{b}/csv' {r} FIXEDWIDTH 'a:b'", "42601", "Invalid fixedwidth spec"),
    wrong("FIXEDWIDTH: DELIMITER", "'{b}/csv' {r} FIXEDWIDTH 'a:1' DELIMITER ','", "42601",
        "DELIMITER is not"),
    wrong("DELIMITER: two characters", "'{b}/csv' {r} DELIMITER '||'", "42601", "single ASCII character"),
    wrong("ACCEPTINVCHARS: two characters", "'{b}/csv' {r} CSV ACCEPTINVCHARS '??'", "42601", "single ASCII"),
    wrong("MAXERROR: too large", "'{b}/csv' {r} CSV MAXERROR 100001", "42601", "MAXERROR must be"),
    wrong("MAXERROR: IGNOREALLERRORS", "'{b}/csv' {r} CSV MAXERROR 2 IGNOREALLERRORS", "42601", "together"),
    wrong("COMPROWS: too small", "'{b}/csv' {r} CSV COMPROWS 10", "42601", "COMPROWS must be"),
    wrong("ENCODING: unknown", "'{b}/csv' {r} CSV ENCODING KOI8", "0A000", "KOI8"),
    wrong("READRATIO: not DynamoDB", "'{b}/csv' {r} CSV READRATIO 50", "42601", "READRATIO"),
    wrong("IGNOREHEADER: no number", "'{b}/csv' {r} CSV IGNOREHEADER x", "42601",
        'syntax error at or near "x"'),
]  # fmt: skip


@pytest.mark.parametrize(("rest", "state", "message"), STATEMENTS)
def test_a_copy_that_cannot_work_is_refused_and_loads_nothing(
    files: Loads, rest: str, state: str, message: str
) -> None:
    table = files.table()
    with pytest.raises(psycopg.Error) as caught:
        files.db.execute(
            f"COPY {table} FROM " + rest.replace("{b}", f"s3://{files.bucket.name}").replace("{r}", ROLE)
        )
    diagnostic = caught.value.diag
    assert diagnostic.sqlstate == state
    said = [diagnostic.message_primary, diagnostic.message_detail]
    assert any(message in (text or "") for text in said), said
    assert files.rows(f"SELECT count(*) FROM {table}") == [(0,)]


@refused("COPY bad input", "table that does not exist", "column that does not exist")
def test_a_table_or_column_that_does_not_exist_is_named(files: Loads) -> None:
    url = files.bucket.url("csv")
    with pytest.raises(psycopg.errors.UndefinedTable, match="Cannot COPY into nonexistent table nope"):
        files.copy("nope", url, "CSV")
    table = files.table()
    with pytest.raises(psycopg.errors.UndefinedColumn, match='column "nope" of relation'):
        files.copy(f"{table} (nope)", url, "CSV")


@refused("COPY bad input", "IDENTITY column listed without EXPLICIT_IDS")
def test_an_identity_column_is_loaded_with_explicit_ids_only(files: Loads) -> None:
    table = files.table("id bigint identity(1,1), name varchar(9)")
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="EXPLICIT_IDS"):
        files.copy(f"{table} (id, name)", files.bucket.put(unique("f"), "1,a\n"), "CSV")
