"""Fields of a record become the values to load, by COPY's data conversion parameters.

Source: Amazon Redshift Database Developer Guide, "Data conversion parameters", "Load error reference".
A value is in PostgreSQL's text format, None is NULL. What isn't refused here (the fields of SUPER, TIME and
VARBYTE, dates under 'auto') PostgreSQL reads, and refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

from emulator.redshift.loads.copy_columns import Column
from emulator.redshift.loads.copy_options import CopyPlan
from emulator.redshift.loads.load_errors import RecordError
from emulator.redshift.loads.time_formats import time_converter

Fix = Callable[[str | None], str | None]
_REMEMBERED = 50_000
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


class Conversion(dict[str | None, str]):
    """One column's fields and what COPY is sent for them; a field is converted when first asked for.

    Raises RecordError for a field that can't be loaded.
    """

    def __init__(self, fix: Fix) -> None:
        super().__init__()
        self._fix = fix

    def __missing__(self, field: str | None) -> str:
        value = self._fix(field)
        text = "\\N" if value is None else _SPECIAL.sub(lambda match: _ESCAPES[match.group()], value)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[field] = text
        return text


def conversions(plan: CopyPlan, columns: list[Column]) -> list[Conversion]:
    """A conversion for each column."""
    return [Conversion(fixer(plan, column)) for column in columns]


def fixer(plan: CopyPlan, column: Column) -> Fix:
    """What turns a field into the value to load; it raises RecordError."""
    fix = _text(plan, column) if column.is_text else _value(plan, column)
    if not column.is_not_null:
        return fix

    def required(field: str | None) -> str | None:
        value = fix(field)
        if value is None:
            raise RecordError(1213, "Missing data for not-null field", column, field or "")
        return value

    return required


def _text(plan: CopyPlan, column: Column) -> Fix:
    mark, flags, limit = plan.null_mark, plan.flags, column.length or 65535
    empty_is_null, blank_is_null = "EMPTYASNULL" in flags or mark == "", "BLANKSASNULL" in flags
    trims = "TRIMBLANKS" in flags and column.type == "character varying"

    def fix(field: str | None) -> str | None:
        if field is None or field == mark or (empty_is_null and not field):
            return None
        if blank_is_null and field.isspace():
            return None
        text = field.rstrip() if trims else field
        if text.isascii() and len(text) <= limit and "\0" not in text:
            return text
        return _fitted(text, column, limit, "TRUNCATECOLUMNS" in flags)

    return fix


def _fitted(text: str, column: Column, limit: int, truncates: bool) -> str:
    """The text in at most so many bytes."""
    if "\0" in text:
        raise RecordError(1218, "Invalid null byte - field longer than 1 byte", column, text)
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise _bad_characters(text, column, error) from error
    if column.type == "character" and not text.isascii():
        raise _multibyte_in_char(text, column)
    if len(encoded) <= limit:
        return text
    if not truncates:
        kind = "Char" if column.type == "character" else "String"
        raise RecordError(1204, f"{kind} length exceeds DDL length", column, text, limit)
    return encoded[:limit].decode("utf-8", "ignore")


def _multibyte_in_char(text: str, column: Column) -> RecordError:
    position = next(place for place, character in enumerate(text) if not character.isascii())
    found = text[position].encode().hex(" ")
    reason = f"Multibyte character not supported for CHAR (Hint: Try using  VARCHAR). Invalid char: {found}"
    return RecordError(1220, reason, column, text, position)


_BYTE_ERRORS = {"unexpected end of data": 2, "invalid start byte": 3, "invalid continuation byte": 4}


def _bad_characters(text: str, column: Column, error: UnicodeEncodeError) -> RecordError:
    """Bytes that are no UTF-8 come as lone surrogates ("Multibyte character load errors")."""
    raw = text.encode("utf-8", "surrogateescape")
    number, found = 3, raw[:1]
    try:
        raw.decode()
    except UnicodeDecodeError as cause:
        number, found = _BYTE_ERRORS.get(cause.reason, 3), raw[cause.start : cause.end]
    reason = (
        "String contains invalid or unsupported UTF-8 codepoints. "
        f"Bad UTF-8 hex sequence: {found.hex(' ')} (error {number})"
    )
    return RecordError(1220, reason, column, raw.decode("utf-8", "replace"), error.start)


def _value(plan: CopyPlan, column: Column) -> Fix:
    mark, convert = plan.null_mark, _converter(plan, column)
    any_date = "ACCEPTANYDATE" in plan.flags and (column.type == "date" or "timestamp" in column.type)

    def fix(field: str | None) -> str | None:
        if field is None or field == mark or not field or field.isspace():
            return None
        try:
            return convert(field)
        except RecordError:
            if any_date:
                return None
            raise

    return fix


def _converter(plan: CopyPlan, column: Column) -> Callable[[str], str]:
    by_type: dict[str, Callable[[CopyPlan, Column], Callable[[str], str]]] = {
        "smallint": _integer,
        "integer": _integer,
        "bigint": _integer,
        "numeric": _decimal,
        "real": _float,
        "double precision": _float,
        "boolean": _boolean,
        "date": _date,
        "timestamp without time zone": _timestamp,
        "timestamp with time zone": _timestamp,
        "bytea": _varbyte,
    }
    make = by_type.get(column.type)
    return make(plan, column) if make else lambda value: value


_INTEGER = re.compile(r"\s*[+-]?\d+\s*")
_DIGITS = re.compile(r"\s*[+-]?\d*")
_INTEGERS = {"smallint": ("Short", 15), "integer": ("Integer", 31), "bigint": ("Long", 63)}


def _digits_end(value: str) -> int:
    match = _DIGITS.match(value)
    return match.end() if match else 0


def _bad_digit(value: str, column: Column, kind: str, position: int) -> RecordError:
    reason = f"Invalid digit, Value '{value[position : position + 1]}', Pos {position}, Type: {kind}"
    return RecordError(1207, reason, column, value, position)


def _integer(plan: CopyPlan, column: Column) -> Callable[[str], str]:
    del plan
    kind, bits = _INTEGERS[column.type]

    def convert(value: str) -> str:
        if not _INTEGER.fullmatch(value):
            raise _bad_digit(value, column, kind, _digits_end(value))
        if len(value) > 4 and not -(1 << bits) <= int(value) < 1 << bits:
            raise RecordError(1222, f"Overflow, Value '{value[:30]}', Type: {kind}", column, value)
        return value

    return convert


_DECIMAL = re.compile(r"\s*([+-]?)(\d*)(?:\.(\d*))?((?:[eE][+-]?\d+)?)\s*")


def _decimal(plan: CopyPlan, column: Column) -> Callable[[str], str]:
    """COPY cuts the digits beyond the scale off; ROUNDEC rounds, as PostgreSQL does."""
    rounds = "ROUNDEC" in plan.flags
    scale, whole_digits = column.scale, column.precision - column.scale

    def convert(value: str) -> str:
        match = _DECIMAL.fullmatch(value)
        if match is None or not (match[2] or match[3]):
            raise _bad_digit(value, column, "Decimal", _digits_end(value))
        sign, whole, fraction, exponent = match.groups("")
        if exponent:
            return value
        if column.precision and len(whole.lstrip("0")) > whole_digits:
            raise RecordError(1204, f"Overflow for {column.full_type.upper()}", column, value)
        if not column.precision or rounds or len(fraction) <= scale:
            return value
        return f"{sign}{whole or '0'}.{fraction[:scale]}".rstrip(".")

    return convert


def _float(plan: CopyPlan, column: Column) -> Callable[[str], str]:
    del plan
    kind = "Float" if column.type == "real" else "Double"

    def convert(value: str) -> str:
        try:
            float(value)
        except ValueError as error:
            raise _bad_digit(value, column, kind, _digits_end(value)) from error
        if "_" in value:
            raise _bad_digit(value, column, kind, value.index("_"))
        return value

    return convert


_BOOLEANS = {
    **dict.fromkeys(("t", "true", "y", "yes", "1"), "t"),
    **dict.fromkeys(("f", "false", "n", "no", "0"), "f"),
}


def _boolean(plan: CopyPlan, column: Column) -> Callable[[str], str]:
    del plan

    def convert(value: str) -> str:
        found = _BOOLEANS.get(value.strip().lower())
        if found is None:
            raise RecordError(1210, "Unknown boolean format", column, value)
        return found

    return convert


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T].*)?")
_TIMESTAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"(?: (\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(\s?(?:[+-]\d{1,2}(?::?\d{2})?|[A-Za-z][\w/]*))?)?"
)


def _date(plan: CopyPlan, column: Column) -> Callable[[str], str]:
    if plan.date_format:
        return time_converter(plan.date_format, column)

    def convert(value: str) -> str:
        text = value.strip()
        if len(text) < 10:
            raise RecordError(1205, "Invalid Date Format - length must be 10 or more", column, value)
        try:
            if not _DATE.fullmatch(text):
                raise ValueError(text)
            date.fromisoformat(text[:10])
        except ValueError as error:
            raise RecordError(1205, "Invalid Date Format [YYYY-MM-DD]", column, value) from error
        return text[:10]

    return convert


def _timestamp(plan: CopyPlan, column: Column) -> Callable[[str], str]:
    if plan.time_format:
        return time_converter(plan.time_format, column)
    has_zone = column.type == "timestamp with time zone"

    def convert(value: str) -> str:
        text = value.strip()
        match = _TIMESTAMP.fullmatch(text)
        try:
            if match is None or (match[3] and not has_zone):
                raise ValueError(text)
            datetime.fromisoformat(f"{match[1]} {match[2]}" if match[2] else match[1])
        except ValueError as error:
            wanted = "YYYY-MM-DD HH24:MI:SSOF" if has_zone else "YYYY-MM-DD HH24:MI:SS"
            raise RecordError(1206, f"Invalid timestamp format or value [{wanted}]", column, value) from error
        return text

    return convert


def _varbyte(plan: CopyPlan, column: Column) -> Callable[[str], str]:
    """VARBYTE's fields are hexadecimal ("Loading a column of the VARBYTE data type")."""
    del plan

    def convert(value: str) -> str:
        try:
            bytes.fromhex(value)
        except ValueError as error:
            raise RecordError(1223, "Invalid hexadecimal VARBYTE value", column, value) from error
        return "\\x" + value

    return convert
