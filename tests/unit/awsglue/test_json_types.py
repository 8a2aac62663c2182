"""Types of JSON records are computed from the values (aws-semantics.md §C; "DynamicFrame class")."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from awsglue.dynamicframe import DynamicFrame

from emulator.glue_worker.engine import json_source
from emulator.glue_worker.engine.lazy_frame import LazyFrame

JsonFrame = Callable[..., Any]


@pytest.fixture
def json_frame(glue_context: Any) -> JsonFrame:
    """Makes a DynamicFrame of JSON lines."""

    def make(*lines: str) -> Any:
        texts = glue_context.spark_session.createDataFrame([(line,) for line in lines], "value string")
        return DynamicFrame(LazyFrame(lambda: json_source.frame_of(texts)), glue_context, "json")

    return make


def tree(frame: Any, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    frame.printSchema()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "root"
    return lines[1:]


def rows(frame: Any) -> list[Any]:
    return [row.asDict(recursive=True) for row in frame.toDF().collect()]


def test_fields_stand_in_the_order_of_their_first_appearance(json_frame: JsonFrame) -> None:
    frame = json_frame('{"name": "Sally", "age": 23}', '{"zip": "1", "name": "Bob", "city": "x"}')
    assert frame.toDF().columns == ["name", "age", "zip", "city"]


def test_whole_numbers_are_int_or_long_where_they_need_it(json_frame: JsonFrame, capsys: Any) -> None:
    frame = json_frame(
        '{"a": 1, "b": 3000000000, "c": 1.5, "d": true}', '{"a": 2, "b": 4000000000, "c": 2.5}'
    )
    assert tree(frame, capsys) == ["|-- a: int", "|-- b: long", "|-- c: double", "|-- d: boolean"]


def test_numbers_with_and_without_a_fraction_are_a_choice(json_frame: JsonFrame, capsys: Any) -> None:
    frame = json_frame('{"price": 10}', '{"price": 10.5}', '{"price": 3000000000}', "{}")
    assert tree(frame, capsys) == ["|-- price: choice", "|    |-- double", "|    |-- int", "|    |-- long"]
    assert rows(frame) == [
        {"price": {"double": None, "int": 10, "long": None}},
        {"price": {"double": 10.5, "int": None, "long": None}},
        {"price": {"double": None, "int": None, "long": 3000000000}},
        {"price": None},
    ]


def test_text_and_numbers_are_a_choice_told_by_their_tokens(json_frame: JsonFrame, capsys: Any) -> None:
    frame = json_frame('{"id": 1}', '{"id": "1"}', '{"id": "x"}', '{"id": true}')
    assert tree(frame, capsys) == ["|-- id: choice", "|    |-- boolean", "|    |-- int", "|    |-- string"]
    assert [list(row["id"].values()) for row in rows(frame)] == [
        [None, 1, None],
        [None, None, "1"],
        [None, None, "x"],
        [True, None, None],
    ]


def test_text_that_looks_like_numbers_is_text(json_frame: JsonFrame, capsys: Any) -> None:
    assert tree(json_frame('{"zip": "01234"}', '{"zip": "90210"}'), capsys) == ["|-- zip: string"]


def test_a_struct_among_texts_is_a_choice(json_frame: JsonFrame, capsys: Any) -> None:
    frame = json_frame('{"place": "here"}', '{"place": {"city": "x", "n": 1}}', '{"place": "{}"}')
    assert tree(frame, capsys) == [
        "|-- place: choice",
        "|    |-- string",
        "|    |-- struct",
        "|    |    |-- city: string",
        "|    |    |-- n: int",
    ]
    assert rows(frame) == [
        {"place": {"string": "here", "struct": None}},
        {"place": {"string": None, "struct": {"city": "x", "n": 1}}},
        {"place": {"string": "{}", "struct": None}},
    ]


def test_a_choice_may_lie_in_structs_and_arrays(json_frame: JsonFrame, capsys: Any) -> None:
    frame = json_frame('{"list": [{"price": 100.0}, {"price": "$100.00"}], "s": {"x": [1, 1.5]}}')
    assert tree(frame, capsys) == [
        "|-- list: array",
        "|    |-- element: struct",
        "|    |    |-- price: choice",
        "|    |    |    |-- double",
        "|    |    |    |-- string",
        "|-- s: struct",
        "|    |-- x: array",
        "|    |    |-- element: choice",
        "|    |    |    |-- double",
        "|    |    |    |-- int",
    ]
    cast = frame.resolveChoice(specs=[("list[].price", "cast:double"), ("s.x[]", "cast:string")])
    assert rows(cast) == [{"list": [{"price": 100.0}, {"price": None}], "s": {"x": ["1", "1.5"]}}]
    made = frame.resolveChoice(choice="make_cols")
    assert made.toDF().schema["list"].dataType.elementType.names == ["price_double", "price_string"]


def test_elements_that_are_partly_text_are_all_text(json_frame: JsonFrame, capsys: Any) -> None:
    frame = json_frame('{"x": [1, "a"]}')  # on AWS a choice; see docs/fidelity.md
    assert tree(frame, capsys) == ["|-- x: array", "|    |-- element: string"]
    assert rows(frame) == [{"x": ["1", "a"]}]


def test_a_field_that_is_always_null_has_type_null(json_frame: JsonFrame, capsys: Any) -> None:
    frame = json_frame('{"a": 1, "b": null}', '{"a": 2, "b": null}')
    assert tree(frame, capsys) == ["|-- a: int", "|-- b: null"]
    assert rows(frame.apply_mapping([("b", "string", "b", "string")])) == [{"b": None}, {"b": None}]


def test_an_array_of_records_is_records(json_frame: JsonFrame) -> None:
    assert rows(json_frame('[{"a": 1}, {"a": 2}]', '{"a": 3}')) == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_a_malformed_line_is_an_error_record(json_frame: JsonFrame) -> None:
    frame = json_frame(
        '{"id": 1, "name": "george"}', '{"id": 2, "name": "benjamin", ', '{"id": 4, "name": "john"}'
    )
    assert rows(frame) == [{"id": 1, "name": "george"}, {"id": 4, "name": "john"}]
    assert frame.count() == 2
    assert (frame.errorsCount(), frame.stageErrorsCount()) == (1, 1)
    error = frame.errorsAsDynamicFrame().toDF().head()["error"].asDict(recursive=True)
    assert list(error) == ["callsite", "msg", "stackTrace", "input", "bytesread", "source", "dynamicRecord"]
    assert error["msg"] == "error in jackson reader"
    assert error["input"].startswith('{"id": 2')


def test_texts_with_quotes_colons_and_numbers_inside_are_texts(json_frame: JsonFrame, capsys: Any) -> None:
    record = {
        'say "1"': 'a "2": 3, {"b": true}',
        "path": "c:\\\\1\\",
        "n": -2147483648,
        "x": 1e3,
        "t:": "true",
    }
    record |= {"big": 2147483648, "huge": 12345678901234567890, "e": "", "u": "\u0002\n"}
    frame = json_frame(json.dumps(record))
    assert tree(frame, capsys) == [
        '|-- say "1": string', "|-- path: string", "|-- n: int", "|-- x: double", "|-- t:: string",
        "|-- big: long", "|-- huge: double", "|-- e: string", "|-- u: string",
    ]  # fmt: skip
    assert rows(frame) == [record | {"huge": 12345678901234567890.0}]
    assert frame.errorsCount() == 0


@pytest.mark.parametrize("line", ['{"a": 01}', "{'a': 1}", '{"a": tru}', '{"a": 1', "nonsense", '{"a": "x}'])
def test_what_is_no_json_is_an_error(json_frame: JsonFrame, line: str) -> None:
    frame = json_frame('{"a": 1}', line)
    assert (frame.count(), frame.errorsCount(), frame.toDF().columns) == (1, 1, ["a"])


def test_blank_lines_are_no_records(json_frame: JsonFrame) -> None:
    frame = json_frame("", '{"a": 1}', "   ")
    assert (frame.count(), frame.errorsCount()) == (1, 0)


def test_no_record_is_a_frame_without_columns(json_frame: JsonFrame) -> None:
    assert json_frame("").toDF().columns == []


def test_fields_that_no_two_joined_records_have_both_do_not_clash(json_frame: JsonFrame) -> None:
    houses = json_frame('{"org": 1, "seats": 435}', '{"org": 2, "image": "flag.png", "seats": 100}')
    people = json_frame('{"id": "a", "org_id": 1, "image": "a.png"}', '{"id": "b", "org_id": 1}')
    joined = houses.join(["org"], ["org_id"], people)
    assert rows(joined) == [
        {"org": 1, "seats": 435, "id": "a", "org_id": 1, "image": "a.png"},
        {"org": 1, "seats": 435, "id": "b", "org_id": 1, "image": None},
    ]
    both = houses.join(["org"], ["org_id"], json_frame('{"org_id": 2, "image": "x"}', '{"org_id": 1}'))
    assert sorted((row["org"], row[".image"], row["image"]) for row in rows(both)) == [
        (1, None, None),
        (2, "flag.png", "x"),
    ]
