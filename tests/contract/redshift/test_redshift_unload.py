"""UNLOAD to S3 behaves as aws-semantics.md §F says: names, formats, options, what is in the way."""

from __future__ import annotations

import gzip
import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest

from tests.contract.redshift.conftest import ROLE, Bucket

VALUES = (
    "(1, 'a,b|c', 1.50, DATE '2024-02-29', TIMESTAMP '2024-01-01 10:00:00.123456', TRUE, 0.1),"
    "(2, '', NULL, NULL, NULL, FALSE, NULL), (3, NULL, -1, NULL, NULL, NULL, 1e300)"
)


@pytest.fixture(autouse=True)
def table(db: psycopg.Connection[Any]) -> None:
    columns = "id bigint, name varchar(20), amount numeric(8,2), day date, at timestamp, ok boolean, f float8"
    db.execute(f"CREATE TABLE t ({columns})")
    db.execute(f"INSERT INTO t VALUES {VALUES}")


def unloaded(db: psycopg.Connection[Any], bucket: Bucket, query: str, options: str) -> dict[str, bytes]:
    """The files that an UNLOAD to out/ writes, by the rest of their keys."""
    quoted = query.replace("'", "''")
    db.execute(f"UNLOAD ('{quoted}') TO '{bucket.url('out/')}' {ROLE} {options}")
    return {key.removeprefix("out/"): bucket.get(key) for key in bucket.keys("out/")}


@pytest.mark.parametrize(
    ("options", "name", "expected"),
    [
        ("", "0000_part_00", "1|a,b|c\n2|\n3|\n"),
        ("CSV", "0000_part_00", '1,"a,b|c"\n2,""\n3,\n'),
        ("FORMAT AS CSV HEADER PARALLEL OFF", "000", 'id,name\n1,"a,b|c"\n2,""\n3,\n'),
        ("HEADER", "0000_part_00", "id|name\n1|a,b|c\n2|\n3|\n"),
        ("NULL AS 'nil' DELIMITER AS ';'", "0000_part_00", "1;a,b|c\n2;\n3;nil\n"),
        ("ADDQUOTES", "0000_part_00", '"1"|"a,b|c"\n"2"|""\n"3"|\n'),
        ("ESCAPE", "0000_part_00", "1|a,b\\|c\n2|\n3|\n"),
        ("JSON", "0000_part_00", '{"id":1,"name":"a,b|c"}\n{"id":2,"name":""}\n{"id":3,"name":null}\n'),
        ("CSV EXTENSION 'csv'", "0000_part_00.csv", '1,"a,b|c"\n2,""\n3,\n'),
    ],
)
def test_unload_writes_text_as_its_options_say(
    db: psycopg.Connection[Any], bucket: Bucket, options: str, name: str, expected: str
) -> None:
    files = unloaded(db, bucket, "SELECT id, name FROM t ORDER BY id", options)
    assert {key: body.decode() for key, body in files.items()} == {name: expected}


@pytest.mark.parametrize(("option", "suffix"), [("GZIP", ".gz"), ("BZIP2", ".bz2"), ("ZSTD", ".zst")])
def test_compressed_files_are_named_so_and_load_again(
    db: psycopg.Connection[Any], bucket: Bucket, option: str, suffix: str
) -> None:
    files = unloaded(db, bucket, "SELECT id, name FROM t", f"CSV {option}")
    assert list(files) == [f"0000_part_00{suffix}"]
    if option == "GZIP":
        assert gzip.decompress(files["0000_part_00.gz"]).startswith(b"1,")
    db.execute("CREATE TABLE back (id bigint, name varchar(20))")
    db.execute(f"COPY back FROM '{bucket.url('out/')}' {ROLE} CSV {option}")
    assert db.execute("SELECT id, name FROM back ORDER BY 1").fetchall() == [(1, "a,b|c"), (2, ""), (3, "")]


def test_parquet_has_the_types_and_values_of_the_query(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    files = unloaded(db, bucket, "SELECT * FROM t ORDER BY id", "FORMAT PARQUET")
    table = pq.read_table(io.BytesIO(files["0000_part_00.parquet"]))
    assert [str(kind) for kind in table.schema.types] == [
        "int64", "string", "decimal128(8, 2)", "date32[day]", "timestamp[us]", "bool", "double",
    ]  # fmt: skip
    at = datetime(2024, 1, 1, 10, 0, 0, 123456)
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        (1, "a,b|c", Decimal("1.50"), date(2024, 2, 29), at, True, 0.1),
        (2, "", None, None, None, False, None),
        (3, None, Decimal("-1.00"), None, None, None, 1e300),
    ]
    db.execute("CREATE TABLE back (LIKE t)")
    db.execute(f"COPY back FROM '{bucket.url('out/')}' {ROLE} PARQUET")
    same = "SELECT count(*) FROM (SELECT * FROM t EXCEPT SELECT * FROM back) AS missing"
    assert db.execute(same).fetchone() == (0,)


