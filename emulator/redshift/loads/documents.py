"""Records of JSON and Avro files: each document's values in the order of the columns.

Source: Amazon Redshift Database Developer Guide, "Data format parameters", "COPY from JSON format".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from operator import methodcaller
from typing import Any, NamedTuple

import orjson

from emulator.redshift.errors import StatementError
from emulator.redshift.loads.copy_columns import Column
from emulator.redshift.loads.copy_options import CopyPlan
from emulator.redshift.loads.json_paths import Path, follow
from emulator.redshift.loads.load_errors import RecordError
from emulator.redshift.loads.text_records import Record

LONGEST_DOCUMENT = 4 * 1024 * 1024
_DECODER = json.JSONDecoder(strict=False)  # Redshift's guide has line ends in strings
_BLANK = re.compile(r"\s*")
_MARKS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|"', re.DOTALL)
Pick = Callable[[object], list[object]]
Get = Callable[[Any], object]


class Document(NamedTuple):
    """A value at a file's outermost level, or why it is none, and the line on which it ends."""

    line: int
    value: object
    text: str = ""
    error: RecordError | None = None


class DocumentReader:
    """Cuts the text of a file, given piece by piece, into JSON documents."""

    def __init__(self, first_line: int) -> None:
        self._line = first_line
        self._rest = ""

    def read(self, piece: str) -> list[Document]:
        """The documents that end in this piece."""
        if not self._rest and (documents := self._one_a_line(piece)) is not None:
            return documents
        text, self._rest = self._rest + piece, ""
        return list(self._documents(text, is_last=False))

    def finish(self) -> list[Document]:
        """What is left at the end of the file: nothing, or a document that doesn't end."""
        text, self._rest = self._rest, ""
        return list(self._documents(text, is_last=True))

    def _one_a_line(self, piece: str) -> list[Document] | None:
        """The documents if each is on a line of its own, which is the usual case."""
        if not piece.endswith("\n"):
            return None
        lines = piece.split("\n")[:-1]
        try:
            found = [
                Document(number, orjson.loads(line), line)
                for number, line in enumerate(lines, self._line)
                if line and not line.isspace()
            ]
        except ValueError:
            return None
        self._line += len(lines)
        return found if all(isinstance(document.value, dict | list) for document in found) else None

    def _documents(self, text: str, is_last: bool) -> Iterator[Document]:
        place = _after_blanks(text, 0)
        self._line += text.count("\n", 0, place)
        while place < len(text):
            document, end = _next(text, place, is_last)
            if document is None:
                self._rest = text[place:]
                return
            self._line += text.count("\n", place, end)
            yield document._replace(line=self._line)
            after = _after_blanks(text, end)
            self._line += text.count("\n", end, after)
            place = after


def _after_blanks(text: str, place: int) -> int:
    match = _BLANK.match(text, place)
    return match.end() if match else place


def _next(text: str, place: int, is_last: bool) -> tuple[Document | None, int]:
    """The document that begins here and its end; none if more of the file is needed to tell."""
    if text[place] not in "{[":
        end = _end_of_junk(text, place)
        return _malformed(text[place:end]), end
    try:
        value, end = _DECODER.raw_decode(text, place)
    except ValueError:
        found = _end_of_brackets(text, place)
        if found is None and not is_last and len(text) - place <= LONGEST_DOCUMENT:
            return None, place
        end = found or len(text)
        return _malformed(text[place:end]), end
    return Document(0, value, text[place:end][:1024]), end


def _malformed(text: str) -> Document:
    reason = "Invalid JSON format. Can't be parsed as a JSON object or array"
    return Document(0, None, text[:1024], RecordError(1216, reason, value=text[:1024]))


def _end_of_junk(text: str, place: int) -> int:
    """Where what is no JSON ends: before the next bracket that opens, or with its line."""
    match = re.compile(r"[{\[\n]").search(text, place + 1)
    return match.start() if match else len(text)


def _end_of_brackets(text: str, place: int) -> int | None:
    """The place after the bracket that closes the one here; None if the text ends before."""
    depth = 0
    for match in _MARKS.finditer(text, place):
        mark = match.group()
        if mark == '"':
            return None
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(mark, 0)
        if depth == 0:
            return match.end()
    return None


def picker(plan: CopyPlan, columns: list[Column], paths: list[Path] | None) -> Pick:
    """What takes the columns' values from a document; it raises RecordError.

    Raises StatementError for a JSONPaths file that doesn't fit the table, and for 'noshred' into anything
    but one SUPER column.
    """
    names = [column.name for column in columns]
    if plan.paths == "noshred":
        if [column.type for column in columns] != ["jsonb"]:
            raise StatementError("JSON 'noshred' loads one column, of type SUPER", code="0A000")
        return lambda document: [document]
    if paths is None:
        ignore_case = plan.paths == "auto ignorecase"
        return lambda document: _by_name(document, names, ignore_case)
    if len(paths) != len(columns):
        raise StatementError(
            "Number of jsonpaths and the number of columns should match. "
            f"JSONPath size: {len(paths)}, Number of columns in table or column list: {len(columns)}",
            code="XX000",
        )
    return lambda document: [follow(document, path) for path in paths]


def getters(plan: CopyPlan, columns: list[Column], paths: list[Path] | None) -> list[Get] | None:
    """For each column what takes its value from a document; None if a document must be seen as a whole.

    They raise RecordError, and AttributeError for a document without names.
    """
    if paths is not None:
        return [partial(follow, path=path) for path in paths]
    if plan.paths == "auto":
        return [methodcaller("get", column.name) for column in columns]
    return None


def column_fields(documents: list[Document], get: Get, column: Column) -> list[str | None]:
    """A column's fields of all these documents; raises what `get` raises."""
    values = [get(document.value) for document in documents]
    if column.type == "jsonb":
        return [None if value is None else _field(value, True) for value in values]
    return [value if value is None or type(value) is str else _field(value, False) for value in values]


def _by_name(document: object, names: list[str], ignore_case: bool) -> list[object]:
    if not isinstance(document, dict):
        raise RecordError(1216, "Invalid JSON format. An array needs a JSONPaths file", value=_json(document))
    if ignore_case:
        document = {str(key).lower(): value for key, value in document.items()}
    return [document.get(name) for name in names]


def records(documents: list[Document], pick: Pick, columns: list[Column]) -> list[Record]:
    """The documents' values as the texts of fields."""
    is_super = [column.type == "jsonb" for column in columns]
    found: list[Record] = []
    for document in documents:
        if document.error:
            found.append(Record(document.line, [], document.error))
            continue
        try:
            values = pick(document.value)
        except RecordError as error:
            found.append(Record(document.line, [], error))
            continue
        fields = [
            value if type(value) is str and not whole else _field(value, whole)
            for value, whole in zip(values, is_super, strict=True)
        ]
        found.append(Record(document.line, fields))
    return found


def _field(value: object, is_super: bool) -> str | None:
    """A value as text: as it is, or as JSON where the column is SUPER or the value no scalar."""
    if value is None:
        return None
    if isinstance(value, str) and not is_super:
        return value
    if isinstance(value, bytes) and not is_super:
        return value.decode("latin-1")
    if type(value) is int:
        return str(value)
    return _json(value)


def _plain(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode
