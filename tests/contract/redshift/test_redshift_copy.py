"""COPY from S3 behaves as aws-semantics.md §F says: formats, options, errors, transactions."""

from __future__ import annotations

import bz2
import gzip
import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import ROLE, Bucket, Rows

COLUMNS = "id bigint, name varchar(8), amount numeric(8,2), day date"


@pytest.fixture(autouse=True)
def table(db: psycopg.Connection[Any]) -> None:
    db.execute(f"CREATE TABLE t ({COLUMNS}) DISTKEY(id) SORTKEY(day)")


def copied(
    db: psycopg.Connection[Any], bucket: Bucket, body: bytes | str, options: str
) -> list[tuple[Any, ...]]:
    """The table after a COPY of one file."""
    url = bucket.put("in/file", body)
    db.execute(f"COPY t FROM '{url}' {ROLE} {options}")
    return db.execute("SELECT * FROM t ORDER BY id, name").fetchall()


@pytest.mark.parametrize(
    ("options", "body", "expected"),
    [
        ("CSV", "1,a,1.5,2024-01-02\n", [(1, "a", Decimal("1.50"), date(2024, 1, 2))]),
        ("CSV", '1,"a, ""b",,\r\n', [(1, 'a, "b', None, None)]),
        ("CSV", "1,,,\n", [(1, "", None, None)]),
        ("CSV", '1,"a\r\nb",,\r\n2,c,,', [(1, "a\r\nb", None, None), (2, "c", None, None)]),
        ("CSV EMPTYASNULL", "1,,,\n", [(1, None, None, None)]),
        ("CSV", "1,\\N,\\N,\n", [(1, None, None, None)]),
        ("CSV NULL AS 'nil'", "1,nil,nil,\n2,,,\n", [(1, None, None, None), (2, "", None, None)]),
        ("CSV BLANKSASNULL", "1,   ,,\n", [(1, None, None, None)]),
        ("CSV IGNOREHEADER 2", "x\ny\n1,a,,\n", [(1, "a", None, None)]),
        ("CSV IGNOREBLANKLINES", "1,a,,\n\n2,b,,\n", [(1, "a", None, None), (2, "b", None, None)]),
        ("CSV FILLRECORD", "1,a\n", [(1, "a", None, None)]),
        ("CSV TRUNCATECOLUMNS", "1,abcdefghijk,,\n", [(1, "abcdefgh", None, None)]),
        ("CSV TRUNCATECOLUMNS", "1,ééééé,,\n", [(1, "éééé", None, None)]),
        ("CSV QUOTE AS '%'", "1,%a,b%,,\n", [(1, "a,b", None, None)]),
        ("CSV DELIMITER ';'", "1;a;;\n", [(1, "a", None, None)]),
        ("CSV DATEFORMAT 'DD.MM.YYYY'", "1,a,,31.12.2024\n", [(1, "a", None, date(2024, 12, 31))]),
        ("CSV DATEFORMAT 'auto'", "1,a,,2024/12/31\n", [(1, "a", None, date(2024, 12, 31))]),
        ("CSV GZIP", gzip.compress(b"1,a,,\n"), [(1, "a", None, None)]),
        ("CSV GZIP", gzip.compress(b"1,") + gzip.compress(b"a,,\n"), [(1, "a", None, None)]),
        ("CSV BZIP2", bz2.compress(b"1,a,,\n"), [(1, "a", None, None)]),
        ("CSV ACCEPTINVCHARS '^'", b"1,a\xff,,\n", [(1, "a^", None, None)]),
        ("CSV ENCODING UTF16LE", "1,é,,\n".encode("utf-16-le"), [(1, "é", None, None)]),
        ("", "1|a\"b|2|2024-01-02\n", [(1, 'a"b', Decimal("2.00"), date(2024, 1, 2))]),
        ("DELIMITER '\\t'", "1\ta\\b\t2\t\n", [(1, "a\\b", Decimal("2.00"), None)]),
        ("ESCAPE", "1|a\\|b||\n", [(1, "a|b", None, None)]),
        ("REMOVEQUOTES", '1|"a|b"||\n', [(1, "a|b", None, None)]),
        ("JSON 'auto'", '{"id":1,"name":"a"} {"id":\n2}', [(1, "a", None, None), (2, None, None, None)]),
        ("FORMAT AS JSON 'auto ignorecase'", '{"ID": 1, "Name": "a"}', [(1, "a", None, None)]),
        ("CSV COMPUPDATE OFF STATUPDATE ON REGION 'us-east-1' MAXERROR 0", "1,a,,\n", [(1, "a", None, None)]),
    ],
)  # fmt: skip
def test_copy_reads_text_as_its_options_say(
    db: psycopg.Connection[Any], bucket: Bucket, options: str, body: bytes | str, expected: list[Any]
) -> None:
    assert copied(db, bucket, body, options) == expected


