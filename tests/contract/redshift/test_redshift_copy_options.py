"""Each COPY option does what Redshift's developer guide says ("COPY parameter reference")."""

from __future__ import annotations

import bz2
import gzip
import json
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import ROLE, unique
from tests.contract.redshift.copy_cases import COLUMNS, Loads, avro, open_loads, orc, parquet
from tests.redshift_facts import gap, works

A = (1, "a", None, None)


@pytest.fixture(scope="module")
def loads(sandbox: Sandbox) -> Iterator[Loads]:
    yield from open_loads(sandbox)


def case(options: str, body: bytes | str, expected: list[Any], *names: str, columns: str = COLUMNS) -> Any:
    """A case, marked with the options that it shows."""
    marks = [works("COPY option", *names)] if names else []
    return pytest.param(options, body, expected, columns, marks=marks)


ESCAPED = "1|The quick brown fox\\\njumped over\n2| A\\\\B\\\\C\n3| A \\| B \\| C\n4| \\N\n5|\\N\n6|\\\\N\n"
VENUES = "1  Toyota Park  Bridgeview  IL0    \n2  RFK Stadium  Washington  DC56000\n"
TIMES = "a timestamp, b timestamptz, c date"
FIRST, SECOND = datetime(2024, 1, 2, 3, 4, 5), datetime(2024, 1, 2, 1, 4, 5, 600000, tzinfo=UTC)
TEXTS = [
    case("CSV", "1,a,1.5,2024-01-02\n", [(1, "a", Decimal("1.50"), date(2024, 1, 2))], "CSV"),
    case("CSV", '1,"a, ""b",,\r\n', [(1, 'a, "b', None, None)]),
    case("CSV", '1 ,"a" ,,\n2, "b" ,,\n', [A, (2, "b", None, None)]),
    case("CSV", "1,,,\n", [(1, "", None, None)]),
    case("CSV", '1,"a\r\nb",,\r\n2,c,,', [(1, "a\r\nb", None, None), (2, "c", None, None)]),
    case("CSV", "1,ééé,,\n", [(1, "ééé", None, None)]),
    case("FORMAT AS CSV DELIMITER ';'", "1;a;;\n", [A], "FORMAT AS", "DELIMITER"),
    case("AS CSV", "1,a,,\n", [A]),
    case("CSV EMPTYASNULL", "1,,,\n", [(1, None, None, None)], "EMPTYASNULL"),
    case("CSV", "1,\\N,\\N,\n", [(1, None, None, None)]),
    case("CSV", "1,a,,\n" * 200 + "2,\\N,,\n3,,\\N,\n", [A] * 200 + [(2, None, None, None), (3, "", None,
    None)]),
    case("CSV NULL AS 'nil'", "1,nil,nil,\n2,,,\n", [(1, None, None, None), (2, "", None, None)], "NULL AS"),
    case("NULL AS '\\0'", "1|\0||\n", [(1, None, None, None)]),
    case("NULL ''", "1|||\n", [(1, None, None, None)]),
    case("CSV BLANKSASNULL", "1,   ,,\n2, b ,,\n", [(1, None, None, None), (2, " b ", None, None)],
    "BLANKSASNULL"),
    case("CSV IGNOREHEADER 2", "x\ny\n1,a,,\n", [A], "IGNOREHEADER"),
    case("CSV IGNOREHEADER AS 9", "x\ny\n", []),
    case("CSV IGNOREBLANKLINES", "1,a,,\n\n2,b,,\n", [A, (2, "b", None, None)], "IGNOREBLANKLINES"),
    case("CSV FILLRECORD", "1,a\n2\n", [A, (2, "", None, None)], "FILLRECORD"),
    case("CSV TRUNCATECOLUMNS", "1,abcdefghijk,,\n2,ééééé,,\n",
         [(1, "abcdefgh", None, None), (2, "éééé", None, None)], "TRUNCATECOLUMNS"),
    case("CSV TRIMBLANKS", "1,a  ,,\n", [A], "TRIMBLANKS"),
    case("CSV QUOTE AS '%'", '1,%a,"b%,,\n', [(1, 'a,"b', None, None)], "QUOTE"),
    case("CSV", "1,a,20.259,\n2,b,-0.019,\n3,c,.999,\n",
         [(1, "a", Decimal("20.25"), None), (2, "b", Decimal("-0.01"), None), (3, "c", Decimal("0.99"),
         None)]),
    case("CSV ROUNDEC", "1,a,20.259,\n", [(1, "a", Decimal("20.26"), None)], "ROUNDEC"),
    case("CSV DATEFORMAT 'DD.MM.YYYY'", "1,a,,31.12.2024\n", [(1, "a", None, date(2024, 12, 31))],
    "DATEFORMAT"),
    case("CSV DATEFORMAT AS 'MON-DD-YYYY'", "1,a,,Jan-01-1999\n", [(1, "a", None, date(1999, 1, 1))]),
    case("CSV DATEFORMAT 'auto'", "1,a,,2024/12/31\n2,b,,Dec 31 2024\n",
         [(1, "a", None, date(2024, 12, 31)), (2, "b", None, date(2024, 12, 31))], "DATEFORMAT 'auto'"),
    case("CSV DATEFORMAT 'YYYY-MM-DD' ACCEPTANYDATE", "1,a,,00/00/00\n", [A], "ACCEPTANYDATE"),
    case("CSV", "2024-01-02 03:04:05,2024-01-02 03:04:05.6+02,2024-01-02 00:00:00\n",
         [(FIRST, SECOND, date(2024, 1, 2))], columns=TIMES),
    case("CSV TIMEFORMAT 'MM/DD/YYYY HH:MI:SS'", "01/02/2024 03:04:05,,\n", [(FIRST, None, None)],
    "TIMEFORMAT",
         columns=TIMES),
    case("CSV TIMEFORMAT 'auto'", "2024-01-02T03:04:05,2024-01-02T01:04:05.6Z,\n", [(FIRST, SECOND, None)],
         "TIMEFORMAT 'auto'", columns=TIMES),
    case("CSV TIMEFORMAT 'epochsecs'", "1704164645,,\n", [(FIRST, None, None)], "TIMEFORMAT 'epochsecs'",
         columns=TIMES),
    case("CSV TIMEFORMAT 'epochmillisecs'", "1704164645000,,\n", [(FIRST, None, None)],
         "TIMEFORMAT 'epochmillisecs'", columns=TIMES),
    case("CSV GZIP", gzip.compress(b"1,a,,\n"), [A], "GZIP"),
    case("CSV GZIP", gzip.compress(b"1,") + gzip.compress(b"a,,\n"), [A]),
    case("CSV BZIP2", bz2.compress(b"1,a,,\n"), [A], "BZIP2"),
    case("CSV ZSTD", pa.compress(b"1,a,,\n", codec="zstd", asbytes=True), [A], "ZSTD"),
    case("CSV ACCEPTINVCHARS '^'", b"1,a\xff\xfe,,\n", [(1, "a^^", None, None)], "ACCEPTINVCHARS"),
    case("ACCEPTINVCHARS", b"1|a\xff||\n", [(1, "a?", None, None)]),
    case("CSV ENCODING UTF16", "1,é,,\n".encode("utf-16"), [(1, "é", None, None)], "ENCODING"),
    case("CSV ENCODING AS UTF16LE", "1,é,,\n".encode("utf-16-le"), [(1, "é", None, None)]),
    case("CSV ENCODING 'utf16be'", "1,é,,\n".encode("utf-16-be"), [(1, "é", None, None)]),
    case("", "1|a\"b|2|2024-01-02\n", [(1, 'a"b', Decimal(2), date(2024, 1, 2))], "delimited text"),
    case("DELIMITER '\\t'", "1\ta\\b\t2\t\n", [(1, "a\\b", Decimal(2), None)]),
    case("DELIMITER AS '\\001'", "1\x01a\x01\x01\n", [A]),
    case("ESCAPE", ESCAPED, [
        (1, "The quick brown fox\njumped over"), (2, " A\\B\\C"), (3, " A | B | C"), (4, " N"), (5, None),
        (6, None),
    ], "ESCAPE", columns="id int, t varchar(99)"),
    case("REMOVEQUOTES", "1|\"a|b\"||\n2|'c'||\n3|d||\n",
         [(1, "a|b", None, None), (2, "c", None, None), (3, "d", None, None)], "REMOVEQUOTES"),
    case("REMOVEQUOTES ESCAPE", "1|'A Night\\'s'||\n", [(1, "A Night's", None, None)],
    columns="id int, name varchar(20), a int, d date"),
    case("FIXEDWIDTH 'venueid:3,venuename:13,venuecity:12,venuestate:2,venueseats:5'", VENUES,
         [(1, "Toyota Park  ", "Bridgeview  ", "IL", 0), (2, "RFK Stadium  ", "Washington  ", "DC", 56000)],
         "FIXEDWIDTH", columns="id int, name varchar(20), city varchar(20), state char(2), seats int"),
    case("CSV COMPUPDATE OFF STATUPDATE ON COMPROWS 1000 REGION 'us-east-1' MAXERROR 0", "1,a,,\n", [A],
         "COMPUPDATE", "STATUPDATE", "COMPROWS", "REGION"),
    case("csv compupdate preset statupdate off", "1,a,,\n", [A]),
    case("CSV IGNOREALLERRORS", "x,a,,\n1,a,,\n2,b\n", [A], "IGNOREALLERRORS"),
    case("CSV", "00FF,\"{\"\"a\"\": [1]}\",12:30:00+02\n",
         [(b"\x00\xff", {"a": [1]}, time(12, 30, tzinfo=timezone(timedelta(hours=2))))],
         "VARBYTE columns", "SUPER columns", columns="v varbyte, s super, t timetz"),
    case("CSV", "t,Y,0\n,f,no\n", [(True, True, False), (None, False, False)],
         columns="a boolean, b boolean, c boolean"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "body", "expected", "columns"), TEXTS)
