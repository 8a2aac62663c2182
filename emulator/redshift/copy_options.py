"""COPY … FROM 's3://…' read into a plan (aws-semantics.md §F, COPY)."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.redshift import functions
from emulator.redshift.errors import NotSupportedError, StatementError
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
from emulator.redshift.sql_tokens import Token, tokens_of

MAX_MAXERROR = 100_000
DEFAULT_NULL = "\\N"


@dataclass
class CopyPlan(S3Options):
    """What a COPY statement asks for; `columns` is None without a column list."""

    table: str = ""
    columns: list[str] | None = None
    source: str = ""
    quote: str = '"'
    json_paths: str = "auto"
    ignore_header: int = 0
    date_format: str = ""
    time_format: str = ""
    max_error: int = 0
    encoding: str = "UTF8"
    invalid_characters: str = ""
    flags: set[str] = field(default_factory=set)  # EMPTYASNULL, BLANKSASNULL, FILLRECORD, … as written

    @property
    def table_name(self) -> str:
        """The table as Redshift's messages name it: without its schema."""
        return self.table.rpartition(".")[2].strip('"')


_FLAGS = [
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
    "NOLOAD",
]
_GAPS = [
    "FIXEDWIDTH",
    "SHAPEFILE",
    "ORC",
    "AVRO",
    "LZOP",
    "ENCRYPTED",
    "MASTER_SYMMETRIC_KEY",
    "SSH",
    "READRATIO",
]


def parse_copy(sql: str) -> CopyPlan:
    """The plan of a COPY statement.

    Raises StatementError where Redshift would report a syntax error, NotSupportedError for known gaps.
    """
    reader = Reader(tokens_of(sql))
    plan = CopyPlan()
    reader.take()
    plan.table = _table(reader)
    columns = [token.name for token in reader.take_group() if token.text != ","]
    plan.columns = columns or None
    if not reader.take_if("FROM"):
        raise syntax_error(reader.peek())
    plan.source = reader.string("FROM")
    read_options(reader, _handlers(plan), "COPY")
    _check(plan)
    return plan


def _table(reader: Reader) -> str:
    parts: list[Token] = [reader.take()]
    while reader.peek().text == ".":
        parts += (reader.take(), reader.take())
    return functions.rewrite([Token("word", "INTO"), *parts])[len("INTO") :]


def _handlers(plan: CopyPlan) -> dict[str, Handler]:
    def accept_invalid(reader: Reader) -> None:
        reader.take_if("AS")
        plan.invalid_characters = reader.string("ACCEPTINVCHARS") if reader.peek().kind == "string" else "?"

    def json(reader: Reader) -> None:
        plan.data_format = "JSON"
        reader.take_if("AS")
        if reader.peek().kind == "string":
            plan.json_paths = reader.string("JSON")

    def encoding(reader: Reader) -> None:
        reader.take_if("AS")
        plan.encoding = reader.take().value.upper().replace("-", "").replace("_", "")

    handlers: dict[str, Handler] = {
        "FORMAT": _format,
        "CSV": sets(plan, "data_format", "CSV"),
        "PARQUET": sets(plan, "data_format", "PARQUET"),
        "JSON": json,
        "MANIFEST": sets(plan, "manifest", True),
        "QUOTE": lambda reader: setattr(plan, "quote", one_character(reader, "QUOTE")),
        "IGNOREHEADER": lambda reader: setattr(plan, "ignore_header", reader.number("IGNOREHEADER")),
        "DATEFORMAT": lambda reader: setattr(plan, "date_format", reader.string("DATEFORMAT")),
        "TIMEFORMAT": lambda reader: setattr(plan, "time_format", reader.string("TIMEFORMAT")),
        "MAXERROR": lambda reader: setattr(plan, "max_error", reader.number("MAXERROR")),
        "COMPROWS": lambda reader: _ignored(reader.number("COMPROWS")),
        "STATUPDATE": lambda reader: _ignored(reader.flag()),
        "COMPUPDATE": lambda reader: _ignored(reader.take_if("PRESET") or reader.flag()),
        "ACCEPTINVCHARS": accept_invalid,
        "ENCODING": encoding,
    }
    flags: dict[str, Handler] = {flag: adds_flag(plan.flags, flag) for flag in _FLAGS}
    gaps = {word: known_gap("COPY", word) for word in _GAPS}
    return {**shared_handlers(plan), **handlers, **flags, **gaps}


def _ignored(value: object) -> None:
    """The option says how Redshift keeps the rows; here it has no effect."""
    del value


def _format(reader: Reader) -> None:
    """FORMAT [AS] introduces the name of a format, which may also stand alone."""
    reader.take_if("AS")
    token = reader.peek()
    if token.word in ("CSV", "PARQUET", "JSON", "DELIMITER"):
        return
    if token.word in _GAPS:
        raise NotSupportedError(f"COPY of {token.word} is not supported", hint="a known gap of tarmac")
    raise syntax_error(token)


_COLUMNAR_ALLOWS = {"EXPLICIT_IDS", "FILLRECORD"}


def _check(plan: CopyPlan) -> None:
    """Refuses combinations that Redshift refuses."""
    if plan.data_format == "PARQUET":
        bad = plan.flags - _COLUMNAR_ALLOWS
        if plan.max_error:
            bad.add("MAXERROR")
        if bad:
            raise NotSupportedError(f"{sorted(bad)[0]} argument is not supported for PARQUET based COPY")
    if plan.data_format == "CSV" and (plan.escape or "REMOVEQUOTES" in plan.flags):
        option = "ESCAPE" if plan.escape else "REMOVEQUOTES"
        raise StatementError(f"{option} is not supported for CSV format")
    if plan.max_error > MAX_MAXERROR:
        raise StatementError(f"MAXERROR must be from 0 to {MAX_MAXERROR}")
    if plan.encoding not in ("UTF8", "UTF16", "UTF16LE", "UTF16BE", "ISO88591", "LATIN1"):
        raise NotSupportedError(f"ENCODING {plan.encoding} is not supported")
    if len(plan.invalid_characters.encode()) > 1:
        raise StatementError("ACCEPTINVCHARS replacement character must be a single ASCII character")
