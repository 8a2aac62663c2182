"""COPY from S3 behaves as aws-semantics.md §F says: formats, options, errors, transactions."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import ROLE, Bucket, Rows
from tests.contract.redshift.copy_cases import COLUMNS, parquet
from tests.redshift_facts import works


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


@works("COPY option", "FROM 's3://prefix'")
def test_copy_takes_every_object_whose_key_begins_with_the_prefix(
    db: psycopg.Connection[Any], bucket: Bucket, rows: Rows
) -> None:
    for number, key in enumerate(("in/a.csv", "in/a/deep.csv", "in/ab ü+%.csv", "in/b.csv")):
        bucket.put(key, f"id,name,amount,day\r\n{number},x,,")
    bucket.put("in/a-empty.csv", "")
    db.execute(f"COPY t FROM '{bucket.url('in/a')}' {ROLE} CSV IGNOREHEADER 1")
    assert rows("SELECT id FROM t ORDER BY 1") == [(0,), (1,), (2,)]


@works("COPY option", "column list")
def test_a_column_list_names_the_fields(db: psycopg.Connection[Any], bucket: Bucket, rows: Rows) -> None:
    bucket.put("f", "a,1\n")
    db.execute(f"COPY t (name, id) FROM '{bucket.url('f')}' {ROLE} CSV")
    assert rows("SELECT * FROM t") == [(1, "a", None, None)]


@works("COPY option", "EXPLICIT_IDS")
def test_identity_columns_are_filled_unless_explicit_ids_says_otherwise(
    db: psycopg.Connection[Any], bucket: Bucket, rows: Rows
) -> None:
    db.execute("CREATE TABLE i (id BIGINT IDENTITY(10, 5), name VARCHAR(5))")
    url = bucket.put("f", "a\nb\n")
    db.execute(f"COPY i FROM '{url}' {ROLE} CSV")
    explicit = bucket.put("g", "1,c\n")
    db.execute(f"COPY i FROM '{explicit}' {ROLE} CSV EXPLICIT_IDS")
    assert rows("SELECT * FROM i ORDER BY 1") == [(1, "c"), (10, "a"), (15, "b")]


@works("COPY option", "MANIFEST")
def test_a_manifest_lists_the_objects(db: psycopg.Connection[Any], bucket: Bucket, rows: Rows) -> None:
    entries = [
        {"url": bucket.put("x/1", "1,a,,\n"), "mandatory": True},
        {"url": bucket.url("x/none"), "mandatory": False},
    ]
    bucket.put("x/2", "2,b,,\n")
    manifest = bucket.put("manifest.json", json.dumps({"entries": entries}))
    db.execute(f"COPY t FROM '{manifest}' {ROLE} CSV MANIFEST")
    assert rows("SELECT id FROM t") == [(1,)]


@works("COPY option", "PARQUET")
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


@works("COPY option", "MAXERROR")
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


@works("statement", "COPY")
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


@works("COPY option", "IAM_ROLE")
def test_a_role_of_another_account_reads_that_accounts_buckets(
    sandbox: Sandbox, db: psycopg.Connection[Any]
) -> None:
    other = sandbox.client("s3", account_id="210987654321")
    other.create_bucket(Bucket="bucket-of-another-account")
    other.put_object(Bucket="bucket-of-another-account", Key="f", Body=b"5,a,,\n")
    role = "IAM_ROLE 'arn:aws:iam::210987654321:role/loader'"
    db.execute(f"COPY t FROM 's3://bucket-of-another-account/f' {role} CSV")
    assert db.execute("SELECT id FROM t").fetchone() == (5,)