def test_copy_reads_text_as_its_options_say(
    loads: Loads, options: str, body: bytes | str, expected: list[Any], columns: str
) -> None:
    assert loads.loaded(body, options, columns) == expected


DOCUMENT = {"Id": 1, "name": "a", "tags": ["x", {"y": 1}], "amount": 1.5, "ok": True, "none": None}
JSONS = [
    case("JSON 'auto'", '{"id":1,"name":"a"} {"id":\n2}', [A, (2, None, None, None)], "JSON 'auto'"),
    case("JSON", '{"id":1,"name":"a","more":[1]}\n\n{"name":"","amount":"1.239","id":"2"}\n',
         [A, (2, "", Decimal("1.23"), None)]),
    case("JSON 'auto' EMPTYASNULL", '{"id":1,"name":""}{"id":2,"name":"\\\\N"}',
         [(1, None, None, None), (2, "\\N", None, None)]),
    case("JSON 'auto' TRUNCATECOLUMNS", '{"id":1,"name":"ééééé"}', [(1, "éééé", None, None)]),
    case("JSON 'auto' IGNOREHEADER 1", '# made today\n{"id":1,"name":"a"}\n', [A]),
    case("JSON 'auto' GZIP", gzip.compress(b'{"id":1,"name":"a"}'), [A]),
    case("JSON 'auto' MAXERROR 9", '{"id":1,"name":"a"}\n{"id":x}\n,\n[2]\n{"id":3}', [A, (3, None, None,
    None)]),
    case("FORMAT AS JSON 'auto ignorecase'", json.dumps(DOCUMENT), [(1, "a", Decimal("1.50"))],
         "JSON 'auto ignorecase'", columns="id int, name varchar(9), amount numeric(8,2)"),
    case("JSON 'auto'", json.dumps(DOCUMENT), [('["x",{"y":1}]', True, None)],
         columns="tags varchar(99), ok boolean, none int"),
    case("JSON 'auto'", json.dumps(DOCUMENT), [(["x", {"y": 1}], "a")], columns="tags super, name super"),
    case("JSON 'noshred'", json.dumps(DOCUMENT) + "\n", [(DOCUMENT,)], "JSON 'noshred'", columns="doc super"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "body", "expected", "columns"), JSONS)