@pytest.mark.parametrize("options", ["PARQUET", "CSV HEADER"])
def test_a_query_without_rows_writes_a_file_without_rows(
    db: psycopg.Connection[Any], bucket: Bucket, options: str
) -> None:
    files = unloaded(db, bucket, "SELECT id, name FROM t WHERE FALSE", options)
    (body,) = files.values()
    if options == "PARQUET":
        assert pq.read_table(io.BytesIO(body)).num_rows == 0
    else:
        assert body == b"id,name\n"


def test_partitions_are_folders_and_leave_the_files(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    files = unloaded(db, bucket, "SELECT id, ok FROM t", "CSV PARTITION BY (ok)")
    assert {key: body.decode() for key, body in files.items()} == {
        "ok=false/0000_part_00": "2\n",
        "ok=true/0000_part_00": "1\n",
        "ok=__HIVE_DEFAULT_PARTITION__/0000_part_00": "3\n",
    }
    kept = unloaded(db, bucket, "SELECT id, ok FROM t", "CSV CLEANPATH PARTITION BY (ok) INCLUDE")
    assert kept["ok=true/0000_part_00"] == b"1,t\n"


def test_a_manifest_lists_the_files_and_verbose_tells_more(
    db: psycopg.Connection[Any], bucket: Bucket
) -> None:
    files = unloaded(db, bucket, "SELECT id FROM t", "CSV MANIFEST VERBOSE")
    manifest = json.loads(files["manifest"])
    meta = {"content_length": 6, "record_count": 3}
    assert manifest["entries"] == [{"url": bucket.url("out/0000_part_00"), "meta": meta}]
    assert manifest["schema"]["elements"] == [{"name": "id", "type": {"base": "bigint"}}]
    db.execute("CREATE TABLE back (id bigint)")
    db.execute(f"COPY back FROM '{bucket.url('out/manifest')}' {ROLE} CSV MANIFEST")
    assert db.execute("SELECT count(*) FROM back").fetchone() == (3,)


def test_large_results_are_split_by_maxfilesize(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    query = "SELECT repeat('x', 99) FROM generate_series(1, 150000)"
    files = unloaded(db, bucket, query, "CSV MAXFILESIZE 5 MB")
    assert sorted(files) == ["0000_part_00", "0000_part_01", "0000_part_02"]
    assert sum(body.count(b"\n") for body in files.values()) == 150000


def test_files_in_the_way_are_refused_overwritten_or_cleaned(
    db: psycopg.Connection[Any], bucket: Bucket
) -> None:
    bucket.put("out/old", "x")
    with pytest.raises(psycopg.errors.InternalError_, match="unload destination on S3 is not empty"):
        unloaded(db, bucket, "SELECT 1", "CSV")
    assert sorted(unloaded(db, bucket, "SELECT 1", "CSV ALLOWOVERWRITE")) == ["0000_part_00", "old"]
    assert sorted(unloaded(db, bucket, "SELECT 1", "CSV CLEANPATH")) == ["0000_part_00"]


@pytest.mark.parametrize(
    ("query", "options", "message"),
    [
        ("SELECT nope FROM t", "CSV", 'column "nope" does not exist'),
        ("SELECT 1/(id-3) FROM t ORDER BY id", "CSV", "division by zero"),
        ("SELECT 1/(id-3) FROM t ORDER BY id", "PARQUET", "division by zero"),
        ("DELETE FROM t", "CSV", "UNLOAD needs one SELECT statement"),
        ("SELECT 1", "CSV NONSENSE", 'syntax error at or near "NONSENSE"'),
        ("SELECT 1", "PARQUET HEADER", "HEADER is not supported for UNLOAD to PARQUET"),
        ("SELECT id FROM t", "CSV PARTITION BY (nope)", 'column "nope" does not exist in the query'),
        ("SELECT 1", "CSV ALLOWOVERWRITE CLEANPATH", "can't be specified together"),
    ],
)
def test_an_unload_that_fails_leaves_no_file(
    db: psycopg.Connection[Any], bucket: Bucket, query: str, options: str, message: str
) -> None:
    with pytest.raises(psycopg.Error) as caught:
        unloaded(db, bucket, query, options)
    assert message in str(caught.value)
    assert bucket.keys() == []
    assert db.execute("SELECT count(*) FROM t").fetchone() == (3,)


def test_unload_sees_what_its_transaction_has_written(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    with db.transaction(force_rollback=True):
        db.execute("INSERT INTO t (id) VALUES (4)")
        files = unloaded(db, bucket, "SELECT NVL(name, 'none') FROM t WHERE id = 4", "")
    assert files == {"0000_part_00": b"none\n"}
