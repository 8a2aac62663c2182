"""The values of partition keys as their types compare them; pure.

Source: GetPartitions, "Supported Partition Key Types"; the texts were observed on AWS (getmoto/moto#5013,
aws/aws-sdk#670).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Reader = Callable[[str], Any]

INTEGRAL = frozenset({"bigint", "int", "integer", "long", "smallint", "tinyint"})
TEXT = frozenset({"char", "string", "varchar"})

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?", re.ASCII)


def base_type(type_name: str) -> str:
    """The type without length or precision: `decimal(10,2)` is a `decimal`."""
    return type_name.partition("(")[0].strip().lower()


def reader_of(type_name: str) -> Reader | None:
    """Turns a value's text into what compares as the type does; None for types that AWS doesn't filter by.

    The reader raises ValueError, with AWS's text.
    """
    base = base_type(type_name)
    if base in INTEGRAL:
        return _integer
    if base in TEXT:
        return str
    return {"decimal": _decimal, "date": _date, "timestamp": _timestamp}.get(base)


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", text):
        raise ValueError(f'For input string: "{text}" is not an integer.')
    return int(text)


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text} is not a decimal.") from error
    if not value.is_finite():
        raise ValueError(f"{text} is not a decimal.")
    return value


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError(f"{text} is not a date.")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text} is not a date.") from error


def _timestamp(text: str) -> tuple[datetime, int]:
    """The moment to the second, and its nanoseconds."""
    wrong = f"Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] {text} is not a timestamp."
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        raise ValueError(wrong)
    try:
        moment = datetime.fromisoformat(found[1])
    except ValueError as error:
        raise ValueError(wrong) from error
    return moment, int((found[2] or "0").ljust(9, "0"))