def test_copy_reads_json(loads: Loads, options: str, body: str, expected: list[Any], columns: str) -> None:
    assert loads.loaded(body, options, columns, order="1") == expected


@works("COPY option", "JSON 's3://jsonpaths_file'")
@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["$.Id", "$.tags[1].y", "$.tags"], [(1, "1", ["x", {"y": 1}])]),
        (["$['Id']", "$['tags'][0]", "$['nothing']['there']"], [(1, "x", None)]),
    ],
    ids=["dots", "brackets"],
)
def test_json_paths_say_where_the_columns_are(loads: Loads, paths: list[str], expected: list[Any]) -> None:
    url = loads.bucket.put(unique("paths"), json.dumps({"jsonpaths": paths}))
    columns = "id int, name varchar(9), tags super"
    assert loads.loaded(json.dumps(DOCUMENT), f"JSON '{url}'", columns, order="1") == expected


def test_json_paths_take_arrays_and_a_file_with_another_key_counts_as_auto(loads: Loads) -> None:
    url = loads.bucket.put(unique("paths"), '{"jsonpaths": ["$[1]", "$[0]"]}')
    assert loads.loaded('["a", 1]\n["b", 2]\n', f"JSON '{url}'", "id int, name varchar(9)") == [
        (1, "a"),
        (2, "b"),
    ]
    other = loads.bucket.put(unique("paths"), '{"paths": []}')
    assert loads.loaded('{"id": 1}', f"JSON '{other}'", "id int", order="1") == [(1,)]


