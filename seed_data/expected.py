"""What a correct load of raw files must yield, computed from the files alone, without Spark.

A second, plain reading of the rules in `pipeline/rejections.py`: the demonstration and the tests compare the
warehouse with it.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import rejections

HEADER = ["carrier", "originairportid", "destairportid", "depdelay", "arrdelay"]
LONGEST_CARRIER_BYTES = 100


@dataclass
class Expected:
    """Row counts over some files; `quarantined` is by reason."""

    files: int = 0
    loaded: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)

    @property
    def rejected(self) -> int:
        return self.quarantined.total()


def expected_counts(files: Iterable[Path], airports: Path) -> Expected:
    """The counts that loading these files must give, with the airports in that CSV file.

    An empty file counts as no file: it has no line that a job could see. Raises OSError if one can't be read.
    """
    with airports.open(encoding="utf-8", newline="") as file:
        known = {row["airport_id"] for row in csv.DictReader(file)}
    total = Expected()
    for path in files:
        _add_file(total, path.read_bytes().decode("utf-8", errors="replace"), known)
    return total


def _add_file(total: Expected, text: str, known: set[str]) -> None:
    lines = [line for line in re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff")) if line.strip(" ")]
    if not lines:
        return
    total.files += 1
    problems = [_problem(line, known) for line in lines]
    if rejections.HEADER_LINE not in problems:
        total.quarantined[rejections.WRONG_HEADER] += len(lines)
        return
    total.loaded += problems.count(None)
    total.quarantined.update(p for p in problems if p is not None and p != rejections.HEADER_LINE)


def _problem(line: str, known: set[str]) -> str | None:
    """The first reason why the line can't be loaded; None for a good one."""
    fields = [value.strip(" ") for value in next(csv.reader([line]))]
    if [value.lower() for value in fields] == HEADER:
        return rejections.HEADER_LINE
    if "\ufffd" in line:
        return rejections.NOT_UTF8
    if len(fields) != len(HEADER):
        return rejections.WRONG_COLUMN_COUNT
    return _field_problem(fields) or _airport_problem(fields, known)


def _field_problem(fields: list[str]) -> str | None:
    carrier, origin, destination, departure, arrival = fields
    if not 0 < len(carrier.encode()) <= LONGEST_CARRIER_BYTES:
        return rejections.BAD_CARRIER
    checks = [
        (_is_identifier(origin), rejections.BAD_ORIGIN),
        (_is_identifier(destination), rejections.BAD_DESTINATION),
        (_is_delay(departure), rejections.BAD_DEPARTURE_DELAY),
        (_is_delay(arrival), rejections.BAD_ARRIVAL_DELAY),
    ]
    return next((reason for good, reason in checks if not good), None)


def _airport_problem(fields: list[str], known: set[str]) -> str | None:
    if str(int(fields[1])) not in known:
        return rejections.UNKNOWN_ORIGIN
    return None if str(int(fields[2])) in known else rejections.UNKNOWN_DESTINATION


def _is_identifier(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _is_delay(text: str) -> bool:
    """Whole minutes, or nothing: a cancelled flight has no delay."""
    return not text or re.fullmatch(r"-?[0-9]{1,6}(\.0{1,6})?", text) is not None
