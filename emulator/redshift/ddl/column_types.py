"""Redshift's types in PostgreSQL's words (Amazon Redshift Database Developer Guide, "Data types")."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.redshift.dialect.sql_tokens import Token, Tokens, text_of
from emulator.redshift.dialect.token_reader import TokenReader
from emulator.redshift.errors import NotSupportedError, RedshiftError, StatementError

VARCHAR_BYTES, CHAR_BYTES, VARBYTE_BYTES = 65535, 4096, 16_777_216
_RENAMED = {"SUPER": "jsonb", "TEXT": "varchar", "BPCHAR": "char", "NVARCHAR": "varchar", "NCHAR": "char"}
OWN_NAMES = frozenset({"SUPER", "VARBYTE", "VARBINARY", "NVARCHAR", "NCHAR"})
"""Names of types that PostgreSQL doesn't know."""
_GAPS = ("GEOMETRY", "GEOGRAPHY", "HLLSKETCH")
# Types that PostgreSQL 8.0 had, from which Redshift comes; it knows them by name, not in a table.
_UNSUPPORTED = frozenset(
    {
        "SERIAL",
        "BIGSERIAL",
        "SERIAL4",
        "SERIAL8",
        "BYTEA",
        "MONEY",
        "INET",
        "CIDR",
        "MACADDR",
        "BIT",
        "VARBIT",
        "BOX",
        "CIRCLE",
        "LINE",
        "LSEG",
        "PATH",
        "POINT",
        "POLYGON",
        "OID",
        "XID",
        "CID",
        "TID",
        "REGCLASS",
        "REGPROC",
        "REGTYPE",
        "ABSTIME",
        "RELTIME",
    }
)
_KNOWN = frozenset(
    {
        "SMALLINT",
        "INT2",
        "INTEGER",
        "INT",
        "INT4",
        "BIGINT",
        "INT8",
        "DECIMAL",
        "NUMERIC",
        "REAL",
        "FLOAT4",
        "DOUBLE",
        "FLOAT8",
        "FLOAT",
        "BOOLEAN",
        "BOOL",
        "CHAR",
        "CHARACTER",
        "NCHAR",
        "BPCHAR",
        "VARCHAR",
        "NVARCHAR",
        "TEXT",
        "NAME",
        "DATE",
        "TIME",
        "TIMETZ",
        "TIMESTAMP",
        "TIMESTAMPTZ",
        "INTERVAL",
        "SUPER",
        "VARBYTE",
        "VARBINARY",
        "BINARY",
    }
)


@dataclass(frozen=True)
class ColumnType:
    """A column's type: PostgreSQL's text for it, Redshift's keyword, and the length if it has one."""

    text: str
    word: str
    length: int | None = None


def read_type(reader: TokenReader, column: str) -> ColumnType:
    """The type that comes next in a definition of `column` ("table.column", for errors).

    Raises NotSupportedError for a type that Redshift lacks, or that is a known gap, and RedshiftError for a
    length out of Redshift's bounds.
    """
    token = reader.take()
    word = token.word
    _refuse(token, column)
    if word == "INTERVAL":
        return ColumnType(_interval(reader, column), word)
    words = _more_words(reader, word)
    arguments = text_of(reader.take_group()) if reader.next.text == "(" else ""
    zone = _zone(reader) if word in ("TIME", "TIMESTAMP") else ""
    _refuse_array(reader, token, column)
    if word in ("VARBYTE", "VARBINARY", "BINARY"):
        return ColumnType("bytea", "VARBYTE", _length(arguments or "64000", "varbyte", VARBYTE_BYTES))
    if word in _CHARACTER_LENGTHS or word == "CHARACTER":
        return _character(token, words, arguments)
    if word in ("NUMERIC", "DECIMAL"):
        arguments = arguments or "18,0"
        _check_decimal(arguments)
    name = _RENAMED.get(word, token.text + words)
    return ColumnType(name + (f"({arguments})" if arguments else "") + zone, word)


def _refuse(token: Token, column: str) -> None:
    word = token.word or token.name.upper()
    if word in _GAPS:
        raise NotSupportedError(f'type "{word.lower()}" is not supported', hint="a known gap of tarmac")
    if word in _UNSUPPORTED:
        raise NotSupportedError(f'Column "{column}" has unsupported type "{token.name}".')
    if word not in _KNOWN:
        raise RedshiftError(f'type "{token.name}" does not exist', code="42704")