PEOPLE = [
    {"id": 1, "Name": "a", "tags": ["x"], "at": 1704164645000},
    {"id": 2, "Name": "b", "tags": [], "at": 0},
]
SCHEMA: dict[str, Any] = {
    "id": "long",
    "Name": ["null", "string"],
    "tags": {"type": "array", "items": "string"},
    "at": {"type": "long", "logicalType": "timestamp-millis"},
}


@works("COPY option", "AVRO 'auto'", "AVRO 'auto ignorecase'", "AVRO 's3://jsonpaths_file'")
@pytest.mark.parametrize("codec", ["null", "deflate"])
def test_copy_reads_avro(loads: Loads, codec: str) -> None:
    body = avro(PEOPLE, codec, **SCHEMA)
    columns = "id int, name varchar(9), tags super"
    assert loads.loaded(body, "FORMAT AS AVRO 'auto'", columns) == [(1, None, ["x"]), (2, None, [])]
    found = loads.loaded(body, "FORMAT AVRO 'auto ignorecase'", columns)
    assert found == [(1, "a", ["x"]), (2, "b", [])]
    url = loads.bucket.put(unique("paths"), '{"jsonpaths": ["$.Name", "$.tags", "$.at"]}')
    options = f"FORMAT AVRO '{url}' TIMEFORMAT 'epochmillisecs'"
    found = loads.loaded(body, options, "name varchar(9), tags varchar(9), at timestamp")
    assert found == [("a", '["x"]', FIRST), ("b", "[]", datetime(1970, 1, 1))]


def test_copy_reads_avro_compressed_with_snappy(loads: Loads) -> None:
    assert loads.loaded(snappy_avro(7), "FORMAT AVRO", "id int", order="1") == [(7,)]


def snappy_avro(number: int) -> bytes:
    """An Avro file of one record with the field `id`, compressed by pyarrow's snappy."""
    raw = bytes([number << 1])
    block: bytes = pa.compress(raw, codec="snappy", asbytes=True) + struct.pack(">I", zlib.crc32(raw))
    header = avro([], id="long")
    sync = header[-16:]
    named = header.replace(b"\x14avro.codec\x08null", b"\x14avro.codec\x0csnappy")
    return named + bytes([2, len(block) << 1]) + block + sync


@works("COPY option", "ORC")
def test_copy_reads_orc_by_position(loads: Loads) -> None:
    body = orc(
        a=pa.array([1, None], pa.int64()),
        b=pa.array(["é", ""]),
        c=pa.array([Decimal("1.25"), None], pa.decimal128(8, 2)),
        d=pa.array([date(2024, 2, 29), None]),
    )
    assert loads.loaded(body, "FORMAT AS ORC") == [
        (1, "é", Decimal("1.25"), date(2024, 2, 29)),
        (None, "", None, None),
    ]


@works("COPY option", "SERIALIZETOJSON")
def test_copy_reads_parquet_with_fewer_columns_nested_values_and_invalid_texts(loads: Loads) -> None:
    body = parquet(a=pa.array([1], pa.int64()), b=["a"])
    assert loads.loaded(body, "PARQUET FILLRECORD") == [A]
    body = parquet(s=[{"a": [1, 2]}], v=pa.array([b"\x00\xff"], pa.binary()))
    found = loads.loaded(body, "PARQUET SERIALIZETOJSON", "s super, v varbyte", order="2")
    assert found == [({"a": [1, 2]}, b"\x00\xff")]
    body = parquet(t=pa.array([b"a\xff"], pa.binary()))
    assert loads.loaded(body, "PARQUET ACCEPTINVCHARS '^'", "t varchar(9)", order="1") == [("a^",)]


