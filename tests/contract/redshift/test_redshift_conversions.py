"""What Redshift converts without being asked ("Type compatibility and conversion")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.contract.redshift.conftest import Rows
from tests.redshift_facts import works


@pytest.fixture(autouse=True)
def table(db: psycopg.Connection[Any]) -> Iterator[None]:
    db.execute("CREATE TEMP TABLE k (i int, b bigint, n numeric(8,2), d date, ts timestamp, v varchar(20))")
    db.execute("INSERT INTO k VALUES (5, 6, 1.50, '2024-02-03', '2024-02-03 10:11:12', '5')")
    yield
    db.execute("DROP TABLE k")


@works("semantics", "numbers and times as texts in string functions")
@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("LPAD(i, 3, '0')", "005"),
        ("LEFT(d, 7)", "2024-02"),
        ("SPLIT_PART(ts, '-', 2)", "02"),
        ("SUBSTRING(ts, 1, 4)", "2024"),
        ("LEN(n)", 4),
        ("CHARINDEX('.', n)", 2),
        ("CONCAT(v, i)", "55"),
        ("CONCAT(d, '!')", "2024-02-03!"),
        ("REPLACE(d, '-', '')", "20240203"),
        ("TRIM(ts)", "2024-02-03 10:11:12"),
        ("REPEAT(i, 2)", "55"),
        ("ts LIKE '2024-02%'", True),
        ("MD5(i) = MD5('5')", True),
    ],
)
def test_a_string_function_takes_numbers_and_times(rows: Rows, expression: str, value: object) -> None:
    assert rows(f"SELECT {expression} FROM k") == [(value,)]


@works("semantics", "|| of texts with numbers and times", "+ of texts")
@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("i || v", "55"),
        ("v || i", "55"),
        ("i || 'x'", "5x"),
        ("'x' || i", "x5"),
        ("v || n", "51.50"),
        ("d || '-'", "2024-02-03-"),
        ("'at ' || ts", "at 2024-02-03 10:11:12"),
        ("'a' + v", "a5"),
        ("v + 'b'", "5b"),
        ("'a' + 'b'", "ab"),
        ("'a' + v + 'b'", "a5b"),
    ],
)
def test_texts_are_joined_with_what_is_none(rows: Rows, expression: str, value: object) -> None:
    assert rows(f"SELECT {expression} FROM k") == [(value,)]


@works("semantics", "a text compared with a number")
@pytest.mark.parametrize("condition", ["v = 5", "5 = v", "v IN (5, 6)", "i = v", "i IN ('5')", "v = i"])
def test_a_text_equals_the_number_that_it_holds(rows: Rows, condition: str) -> None:
    assert rows(f"SELECT 1 FROM k WHERE {condition}") == [(1,)]


@works("semantics", "a whole number as a condition")
@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1 FROM k WHERE REGEXP_INSTR(v, '5')",
        "SELECT CASE WHEN CHARINDEX('5', v) THEN 1 ELSE 0 END FROM k",
        "SELECT 1 FROM k WHERE i AND NOT 0",
    ],
)
def test_a_whole_number_is_a_condition(rows: Rows, query: str) -> None:
    assert rows(query) == [(1,)]


@works("semantics", "arithmetic with literals in quotes")
@pytest.mark.parametrize(
    ("expression", "value"),
    [("i + '1'", 6), ("n * '2'", 3), ("b - '1'", 5), ("d - '2024-02-01'", 2), ("i / 2", 2), ("'7' - i", 2)],
)
def test_a_literal_in_quotes_is_of_the_other_operands_type(
    rows: Rows, expression: str, value: object
) -> None:
    assert rows(f"SELECT {expression} FROM k") == [(value,)]


@works("function", "DATEDIFF")
@pytest.mark.parametrize(
    "arguments", ["d, ts", "ts, d", "'2024-02-03', d", "d, '2024-02-03'", "ts, '2024-02-03'"]
)
def test_datediff_takes_any_two_kinds_of_moments(rows: Rows, arguments: str) -> None:
    assert rows(f"SELECT DATEDIFF(day, {arguments}) FROM k") == [(0,)]
