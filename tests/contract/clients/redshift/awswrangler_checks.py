"""What jobs do with awswrangler (the AWS SDK for pandas)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any

import awswrangler as wr
import pandas as pd
import redshift_connector

SCHEMA, BUCKET = os.environ["CHECK_SCHEMA"], os.environ["CHECK_BUCKET"]
ROLE = "arn:aws:iam::000000000000:role/loader"
FRAME = pd.DataFrame(
    {
        "id": [1, 2, 3],
        "name": ["ann", None, "it's"],
        "rate": [1.5, None, 3.5],
        "paid": [True, False, True],
        "day": [date(2024, 2, 29)] * 3,
        "at": pd.to_datetime(["2024-02-29 01:02:03"] * 3),
    }
)


@contextmanager
def opened() -> Iterator[Any]:
    """A connection as wr.redshift.connect makes it of its parts."""
    connection = redshift_connector.connect(
        host=os.environ["PGHOST"],
        port=int(os.environ["PGPORT"]),
        database=os.environ["PGDATABASE"],
        user=os.environ["PGUSER"],
        password=os.environ["PGPASSWORD"],
    )
    with closing(connection):
        yield connection


def _read(connection: Any, table: str) -> Any:
    return wr.redshift.read_sql_query(f"SELECT * FROM {SCHEMA}.{table} ORDER BY id", con=connection)


def _to_sql(connection: Any, frame: Any, table: str, **options: Any) -> None:
    wr.redshift.to_sql(df=frame, con=connection, table=table, schema=SCHEMA, **options)


def _copy(connection: Any, frame: Any, table: str, **options: Any) -> None:
    place = f"s3://{BUCKET}/{table}/"
    named = {"con": connection, "table": table, "schema": SCHEMA, "iam_role": ROLE}
    wr.redshift.copy(df=frame, path=place, **{**named, **options})


def _assert_like_frame(found: Any) -> None:
    assert found["id"].tolist() == [1, 2, 3]
    assert found["name"].isna().tolist() == [False, True, False]
    assert found["name"].tolist()[2] == "it's"
    assert found["rate"].isna().tolist() == [False, True, False]
    assert [bool(paid) for paid in found["paid"]] == [True, False, True]
    assert found["day"].tolist()[0] == date(2024, 2, 29)
    assert found["at"].tolist()[0] == pd.Timestamp("2024-02-29 01:02:03")


def to_sql_appends_and_overwrites(connection: Any) -> None:
    """With each way of overwriting: drop, cascade, truncate, delete."""
    _to_sql(connection, FRAME, "written")
    _to_sql(connection, FRAME.head(1), "written", mode="append", use_column_names=True)
    assert len(_read(connection, "written")) == 4
    for method in ("drop", "cascade", "truncate", "delete"):
        _to_sql(connection, FRAME, "written", mode="overwrite", overwrite_method=method)
        _assert_like_frame(_read(connection, "written"))


def to_sql_makes_the_columns_that_are_asked_for(connection: Any) -> None:
    """varchar lengths, types, keys, distribution, order."""
    _to_sql(
        connection,
        FRAME,
        "shaped",
        varchar_lengths={"name": 30},
        dtype={"rate": "DECIMAL(10,2)"},
        diststyle="KEY",
        distkey="id",
        sortstyle="COMPOUND",
        sortkey=["day"],
        primary_keys=["id"],
    )
    sql = (
        "SELECT column_name, character_maximum_length, numeric_scale FROM svv_columns"
        f" WHERE table_schema = '{SCHEMA}' AND table_name = 'shaped' AND column_name IN ('name', 'rate')"
        " ORDER BY 1"
    )
    found = wr.redshift.read_sql_query(sql, con=connection)
    assert found["character_maximum_length"].tolist()[0] == 30
    assert found["numeric_scale"].tolist()[1] == 2


def to_sql_upserts(connection: Any) -> None:
    """Rows of the same primary key are replaced, others are added."""
    _to_sql(connection, FRAME, "upserted", primary_keys=["id"])
    changed = FRAME.tail(1).assign(name="new")
    more = pd.concat([changed, FRAME.head(1).assign(id=4)])
    _to_sql(connection, more, "upserted", mode="upsert", primary_keys=["id"])
    found = _read(connection, "upserted")
    assert found["id"].tolist() == [1, 2, 3, 4]
    assert found["name"].tolist()[2] == "new"


def to_sql_adds_new_columns(connection: Any) -> None:
    """With add_new_columns the table grows."""
    _to_sql(connection, FRAME, "grown")
    _to_sql(connection, FRAME.assign(extra="x"), "grown", mode="append", add_new_columns=True)
    assert sorted(_read(connection, "grown")["extra"].dropna()) == ["x"] * 3


def copy_loads_by_way_of_s3(connection: Any) -> None:
    """As Parquet under a role; the staged files are gone afterwards."""
    _copy(connection, FRAME, "copied", mode="overwrite", diststyle="ALL", varchar_lengths={"name": 9})
    _assert_like_frame(_read(connection, "copied"))
    assert wr.s3.list_objects(f"s3://{BUCKET}/copied/") == []
    _copy(connection, FRAME, "copied", use_column_names=True, lock=True)
    assert len(_read(connection, "copied")) == 6


def copy_upserts_by_the_recorded_primary_key(connection: Any) -> None:
    """Without primary_keys it asks the catalogue for the table's key."""
    _copy(connection, FRAME, "keyed", mode="overwrite", primary_keys=["id"])
    _copy(connection, FRAME.assign(name="new"), "keyed", mode="upsert")
    assert _read(connection, "keyed")["name"].tolist() == ["new"] * 3


