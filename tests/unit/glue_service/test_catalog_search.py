"""SearchTables and the name patterns of GetTables, without a running API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.glue_service.catalog_requests import name_pattern
from emulator.glue_service.catalog_search import search_tables
from emulator.glue_service.errors import InvalidInput

TABLES: list[dict[str, Any]] = [
    {"Name": "customer-link", "DatabaseName": "db", "CreateTime": datetime(2026, 1, 1, tzinfo=UTC)},
    {"Name": "xx_link_yy", "DatabaseName": "db", "CreateTime": datetime(2026, 1, 2, tzinfo=UTC)},
    {"Name": "xxlinkyy", "DatabaseName": "other", "Description": "a Link between",
     "CreateTime": datetime(2026, 1, 3, tzinfo=UTC)},
]  # fmt: skip


def names(**request: Any) -> list[str]:
    return [table["Name"] for table in search_tables(TABLES, request)]


def named(key: str, value: str, comparator: str = "EQUALS") -> list[dict[str, str]]:
    return [{"Key": key, "Value": value, "Comparator": comparator}]


def test_a_value_matches_whole_words_of_a_name() -> None:
    assert names(Filters=named("Name", "link")) == ["customer-link", "xx_link_yy"]


def test_a_value_in_quotes_matches_the_whole_name() -> None:
    assert names(Filters=named("Name", '"xxlinkyy"')) == ["xxlinkyy"]
    assert names(Filters=named("Name", '"link"')) == []


def test_filters_are_all_to_be_met() -> None:
    assert names(Filters=[*named("Name", "link"), *named("DatabaseName", "other")]) == []


@pytest.mark.parametrize(
    ("comparator", "found"),
    [
        ("EQUALS", ["xx_link_yy"]),
        ("GREATER_THAN", ["xxlinkyy"]),
        ("LESS_THAN_EQUALS", ["customer-link", "xx_link_yy"]),
    ],
)
def test_times_are_compared_and_without_a_zone_are_utc(comparator: str, found: list[str]) -> None:
    assert names(Filters=named("CreateTime", "2026-01-02T00:00:00", comparator)) == found
    assert names(Filters=named("CreateTime", "2026-01-02T01:00:00+01:00", comparator)) == found


def test_a_text_is_looked_for_in_descriptions_too() -> None:
    assert names(SearchText="LINK between") == ["xxlinkyy"]


def test_an_unknown_property_and_an_unreadable_time_are_refused() -> None:
    with pytest.raises(InvalidInput, match="knows no property 'Colour'"):
        names(Filters=named("Colour", "red"))
    with pytest.raises(InvalidInput, match="'yesterday' is no time"):
        names(Filters=named("CreateTime", "yesterday"))


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("raw*", "raw_2026", True),
        ("*2026", "raw_2026", True),
        ("*w_2*", "raw_2026", True),
        ("raw", "raw_2026", False),
        ("raw.*", "raw_2026", True),
        ("RAW_*", "raw_2026", True),
        (r"raw_\d+", "raw_2026", True),
        (r"raw_[0-9]*", "raw_2026", True),
        ("a|raw_2026", "raw_2026", True),
    ],
)
def test_a_bare_star_in_a_pattern_stands_for_anything(pattern: str, name: str, matches: bool) -> None:
    assert bool(name_pattern(pattern).fullmatch(name)) is matches