def _refuse_array(reader: TokenReader, token: Token, column: str) -> None:
    if reader.next.text == "[" or reader.next.word == "ARRAY":
        raise NotSupportedError(f'Column "{column}" has unsupported type "{token.name}[]".')


def _more_words(reader: TokenReader, word: str) -> str:
    if word == "DOUBLE":
        if not reader.accept("PRECISION"):
            raise RedshiftError('type "double" does not exist', code="42704")
        return " PRECISION"
    is_varying = word in ("CHARACTER", "CHAR", "NCHAR", "BINARY") and reader.accept("VARYING")
    if word == "BINARY" and not is_varying:
        raise reader.unexpected()
    return " VARYING" if is_varying else ""


def _zone(reader: TokenReader) -> str:
    for word in ("WITH", "WITHOUT"):
        if reader.accept(word, "TIME", "ZONE"):
            return f" {word} TIME ZONE"
    return ""


def _interval(reader: TokenReader, column: str) -> str:
    if reader.accept("YEAR", "TO", "MONTH"):
        return "INTERVAL YEAR TO MONTH"
    if not reader.accept("DAY", "TO", "SECOND"):
        raise NotSupportedError(f'Column "{column}" has unsupported type "interval".')
    precision = text_of(reader.take_group()) if reader.next.text == "(" else "6"
    return f"INTERVAL DAY TO SECOND({precision})"


_CHARACTER_LENGTHS = {"VARCHAR": 256, "NVARCHAR": 256, "TEXT": 256, "BPCHAR": 256, "CHAR": 1, "NCHAR": 1}


def _character(token: Token, words: str, arguments: str) -> ColumnType:
    """CHAR and VARCHAR of all names; BPCHAR and TEXT have 256 bytes and take no length."""
    word = token.word
    if word in ("TEXT", "BPCHAR") and arguments:
        raise StatementError('syntax error at or near "("')
    is_fixed = word in ("CHAR", "NCHAR", "BPCHAR", "CHARACTER") and not words
    default = 256 if words else _CHARACTER_LENGTHS.get(word, 1)
    limit = CHAR_BYTES if is_fixed else VARCHAR_BYTES
    length = _length(arguments or str(default), "bpchar" if is_fixed else "varchar", limit)
    if not arguments and is_fixed and default == 1:
        return ColumnType(_RENAMED.get(word, token.text), "CHAR", 1)
    name = _RENAMED.get(word, token.text + words)
    return ColumnType(f"{name}({length})", "CHAR" if is_fixed else "VARCHAR", length)


def _length(text: str, kind: str, limit: int) -> int:
    text = text.strip()
    if text.upper() == "MAX":
        return limit
    if not text.isdigit():
        raise RedshiftError(f'syntax error at or near "{text}"', code="42601")
    if int(text) < 1:
        raise RedshiftError(f"length for type {kind} must be at least 1", code="22023")
    if int(text) > limit:
        raise RedshiftError(f"length for type {kind} cannot exceed {limit}", code="22023")
    return int(text)


def _check_decimal(arguments: str) -> None:
    parts = [part.strip() for part in arguments.split(",")]
    if not all(part.isdigit() for part in parts):
        return  # PostgreSQL says what is wrong with it
    precision, scale = int(parts[0]), int(parts[1]) if len(parts) > 1 else 0
    if not 1 <= precision <= 38:
        raise RedshiftError(f"NUMERIC precision {precision} must be between 1 and 38", code="22023")
    if scale > min(precision, 37):
        text = f"NUMERIC scale {scale} must be between 0 and precision {precision}"
        raise RedshiftError(text, code="22023")


def rewrite_type(tokens: Tokens) -> str:
    """The type that a value is cast to, in PostgreSQL's words; one that tables can't have stays as it is."""
    reader = TokenReader(tokens)
    if reader.next.word not in _KNOWN:
        return text_of(tokens)
    try:
        kind = read_type(reader, "")
    except NotSupportedError:
        return text_of(tokens)
    return f"{kind.text} {text_of(reader.rest())}".rstrip()
