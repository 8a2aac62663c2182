"""COPY … FROM 's3://…' read into a plan (Amazon Redshift Database Developer Guide, "COPY")."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from emulator.redshift.dialect import functions
from emulator.redshift.dialect.sql_tokens import Token, tokens_of
from emulator.redshift.errors import NotSupportedError, StatementError
from emulator.redshift.loads.copy_rules import check
from emulator.redshift.options import (
    Handler,
    Reader,
    S3Options,
    adds_flag,
    known_gap,
    one_character,
    read_options,
    sets,
    shared_handlers,
    syntax_error,
)

DEFAULT_NULL = "\\N"
COLUMNAR = ("PARQUET", "ORC")


@dataclass
class CopyPlan(S3Options):
    """What a COPY statement asks for; `columns` is None without a column list."""

    table: str = ""
    columns: list[str] | None = None
    source: str = ""
    quote: str = '"'
    paths: str = "auto"  # of JSON and AVRO: auto, auto ignorecase, noshred, or where the JSONPaths file is
    widths: list[int] = field(default_factory=list)  # of FIXEDWIDTH, in characters
    ignore_header: int = 0
    date_format: str = ""
    time_format: str = ""
    max_error: int = 0
    encoding: str = "UTF8"
    invalid_characters: str = ""
    flags: set[str] = field(default_factory=set)  # EMPTYASNULL, BLANKSASNULL, FILLRECORD, … as written
    given: set[str] = field(default_factory=set)  # the other options, whatever they say

    @property
    def table_name(self) -> str:
        """The table as Redshift's messages name it: without its schema."""
        return self.table.rpartition(".")[2].strip('"')

    @property
    def separator(self) -> str:
        """What stands between two fields."""
        return self.delimiter or ("," if self.data_format == "CSV" else "|")

    @property
    def is_columnar(self) -> bool:
        """Whether the files are Parquet or ORC, which Redshift reads by Spectrum."""
        return self.data_format in COLUMNAR

    @property
    def tolerated(self) -> float:
        """How many bad records don't fail the load: MAXERROR is the number that does."""
        return float("inf") if "IGNOREALLERRORS" in self.flags else max(self.max_error - 1, 0)

    @property
    def null_mark(self) -> str | None:
        """The text that stands for NULL; none in JSON and Avro, which have a null of their own."""
        if self.data_format in ("JSON", "AVRO"):
            return None
        return DEFAULT_NULL if self.null_as is None else self.null_as


_FLAGS = (
    "EMPTYASNULL",
    "BLANKSASNULL",
    "FILLRECORD",
    "IGNOREBLANKLINES",
    "TRUNCATECOLUMNS",
    "TRIMBLANKS",
    "REMOVEQUOTES",
    "ROUNDEC",
    "EXPLICIT_IDS",
    "ACCEPTANYDATE",
    "IGNOREALLERRORS",
    "NOLOAD",
    "SERIALIZETOJSON",
)
_GAPS = ("SHAPEFILE", "LZOP", "ENCRYPTED", "MASTER_SYMMETRIC_KEY", "SSH")
_SOURCES = {"dynamodb": "Amazon DynamoDB", "emr": "Amazon EMR"}


def parse_copy(sql: str) -> CopyPlan:
    """The plan of a COPY statement.

    Raises StatementError where Redshift would report a syntax error, NotSupportedError for known gaps.
    """
    reader = Reader(tokens_of(sql))
    plan = CopyPlan()
    reader.take()
    if reader.peek().word == "JOB":
        raise NotSupportedError("COPY JOB is not supported", hint="a known gap of tarmac")
    plan.table = _table(reader)
    columns = [token.name for token in reader.take_group() if token.text != ","]
    plan.columns = columns or None
    if not reader.take_if("FROM"):
        raise syntax_error(reader.peek())
    plan.source = _source(reader)
    read_options(reader, _noted(plan, _handlers(plan)), "COPY")
    check(plan)
    return plan


def _table(reader: Reader) -> str:
    parts: list[Token] = [reader.take()]
    while reader.peek().text == ".":
        parts += (reader.take(), reader.take())
    return functions.rewrite([Token("word", "INTO"), *parts])[len("INTO") :]


def _source(reader: Reader) -> str:
    source = reader.string("FROM")
    service = _SOURCES.get(source.partition("://")[0])
    if service:
        raise NotSupportedError(f"COPY from {service} is not supported", hint="a known gap of tarmac")
    return source


