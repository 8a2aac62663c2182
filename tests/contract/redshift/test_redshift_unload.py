"""UNLOAD to S3 behaves as aws-semantics.md §F says: names, formats, options, what is in the way."""

from __future__ import annotations

import contextlib
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
from tests.contract.redshift.conftest import ROLE, Bucket, connect
from tests.redshift_facts import gap, refused, works

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


def joined(files: dict[str, bytes]) -> str:
    """The texts of all slices, one after the other."""
    return b"".join(files[name] for name in sorted(files)).decode()


@pytest.mark.parametrize(
    ("options", "suffix", "expected"),
    [
        pytest.param("", "", "1|a,b|c\n2|\n3|\n", marks=works("UNLOAD option", "text")),
        pytest.param("CSV", "", '1,"a,b|c"\n2,""\n3,\n', marks=works("UNLOAD option", "CSV")),
        pytest.param("CSV DELIMITER '|'", "", '1|"a,b|c"\n2|""\n3|\n', marks=works("UNLOAD option", "CSV")),
        pytest.param(
            "NULL AS 'nil' DELIMITER AS ';'",
            "",
            "1;a,b|c\n2;\n3;nil\n",
            marks=works("UNLOAD option", "NULL AS", "DELIMITER"),
        ),
        pytest.param(
            "ADDQUOTES", "", '"1"|"a,b|c"\n"2"|""\n"3"|\n', marks=works("UNLOAD option", "ADDQUOTES")
        ),
        pytest.param("ESCAPE", "", "1|a,b\\|c\n2|\n3|\n", marks=works("UNLOAD option", "ESCAPE")),
        pytest.param(
            "JSON",
            "",
            '{"id":1,"name":"a,b|c"}\n{"id":2,"name":""}\n{"id":3,"name":null}\n',
            marks=works("UNLOAD option", "JSON"),
        ),
        pytest.param(
            "CSV EXTENSION 'csv'", ".csv", '1,"a,b|c"\n2,""\n3,\n', marks=works("UNLOAD option", "EXTENSION")
        ),
        pytest.param(
            "FIXEDWIDTH AS 'id:3,name:6'",
            "",
            "1  a,b|c \n2        \n3        \n",
            marks=works("UNLOAD option", "FIXEDWIDTH"),
        ),
    ],
)
def test_unload_writes_text_as_its_options_say(
    db: psycopg.Connection[Any], bucket: Bucket, options: str, suffix: str, expected: str
) -> None:
    files = unloaded(db, bucket, "SELECT id, name FROM t ORDER BY id", options)
    assert sorted(files) == [f"0000_part_00{suffix}", f"0001_part_00{suffix}"]
    assert joined(files) == expected


@works("UNLOAD option", "PARALLEL")
@pytest.mark.parametrize(("option", "name"), [("CSV", "000"), ("PARQUET", "000.parquet"), ("GZIP", "000.gz")])
def test_without_parallel_one_file_takes_all_rows(
    db: psycopg.Connection[Any], bucket: Bucket, option: str, name: str
) -> None:
    assert list(unloaded(db, bucket, "SELECT id FROM t", f"{option} PARALLEL OFF")) == [name]


@works("UNLOAD option", "HEADER")
@pytest.mark.parametrize(
    ("options", "first_line"),
    [
        ("HEADER", "id|a,b"),
        ("CSV HEADER", 'id,"a,b"'),
        ("HEADER ADDQUOTES", '"id"|"a,b"'),
        ("HEADER DELIMITER ',' ESCAPE", "id,a\\,b"),
    ],
)
def test_each_file_has_a_header_to_which_the_options_apply(
    db: psycopg.Connection[Any], bucket: Bucket, options: str, first_line: str
) -> None:
    files = unloaded(db, bucket, 'SELECT id, name AS "a,b" FROM t', options)
    assert {body.decode().split("\n")[0] for body in files.values()} == {first_line}