def copy_takes_keys_in_place_of_a_role(connection: Any) -> None:
    """Of the session, or given."""
    keys = {
        "aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
    }
    _copy(connection, FRAME, "by_keys", iam_role=None, **keys)
    _copy(connection, FRAME, "by_keys", iam_role=None)
    assert len(_read(connection, "by_keys")) == 6


def copy_from_files_makes_the_table_from_parquet(connection: Any) -> None:
    """The types come from the files' schemas."""
    wr.s3.to_parquet(FRAME, f"s3://{BUCKET}/files/one.parquet")
    place = {"path": f"s3://{BUCKET}/files/", "table": "from_files", "schema": SCHEMA, "iam_role": ROLE}
    wr.redshift.copy_from_files(**place, con=connection, mode="overwrite")
    _assert_like_frame(_read(connection, "from_files"))


def unload_comes_back_as_a_frame(connection: Any) -> None:
    """By Parquet, whole or in chunks."""
    _to_sql(connection, FRAME, "unloaded")
    sql = f"SELECT * FROM {SCHEMA}.unloaded ORDER BY id"
    place = {"sql": sql, "path": f"s3://{BUCKET}/unloaded/", "con": connection, "iam_role": ROLE}
    _assert_like_frame(wr.redshift.unload(**place, keep_files=False))
    assert sum(len(part) for part in wr.redshift.unload(**place, chunked=True)) == 3


def unload_to_files_partitions_and_compresses(connection: Any) -> None:
    """Parquet by a column, CSV with a manifest."""
    _to_sql(connection, FRAME, "parts")
    sql = f"SELECT * FROM {SCHEMA}.parts"
    place = {"sql": sql, "con": connection, "iam_role": ROLE}
    wr.redshift.unload_to_files(**place, path=f"s3://{BUCKET}/parts/", partition_cols=["paid"])
    keys = wr.s3.list_objects(f"s3://{BUCKET}/parts/")
    assert {key.split("/")[-2] for key in keys} == {"paid=true", "paid=false"}
    wr.redshift.unload_to_files(
        **place, path=f"s3://{BUCKET}/parts_csv/", unload_format="CSV", manifest=True, parallel=False
    )
    assert any(key.endswith("manifest") for key in wr.s3.list_objects(f"s3://{BUCKET}/parts_csv/"))


def tables_are_read_whole_and_in_chunks(connection: Any) -> None:
    """read_sql_table, and read_sql_query with parameters."""
    _to_sql(connection, FRAME, "tabled")
    assert len(wr.redshift.read_sql_table("tabled", schema=SCHEMA, con=connection)) == 3
    sql = f"SELECT * FROM {SCHEMA}.tabled WHERE id > %s ORDER BY id"
    chunks = wr.redshift.read_sql_query(sql, con=connection, params=[1], chunksize=1)
    assert [chunk["id"].tolist() for chunk in chunks] == [[2], [3]]