def test_copy_takes_every_object_whose_key_begins_with_the_prefix(
    db: psycopg.Connection[Any], bucket: Bucket, rows: Rows
) -> None:
    for number, key in enumerate(("in/a.csv", "in/a/deep.csv", "in/ab ü+%.csv", "in/b.csv")):
        bucket.put(key, f"id,name,amount,day\r\n{number},x,,")
    bucket.put("in/a-empty.csv", "")
    db.execute(f"COPY t FROM '{bucket.url('in/a')}' {ROLE} CSV IGNOREHEADER 1")
    assert rows("SELECT id FROM t ORDER BY 1") == [(0,), (1,), (2,)]


def test_a_column_list_names_the_fields(db: psycopg.Connection[Any], bucket: Bucket, rows: Rows) -> None:
    bucket.put("f", "a,1\n")
    db.execute(f"COPY t (name, id) FROM '{bucket.url('f')}' {ROLE} CSV")
    assert rows("SELECT * FROM t") == [(1, "a", None, None)]


def test_identity_columns_are_filled_unless_explicit_ids_says_otherwise(
    db: psycopg.Connection[Any], bucket: Bucket, rows: Rows
) -> None:
    db.execute("CREATE TABLE i (id BIGINT IDENTITY(10, 5), name VARCHAR(5))")
    url = bucket.put("f", "a\nb\n")
    db.execute(f"COPY i FROM '{url}' {ROLE} CSV")
    explicit = bucket.put("g", "1,c\n")
    db.execute(f"COPY i FROM '{explicit}' {ROLE} CSV EXPLICIT_IDS")
    assert rows("SELECT * FROM i ORDER BY 1") == [(1, "c"), (10, "a"), (15, "b")]


def test_a_manifest_lists_the_objects(db: psycopg.Connection[Any], bucket: Bucket, rows: Rows) -> None:
    entries = [
        {"url": bucket.put("x/1", "1,a,,\n"), "mandatory": True},
        {"url": bucket.url("x/none"), "mandatory": False},
    ]
    bucket.put("x/2", "2,b,,\n")
    manifest = bucket.put("manifest.json", json.dumps({"entries": entries}))
    db.execute(f"COPY t FROM '{manifest}' {ROLE} CSV MANIFEST")
    assert rows("SELECT id FROM t") == [(1,)]


def parquet(**columns: Any) -> bytes:
    """A Parquet file of these arrays."""
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def test_parquet_loads_by_position_with_exact_values(
    db: psycopg.Connection[Any], bucket: Bucket, rows: Rows
) -> None:
    body = parquet(
        a=pa.array([1, 2, None], pa.int64()),
        b=pa.array(['x, "y"', "", None]),
        c=pa.array([Decimal("123456.78"), None, Decimal("-0.01")], pa.decimal128(8, 2)),
        d=pa.array([date(2024, 2, 29), None, date(1969, 1, 1)]),
    )
    assert copied(db, bucket, body, "FORMAT AS PARQUET") == [
        (1, 'x, "y"', Decimal("123456.78"), date(2024, 2, 29)),
        (2, "", None, None),
        (None, None, Decimal("-0.01"), date(1969, 1, 1)),
    ]
    db.execute("CREATE TABLE k (ok boolean, f real, g float8, at timestamp, tags super, n smallint)")
    url = bucket.put(
        "k.parquet",
        parquet(
            ok=[True, False],
            f=pa.array([0.1, None], pa.float32()),
            g=[0.1, float("inf")],
            at=pa.array([datetime(2024, 1, 1, 12, 0, 0, 123456), None], pa.timestamp("ns")),
            tags=pa.array([["a"], None]),
            n=pa.array([7, -7], pa.int16()),
        ),
    )
    db.execute(f"COPY k FROM '{url}' {ROLE} PARQUET")
    assert rows("SELECT ok, f::varchar, g, at, tags, n FROM k ORDER BY n DESC") == [
        (True, "0.1", 0.1, datetime(2024, 1, 1, 12, 0, 0, 123456), ["a"], 7),
        (False, None, float("inf"), None, None, -7),
    ]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": pa.array([1], pa.int64())}, "Unmatched number of columns between table and file"),
        (
            {"a": pa.array([1], pa.int32()), "b": ["x"], "c": [Decimal("1.00")], "d": [date(2024, 1, 1)]},
            "Spectrum Scan Error",
        ),
        ({"a": [1], "b": ["x"], "c": [1.5], "d": [date(2024, 1, 1)]}, "Spectrum Scan Error"),
    ],
)  # fmt: skip
def test_parquet_of_another_shape_is_refused(
    db: psycopg.Connection[Any], bucket: Bucket, columns: dict[str, Any], message: str
) -> None:
    with pytest.raises(psycopg.errors.InternalError_, match=message) as caught:
        copied(db, bucket, parquet(**columns), "PARQUET")
    assert bucket.url("in/file") in str(caught.value)
    assert db.execute("SELECT count(*) FROM t").fetchone() == (0,)