@works("COPY option", "NOLOAD")
def test_noload_checks_and_loads_nothing(loads: Loads) -> None:
    table = loads.table()
    good, bad = loads.bucket.put(unique("f"), "1,a,,\n"), loads.bucket.put(unique("f"), "x,a,,\n")
    loads.copy(table, good, "CSV NOLOAD")
    with pytest.raises(psycopg.errors.InternalError_, match="failed"):
        loads.copy(table, bad, "CSV NOLOAD")
    assert loads.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert loads.rows(f"SELECT count(*) FROM stl_load_errors WHERE trim(filename) = '{bad}'") == [(1,)]


@works(
    "COPY option", "CREDENTIALS", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "IAM_ROLE default"
)
@pytest.mark.parametrize(
    "credentials",
    [
        "IAM_ROLE default",
        "WITH CREDENTIALS AS 'aws_iam_role=arn:aws:iam::000000000000:role/loader'",
        "CREDENTIALS 'aws_access_key_id=test;aws_secret_access_key=test;token=t'",
        "ACCESS_KEY_ID 'test' SECRET_ACCESS_KEY 'test' SESSION_TOKEN 't'",
        "IAM_ROLE 'arn:aws:iam::123456789012:role/a,arn:aws:iam::000000000000:role/loader'",
    ],
    ids=["default", "role", "keys-in-a-text", "keys", "chain"],
)
def test_credentials_come_in_all_forms(loads: Loads, credentials: str) -> None:
    table = loads.table()
    loads.copy(table, loads.bucket.put(unique("f"), "1,a,,\n"), "CSV", credentials)
    assert loads.rows(f"SELECT count(*) FROM {table}") == [(1,)]


def test_a_column_that_is_not_listed_gets_its_default(loads: Loads) -> None:
    table = loads.table("id int, name varchar(9) default 'none', \"Mixed\" int, made int identity(5, 2)")
    loads.copy(f'{table} (ID, "mixed")', loads.bucket.put(unique("f"), "1,2\n"), "CSV")
    assert loads.rows(f"SELECT * FROM {table}") == [(1, "none", 2, 5)]


def test_an_identity_by_default_may_be_listed(loads: Loads) -> None:
    table = loads.table("id bigint generated by default as identity(10, 1), name varchar(9)")
    loads.copy(f"{table} (id, name)", loads.bucket.put(unique("f"), "1,a\n"), "CSV")
    loads.copy(table, loads.bucket.put(unique("f"), "b\n"), "CSV")
    assert loads.rows(f"SELECT * FROM {table} ORDER BY 1") == [(1, "a"), (10, "b")]


def test_a_manifest_has_files_of_several_buckets_some_twice_and_some_missing(
    loads: Loads, sandbox: Sandbox
) -> None:
    other = unique("bucket").replace("_", "-")
    sandbox.client("s3").create_bucket(Bucket=other)
    sandbox.client("s3").put_object(Bucket=other, Key="f", Body=b"2,b,,\n")
    first = loads.bucket.put(unique("f"), "1,a,,\n")
    entries = [
        {"url": first, "mandatory": True},
        {"url": first},
        {"url": f"s3://{other}/f", "mandatory": True},
        {"url": loads.bucket.url("nothing")},
    ]
    table = loads.table()
    loads.copy(table, loads.bucket.put(unique("m"), json.dumps({"entries": entries})), "CSV MANIFEST")
    assert loads.rows(f"SELECT id FROM {table} ORDER BY 1") == [(1,), (1,), (2,)]


def test_a_manifest_of_parquet_files_says_how_long_they_are(loads: Loads) -> None:
    body = parquet(a=pa.array([1], pa.int64()))
    entry = {
        "url": loads.bucket.put(unique("f"), body),
        "mandatory": True,
        "meta": {"content_length": len(body)},
    }
    table = loads.table("a bigint")
    loads.copy(table, loads.bucket.put(unique("m"), json.dumps({"entries": [entry]})), "PARQUET MANIFEST")
    assert loads.rows(f"SELECT a FROM {table}") == [(1,)]


