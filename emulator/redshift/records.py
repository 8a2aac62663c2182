"""Records of text and JSON files, field by field, for options of which PostgreSQL's COPY has no equal."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from emulator.redshift.copy_options import DEFAULT_NULL, CopyPlan
from emulator.redshift.errors import S3CallError, StatementError
from emulator.redshift.load_errors import RecordError
from emulator.redshift.s3_access import S3, S3Object, split_url
from emulator.redshift.text_source import Pieces

csv.field_size_limit(16 * 1024 * 1024)
Record = tuple[int, list[str | None]]  # the line at which it ends, its fields
Fixer = Callable[[str | None], str | None]


@dataclass(frozen=True)
class Column:
    """A column of the table: its type without and with its length, and that length in bytes (0: none)."""

    name: str
    type: str
    full_type: str
    length: int
    is_generated: bool

    @property
    def is_text(self) -> bool:
        """Whether an empty field is an empty text, not NULL."""
        return self.type in ("character varying", "character", "text", "bpchar")


def text_lines(pieces: Pieces) -> Iterator[str]:
    """Lines with their ends, from bytes in UTF-8; raises RecordError for bytes that aren't."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest = ""
    try:
        for piece in pieces:
            lines = (rest + decoder.decode(piece)).split("\n")
            rest = lines.pop()
            yield from (line + "\n" for line in lines)
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise RecordError(1220, "String contains invalid or unsupported UTF8 codepoints") from error
    if rest:
        yield rest


def delimited_records(pieces: Pieces, plan: CopyPlan) -> Iterator[Record]:
    """The records of a CSV or delimited text file; RecordError is raised for a quote that is never closed."""
    is_quoted = plan.data_format == "CSV" or "REMOVEQUOTES" in plan.flags
    reader = csv.reader(
        text_lines(pieces),
        delimiter=plan.delimiter,
        quotechar=plan.quote if is_quoted else None,
        quoting=csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE,
        escapechar="\\" if plan.escape else None,
        strict=is_quoted,
    )
    try:
        for fields in reader:
            if fields or "IGNOREBLANKLINES" not in plan.flags:
                yield reader.line_num + plan.ignore_header, [*fields] or [""]
    except csv.Error as error:
        raise RecordError(1214, f"Invalid quote formatting for CSV: {error}") from error


def json_records(pieces: Pieces, plan: CopyPlan, columns: list[Column], s3: S3) -> Iterator[Record]:
    """The records of a file of JSON objects, in the order of the columns.

    `auto` takes the keys that are named like columns, `noshred` the whole object, else a JSONPaths file says.
    """
    pick = _picker(plan, columns, s3)
    for line, document in _documents(text_lines(pieces)):
        yield line, [_json_text(value) for value in pick(document)]


def _documents(lines: Iterator[str]) -> Iterator[tuple[int, object]]:
    decoder = json.JSONDecoder()
    waiting, number = "", 0
    for number, line in enumerate(lines, 1):
        waiting = (waiting + line).lstrip()
        while waiting:
            try:
                document, end = decoder.raw_decode(waiting)
            except ValueError:
                break
            yield number, document
            waiting = waiting[end:].lstrip()
    if waiting:
        raise RecordError(1301, "Invalid JSON format. Can not parse the object", value=waiting[:200])


def _picker(plan: CopyPlan, columns: list[Column], s3: S3) -> Callable[[object], list[object]]:
    mode = plan.json_paths
    names = [column.name for column in columns]
    if mode == "noshred":
        return lambda document: [document]
    if mode in ("auto", "auto ignorecase"):
        return lambda document: _by_name(document, names, mode != "auto")
    paths = _json_paths(mode, s3)
    if len(paths) != len(columns):
        raise StatementError(
            f"Number of jsonpaths and the number of columns should match. "
            f"JSONPath size: {len(paths)}, Number of columns in table or column list: {len(columns)}"
        )
    return lambda document: [_follow(document, path) for path in paths]


def _by_name(document: object, names: list[str], ignore_case: bool) -> list[object]:
    if not isinstance(document, dict):
        raise RecordError(1301, "Invalid JSON format. Not an object", value=json.dumps(document)[:200])
    if ignore_case:
        document = {key.lower(): value for key, value in document.items()}
    return [document.get(name) for name in names]


