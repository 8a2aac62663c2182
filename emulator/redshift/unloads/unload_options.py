"""UNLOAD ('…') TO 's3://…' read into a plan (aws-semantics.md §F, UNLOAD)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from emulator.redshift.dialect.dialect import Translation, translate
from emulator.redshift.dialect.sql_tokens import meaningful, tokens_of
from emulator.redshift.errors import NotSupportedError, StatementError
from emulator.redshift.options import (
    Handler,
    Reader,
    S3Options,
    adds_flag,
    known_gap,
    read_options,
    sets,
    shared_handlers,
    syntax_error,
)

MEGABYTE = 1024 * 1024
DEFAULT_MAX_FILE_BYTES = int(6.2 * 1024 * MEGABYTE)


@dataclass
class UnloadPlan(S3Options):
    """What an UNLOAD statement asks for; `query` is in PostgreSQL's words once it is executed."""

    written_query: str = ""
    query: str = ""
    target: str = ""
    partition_by: list[str] = field(default_factory=list)
    max_file_bytes: int = DEFAULT_MAX_FILE_BYTES
    parallel: bool = True
    extension: str = ""
    fixed_widths: list[tuple[str, int]] = field(default_factory=list)  # column label, width in bytes
    flags: set[str] = field(
        default_factory=set
    )  # HEADER, ADDQUOTES, ALLOWOVERWRITE, CLEANPATH, INCLUDE, VERBOSE

    def file_name(self, slice_number: int, number: int) -> str:
        """How Redshift names a slice's nth file: `0000_part_00`, or `000` without PARALLEL."""
        stem = f"{slice_number:04d}_part_{number:02d}" if self.parallel else f"{number:03d}"
        if self.extension:
            return f"{stem}.{self.extension}"
        if self.data_format == "PARQUET":
            return f"{stem}.parquet"
        suffixes = {"gzip": ".gz", "bz2": ".bz2", "zstd": ".zst"}
        return stem + suffixes.get(self.compression, "")


_FLAGS = ["HEADER", "ADDQUOTES", "ALLOWOVERWRITE", "CLEANPATH"]
_GAPS = ["KMS_KEY_ID", "MASTER_SYMMETRIC_KEY"]


def parse_unload(sql: str) -> UnloadPlan:
    """The plan of an UNLOAD statement.

    Raises StatementError where Redshift would report a syntax error, NotSupportedError for known gaps.
    """
    reader = Reader(tokens_of(sql))
    plan = UnloadPlan()
    reader.take()
    inside = reader.take_group()
    if len(inside) != 1 or inside[0].kind != "string":
        raise syntax_error(
            inside[0] if inside else reader.peek(), "UNLOAD needs a query in quotes, in parentheses"
        )
    plan.written_query = inside[0].value
    translation = translate(plan.written_query, is_case_sensitive=False, answers={})
    if not translation.question:
        plan.query = only_select(translation)
    _refuse_limit(plan.written_query)
    if not reader.take_if("TO"):
        raise syntax_error(reader.peek())
    plan.target = reader.string("TO")
    read_options(reader, _handlers(plan), "UNLOAD")
    _check(plan)
    return plan


def only_select(translation: Translation) -> str:
    """The query in PostgreSQL's words; raises RedshiftError if it is refused, or isn't one SELECT."""
    if translation.refusal is not None:
        raise translation.refusal
    if len(translation.statements) != 1 or translation.statements[0].keyword not in ("SELECT", "WITH"):
        raise StatementError("UNLOAD needs one SELECT statement")
    return translation.statements[0].sql


def _refuse_limit(query: str) -> None:
    """The outer SELECT can't have a LIMIT ("UNLOAD", usage notes); the text is unverified."""
    depth = 0
    for token in meaningful(tokens_of(query)):
        depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "symbol" else 0
        if depth == 0 and token.word in ("LIMIT", "TOP"):
            hint = "Put the limited SELECT in a subquery: UNLOAD ('SELECT * FROM (SELECT … LIMIT n)')."
            raise NotSupportedError("Limit clause is not supported", hint=hint)


def _handlers(plan: UnloadPlan) -> dict[str, Handler]:
    def manifest(reader: Reader) -> None:
        plan.manifest = True
        if reader.take_if("VERBOSE"):
            plan.flags.add("VERBOSE")

    def partition(reader: Reader) -> None:
        reader.take_if("BY")
        plan.partition_by = [token.name for token in reader.take_group() if token.text != ","]
        if reader.take_if("INCLUDE"):
            plan.flags.add("INCLUDE")

    def row_group(reader: Reader) -> None:
        plan.flags.add("ROWGROUPSIZE")
        reader.take_if("AS")
        size = reader.number("ROWGROUPSIZE") * (1024 if reader.take_if("MB", "GB") == "GB" else 1)
        if not 32 <= size <= 128:
            raise StatementError("ROWGROUPSIZE must be from 32 MB to 128 MB")

    def fixed_width(reader: Reader) -> None:
        reader.take_if("AS")
        plan.fixed_widths = _widths(reader.string("FIXEDWIDTH"))

    own: dict[str, Handler] = {
        "FORMAT": lambda reader: _format(plan, reader),
        "CSV": sets(plan, "data_format", "CSV"),
        "PARQUET": sets(plan, "data_format", "PARQUET"),
        "JSON": sets(plan, "data_format", "JSON"),
        "MANIFEST": manifest,
        "FIXEDWIDTH": fixed_width,
        "PARTITION": partition,
        "PARALLEL": lambda reader: setattr(plan, "parallel", reader.flag()),
        "MAXFILESIZE": lambda reader: setattr(plan, "max_file_bytes", _size(reader)),
        "ROWGROUPSIZE": row_group,
        "ENCRYPTED": _encrypted,
        "EXTENSION": lambda reader: setattr(plan, "extension", reader.string("EXTENSION")),
    }
    flags: dict[str, Handler] = {flag: adds_flag(plan.flags, flag) for flag in _FLAGS}
    return {**shared_handlers(plan), **own, **flags, **{word: known_gap("UNLOAD", word) for word in _GAPS}}


def _format(plan: UnloadPlan, reader: Reader) -> None:
    reader.take_if("AS")
    plan.data_format = reader.take_if("CSV", "PARQUET", "JSON")
    if not plan.data_format:
        raise syntax_error(reader.peek())


def _encrypted(reader: Reader) -> None:
    """Without a key of one's own it asks for what S3 does with every object anyway."""
    reader.take_if("AUTO")


def _size(reader: Reader) -> int:
    reader.take_if("AS")
    token = reader.take()
    try:
        amount = float(token.value)
    except ValueError:
        raise syntax_error(token, "MAXFILESIZE needs a number") from None
    size = int(amount * (1024 * MEGABYTE if (reader.take_if("MB", "GB") or "MB") == "GB" else MEGABYTE))
    if not 5 * MEGABYTE <= size <= DEFAULT_MAX_FILE_BYTES:
        raise StatementError("MAXFILESIZE must be from 5 MB to 6.2 GB")
    return size


def _widths(spec: str) -> list[tuple[str, int]]:
    """`label:width,label:width,…`; raises StatementError."""
    found = [re.fullmatch(r"\s*([^:]+?)\s*:\s*(\d+)\s*", part) for part in spec.split(",")]
    if None in found:
        raise StatementError(f"Invalid fixed width spec {spec!r}: it is 'column:width,column:width,...'")
    return [(match[1], int(match[2])) for match in found if match is not None]


_NOT_WITH = {
    "PARQUET": {"DELIMITER", "FIXEDWIDTH", "ADDQUOTES", "ESCAPE", "NULL AS", "HEADER", "GZIP", "BZ2", "ZSTD"},
    "JSON": {"DELIMITER", "HEADER", "FIXEDWIDTH", "ADDQUOTES", "ESCAPE", "NULL AS", "ROWGROUPSIZE"},
    "CSV": {"FIXEDWIDTH", "ESCAPE", "ADDQUOTES", "ROWGROUPSIZE"},
    "FIXEDWIDTH": {"DELIMITER", "HEADER", "ESCAPE", "ADDQUOTES", "ROWGROUPSIZE"},
    "": {"ROWGROUPSIZE"},
}
"""By format, the options that it can't have ("UNLOAD", parameters)."""


def _check(plan: UnloadPlan) -> None:
    """Refuses combinations that Redshift refuses."""
    if {"ALLOWOVERWRITE", "CLEANPATH"} <= plan.flags:
        raise StatementError("ALLOWOVERWRITE and CLEANPATH can't be specified together")
    kind = plan.data_format or ("FIXEDWIDTH" if plan.fixed_widths else "")
    bad = sorted(_asked(plan) & _NOT_WITH[kind])
    if bad:
        raise NotSupportedError(f"{bad[0]} is not supported for UNLOAD to {kind or 'text'}")


def _asked(plan: UnloadPlan) -> set[str]:
    asked = set(plan.flags)
    for name, is_there in (
        ("DELIMITER", bool(plan.delimiter)),
        ("FIXEDWIDTH", bool(plan.fixed_widths)),
        ("ESCAPE", plan.escape),
        ("NULL AS", plan.null_as is not None),
        (plan.compression.upper(), bool(plan.compression)),
    ):
        asked |= {name} if is_there else set()
    return asked