@works("COPY option", "options in any order")
def test_old_spellings_and_orders_work(loads: Loads) -> None:
    table, url = loads.table(), loads.bucket.put(unique("f"), "h\n1;a;;\n")
    loads.db.execute(f"copy {table} from '{url}' ignoreheader as 1 delimiter as ';' iam_role default csv;")
    loads.db.execute(f"COPY {table.upper()} FROM '{url}' FORMAT CSV IGNOREHEADER 1 DELIMITER ';' {ROLE}")
    assert loads.rows(f"SELECT id FROM {table}") == [(1,), (1,)]


GAPS = [
    ("SHAPEFILE", "COPY t FROM 's3://b/k' {r} FORMAT SHAPEFILE", "no geometry here"),
    ("LZOP", "COPY t FROM 's3://b/k' {r} LZOP", "no library reads it"),
    ("ENCRYPTED", "COPY t FROM 's3://b/k' {r} ENCRYPTED", "no client-side keys here"),
    (
        "MASTER_SYMMETRIC_KEY",
        "COPY t FROM 's3://b/k' {r} MASTER_SYMMETRIC_KEY 'k'",
        "no client-side keys here",
    ),
    ("SSH", "COPY t FROM 's3://b/k' {r} SSH", "no remote hosts here"),
    ("Amazon EMR", "COPY t FROM 'emr://j-1/f' {r}", "no EMR here"),
    ("Amazon DynamoDB", "COPY t FROM 'dynamodb://table' {r} READRATIO 50", "no DynamoDB here"),
    ("COPY JOB", "COPY JOB LIST", "no auto-copy"),
]


@pytest.mark.parametrize(
    ("name", "sql"),
    [pytest.param(name, sql, marks=gap("COPY option", name, why=why)) for name, sql, why in GAPS],
)
def test_what_copy_lacks_is_refused_by_name(loads: Loads, name: str, sql: str) -> None:
    with pytest.raises(psycopg.errors.FeatureNotSupported, match=name) as caught:
        loads.db.execute(sql.format(r=ROLE))
    assert "known gap" in (caught.value.diag.message_hint or "")


def test_temporary_tables_and_tables_of_other_schemas_are_loaded(loads: Loads) -> None:
    url, schema = loads.bucket.put(unique("f"), "1\n"), unique("other")
    loads.db.execute("CREATE TABLE #passing (a int)")
    loads.copy("#passing", url, "CSV")
    assert loads.rows("SELECT a FROM #passing") == [(1,)]
    loads.db.execute(f"CREATE SCHEMA {schema}; CREATE TABLE {schema}.t (a int)")
    loads.copy(f"{schema}.t", url, "CSV")
    assert loads.rows(f"SELECT a FROM {schema}.t") == [(1,)]
    with pytest.raises(psycopg.errors.InternalError_, match="Load into table 't' failed"):
        loads.copy(f"{schema}.t", loads.bucket.put(unique("f"), "x\n"), "CSV")
    loads.db.execute(f"DROP SCHEMA {schema} CASCADE")


@works("system view", "STL_REPLACEMENTS")
def test_replaced_characters_are_noted(loads: Loads) -> None:
    notices: list[str | None] = []
    loads.db.add_notice_handler(lambda diagnostic: notices.append(diagnostic.message_primary))
    body = b"h\n" + b"1,a,,\n" * 300 + b"2,\xff\xc3,,\n3,c,,\n4,\xa4,,\n"
    table, url = loads.table(), loads.bucket.put(unique("f"), body)
    loads.copy(table, url, "CSV ACCEPTINVCHARS '^' IGNOREHEADER 1")
    assert loads.rows(f"SELECT name FROM {table} WHERE id > 1 ORDER BY id") == [("^^",), ("c",), ("^",)]
    columns = "trim(filename), line_number, trim(colname), trim(raw_line)"
    assert loads.rows(
        f"SELECT {columns} FROM stl_replacements WHERE query = pg_last_copy_id() ORDER BY 2"
    ) == [(url, 302, "name", "2,..,,"), (url, 304, "name", "4,.,,")]
    assert any("2 record(s) were loaded with replacements" in (text or "") for text in notices)
    assert loads.loaded(b'{"id": 1, "name": "a\xff"}', "JSON ACCEPTINVCHARS") == [(1, "a?", None, None)]