def _json_paths(url: str, s3: S3) -> list[list[str | int]]:
    try:
        listed = json.loads(s3.open(S3Object(*split_url(url))).read())["jsonpaths"]
    except (ValueError, KeyError, TypeError) as error:
        raise S3CallError(f"Invalid JSONPath format in {url}: {error}") from error
    return [_steps(path) for path in listed]


_STEP = re.compile(r"\.(\w+)|\['([^']+)'\]|\[\"([^\"]+)\"\]|\[(\d+)\]")


def _steps(path: str) -> list[str | int]:
    if not path.startswith("$"):
        raise StatementError(f"Invalid JSONPath format: {path!r} does not begin with $")
    return [
        int(match.group(4)) if match.group(4) else match.group(match.lastindex or 1)
        for match in _STEP.finditer(path)
    ]


def _follow(document: object, path: list[str | int]) -> object:
    for step in path:
        if isinstance(document, dict) and isinstance(step, str):
            document = document.get(step)
        elif isinstance(document, list) and isinstance(step, int) and step < len(document):
            document = document[step]
        else:
            return None
    return document


def _json_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def fixers(plan: CopyPlan, columns: list[Column]) -> list[Fixer]:
    """For each column what turns a field into the value to load, None for NULL."""
    return [_text_fixer(plan, column) if column.is_text else _value_fixer(plan, column) for column in columns]


def _text_fixer(plan: CopyPlan, column: Column) -> Fixer:
    null = DEFAULT_NULL if plan.null_as is None else plan.null_as
    empty_is_null, blank_is_null, trim, truncate = (
        flag in plan.flags for flag in ("EMPTYASNULL", "BLANKSASNULL", "TRIMBLANKS", "TRUNCATECOLUMNS")
    )
    length = column.length

    def fix(value: str | None) -> str | None:
        if value is None or value == null or (empty_is_null and not value):
            return None
        if blank_is_null and value and value.isspace():
            return None
        if trim:
            value = value.rstrip(" ")
        if length and len(value) * 4 > length and len(encoded := value.encode()) > length:
            if not truncate:
                raise RecordError(1204, "String length exceeds DDL length", column.name, value)
            return encoded[:length].decode("utf-8", "ignore")
        return value

    return fix


def _value_fixer(plan: CopyPlan, column: Column) -> Fixer:
    null = DEFAULT_NULL if plan.null_as is None else plan.null_as
    convert = _converter(plan, column)

    def fix(value: str | None) -> str | None:
        if value is None or value == null or not value or value.isspace():
            return None
        if convert is None:
            return value
        try:
            return convert(value)
        except ValueError as error:
            if "ACCEPTANYDATE" in plan.flags:
                return None
            code = 1205 if column.type == "date" else 1206
            raise RecordError(
                code, "Invalid date or timestamp format or value", column.name, value
            ) from error

    return fix


_FORMAT_PARTS = {
    "YYYY": "%Y", "YY": "%y", "MONTH": "%B", "MON": "%b", "MM": "%m", "DD": "%d", "HH24": "%H", "HH12": "%I",
    "HH": "%H", "MI": "%M", "SS": "%S", "AM": "%p", "PM": "%p", "US": "%f", "MS": "%f", "OF": "%z",
    "DY": "%a",
}  # fmt: skip
_FORMAT_PATTERN = re.compile("|".join(sorted(_FORMAT_PARTS, key=len, reverse=True)), re.IGNORECASE)


def _converter(plan: CopyPlan, column: Column) -> Callable[[str], str] | None:
    is_date, is_time = column.type == "date", column.type.startswith("timestamp")
    wanted = plan.date_format if is_date else plan.time_format if is_time else ""
    if not wanted or wanted.lower() == "auto":
        return None
    if wanted.lower() in ("epochsecs", "epochmillisecs"):
        divisor = 1 if wanted.lower() == "epochsecs" else 1000
        return lambda value: datetime.fromtimestamp(float(value) / divisor, UTC).strftime(
            "%Y-%m-%d %H:%M:%S.%f"
        )
    pattern = _FORMAT_PATTERN.sub(
        lambda match: _FORMAT_PARTS[match.group().upper()], wanted.replace("%", "%%")
    )
    return lambda value: datetime.strptime(value, pattern).isoformat(sep=" ")


_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def copy_line(values: list[str | None]) -> str:
    """The values as a line of PostgreSQL's text format."""
    return "\t".join(
        "\\N" if value is None else _SPECIAL.sub(lambda match: _ESCAPES[match.group()], value)
        for value in values
    )