@pytest.mark.parametrize(
    ("options", "body", "line", "column", "value", "reason"),
    [
        ("CSV", "1,a,,\nx,b,,\n", 2, "id", "x", "Invalid digit, Value 'x', Pos 0, Type: Long"),
        ("CSV IGNOREHEADER 1", "h\n1,a,abc,\n", 2, "amount", "abc", "Invalid digit, Value 'a', Pos 0, Type:"),
        ("CSV", '0,,,\n1,"a\nb",,\n2,x,,2024-13-99\n', 4, "day", "2024-13-99", "Invalid Date Format"),
        ("CSV", "1,a,,\n2,far too long,,\n", 2, "name", "far too long", "String length exceeds DDL length"),
        ("CSV BLANKSASNULL", "1,a,,\n2,far too long,,\n", 2, "name", "far too long", "String length exceeds"),
        ("CSV", "1,a,,,\n", 1, "", "1,a,,,", "Extra column(s) found"),
        ("CSV", "1,a\n", 1, "", "1,a", "Delimiter not found"),
        ("CSV FILLRECORD", "1,a,,,\n", 1, "", "1,a,,,", "Extra column(s) found"),
        ("CSV", "1,a,99999999.0,\n", 1, "amount", "99999999.0", "Overflow"),
    ],
)  # fmt: skip
def test_a_bad_record_fails_the_load_and_is_in_stl_load_errors(
    db: psycopg.Connection[Any],
    bucket: Bucket,
    options: str,
    body: str,
    line: int,
    column: str,
    value: str,
    reason: str,
) -> None:
    with pytest.raises(psycopg.errors.InternalError_) as caught:
        copied(db, bucket, body, options)
    assert caught.value.diag.message_primary == (
        "Load into table 't' failed.  Check 'stl_load_errors' system table for details."
    )
    assert db.execute("SELECT count(*) FROM t").fetchone() == (0,)
    sql = "SELECT line_number, trim(colname), trim(raw_field_value), trim(err_reason) FROM stl_load_errors"
    (found,) = db.execute(f"{sql} WHERE filename = %s", [bucket.url("in/file")]).fetchall()
    assert found[:3] == (line, column, value)
    assert found[3].startswith(reason)


def test_maxerror_loads_the_good_records_and_notes_the_others(
    db: psycopg.Connection[Any], bucket: Bucket, rows: Rows
) -> None:
    notices: list[str | None] = []
    db.add_notice_handler(lambda diagnostic: notices.append(diagnostic.message_primary))
    body = "1,a,,\nx,b,,\n3,c,,\n"
    assert [row[0] for row in copied(db, bucket, body, "CSV MAXERROR 2")] == [1, 3]
    assert notices[0] == "Load into table 't' completed, 2 record(s) loaded successfully."
    found = rows(
        f"SELECT line_number, trim(colname) FROM stl_load_errors WHERE filename = '{bucket.url('in/file')}'"
    )
    assert found == [(2, "id")]
    with pytest.raises(psycopg.errors.InternalError_, match="Load into table"):
        copied(db, bucket, "x,b,,\ny,b,,\n", "CSV MAXERROR 2")


