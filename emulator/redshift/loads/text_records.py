"""The records of text files: CSV, delimited text with its options, fixed width.

Source: Amazon Redshift Database Developer Guide, "Data format parameters", "Data conversion parameters".
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from emulator.redshift.loads.copy_options import DEFAULT_NULL, CopyPlan
from emulator.redshift.loads.load_errors import RecordError, extra_columns, missing_columns

csv.field_size_limit(16 * 1024 * 1024)


class Record(NamedTuple):
    """The fields of a record, NULL as None, or why it has none, and the line of its file on which it ends."""

    line: int
    fields: Sequence[str | None]
    error: RecordError | None = None


Parse = Callable[[str, int], Iterator[Record]]
"""Cuts a text, which begins on that line of its file and ends where a record ends, into records."""


def parser(plan: CopyPlan) -> Parse:
    """What reads the records of this statement's text files."""
    parse = _parser(plan)
    if "IGNOREBLANKLINES" not in plan.flags:
        return parse
    return lambda text, line: (record for record in parse(text, line) if record.error or any(record.fields))


def bulk_reader(plan: CopyPlan) -> Callable[[str], list[list[str]] | None]:
    """What reads a text's records at once, in the usual case: each on a line of its own, and in order.

    It gives None otherwise: the records must be read one by one then.
    """
    separator = plan.separator
    if plan.data_format == "CSV":
        return lambda text: _csv_rows(text, plan)
    if plan.data_format == "FIXEDWIDTH" or plan.escape or "REMOVEQUOTES" in plan.flags:
        return _not_at_once
    return lambda text: [line.split(separator) for line in _lines(text)]


def _not_at_once(text: str) -> None:
    del text


def _csv_rows(text: str, plan: CopyPlan) -> list[list[str]] | None:
    if any(sign in text for sign in _padded(plan)):
        return None
    reader = _csv_reader(text, plan)
    try:
        rows = list(reader)
    except csv.Error:
        return None
    return rows if reader.line_num == len(rows) else None


def _csv_reader(text: str, plan: CopyPlan) -> Any:
    return csv.reader(
        io.StringIO(text, newline="\n"), delimiter=plan.separator, quotechar=plan.quote, strict=True
    )


def _padded(plan: CopyPlan) -> tuple[str, ...]:
    """Blanks beside quotes, which may count for nothing."""
    return f" {plan.quote}", f"{plan.quote} ", f"\t{plan.quote}", f"{plan.quote}\t"


def _parser(plan: CopyPlan) -> Parse:
    if plan.data_format == "CSV":
        return _csv_parser(plan)
    if plan.data_format == "FIXEDWIDTH":
        return _line_parser(_fixed_width_cutter(plan.widths))
    if plan.escape:
        return _escaped_parser(plan)
    if "REMOVEQUOTES" in plan.flags:
        return _line_parser(_quoted_cutter(plan))
    separator = plan.separator
    return _line_parser(lambda line: line.split(separator))


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _line_parser(cut: Callable[[str], list[str]]) -> Parse:
    def parse(text: str, first_line: int) -> Iterator[Record]:
        for number, line in enumerate(_lines(text), first_line):
            try:
                yield Record(number, cut(line))
            except RecordError as error:
                yield Record(number, [], error)

    return parse


def _csv_parser(plan: CopyPlan) -> Parse:
    """White space between a delimiter and a quote counts for nothing."""
    blank = "[ ]" if plan.separator == "\t" else r"[ \t]"
    quote, separator = re.escape(plan.quote), re.escape(plan.separator)
    padded = _padded(plan)
    field = re.compile(
        f"(?<![^{separator}\n]){blank}*({quote}(?:[^{quote}]|{quote}{quote})*{quote}){blank}*"
        f"(?={separator}|\n|$)"
    )

    def parse(text: str, first_line: int) -> Iterator[Record]:
        is_padded = any(sign in text for sign in padded)
        return _csv_records(field.sub(r"\1", text) if is_padded else text, first_line - 1, plan)

    return parse


def _csv_records(text: str, before: int, plan: CopyPlan) -> Iterator[Record]:
    reader = _csv_reader(text, plan)
    while True:
        try:
            for fields in reader:
                yield Record(before + reader.line_num, fields or [""])
            return
        except csv.Error:
            error = RecordError(1214, "Invalid quote formatting for CSV")
            yield Record(before + reader.line_num, [], error)


def _escaped_parser(plan: CopyPlan) -> Parse:
    """A backslash takes what follows it as it is: a delimiter, a line's end, itself."""
    cut = _quoted_cutter(plan) if "REMOVEQUOTES" in plan.flags else _escaped_cutter(plan)
    record = re.compile(r"(?:[^\\\n]|\\.)*", re.DOTALL)

    def parse(text: str, first_line: int) -> Iterator[Record]:
        place, number = 0, first_line - 1
        while place < len(text):
            match = record.match(text, place)
            found = match.group() if match else text[place:]
            place += len(found) + 1
            number += found.count("\n") + 1
            try:
                yield Record(number, cut(found))
            except RecordError as error:
                yield Record(number, [], error)

    return parse


_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def _unescaped(field: str) -> str:
    if "\\" not in field or field == DEFAULT_NULL:
        return field
    return _ESCAPE.sub(r"\1", field)  # \\N becomes \N, which is NULL, too


def _escaped_cutter(plan: CopyPlan) -> Callable[[str], list[str]]:
    field = re.compile(
        rf"((?:[^\\{re.escape(plan.separator)}]|\\.)*)(?:{re.escape(plan.separator)}|$)", re.DOTALL
    )
    return lambda record: [_unescaped(found) for found in _fields(record, field)]


def _fields(record: str, pattern: re.Pattern[str]) -> Iterator[str]:
    place = 0
    while True:
        match = pattern.match(record, place)
        if match is None:
            raise RecordError(1214, "Delimiter not found", value=record)
        yield match.group(1)
        place = match.end()
        if place == match.end(1):  # no delimiter follows: it was the last
            return


def _quoted_cutter(plan: CopyPlan) -> Callable[[str], list[str]]:
    """REMOVEQUOTES: quotes around a field go, and what is inside them stays, delimiters too."""
    separator = re.escape(plan.separator)
    inside = r"(?:\\.|(?!{0})[^\\])*" if plan.escape else r"(?:(?!{0}).)*"
    plain = rf"(?:[^\\{separator}]|\\.)*" if plan.escape else f"[^{separator}]*"
    field = re.compile(
        rf"(\"{inside.format(chr(34))}\"|'{inside.format(chr(39))}'|(?![\"']){plain})(?:{separator}|$)",
        re.DOTALL,
    )

    def cut(record: str) -> list[str]:
        try:
            return [_bare(found, plan.escape) for found in _fields(record, field)]
        except RecordError as error:
            raise RecordError(1214, "Delimited value missing end quote", value=record) from error

    return cut


def _bare(field: str, escapes: bool) -> str:
    bare = field[1:-1] if len(field) > 1 and field[0] in "\"'" and field[-1] == field[0] else field
    return _unescaped(bare) if escapes else bare


def _fixed_width_cutter(widths: list[int]) -> Callable[[str], list[str]]:
    """Widths count characters, not bytes."""
    ends = [sum(widths[: place + 1]) for place in range(len(widths))]
    spans = [slice(end - width, end) for end, width in zip(ends, widths, strict=True)]
    starts, total = ends[-1] - widths[-1], ends[-1]

    def cut(line: str) -> list[str]:
        if len(line) <= starts:
            raise missing_columns(line)
        if len(line) > total:
            raise extra_columns(line)
        return [line[span] for span in spans]

    return cut