def _noted(plan: CopyPlan, handlers: dict[str, Handler]) -> dict[str, Handler]:
    """The handlers, each of which notes in the plan that its option was given."""

    def noting(word: str, handler: Handler) -> Handler:
        def handle(reader: Reader) -> None:
            plan.given.add(word)
            handler(reader)

        return handle

    return {word: noting(word, handler) for word, handler in handlers.items()}


def _handlers(plan: CopyPlan) -> dict[str, Handler]:
    def accept_invalid(reader: Reader) -> None:
        reader.take_if("AS")
        plan.invalid_characters = reader.string("ACCEPTINVCHARS") if reader.peek().kind == "string" else "?"

    def fixed_width(reader: Reader) -> None:
        plan.data_format = "FIXEDWIDTH"
        plan.widths = _widths(reader.string("FIXEDWIDTH"))

    def encoding(reader: Reader) -> None:
        reader.take_if("AS")
        plan.encoding = reader.take().value.upper().replace("-", "").replace("_", "")

    handlers: dict[str, Handler] = {
        "AS": _format,
        "FORMAT": _format,
        "CSV": sets(plan, "data_format", "CSV"),
        "PARQUET": sets(plan, "data_format", "PARQUET"),
        "ORC": sets(plan, "data_format", "ORC"),
        "JSON": _documents(plan, "JSON"),
        "AVRO": _documents(plan, "AVRO"),
        "FIXEDWIDTH": fixed_width,
        "MANIFEST": sets(plan, "manifest", True),
        "QUOTE": lambda reader: setattr(plan, "quote", one_character(reader, "QUOTE")),
        "IGNOREHEADER": lambda reader: setattr(plan, "ignore_header", reader.number("IGNOREHEADER")),
        "DATEFORMAT": lambda reader: setattr(plan, "date_format", reader.string("DATEFORMAT")),
        "TIMEFORMAT": lambda reader: setattr(plan, "time_format", reader.string("TIMEFORMAT")),
        "MAXERROR": lambda reader: setattr(plan, "max_error", reader.number("MAXERROR")),
        "COMPROWS": _compression_rows,
        "STATUPDATE": lambda reader: _ignored(reader.flag()),
        "COMPUPDATE": lambda reader: _ignored(reader.take_if("PRESET") or reader.flag()),
        "ACCEPTINVCHARS": accept_invalid,
        "ENCODING": encoding,
        "READRATIO": _read_ratio,
    }
    flags: dict[str, Handler] = {flag: adds_flag(plan.flags, flag) for flag in _FLAGS}
    gaps = {word: known_gap("COPY", word) for word in _GAPS}
    return {**shared_handlers(plan), **handlers, **flags, **gaps}


def _ignored(value: object) -> None:
    """The option says how Redshift keeps the rows; here it has no effect."""
    del value


def _documents(plan: CopyPlan, name: str) -> Handler:
    def handle(reader: Reader) -> None:
        plan.data_format = name
        reader.take_if("AS")
        if reader.peek().kind == "string":
            plan.paths = reader.string(name)

    return handle


def _compression_rows(reader: Reader) -> None:
    if not 1000 <= reader.number("COMPROWS") <= 2_147_483_647:
        raise StatementError("COMPROWS must be from 1000 to 2147483647")


def _read_ratio(reader: Reader) -> None:
    del reader
    raise StatementError("READRATIO is only supported for COPY from Amazon DynamoDB")


def _widths(spec: str) -> list[int]:
    """The widths of `label:width,label:width,…`; raises StatementError."""
    found = [re.fullmatch(r"\s*[^:,]+:\s*(\d+)\s*", part) for part in spec.split(",")]
    widths = [int(match[1]) for match in found if match]
    if len(widths) < len(found) or 0 in widths:
        raise StatementError(f"Invalid fixedwidth spec {spec!r}: it is 'label:width,label:width,...'")
    return widths


_FORMATS = ("CSV", "PARQUET", "ORC", "JSON", "AVRO", "DELIMITER", "FIXEDWIDTH", "SHAPEFILE")


def _format(reader: Reader) -> None:
    """FORMAT [AS] introduces the name of a format, which may also stand alone."""
    reader.take_if("AS")
    if reader.peek().word not in _FORMATS:
        raise syntax_error(reader.peek())