def test_who_may_insert_may_load_and_see_the_errors(loads: Loads, sandbox: Sandbox) -> None:
    user, table = unique("loader"), loads.table("a varchar(3)")
    good, bad = loads.bucket.put(unique("f"), "é\n"), loads.bucket.put(unique("f"), "éé\n")
    (schema,) = loads.rows("SELECT current_schema()")[0]
    loads.db.execute(f"CREATE USER {user} PASSWORD 'Secret123'; GRANT USAGE ON SCHEMA {schema} TO {user}")
    settings = sandbox.settings
    address = f"host=127.0.0.1 port={settings.redshift_port} dbname={settings.database} user={user}"
    with psycopg.connect(address, password="Secret123", autocommit=True) as other:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            other.execute(f"COPY {schema}.{table} FROM '{good}' {ROLE}")
        loads.db.execute(f"GRANT INSERT ON {table} TO {user}")
        other.execute(f"COPY {schema}.{table} FROM '{good}' {ROLE}")
        with pytest.raises(psycopg.errors.InternalError_, match="failed"):
            other.execute(f"COPY {schema}.{table} FROM '{bad}' {ROLE}")
        sql = f"SELECT count(*) FROM stl_load_errors WHERE trim(filename) = '{bad}'"
        assert other.execute(sql).fetchone() == (1,)
    assert loads.rows(f"SELECT a FROM {table}") == [("é",)]
    loads.db.execute(f"DROP TABLE {table}; REVOKE ALL ON SCHEMA {schema} FROM {user}; DROP USER {user}")


def test_errors_stay_when_the_transaction_is_rolled_back(loads: Loads) -> None:
    table, bad = loads.table(), loads.bucket.put(unique("f"), "x,a,,\n")
    loads.db.execute("BEGIN")
    loads.db.execute(f"INSERT INTO {table} VALUES (1)")
    with pytest.raises(psycopg.errors.InternalError_):
        loads.copy(table, bad, "CSV")
    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        loads.rows("SELECT 1")
    loads.db.execute("ROLLBACK")
    assert loads.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert loads.rows(f"SELECT count(*) FROM stl_load_errors WHERE trim(filename) = '{bad}'") == [(1,)]


def test_files_are_utf8_whatever_the_client_is(loads: Loads, sandbox: Sandbox) -> None:
    table, url = loads.table(), loads.bucket.put(unique("f"), "1,é,,\n2,\\N,,\n")
    (schema,) = loads.rows("SELECT current_schema()")[0]
    settings = sandbox.settings
    address = f"host=127.0.0.1 port={settings.redshift_port} dbname={settings.database} user={settings.user}"
    with psycopg.connect(address, password=settings.password, client_encoding="latin1") as other:
        other.execute(f"COPY {schema}.{table} FROM '{url}' {ROLE} CSV")
    assert loads.rows(f"SELECT name FROM {table} ORDER BY id") == [("é",), (None,)]


def test_a_load_of_many_manners_is_one_load(loads: Loads) -> None:
    lines = ["1,a,1.5,2024-01-02", "2,\\N,,", "3,é,2.25,", '4,"x, ""y""",3.999,2024-01-02', "5,,,"]
    body = "".join(f"{line}\n" * 30_000 for line in lines)
    table = loads.table("id int, name varchar(20), amount numeric(8,2), day date")
    loads.copy(table, loads.bucket.put(unique("f"), gzip.compress(body.encode(), 1)), "CSV GZIP")
    sql = f"SELECT id, name, amount, count(*) FROM {table} GROUP BY 1, 2, 3 ORDER BY 1"
    assert loads.rows(sql) == [
        (1, "a", Decimal("1.50"), 30_000),
        (2, None, None, 30_000),
        (3, "é", Decimal("2.25"), 30_000),
        (4, 'x, "y"', Decimal("3.99"), 30_000),
        (5, "", None, 30_000),
    ]
    assert loads.rows("SELECT pg_last_copy_count()") == [(150_000,)]


def test_the_load_is_in_the_system_tables(loads: Loads) -> None:
    table, url = loads.table(), loads.bucket.put(unique("f"), "1,a,,\n2,b,,\n")
    loads.copy(table, url, "CSV")
    (commit,) = loads.rows(
        "SELECT trim(filename), lines_scanned, trim(file_format) FROM stl_load_commits"
        " WHERE query = pg_last_copy_id()"
    )
    assert commit == (url, 2, "csv")
    (load,) = loads.rows(
        "SELECT table_name, data_source, loaded_rows, source_file_count, source_file_bytes, error_count"
        " FROM sys_load_history WHERE query_id = pg_last_copy_id()"
    )
    assert load == (table, url, 2, 1, 12, 0)
