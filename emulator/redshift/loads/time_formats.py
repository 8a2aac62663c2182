"""DATEFORMAT and TIMEFORMAT of COPY.

Source: Amazon Redshift Database Developer Guide, "DATEFORMAT and TIMEFORMAT strings".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from emulator.redshift.loads.copy_columns import Column
from emulator.redshift.loads.load_errors import RecordError

_PARTS = {
    "YYYY": "%Y", "YY": "%y", "MONTH": "%B", "MON": "%b", "MM": "%m", "DD": "%d", "HH24": "%H", "HH12": "%I",
    "HH": "%H", "MI": "%M", "SS": "%S", "AM": "%p", "PM": "%p", "US": "%f", "MS": "%f", "DY": "%a",
}  # fmt: skip
_PATTERN = re.compile("|".join(sorted(_PARTS, key=len, reverse=True)), re.IGNORECASE)
_EPOCHS = {"epochsecs": 1, "epochmillisecs": 1000}


def time_converter(wanted: str, column: Column) -> Callable[[str], str]:
    """What reads a date or time in this format, 'auto', 'epochsecs' or 'epochmillisecs'.

    Its result is in a form that PostgreSQL takes; it raises RecordError (1205 for dates, 1206 for times).
    """
    if wanted == "auto":
        return lambda value: value
    read = _epoch(_EPOCHS[wanted]) if wanted in _EPOCHS else _formatted(wanted)

    def convert(value: str) -> str:
        try:
            return read(value.strip()).isoformat(sep=" ")
        except (ValueError, OverflowError) as error:
            raise _refusal(wanted, column, value) from error

    return convert


def _refusal(wanted: str, column: Column, value: str) -> RecordError:
    if column.type == "date":
        return RecordError(1205, f"Invalid Date Format [{wanted}]", column, value)
    return RecordError(1206, f"Invalid timestamp format or value [{wanted}]", column, value)


def _epoch(per_second: int) -> Callable[[str], datetime]:
    return lambda value: datetime.fromtimestamp(float(value) / per_second, UTC).replace(tzinfo=None)


def _formatted(wanted: str) -> Callable[[str], datetime]:
    """Seconds may have a fraction, up to microseconds, whether or not the format says so."""
    pattern = _PATTERN.sub(lambda match: _PARTS[match.group().upper()], wanted.replace("%", "%%"))
    with_fraction = pattern.replace("%S", "%S.%f") if "%f" not in pattern else pattern

    def read(value: str) -> datetime:
        try:
            return datetime.strptime(value, pattern)
        except ValueError:
            return datetime.strptime(value, with_fraction)

    return read
