from __future__ import annotations

import pytest

from emulator.glue_worker.engine import csv_options
from emulator.glue_worker.engine.errors import GlueError


def test_without_options_there_is_no_header_and_a_comma() -> None:
    found = csv_options.from_format_options({})
    assert (found.header, found.separator, found.quote) == ("none", ",", '"')


@pytest.mark.parametrize("value", [True, "true", "True"])
def test_a_header_is_asked_for_as_boolean_or_text(value: object) -> None:
    assert csv_options.from_format_options({"withHeader": value}).header == "named"


@pytest.mark.parametrize("value", [-1, "-1"])
def test_minus_one_turns_quotes_off(value: object) -> None:
    found = csv_options.from_format_options({"quoteChar": value})
    assert found.quote == ""
    assert found.for_spark()["quote"] == "\u0000"


def test_a_tab_may_be_written_out() -> None:
    assert csv_options.from_format_options({"separator": "\\t"}).separator == "\t"


def test_a_long_separator_is_refused() -> None:
    with pytest.raises(GlueError, match="must be one character"):
        csv_options.from_format_options({"separator": "::"})


def test_a_crawled_tables_parameters_say_how_to_read_it() -> None:
    parameters = {"delimiter": ",", "skip.header.line.count": "1", "areColumnsQuoted": "false"}
    found = csv_options.from_table(parameters, {"Parameters": {"field.delim": "|"}})
    assert (found.separator, found.header) == ("|", "skipped")


def test_the_open_csv_serde_names_its_characters_differently() -> None:
    serde = {"Parameters": {"separatorChar": ";", "quoteChar": "'", "escapeChar": "\\"}}
    found = csv_options.from_table({}, serde)
    assert (found.separator, found.quote, found.escape) == (";", "'", "\\")