@pytest.mark.parametrize(
    ("sql", "error", "message"),
    [
        ("COPY t FROM 's3://{b}/none' {r} CSV", "XX000", "The specified S3 prefix 'none' does not exist"),
        ("COPY t FROM 's3://no-such-bucket-here/x' {r} CSV", "XX000", "The specified bucket does not exist"),
        ("COPY nope FROM 's3://{b}/f' {r} CSV", "42P01", "Cannot COPY into nonexistent table nope"),
        ("COPY t (nope) FROM 's3://{b}/f' {r} CSV", "42703", 'column "nope" of relation "t" does not exist'),
        ("COPY t FROM 's3://{b}/f' IAM_ROLE 'admin' CSV", "42601", "Invalid credentials"),
        ("COPY t FROM 's3://{b}/f' CREDENTIALS 'user=x' CSV", "42601", "Invalid credentials"),
        ("COPY t FROM 's3://{b}/f' {r} CSV FROBNICATE", "42601", 'syntax error at or near "FROBNICATE"'),
        ("COPY t FROM 's3://{b}/f' {r} CSV ESCAPE", "42601", "ESCAPE is not supported for CSV format"),
        ("COPY t FROM 's3://{b}/f' {r} PARQUET MAXERROR 5", "0A000", "MAXERROR argument is not supported"),
        ("COPY t FROM 's3://{b}/f' {r} CSV GZIP", "XX000", "failed to inflate"),
        ("COPY t FROM 's3://{b}/f' {r} CSV MANIFEST", "XX000", "Manifest file is not in correct json format"),
        ("COPY t FROM 's3://{b}/m' {r} CSV MANIFEST", "XX000", "Mandatory url is not present in manifest"),
        ("COPY t FROM 's3://{b}/f' {r} PARQUET", "XX000", "Spectrum Scan Error"),
        ("COPY t FROM 's3://{b}/f' {r} JSON 'auto'", "XX000", "Load into table 't' failed"),
    ],
)  # fmt: skip
def test_a_copy_that_cannot_work_is_refused_and_leaves_the_session_usable(
    db: psycopg.Connection[Any], bucket: Bucket, sql: str, error: str, message: str
) -> None:
    bucket.put("f", "1,a,,\n")
    bucket.put("m", json.dumps({"entries": [{"url": bucket.url("none"), "mandatory": True}]}))
    with pytest.raises(psycopg.Error) as caught:
        db.execute(sql.format(b=bucket.name, r=ROLE))
    assert caught.value.diag.sqlstate == error
    assert message in str(caught.value)
    assert db.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_copy_takes_part_in_the_clients_transaction(
    db: psycopg.Connection[Any], bucket: Bucket, rows: Rows
) -> None:
    url = bucket.put("f", "1,a,,\n")
    with db.transaction(force_rollback=True):
        db.execute("CREATE TABLE made_here (LIKE t)")
        db.execute(f"COPY made_here FROM '{url}' {ROLE} CSV")
        assert rows("SELECT count(*) FROM made_here") == [(1,)]
        db.execute(f"COPY t FROM '{url}' {ROLE} CSV")
    assert rows("SELECT count(*) FROM t") == [(0,)]


def test_a_failed_copy_fails_the_transaction(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    db.execute("BEGIN")
    with pytest.raises(psycopg.errors.InternalError_):
        db.execute(f"COPY t FROM '{bucket.url('none')}' {ROLE} CSV")
    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        db.execute("SELECT 1")
    db.execute("ROLLBACK")


def test_a_script_with_copy_is_one_transaction(
    db: psycopg.Connection[Any], bucket: Bucket, rows: Rows
) -> None:
    good, bad = bucket.put("good", "1,a,,\n"), bucket.put("bad", "x,a,,\n")
    db.execute(f"INSERT INTO t VALUES (7); COPY t FROM '{good}' {ROLE} CSV; INSERT INTO t VALUES (8)")
    assert rows("SELECT id FROM t ORDER BY 1") == [(1,), (7,), (8,)]
    with pytest.raises(psycopg.errors.InternalError_):
        db.execute(f"DELETE FROM t; COPY t FROM '{bad}' {ROLE} CSV")
    assert rows("SELECT count(*) FROM t") == [(3,)]
    db.execute(f"BEGIN; COPY t FROM '{good}' {ROLE} CSV; ROLLBACK; INSERT INTO t VALUES (9)")
    assert rows("SELECT count(*) FROM t") == [(4,)]


def test_copy_works_in_the_extended_protocol(sandbox: Sandbox, bucket: Bucket) -> None:
    good, bad = bucket.put("good", "1,a,,\n"), bucket.put("bad", "x,a,,\n")
    connection = sandbox.warehouse()
    cursor = connection.cursor()
    cursor.execute(f"CREATE TEMP TABLE e ({COLUMNS})")
    cursor.execute(f"COPY e FROM '{good}' {ROLE} CSV")
    cursor.execute("SELECT count(*), pg_last_copy_count() FROM e WHERE id = %s", (1,))
    assert tuple(cursor.fetchone()) == (1, 1)
    connection.commit()
    with pytest.raises(Exception, match="Load into table 'e' failed"):
        cursor.execute(f"COPY e FROM '{bad}' {ROLE} CSV")
    connection.rollback()
    cursor.execute("SELECT count(*) FROM e")
    assert tuple(cursor.fetchone()) == (1,)
    connection.close()


def test_a_role_of_another_account_reads_that_accounts_buckets(
    sandbox: Sandbox, db: psycopg.Connection[Any]
) -> None:
    other = sandbox.client("s3", account_id="210987654321")
    other.create_bucket(Bucket="bucket-of-another-account")
    other.put_object(Bucket="bucket-of-another-account", Key="f", Body=b"5,a,,\n")
    role = "IAM_ROLE 'arn:aws:iam::210987654321:role/loader'"
    db.execute(f"COPY t FROM 's3://bucket-of-another-account/f' {role} CSV")
    assert db.execute("SELECT id FROM t").fetchone() == (5,)
