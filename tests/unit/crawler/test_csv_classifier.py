"""The built-in CSV classifier: aws-semantics.md §B, "CSV classifier", "Types" and "Names"."""

from __future__ import annotations

import pytest

from emulator.glue_service.classifiers_models import FileSchema
from emulator.glue_service.csv_classifier import CsvOptions, classify_csv


def classify(text: str | bytes, **options: object) -> FileSchema:
    sample = text.encode() if isinstance(text, str) else text
    schema = classify_csv(sample, truncated=False, options=CsvOptions(**options))  # type: ignore[arg-type]
    assert schema is not None
    return schema


def columns(text: str | bytes, **options: object) -> dict[str, str]:
    return {column.name: column.type for column in classify(text, **options).columns}


@pytest.mark.parametrize("delimiter", [",", "|", "\t", ";", "\u0001"])
def test_each_delimiter_is_recognised(delimiter: str) -> None:
    schema = classify(f"id{delimiter}name\n1{delimiter}x\n2{delimiter}y\n")
    assert schema.delimiter == delimiter
    assert schema.serde_parameters == {"field.delim": delimiter}


def test_a_header_above_a_number_column_is_found_and_lower_cased() -> None:
    schema = classify("Code,OriginID,DepDelay\nDL,11433,-3\n")
    assert [c.name for c in schema.columns] == ["code", "originid", "depdelay"]
    assert schema.has_header


def test_an_all_string_file_loses_its_header_and_counts_columns_from_col0() -> None:
    schema = classify("city,state,name\nAda,OK,x\nAdak,AK,y\n")
    assert [c.name for c in schema.columns] == ["col0", "col1", "col2"]
    assert not schema.has_header


def test_a_first_line_with_a_number_is_data() -> None:
    assert columns("id,2026\n1,2\n") == {"col0": "string", "col1": "bigint"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7", "bigint"),
        ("-7", "bigint"),
        ("007", "bigint"),
        ("99999999999999999999", "string"),
        ("1.5", "double"),
        ("1e3", "double"),
        ("TRUE", "boolean"),
        ("false", "boolean"),
        ("2026-01-01", "string"),
        ("2026-01-01 10:00:00", "string"),
        ("NaN", "string"),
        ("x", "string"),
        ("", "string"),
    ],
)
def test_a_value_has_the_type_that_aws_gives_it(value: str, expected: str) -> None:
    assert columns(f"v,n\n{value},1\n")["v"] == expected


def test_whole_numbers_and_decimals_widen_to_double() -> None:
    assert columns("v,n\n1,1\n2.5,1\n")["v"] == "double"


def test_one_bad_token_widens_a_number_column_to_string() -> None:
    assert columns("v,n\n1,1\nbad,1\n") == {"v": "string", "n": "bigint"}


def test_one_bad_token_in_the_only_number_column_loses_the_header() -> None:
    assert columns("name,size\nx,1\ny,n/a\n") == {"col0": "string", "col1": "string"}


def test_empty_cells_do_not_change_a_type() -> None:
    assert columns("v,n\n1,1\n,2\n  ,3\n")["v"] == "bigint"


@pytest.mark.parametrize("text", ["a,b\n", "", "only\none\ncolumn\n", "just some words\nand more\n"])
def test_fewer_than_two_columns_or_rows_is_not_csv(text: str) -> None:
    assert classify_csv(text.encode(), truncated=False) is None


def test_binary_content_is_not_csv() -> None:
    assert classify_csv(b"\x89PNG\r\n\x00\x01,\n\x00,\n", truncated=False) is None


def test_quoted_delimiters_and_line_breaks_stay_in_their_field() -> None:
    assert columns('id,note\n1,"a, b\nc"\n2,"d ""e"""\n') == {"id": "bigint", "note": "string"}


def test_a_byte_order_mark_and_crlf_are_dropped() -> None:
    assert columns("\ufeffid,name\r\n1,x\r\n2,y\r\n") == {"id": "bigint", "name": "string"}


def test_latin_1_text_is_read() -> None:
    assert columns("id,prénom\n1,Zoé\n".encode("latin-1")) == {"id": "bigint", "prénom": "string"}


def test_a_header_cell_of_150_characters_makes_the_header_data() -> None:
    assert "col0" in columns(f"{'h' * 150},n\nx,1\n")
    assert "col0" not in columns(f"{'h' * 149},n\nx,1\n")


@pytest.mark.parametrize("cell", ["two\nlines", "x" * 256])
def test_a_header_cell_that_can_not_name_a_column_makes_the_header_data(cell: str) -> None:
    assert "col0" in columns(f'n,"{cell}"\n1,x\n')


def test_the_last_header_cell_may_be_long() -> None:
    assert "n" in columns(f"n,{'h' * 200}\n1,x\n")


def test_a_trailing_delimiter_does_not_hide_the_header() -> None:
    assert columns("id,name,\n1,x,\n2,y,\n") == {"id": "bigint", "name": "string", "col2": "string"}


def test_rows_that_are_too_long_or_short_do_not_hide_the_header() -> None:
    assert list(columns("id,name\n1,x\n2,y,z\n3\n")) == ["id", "name"]


def test_equal_names_get_a_number() -> None:
    assert list(columns("Id,ID,name\n1,2,x\n")) == ["id", "id_2", "name"]


def test_the_last_line_of_a_cut_sample_is_left_out() -> None:
    schema = classify_csv(b"id,n\n1,2\n3,brok", truncated=True)
    assert schema is not None
    assert {c.name: c.type for c in schema.columns} == {"id": "bigint", "n": "bigint"}


def test_only_the_first_thousand_records_decide() -> None:
    text = "id,n\n" + "1,2\n" * 1200 + "x,y\n"
    assert columns(text) == {"id": "bigint", "n": "bigint"}


def test_the_average_record_counts_the_header_as_aws_does() -> None:
    schema = classify("code,n\n" + "ABCDEF,12345\n" * 5)
    assert (schema.record_bytes, schema.record_count) == (72, 6)


def test_a_custom_classifier_may_force_a_header() -> None:
    assert list(columns("city,state\nAda,OK\n", header="PRESENT", custom=True)) == ["city", "state"]


def test_a_custom_classifier_may_deny_a_header() -> None:
    assert list(columns("id,n\n1,2\n", header="ABSENT", custom=True)) == ["col0", "col1"]


def test_a_custom_classifier_may_name_the_columns() -> None:
    assert list(columns("1,2\n3,4\n", names=("a", "b"), header="ABSENT", custom=True)) == ["a", "b"]


def test_a_custom_classifier_may_allow_a_single_column() -> None:
    assert list(columns("id\n1\n2\n", allow_single_column=True, custom=True)) == ["id"]
