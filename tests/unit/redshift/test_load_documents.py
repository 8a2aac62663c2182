"""JSON files become documents, whatever pieces they come in, and documents become records."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from emulator.redshift.errors import S3CallError, StatementError
from emulator.redshift.loads.copy_columns import Column
from emulator.redshift.loads.copy_options import CopyPlan, parse_copy
from emulator.redshift.loads.document_chunks import DocumentChunks
from emulator.redshift.loads.documents import LONGEST_DOCUMENT, Document, DocumentReader
from emulator.redshift.loads.json_paths import follow, read_paths
from emulator.redshift.loads.load_errors import RecordError
from emulator.redshift.loads.replacements import Replacements
from emulator.redshift.loads.row_chunks import RowConverter
from emulator.redshift.s3_access import S3Object

SIZES = (1, 2, 7, 1000)
COLUMNS = [Column("id", "integer", "integer"), Column("name", "character varying", "varchar(9)", 9)]


def documents_of(text: str, size: int) -> list[Document]:
    reader = DocumentReader(1)
    found = [document for at in range(0, len(text), size) for document in reader.read(text[at : at + size])]
    return found + reader.finish()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}\n{"a": 2}\n', [(1, {"a": 1}), (2, {"a": 2})]),
        ('{"a": 1}{"a": 2} [3]', [(1, {"a": 1}), (1, {"a": 2}), (1, [3])]),
        (
            '{\n "a": {"b": "}{"},\n "c": "\\"}"\n}\n\n{"a": 2}',
            [(4, {"a": {"b": "}{"}, "c": '"}'}), (6, {"a": 2})],
        ),
        ("", []),
        ("\n \n", []),
    ],
    ids=["lines", "concatenated", "pretty", "empty", "blank"],
)
def test_documents_are_found_in_pieces_of_any_size(
    text: str, expected: list[tuple[int, Any]], size: int
) -> None:
    assert [(found.line, found.value) for found in documents_of(text, size)] == expected


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ('{"a": 1}\n{"a": x}\n{"a": 3}\n', [1, 3], [2]),
        ('{"a": 1},\n{"a": 2}\n', [1, 2], [1]),
        ('{"a": 1}\n{"a": 2\n', [1], [3]),
        ('oops\n{"a": 2}\n', [2], [1]),
    ],
    ids=["malformed", "comma", "unfinished", "junk"],
)
def test_what_is_no_document_is_an_error_of_its_own(
    text: str, good: list[int], bad: list[int], size: int
) -> None:
    found = documents_of(text, size)
    assert [document.line for document in found if document.error is None] == good
    assert sorted({document.line for document in found if document.error}) == bad
    assert all(document.error.code == 1216 for document in found if document.error)


def test_a_document_beyond_four_megabytes_is_not_waited_for() -> None:
    reader = DocumentReader(1)
    found = reader.read('{"a": "' + "x" * (LONGEST_DOCUMENT + 1))
    assert [document.error is not None for document in found] == [True]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["a", "b"], 1),
        (["c", 1], {"x": True}),
        (["none"], None),
        (["none", "there"], None),
        (["a", "b", "c"], None),
    ],
)
def test_a_path_leads_to_a_value(path: list[str | int], expected: Any) -> None:
    assert follow({"a": {"b": 1}, "c": [0, {"x": True}]}, path) == expected


@pytest.mark.parametrize("path", [["c", 2], ["a", 0]])
def test_a_place_beyond_an_array_is_an_error(path: list[str | int]) -> None:
    with pytest.raises(RecordError, match="Not an array or index out of range"):
        follow({"a": {"b": 1}, "c": [0, 1]}, path)


class FakeS3:
    """S3 of which every object has the same bytes."""

    def __init__(self, body: str) -> None:
        self._body = body.encode()

    def read(self, item: S3Object) -> Any:
        del item
        return iter([self._body])

    def open(self, item: S3Object) -> io.BytesIO:
        del item
        return io.BytesIO(self._body)


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["$.a.b", "$.c[1]"], [["a", "b"], ["c", 1]]),
        (["$['a b']['c']", '$["d"][0]', "$[2]"], [["a b", "c"], ["d", 0], [2]]),
    ],
)
def test_paths_are_read_in_both_notations(paths: list[str], expected: list[Any]) -> None:
    s3: Any = FakeS3(json.dumps({"jsonpaths": paths}))
    assert read_paths(s3, "s3://b/k") == expected


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"jsonpaths": 1}', '{"jsonpaths": ["a"]}', '{"jsonpaths": ["$.a[\'b\']"]}', "{}{}"]
)
def test_a_file_of_paths_that_is_none_is_refused(text: str) -> None:
    s3: Any = FakeS3(text)
    with pytest.raises(S3CallError):
        read_paths(s3, "s3://b/k")


def plan_of(options: str) -> CopyPlan:
    return parse_copy(f"COPY t FROM 's3://b/k' IAM_ROLE default {options}")


def chunk_of(body: str, options: str, columns: list[Column]) -> tuple[bytes, list[tuple[int, str, str]]]:
    """What COPY is sent, and the lines, raw texts and errors of bad documents."""
    bad: list[tuple[int, str, str]] = []
    s3: Any = FakeS3(body)
    plan = plan_of(options)
    converter = RowConverter(plan, columns, lambda *found: bad.append((found[1], found[2], found[3].reason)))
    chunks = DocumentChunks(s3, plan, columns, converter, Replacements(plan, columns))(S3Object("b", "k"))
    return b"".join(chunk.data for chunk in chunks), bad


def test_documents_of_which_one_is_bad_are_loaded_but_for_that_one() -> None:
    body = '{"id": 1, "name": "a"}\n{"id": "x"}\n[1]\n{"name": "c", "id": 3.0}\n{"id": true}\n'
    data, bad = chunk_of(body, "JSON 'auto' MAXERROR 9", COLUMNS)
    assert data == b"1\ta\n"
    assert [(line, raw) for line, raw, _ in bad] == [
        (2, '{"id": "x"}'),
        (3, "[1]"),
        (4, '{"name": "c", "id": 3.0}'),
        (5, '{"id": true}'),
    ]


def test_values_of_a_super_column_stay_json() -> None:
    columns = [Column("name", "jsonb", "jsonb"), Column("id", "character varying", "varchar(99)", 99)]
    data, bad = chunk_of('{"id": {"a": [1.5, null]}, "name": "x"}', "JSON 'auto'", columns)
    assert (data, bad) == (b'"x"\t{"a":[1.5,null]}\n', [])


def test_noshred_needs_one_super_column() -> None:
    with pytest.raises(StatementError, match="noshred"):
        chunk_of("{}", "JSON 'noshred'", COLUMNS)
