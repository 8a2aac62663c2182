"""GetPartitions' Expression: what matches, and AWS's refusals."""

from __future__ import annotations

import pytest

from emulator.glue_service.errors import GlueError, InvalidInput, InvalidState
from emulator.glue_service.partition_expressions import partition_filter

KEYS = [
    {"Name": "country", "Type": "string"},
    {"Name": "n", "Type": "int"},
    {"Name": "day", "Type": "date"},
    {"Name": "price", "Type": "decimal(10,2)"},
    {"Name": "at", "Type": "timestamp"},
    {"Name": "odd", "Type": "double"},
    {"Name": "code", "Type": "varchar(3)"},
]
ROW = ("de", "10", "2026-01-31", "1.50", "2026-01-31 08:00:00.5", "0.5", "007")


def matches(expression: str, row: tuple[str, ...] = ROW) -> bool:
    return partition_filter(expression, KEYS)(row)


@pytest.mark.parametrize(
    "expression",
    [
        "country = 'de'",
        "country <> 'fr' and n != 9",
        "n > 9",
        "n>=10 AND n<=10",
        "n < '11'",
        "day > '2025-12-31'",
        "price = 1.5",
        "price < '10'",
        "at > '2026-01-31 08:00:00.499999999'",
        "code = '007'",
        "country IN ('fr', 'de')",
        "n not in (1, 2, 3)",
        "n BETWEEN 1 AND 10",
        "n not between 11 and 20",
        "country LIKE 'd%' AND country like '_e'",
        "country NOT LIKE 'f%'",
        "country IS NOT NULL",
        "NOT country = 'fr'",
        "NOT (n = 1 OR n = 2)",
        "n = 1 OR n = 10 AND country = 'de'",
        "(n = 1 OR n = 10) AND (country = 'de')",
        "((n)) = ((10))",
        "\"country\" = 'de' and `n` = 10",
        "n = -5 or n = 10",
    ],
)
def test_a_condition_that_holds_matches(expression: str) -> None:
    assert matches(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "country = 'DE'",
        "n < 9",
        "code = 7",
        "country IS NULL",
        "n IN (1)",
        "n = 1 OR n = 10 AND country = 'fr'",
        "(n = 1 OR n = 10) AND country = 'fr'",
        "country LIKE 'd'",
        "NOT NOT n = 9",
    ],
)
def test_a_condition_that_does_not_hold_matches_nothing(expression: str) -> None:
    assert not matches(expression)


def test_numbers_are_compared_as_numbers_and_text_as_text() -> None:
    row = ("9", "9", *ROW[2:])
    assert matches("n < 10", row)
    assert not matches("country < '10'", row)


def test_a_quote_is_doubled_in_a_literal() -> None:
    assert matches("country = 'it''s'", ("it's", *ROW[1:]))


def test_a_key_typed_bigint_takes_the_bounds_of_between_either_way_round() -> None:
    assert matches("n BETWEEN 20 AND 5")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("nosuch = 1", "Invalid partition expression!"),
        ("n = 'x'", 'For input string: "x" is not an integer.'),
        ("n = 1.5", 'For input string: "1.5" is not an integer.'),
        ("price = 'much'", "much is not a decimal."),
        ("day = '31.1.2026'", "31.1.2026 is not a date."),
        (
            "at = '2026-01-31'",
            "Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] 2026-01-31 is not a timestamp.",
        ),
        ("odd = 0.5", "Unknown type : 'double'"),
        ("n LIKE '1%'", "Integral data type doesn't support operation 'LIKE'"),
        ("day LIKE '2026%'", "Date data type doesn't support operation 'LIKE'"),
        ("price LIKE '1%'", "Decimal data type doesn't support operation 'LIKE'"),
        ("at LIKE '2026%'", "Timestamp data type doesn't support operation 'LIKE'"),
    ],
)
def test_a_condition_that_its_key_cannot_have_is_refused(expression: str, message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        matches(expression)
    assert refused.value.message == message


@pytest.mark.parametrize(
    "expression",
    [
        "n",
        "n =",
        "n == 1",
        "1 = n",
        "n = n",
        "n = 1 AND",
        "n = 1 country = 'de'",
        "(n = 1",
        "n = 1)",
        "country = 'de",
        "n IN ()",
        "n IN 1",
        "n NOT = 1",
        "n BETWEEN 1",
        "lower(country) = 'de'",
        "n = 1; DROP TABLE x",
        "and = 1",
        "(" * 200 + "n = 1" + ")" * 200,
        "NOT " * 200 + "n = 1",
    ],
)
def test_anything_else_is_an_unsupported_expression(expression: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        matches(expression)
    assert refused.value.message == f"Unsupported expression '{expression}'"


def test_a_stored_value_that_the_type_cannot_read_is_an_invalid_state() -> None:
    with pytest.raises(InvalidState, match='"null" is not an integer'):
        matches("n >= 0", ("de", "null", *ROW[2:]))


def test_a_table_without_partition_keys_has_no_column_to_filter_by() -> None:
    with pytest.raises(GlueError, match="Invalid partition expression!"):
        partition_filter("n = 1", [])
