from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import types as t

from emulator.glue_worker.engine import jdbc_address, redshift_sql, redshift_writer
from emulator.glue_worker.engine.errors import NotInTarmacError, UnknownSourceError, WriteFailedError


def test_columns_are_lower_cased_with_the_types_that_glue_infers() -> None:
    fields = [
        t.StructField("Id", t.LongType()),
        t.StructField("n", t.IntegerType()),
        t.StructField("Text", t.StringType()),
        t.StructField("d", t.DoubleType()),
        t.StructField("m", t.DecimalType(12, 3)),
        t.StructField("at", t.TimestampType()),
    ]
    assert redshift_sql.create_table("s.t", fields) == (
        'CREATE TABLE IF NOT EXISTS s.t ("id" BIGINT, "n" INTEGER, "text" VARCHAR(65535), '
        '"d" DOUBLE PRECISION, "m" DECIMAL(12,3), "at" TIMESTAMP) DISTSTYLE EVEN'
    )


def test_a_write_needs_a_temporary_folder_before_it_looks_at_the_frame() -> None:
    frame: Any = None
    target = jdbc_address.address("jdbc:redshift://127.0.0.1/dev", "u", "p")
    with pytest.raises(WriteFailedError, match="needs redshift_tmp_dir"):
        redshift_writer.write(frame, target, "", {"dbtable": "t"})


def test_a_column_that_can_not_be_loaded_is_named() -> None:
    with pytest.raises(WriteFailedError, match="'items' of type array<int>"):
        redshift_sql.column_type(t.StructField("items", t.ArrayType(t.IntegerType())))


def test_a_copy_goes_by_column_name() -> None:
    sql = redshift_sql.copy("s.t", ["A", "b"], "s3://x/manifest.json", "@N@", {"aws_iam_role": "arn:role"})
    assert sql.startswith(
        "COPY s.t (\"a\", \"b\") FROM 's3://x/manifest.json' IAM_ROLE 'arn:role' FORMAT AS CSV"
    )
    assert sql.endswith("MANIFEST")


def test_semicolons_in_quotes_do_not_split_actions() -> None:
    actions = "DELETE FROM t WHERE a = 'x;''y'; SELECT \"a;b\" ; ;"
    assert redshift_sql.statements(actions) == ["DELETE FROM t WHERE a = 'x;''y'", 'SELECT "a;b"']


def test_a_body_in_dollar_quotes_stays_whole() -> None:
    actions = "DO $$ BEGIN x; END $$; SELECT 1"
    assert redshift_sql.statements(actions) == ["DO $$ BEGIN x; END $$", "SELECT 1"]


def test_a_semicolon_in_a_comment_does_not_split() -> None:
    assert redshift_sql.statements("SELECT 1 -- a; b\n; SELECT 2") == ["SELECT 1 -- a; b", "SELECT 2"]


@pytest.mark.parametrize("scheme", ["redshift", "postgresql", "redshift:iam"])
def test_a_jdbc_url_names_host_port_and_database(scheme: str) -> None:
    found = jdbc_address.address(f"jdbc:{scheme}://db.example:5555/dev?ssl=true", "u", "secret")
    assert (found.host, found.port, found.database) == ("db.example", 5555, "dev")
    assert found.postgresql_url == "jdbc:postgresql://db.example:5555/dev"
    assert "secret" not in repr(found)


def test_a_url_without_a_port_has_its_kinds_default() -> None:
    assert jdbc_address.address("jdbc:redshift://h/dev", "u", "p").port == 5439


def test_other_kinds_of_database_are_refused_by_name() -> None:
    with pytest.raises(NotInTarmacError, match="mysql"):
        jdbc_address.address("jdbc:mysql://h:3306/d", "u", "p")
    with pytest.raises(UnknownSourceError, match="jdbc:redshift://host:port/database"):
        jdbc_address.address("redshift://h", "u", "p")
