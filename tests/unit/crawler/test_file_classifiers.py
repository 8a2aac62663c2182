"""Formats, compression, and how little of a file is read."""

from __future__ import annotations

import bz2
import gzip
import io
import json

import pyarrow
import pyarrow.parquet
import pytest

from emulator.glue_service.classifiers import classify
from emulator.glue_service.classifiers_models import UNKNOWN, Column, FileSchema, join, similarity
from emulator.glue_service.classifiers_types import wider_type


class MemoryFile:
    """A file in memory that counts the bytes read from it."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.size_bytes = len(content)
        self.bytes_read = 0

    def read(self, start: int, length: int) -> bytes:
        data = self._content[start : start + length]
        self.bytes_read += len(data)
        return data


def types(content: bytes) -> dict[str, str]:
    return {column.name: column.type for column in classify(MemoryFile(content)).columns}


def test_json_lines_are_recognised_with_nested_types() -> None:
    lines = [{"Id": 1, "big": 2**40, "r": {"x": 1.5}, "tags": ["a"]}, {"Id": 2, "flag": True, "none": None}]
    content = "\n".join(json.dumps(line) for line in lines).encode()
    assert classify(MemoryFile(content)).classification == "json"
    assert types(content) == {
        "id": "int",
        "big": "bigint",
        "r": "struct<x:double>",
        "tags": "array<string>",
        "flag": "boolean",
        "none": "string",
    }


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"x": 1}, {"y": "s"}, "struct<x:int,y:string>"),
        ({"x": {"y": 1}}, {"x": {"y": 1.5, "z": None}}, "struct<x:struct<y:double,z:string>>"),
        ([1], [2**40], "array<bigint>"),
        ([{"a": 1}], [{"b": True}], "array<struct<a:int,b:boolean>>"),
        ([], ["s"], "array<string>"),
        ({"x": 1}, [1], "string"),
        (1, "s", "string"),
        (None, {"x": 1}, "struct<x:int>"),
    ],
)
def test_json_documents_that_differ_widen_into_one_type(first: object, second: object, expected: str) -> None:
    content = "\n".join(json.dumps({"v": value}) for value in (first, second)).encode()
    assert types(content) == {"v": expected}


def test_the_paths_of_a_json_table_are_its_fields_as_they_are_written_sorted() -> None:
    first, second = schema_of(b'{"user": "x", "timeStamp": 1}'), schema_of(b'{"user": "y", "x": 0.5}')
    assert first.serde_parameters == {"paths": "timeStamp,user"}
    assert join(first, second).serde_parameters == {"paths": "timeStamp,user,x"}


def test_json_files_that_differ_widen_into_one_type_too() -> None:
    merged = join(schema_of(b'{"v": {"x": 1}}'), schema_of(b'{"v": {"x": 1.5, "y": [1]}}'))
    assert merged.columns == (Column("v", "struct<x:double,y:array<int>>"),)


def test_pretty_printed_json_and_json_without_line_breaks_are_recognised() -> None:
    assert types(json.dumps({"a": 1, "b": {"c": "x"}}, indent=4).encode()) == {
        "a": "int",
        "b": "struct<c:string>",
    }
    assert types(b'{"a": 1}{"a": 2.5}') == {"a": "double"}


def test_a_json_array_that_goes_on_behind_the_sample_is_an_array_of_what_was_seen() -> None:
    file = MemoryFile(b"[" + b'{"a": 1, "b": "text"},\n' * 100_000 + b'{"a": 2}]')
    schema = classify(file)
    assert schema.columns == (Column("array", "array<struct<a:int,b:string>>"),)
    assert file.bytes_read <= 1_000_000


def test_deeply_nested_json_is_unknown_and_harms_nothing() -> None:
    assert classify(MemoryFile(b'{"a":' * 100_000)).classification == UNKNOWN
    assert classify(MemoryFile(b"[" * 900 + b"]" * 900)).classification in (UNKNOWN, "json")


def test_text_that_only_begins_like_json_is_unknown() -> None:
    assert classify(MemoryFile(b"{this is not json}\n")).classification == UNKNOWN


def test_a_big_json_file_is_classified_by_its_beginning() -> None:
    file = MemoryFile(b'{"a": 1, "b": "text"}\n' * 200_000)
    assert classify(file).classification == "json"
    assert file.bytes_read <= 1_000_000


def test_parquet_is_read_from_its_footer_only() -> None:
    table = pyarrow.table({"Id": [1] * 200_000, "text": [str(i) for i in range(200_000)]})
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(table, buffer, compression="none")
    file = MemoryFile(buffer.getvalue())
    schema = classify(file)
    assert schema.columns == (Column("id", "bigint"), Column("text", "string"))
    assert schema.record_count == 200_000
    assert file.bytes_read < file.size_bytes / 2


def test_a_damaged_parquet_file_is_unknown() -> None:
    assert classify(MemoryFile(b"PAR1 and then nothing of the kind")).classification == UNKNOWN


@pytest.mark.parametrize(("compress", "name"), [(gzip.compress, "gzip"), (bz2.compress, "bzip2")])
def test_compressed_csv_is_classified_by_its_content(compress: object, name: str) -> None:
    content = compress(b"id,name\n1,x\n2,y\n")  # type: ignore[operator]
    schema = classify(MemoryFile(content))
    assert (schema.classification, schema.compression) == ("csv", name)


def test_a_damaged_gzip_file_is_unknown() -> None:
    assert classify(MemoryFile(b"\x1f\x8b\x08broken")).classification == UNKNOWN


def test_at_most_a_megabyte_of_a_csv_file_is_read() -> None:
    file = MemoryFile(b"id,name\n" + b"1,some text\n" * 500_000)
    assert classify(file).classification == "csv"
    assert file.bytes_read <= 1_000_000


def test_a_decompressed_sample_is_bounded_too() -> None:
    schema = classify(MemoryFile(gzip.compress(b"id,name\n" + b"1,some text\n" * 500_000)))
    assert 0 < schema.record_bytes <= 1_000_000


@pytest.mark.parametrize(
    ("left", "right", "wider"),
    [
        ("bigint", "double", "double"),
        ("int", "bigint", "bigint"),
        ("bigint", "boolean", "string"),
        ("boolean", None, "boolean"),
        ("string", "double", "string"),
    ],
)
def test_two_types_join_into_the_narrowest_that_holds_both(left: str, right: str | None, wider: str) -> None:
    assert wider_type(left, right) == wider_type(right, left) == wider


def schema_of(content: bytes) -> FileSchema:
    return classify(MemoryFile(content))


def test_joined_schemas_keep_order_and_add_new_columns_behind() -> None:
    merged = join(schema_of(b"id,a\n1,2\n"), schema_of(b"b,id\nx,2.5\n"))
    assert merged.columns == (Column("id", "double"), Column("a", "bigint"), Column("b", "string"))


def test_a_headerless_file_joins_by_position_and_its_lost_header_widens_nothing() -> None:
    named, nameless = schema_of(b"code,n\nx,2\n"), schema_of(b"code,n\nx,bad\n")
    assert not nameless.named
    assert similarity(named, nameless) == 1.0
    assert join(named, nameless).columns == named.columns