@works("UNLOAD option", "ADDQUOTES", "ESCAPE")
def test_quotes_and_escapes_together_load_again(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    value = 'say "hi"|it\'s\na \\ line'
    db.execute("CREATE TABLE notes (id int, note varchar(50))")
    db.execute("INSERT INTO notes VALUES (1, %s), (2, NULL)", [value])
    files = unloaded(
        db, bucket, "SELECT * FROM notes ORDER BY id", "ADDQUOTES ESCAPE PARALLEL OFF MANIFEST VERBOSE"
    )
    assert files["000"].decode() == '"1"|"say \\"hi\\"\\|it\\\'s\\\na \\\\ line"\n"2"|\n'
    assert json.loads(files["manifest"])["meta"]["record_count"] == 2


@works("UNLOAD option", "JSON")
def test_json_has_numbers_texts_and_super_as_they_are(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    db.execute("CREATE TABLE kinds (n numeric(5,2), ok boolean, at timestamp, s super)")
    db.execute("INSERT INTO kinds VALUES (1.50, TRUE, '2024-01-01 10:00', JSON_PARSE('{\"a\": [1, 2]}'))")
    files = unloaded(db, bucket, "SELECT * FROM kinds", "JSON PARALLEL OFF")
    assert files["000"] == b'{"n":1.50,"ok":"t","at":"2024-01-01 10:00:00","s":{"a":[1,2]}}\n'


@works("UNLOAD option", "text")
def test_two_columns_of_one_name_are_text_but_no_json(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    assert joined(unloaded(db, bucket, "SELECT id, id FROM t WHERE id = 1", "")) == "1|1\n"
    with pytest.raises(psycopg.Error, match='column name "id" is duplicated'):
        unloaded(db, bucket, "SELECT id, id FROM t", "JSON ALLOWOVERWRITE")


@works("UNLOAD option", "GZIP", "BZIP2", "ZSTD")
@pytest.mark.parametrize(("option", "suffix"), [("GZIP", ".gz"), ("BZIP2", ".bz2"), ("ZSTD", ".zst")])
def test_compressed_files_are_named_so_and_load_again(
    db: psycopg.Connection[Any], bucket: Bucket, option: str, suffix: str
) -> None:
    files = unloaded(db, bucket, "SELECT id, name FROM t ORDER BY id", f"CSV {option}")
    assert sorted(files) == [f"0000_part_00{suffix}", f"0001_part_00{suffix}"]
    if option == "GZIP":
        assert gzip.decompress(files["0000_part_00.gz"]).startswith(b"1,")
    db.execute("CREATE TABLE back (id bigint, name varchar(20))")
    db.execute(f"COPY back FROM '{bucket.url('out/')}' {ROLE} CSV {option}")
    assert db.execute("SELECT id, name FROM back ORDER BY 1").fetchall() == [(1, "a,b|c"), (2, ""), (3, "")]


@works("UNLOAD option", "PARQUET")
def test_parquet_has_the_types_and_values_of_the_query(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    files = unloaded(db, bucket, "SELECT * FROM t ORDER BY id", "FORMAT PARQUET")
    parts = [pq.read_table(io.BytesIO(files[f"000{number}_part_00.parquet"])) for number in (0, 1)]
    table = pa.concat_tables(parts)
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


@works("UNLOAD option", "PARQUET", "CSV")
@pytest.mark.parametrize("options", ["PARQUET", "CSV HEADER"])
def test_a_query_without_rows_writes_files_without_rows(
    db: psycopg.Connection[Any], bucket: Bucket, options: str
) -> None:
    files = unloaded(db, bucket, "SELECT id, name FROM t WHERE FALSE", options)
    if options == "PARQUET":
        (body,) = files.values()
        assert pq.read_table(io.BytesIO(body)).num_rows == 0
    else:
        assert list(files.values()) == [b"id,name\n"] * 2


@works("UNLOAD option", "PARTITION BY", "PARTITION BY … INCLUDE", "CLEANPATH")
def test_partitions_are_folders_and_leave_the_files(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    files = unloaded(db, bucket, "SELECT id, ok FROM t", "CSV PARTITION BY (ok)")
    assert {key: body.decode() for key, body in files.items()} == {
        "ok=false/0000_part_00": "2\n",
        "ok=true/0000_part_00": "1\n",
        "ok=__HIVE_DEFAULT_PARTITION__/0000_part_00": "3\n",
    }
    kept = unloaded(db, bucket, "SELECT id, ok FROM t WHERE ok", "CSV CLEANPATH PARTITION BY (ok) INCLUDE")
    assert kept["ok=true/0000_part_00"] == b"1,t\n"
    assert "ok=false/0000_part_00" in kept, "only folders that receive files are emptied"


@works("UNLOAD option", "PARTITION BY")
def test_partitions_hold_every_row_once_in_order(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    query = "SELECT g, g % 7 AS k, 'x' AS x FROM generate_series(1, 1000) AS g ORDER BY g DESC"
    files = unloaded(db, bucket, query, "CSV PARTITION BY (k, x) PARALLEL OFF")
    assert sorted(files) == [f"k={k}/x=x/000" for k in range(7)]
    assert [int(line) for line in files["k=3/x=x/000"].split()] == [
        g for g in range(1000, 0, -1) if g % 7 == 3
    ]


@works("UNLOAD option", "MANIFEST", "MANIFEST VERBOSE")
def test_a_manifest_lists_the_files_and_verbose_tells_more(
    db: psycopg.Connection[Any], bucket: Bucket
) -> None:
    db.execute("INSERT INTO t (id, name) VALUES (4, 'two\nlines')")
    files = unloaded(db, bucket, "SELECT id, name, amount FROM t ORDER BY id", "CSV MANIFEST VERBOSE")
    manifest = json.loads(files["manifest"])
    assert [entry["meta"]["record_count"] for entry in manifest["entries"]] == [2, 2]
    assert manifest["entries"][1] == {
        "url": bucket.url("out/0001_part_00"),
        "meta": {"content_length": len(files["0001_part_00"]), "record_count": 2},
    }
    assert manifest["schema"]["elements"] == [
        {"name": "id", "type": {"base": "bigint"}},
        {"name": "name", "type": {"base": "character varying", "max_length": 20}},
        {"name": "amount", "type": {"base": "numeric", "precision": 8, "scale": 2}},
    ]
    assert manifest["meta"]["record_count"] == 4
    db.execute("CREATE TABLE back (id bigint, name varchar(20), amount numeric(8,2))")
    db.execute(f"COPY back FROM '{bucket.url('out/manifest')}' {ROLE} CSV MANIFEST")
    assert db.execute("SELECT count(*) FROM back").fetchone() == (4,)


@works("system view", "stl_unload_log")
@works("function", "PG_LAST_UNLOAD_COUNT", "PG_LAST_UNLOAD_ID")
def test_an_unload_is_noted_file_by_file(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    unloaded(db, bucket, "SELECT id FROM t", "CSV")
    noted = (
        "SELECT slice, trim(path), line_count, transfer_size, trim(file_format) FROM stl_unload_log"
        " WHERE query = pg_last_unload_id() ORDER BY slice"
    )
    first, second = bucket.url("out/0000_part_00"), bucket.url("out/0001_part_00")
    assert db.execute(noted).fetchall() == [(0, first, 2, 4, "CSV"), (1, second, 1, 2, "CSV")]
    assert db.execute("SELECT pg_last_unload_count()").fetchone() == (3,)


@works("UNLOAD option", "MAXFILESIZE")
def test_large_results_are_split_by_maxfilesize(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    query = "SELECT repeat('x', 99) FROM generate_series(1, 150000)"
    files = unloaded(db, bucket, query, "CSV MAXFILESIZE 5 MB")
    assert sorted(files) == ["0000_part_00", "0000_part_01", "0001_part_00", "0001_part_01"]
    assert sum(body.count(b"\n") for body in files.values()) == 150000


@works("UNLOAD option", "ALLOWOVERWRITE", "CLEANPATH")
def test_files_in_the_way_are_refused_overwritten_or_cleaned(
    db: psycopg.Connection[Any], bucket: Bucket
) -> None:
    bucket.put("out/old", "x")
    with pytest.raises(psycopg.errors.InternalError_, match="unload destination on S3 is not empty"):
        unloaded(db, bucket, "SELECT 1", "CSV")
    assert sorted(unloaded(db, bucket, "SELECT 1", "CSV PARALLEL OFF ALLOWOVERWRITE")) == ["000", "old"]
    assert sorted(unloaded(db, bucket, "SELECT 1", "CSV PARALLEL OFF CLEANPATH")) == ["000"]


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
        ("SELECT id, name FROM t", "FIXEDWIDTH 'id:3,name:4'", 'does not fit into the 4 of column "name"'),
        ("SELECT id FROM t", "FIXEDWIDTH 'id:3,name:4'", "FIXEDWIDTH names 2 columns, the query has 1"),
        ("SELECT id FROM t", "FIXEDWIDTH 'id'", "Invalid fixed width spec 'id'"),
        ("SELECT id FROM t", "CSV PARTITION BY (id)", "PARTITION BY can't name all columns"),
        ("SELECT id, f FROM t", "CSV PARTITION BY (f)", "can't be a partition column"),
        ("SELECT 1", "CSV MAXFILESIZE 4 MB", "MAXFILESIZE must be from 5 MB to 6.2 GB"),
        ("SELECT 1", "PARQUET ROWGROUPSIZE 16 MB", "ROWGROUPSIZE must be from 32 MB to 128 MB"),
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


@pytest.mark.parametrize(
    ("query", "options", "message"),
    [
        pytest.param(query, options, message, marks=refused("UNLOAD option", name))
        for name, query, options, message in (
            ("LIMIT in the outer SELECT", "SELECT id FROM t LIMIT 1", "", "Limit clause is not supported"),
            ("TOP in the outer SELECT", "SELECT TOP 1 id FROM t", "", "Limit clause is not supported"),
            ("PARQUET with DELIMITER", "SELECT 1", "PARQUET DELIMITER ','", "DELIMITER is not supported for"),
            ("PARQUET with GZIP", "SELECT 1", "PARQUET GZIP", "GZIP is not supported for UNLOAD to PARQUET"),
            ("JSON with HEADER", "SELECT 1", "JSON HEADER", "HEADER is not supported for UNLOAD to JSON"),
            (
                "JSON with NULL AS",
                "SELECT 1",
                "JSON NULL AS 'x'",
                "NULL AS is not supported for UNLOAD to JSON",
            ),
            ("CSV with ESCAPE", "SELECT 1", "CSV ESCAPE", "ESCAPE is not supported for UNLOAD to CSV"),
            ("FIXEDWIDTH with HEADER", "SELECT 1", "FIXEDWIDTH 'a:1' HEADER", "HEADER is not supported for"),
        )
    ],
)
def test_what_redshift_does_not_unload_is_refused(
    db: psycopg.Connection[Any], bucket: Bucket, query: str, options: str, message: str
) -> None:
    with pytest.raises(psycopg.errors.FeatureNotSupported, match=message):
        unloaded(db, bucket, query, options)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * EXCLUDE (amount, day, at, ok, f) FROM t ORDER BY id", "1|a,b|c\n2|\n3|\n"),
        ("SELECT id + 1 AS n, n * 2 AS twice FROM t ORDER BY n", "2|4\n3|6\n4|8\n"),
        ("SELECT * FROM (SELECT ok, id FROM t) PIVOT (COUNT(id) FOR ok IN (TRUE, FALSE))", "1|1\n"),
        ("SELECT id FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY id DESC) = 1", "3\n"),
    ],
)
@works("statement", "UNLOAD")
def test_the_query_may_have_all_of_redshifts_clauses(
    db: psycopg.Connection[Any], bucket: Bucket, query: str, expected: str
) -> None:
    assert joined(unloaded(db, bucket, query, "")) == expected


@works("UNLOAD option", "LIMIT in a subquery")
def test_a_limit_may_stand_in_a_subquery(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    query = "SELECT id FROM t WHERE id IN (SELECT id FROM t ORDER BY id DESC LIMIT 1)"
    assert joined(unloaded(db, bucket, query, "")) == "3\n"


@gap("UNLOAD option", "KMS_KEY_ID", "MASTER_SYMMETRIC_KEY", why="nothing is encrypted here")
@pytest.mark.parametrize("option", ["ENCRYPTED KMS_KEY_ID 'x'", "ENCRYPTED MASTER_SYMMETRIC_KEY 'x'"])
def test_keys_of_ones_own_are_refused_by_name(
    db: psycopg.Connection[Any], bucket: Bucket, option: str
) -> None:
    with pytest.raises(psycopg.errors.FeatureNotSupported, match=option.split()[1]):
        unloaded(db, bucket, "SELECT 1", option)


@works("UNLOAD option", "ENCRYPTED AUTO", "ROWGROUPSIZE", "REGION")
@pytest.mark.parametrize(
    "option", ["CSV ENCRYPTED AUTO", "PARQUET ROWGROUPSIZE 64 MB", "CSV REGION 'us-east-1'"]
)
def test_where_and_how_s3_keeps_the_files_is_accepted(
    db: psycopg.Connection[Any], bucket: Bucket, option: str
) -> None:
    assert len(unloaded(db, bucket, "SELECT id FROM t", option)) == 2


@works("protocol", "a client that dies in an UNLOAD")
def test_a_client_that_dies_leaves_no_file(
    sandbox: Sandbox, db: psycopg.Connection[Any], bucket: Bucket
) -> None:
    with contextlib.closing(connect(sandbox)) as dying:
        pid = dying.info.backend_pid
        query = "SELECT repeat(''x'', 10000) FROM generate_series(1, 5000000)"
        options = f"{ROLE} CSV MAXFILESIZE 5 MB"
        dying.pgconn.send_query(f"UNLOAD ('{query}') TO '{bucket.url('out/')}' {options}".encode())
        sandbox.wait_until(lambda: bucket.keys(), 60, "the first file of an UNLOAD")
    gone = f"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}"
    sandbox.wait_until(lambda: db.execute(gone).fetchone() == (0,), 20, "the backend of a dead client to end")
    sandbox.wait_until(lambda: not bucket.keys(), 20, "the files of a broken UNLOAD to be removed")


@works("statement", "UNLOAD")
def test_unload_sees_what_its_transaction_has_written(db: psycopg.Connection[Any], bucket: Bucket) -> None:
    with db.transaction(force_rollback=True):
        db.execute("INSERT INTO t (id) VALUES (4)")
        files = unloaded(db, bucket, "SELECT NVL(name, 'none') FROM t WHERE id = 4", "")
    assert joined(files) == "none\n"
