"""SQL text survives Glue's splitting at semicolons, whatever an S3 key holds."""

from __future__ import annotations

import pytest

from pipeline.warehouse_sql import FILES_PER_DELETE, copy_csv, delete_files, sql_literal


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("plain key+%20.csv", "'plain key+%20.csv'"),
        ("it's", "'it''s'"),
        ("a;b", "'a'||CHR(59)||'b'"),
        ("a\\b\n", "'a'||CHR(92)||'b'||CHR(10)||''"),
        ("Zürich", "'Zürich'"),
    ],
)
def test_a_literal_holds_no_semicolon_backslash_or_line_break(text: str, literal: str) -> None:
    assert sql_literal(text) == literal


def test_rows_of_a_file_are_deleted_from_both_tables() -> None:
    assert delete_files(["b;.csv", "a.csv"]).split(";") == [
        "DELETE FROM airlines.daily_flights_processed WHERE source_file IN ('a.csv', 'b'||CHR(59)||'.csv')",
        "DELETE FROM airlines.quarantined_flights WHERE source_file IN ('a.csv', 'b'||CHR(59)||'.csv')",
    ]


def test_many_files_are_deleted_in_several_statements() -> None:
    statements = delete_files([f"{n}.csv" for n in range(2 * FILES_PER_DELETE + 1)]).split(";")
    assert len(statements) == 6


def test_a_copy_names_its_columns() -> None:
    assert copy_csv("t", ["a", "b"], "s3://b/p", "arn:r") == (
        "COPY t (a, b) FROM 's3://b/p' IAM_ROLE 'arn:r' FORMAT AS CSV"
    )
