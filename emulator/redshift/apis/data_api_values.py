"""Values and columns as the Data API shows them.

Redshift's JDBC driver stands behind the API, and shows through: in precisions and scales, and in timestamps
(Amazon Redshift Management Guide, "Mapping JDBC data types" and the examples of get-statement-result).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from emulator.redshift.apis.data_api_results import Row

UNLIMITED = 2147483647
_TYPES = {
    16: "bool", 17: "varbyte", 18: "char", 19: "name", 20: "int8", 21: "int2", 23: "int4", 25: "varchar",
    26: "oid", 114: "super", 700: "float4", 701: "float8", 705: "varchar", 1042: "bpchar", 1043: "varchar",
    1082: "date", 1083: "time", 1114: "timestamp", 1184: "timestamptz", 1186: "interval", 1266: "timetz",
    1700: "numeric", 2278: "void", 3802: "super",
}  # fmt: skip
_PRECISIONS = {
    "bool": 1, "char": 1, "int2": 5, "int4": 10, "oid": 10, "int8": 19, "float4": 8, "float8": 17, "date": 13,
    "time": 15, "timetz": 21, "timestamp": 29, "timestamptz": 35, "interval": 49,
}  # fmt: skip
_SCALES = {"float4": 8, "float8": 17, "time": 6, "timetz": 6, "timestamp": 6, "timestamptz": 6}
_SIGNED = {"int2", "int4", "int8", "numeric", "float4", "float8"}
_CASE_SENSITIVE = {"varchar", "bpchar", "char", "name", "super", "varbyte", "void"}
_WITH_LENGTH = {"varchar", "bpchar"}
_MODIFIER_OFFSET = 4  # PostgreSQL's: varchar(n) has modifier n + 4


@dataclass(frozen=True)
class ColumnType:
    """A type as the API names and measures it; `modifier` is PostgreSQL's (pg_attribute.atttypmod)."""

    name: str
    modifier: int

    @classmethod
    def of(cls, oid: int, modifier: int) -> ColumnType:
        """The type with that oid of PostgreSQL's; one that Redshift lacks is shown as varchar."""
        return cls(_TYPES.get(oid, "varchar"), modifier)

    @property
    def precision(self) -> int:
        if self.name == "numeric":
            return (self.modifier - _MODIFIER_OFFSET) >> 16 if self.modifier >= _MODIFIER_OFFSET else 0
        if self.name in _WITH_LENGTH and self.modifier >= _MODIFIER_OFFSET:
            return self.modifier - _MODIFIER_OFFSET
        return _PRECISIONS.get(self.name, UNLIMITED)

    @property
    def scale(self) -> int:
        if self.name == "numeric" and self.modifier >= _MODIFIER_OFFSET:
            return (self.modifier - _MODIFIER_OFFSET) & 0x7FF
        return _SCALES.get(self.name, 0)

    @property
    def is_signed(self) -> bool:
        return self.name in _SIGNED

    @property
    def is_case_sensitive(self) -> bool:
        return self.name in _CASE_SENSITIVE

    def text_of(self, value: bytes) -> str:
        """The value as text, as JDBC's getString gives it."""
        text = value.decode()
        if self.name == "timestamp" and "." not in text and text[:1].isdigit():
            return text + ".0"
        if self.name == "bool":
            return "true" if text == "t" else "false"
        return bytes.fromhex(text[2:]).hex() if self.name == "varbyte" else text

    def field_of(self, value: bytes | None) -> dict[str, object]:
        """The value as the API's union."""
        if value is None:
            return {"isNull": True}
        member, convert = _FIELDS.get(self.name, ("stringValue", None))
        return {member: convert(value.decode()) if convert else self.text_of(value)}


_Convert = Callable[[str], object]
_INTEGER: tuple[str, _Convert] = ("longValue", int)
_FLOAT: tuple[str, _Convert] = ("doubleValue", float)
_FIELDS: dict[str, tuple[str, _Convert]] = {
    "int2": _INTEGER,
    "int4": _INTEGER,
    "int8": _INTEGER,
    "oid": _INTEGER,
    "float4": _FLOAT,
    "float8": _FLOAT,
    "bool": ("booleanValue", lambda text: text == "t"),
    "varbyte": ("blobValue", lambda text: bytes.fromhex(text[2:])),
}


@dataclass(frozen=True)
class Origin:
    """The column of a table that a result's column shows."""

    schema: str
    table: str
    is_nullable: bool


def column_of(name: str, kind: ColumnType, origin: Origin | None) -> dict[str, object]:
    """ColumnMetadata of a result's column; `length` is 0, as AWS shows it."""
    return {
        "name": name,
        "label": name,
        "typeName": kind.name,
        "length": 0,
        "precision": kind.precision,
        "scale": kind.scale,
        "nullable": int(origin.is_nullable) if origin else 1,
        "isSigned": kind.is_signed,
        "isCaseSensitive": kind.is_case_sensitive,
        "isCurrency": False,
        "schemaName": origin.schema if origin else "",
        "tableName": origin.table if origin else "",
    }


def as_csv(rows: Iterable[Row | Sequence[str]], kinds: Sequence[ColumnType]) -> str:
    """Rows as CSV, each ended by a carriage return and a newline; NULL is an empty field."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow(_shown(value, kind) for value, kind in zip(row, kinds, strict=True))
    return out.getvalue()


def _shown(value: bytes | str | None, kind: ColumnType) -> str:
    if isinstance(value, bytes):
        return kind.text_of(value)
    return value or ""
