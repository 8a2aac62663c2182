"""COPY and UNLOAD are read as Redshift writes them; what is unknown is refused by its name."""

from __future__ import annotations

import pytest

from emulator.redshift.errors import NotSupportedError, RedshiftError, StatementError
from emulator.redshift.loads.copy_options import parse_copy
from emulator.redshift.unloads.unload_options import parse_unload

ROLE_ARN = "arn:aws:iam::123456789012:role/a"
ROLE = f"IAM_ROLE '{ROLE_ARN}'"


def test_every_word_of_a_long_copy_finds_its_place() -> None:
    plan = parse_copy(
        f"copy Schem.\"Tab\" (A, \"B\") from 's3://b/k' {ROLE} format as csv quote as '%' delimiter '\\t' "
        "ignoreheader as 2 null as 'nil' gzip region as 'eu-west-1' manifest emptyasnull blanksasnull "
        "dateformat 'auto' timeformat as 'epochsecs' maxerror as 5 acceptinvchars '^' truncatecolumns "
        "compupdate off statupdate true comprows 1000;"
    )
    assert (plan.table, plan.columns, plan.source) == ('Schem."Tab"', ["a", "B"], "s3://b/k")
    assert (plan.authorization.role_arn, plan.region) == (ROLE_ARN, "eu-west-1")
    assert (plan.data_format, plan.quote, plan.delimiter) == ("CSV", "%", "\t")
    assert (plan.ignore_header, plan.null_as, plan.compression, plan.manifest) == (2, "nil", "gzip", True)
    assert plan.flags == {"EMPTYASNULL", "BLANKSASNULL", "TRUNCATECOLUMNS"}
    assert (plan.date_format, plan.time_format, plan.max_error) == ("auto", "epochsecs", 5)
    assert plan.invalid_characters == "^"


@pytest.mark.parametrize(
    ("words", "key", "secret", "role_arn"),
    [
        ("IAM_ROLE default", "", "", ""),
        (ROLE, "", "", ROLE_ARN),
        ("CREDENTIALS 'aws_access_key_id=k;aws_secret_access_key=s;token=t'", "k", "s", ""),
        (f"WITH CREDENTIALS AS 'aws_iam_role={ROLE_ARN}'", "", "", ROLE_ARN),
        ("ACCESS_KEY_ID 'k' SECRET_ACCESS_KEY 's' SESSION_TOKEN 't'", "k", "s", ""),
    ],
)
def test_credentials_come_in_three_forms(words: str, key: str, secret: str, role_arn: str) -> None:
    found = parse_copy(f"COPY t FROM 's3://b/k' {words} CSV").authorization
    assert (found.access_key, found.secret_key, found.role_arn) == (key, secret, role_arn)


@pytest.mark.parametrize(
    ("sql", "error", "message"),
    [
        ("COPY t FROM 's3://b/k' CSV NOPE 1", StatementError, 'syntax error at or near "NOPE"'),
        ("COPY t FROM 's3://b/k' IGNOREHEADER x", StatementError, 'syntax error at or near "x"'),
        ("COPY t TO 's3://b/k'", StatementError, 'syntax error at or near "TO"'),
        ("COPY t FROM 's3://b/k' DELIMITER 'ab'", StatementError, "single ASCII character"),
        ("COPY t FROM 's3://b/k' LZOP", NotSupportedError, "LZOP"),
        ("COPY t FROM 's3://b/k' FORMAT SHAPEFILE", NotSupportedError, "SHAPEFILE"),
        ("COPY t FROM 's3://b/k' IAM_ROLE 'arn:aws:iam::1:role/x'", StatementError, "Invalid credentials"),
    ],
)
def test_a_copy_that_redshift_would_refuse_is_refused(sql: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        parse_copy(sql)


def test_the_query_of_an_unload_is_unquoted_and_translated() -> None:
    plan = parse_unload(
        f"UNLOAD ('SELECT NVL(a, ''x'') FROM t') TO 's3://b/p_' {ROLE} PARQUET MAXFILESIZE 100 MB"
    )
    assert plan.query == "SELECT COALESCE(a, 'x') FROM t"
    assert (plan.data_format, plan.max_file_bytes, plan.target) == ("PARQUET", 100 * 1024 * 1024, "s3://b/p_")
    assert parse_unload("UNLOAD ($$SELECT 'a'$$) TO 's3://b/p'").query == "SELECT 'a'"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ("", "0000_part_01"),
        ("GZIP", "0000_part_01.gz"),
        ("PARQUET", "0000_part_01.parquet"),
        ("CSV PARALLEL OFF", "001"),
        ("CSV PARALLEL FALSE ZSTD", "001.zst"),
        ("EXTENSION 'csv'", "0000_part_01.csv"),
    ],
)
def test_files_are_named_as_redshift_names_them(options: str, name: str) -> None:
    assert parse_unload(f"UNLOAD ('SELECT 1') TO 's3://b/p' {options}").file_name(0, 1) == name


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UNLOAD (SELECT 1) TO 's3://b/p'", "syntax error"),
        ("UNLOAD ('SELECT 1; SELECT 2') TO 's3://b/p'", "one SELECT"),
        ("UNLOAD ('SELECT 1') TO 's3://b/p' MAXFILESIZE 1 MB", "from 5 MB to 6.2 GB"),
        ("UNLOAD ('SELECT 1') TO 's3://b/p' CSV ADDQUOTES", "ADDQUOTES is not supported for UNLOAD to CSV"),
    ],
)
def test_an_unload_that_redshift_would_refuse_is_refused(sql: str, message: str) -> None:
    with pytest.raises(RedshiftError, match=message):
        parse_unload(sql)
