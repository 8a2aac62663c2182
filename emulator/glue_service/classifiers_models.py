"""What a classifier says about one file, and how two such answers join; pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from emulator.glue_service.classifiers_types import STRING, wider_type

UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Column:
    """One column of a table: its name in lower case and its catalog type.

    `comment` and `raw_type`, the database's own name of the type, are known of JDBC sources only.
    """

    name: str
    type: str
    comment: str = ""
    raw_type: str = ""

    def as_response(self) -> dict[str, Any]:
        """AWS's Column structure."""
        response: dict[str, Any] = {"Name": self.name, "Type": self.type}
        if self.comment:
            response["Comment"] = self.comment
        return {**response, "Parameters": {"rawType": self.raw_type}} if self.raw_type else response


@dataclass(frozen=True)
class FileSchema:
    """The answer for one file.

    `record_bytes` and `record_count` describe the sample that was read, not the file. `named` is False for
    a CSV file without a header, whose columns are `col0, col1…`. `parameters` are the format's own on the
    table, such as a row tag.
    """

    classification: str
    columns: tuple[Column, ...] = ()
    compression: str = "none"
    named: bool = True
    has_header: bool = False
    delimiter: str = ""
    quoted: bool = False
    serde_library: str = ""
    serde_parameters: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    record_bytes: int = 0
    record_count: int = 0
    first_record: tuple[str, ...] = ()

    @property
    def format_key(self) -> tuple[str, str, str, str]:
        """What must agree before two files can share a table: format, compression, delimiter, SerDe."""
        return (self.classification, self.compression, self.delimiter, self.serde_library)

    @property
    def column_names(self) -> frozenset[str]:
        return frozenset(column.name for column in self.columns)


def similarity(left: FileSchema, right: FileSchema) -> float:
    """The share, 0 to 1, of column names that both have, among those that either has.

    A CSV file without a header has no names of its own: it counts as alike when it is as wide as the other.
    """
    if left.named != right.named:
        return 1.0 if len(left.columns) == len(right.columns) else 0.0
    every = left.column_names | right.column_names
    return len(left.column_names & right.column_names) / len(every) if every else 1.0


def join(left: FileSchema, right: FileSchema) -> FileSchema:
    """One schema for both files: the left one's columns first, types widened, new columns behind.

    Where only one of the two has a header, columns are matched by position under that one's names.
    """
    if left.named != right.named:
        left, right = (left, _renamed(right, left)) if left.named else (_renamed(left, right), right)
    merged = _join_columns(left.columns, right.columns)
    return replace(
        left,
        columns=merged,
        named=left.named or right.named,
        has_header=left.has_header or right.has_header,
        quoted=left.quoted or right.quoted,
        serde_parameters={**left.serde_parameters, **_joined_paths(left, right)},
        record_bytes=left.record_bytes + right.record_bytes,
        record_count=left.record_count + right.record_count,
    )


def _joined_paths(left: FileSchema, right: FileSchema) -> dict[str, str]:
    """The `paths` of JSON's SerDe: the fields of both."""
    paths = [
        schema.serde_parameters["paths"] for schema in (left, right) if "paths" in schema.serde_parameters
    ]
    return {"paths": ",".join(sorted(set(",".join(paths).split(","))))} if paths else {}


def _renamed(schema: FileSchema, named: FileSchema) -> FileSchema:
    """The headerless schema under the other's names; a first record that *is* those names takes no part."""
    names = [column.name for column in named.columns]
    is_header = [text.strip().lower() for text in schema.first_record] == names
    types = [column.type for column in (named.columns if is_header else schema.columns)]
    columns = tuple(Column(name, type_) for name, type_ in zip(names, types, strict=False))
    extra = schema.columns[len(names) :]
    return replace(schema, columns=columns + extra, named=True, has_header=named.has_header)


def _join_columns(left: tuple[Column, ...], right: tuple[Column, ...]) -> tuple[Column, ...]:
    types: dict[str, str] = {}
    for column in (*left, *right):
        types[column.name] = wider_type(types.get(column.name), column.type) or STRING
    return tuple(Column(name, type_) for name, type_ in types.items())
