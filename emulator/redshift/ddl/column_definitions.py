"""One column of CREATE TABLE or ADD COLUMN: what PostgreSQL is told of it, and what only Redshift keeps."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.redshift.ddl.column_types import ColumnType, read_type
from emulator.redshift.ddl.recorded_note import Facts
from emulator.redshift.dialect.sql_tokens import Token, Tokens, split_at, text_of
from emulator.redshift.dialect.token_reader import TokenReader, for_postgresql, name_list
from emulator.redshift.errors import NotSupportedError, RedshiftError, StatementError

ENCODINGS = {
    **dict.fromkeys(("RAW", "NONE"), "none"),
    **{name: name.lower() for name in ("AZ64", "BYTEDICT", "DELTA", "DELTA32K", "LZO", "RUNLENGTH")},
    **{name: name.lower() for name in ("MOSTLY8", "MOSTLY16", "MOSTLY32", "TEXT255", "TEXT32K", "ZSTD")},
}
_ATTRIBUTES = frozenset(
    {
        "DEFAULT",
        "IDENTITY",
        "GENERATED",
        "ENCODE",
        "DISTKEY",
        "SORTKEY",
        "COLLATE",
        "NOT",
        "NULL",
        "UNIQUE",
        "PRIMARY",
        "REFERENCES",
        "CONSTRAINT",
        "CHECK",
        "DEFERRABLE",
        "INITIALLY",
    }
)


@dataclass
class Column:
    """A column definition; `facts` of its constraints as recorded_note.py writes them."""

    name: str
    written: str
    kind: ColumnType
    clauses: list[str] = field(default_factory=list)
    has_default: bool = False
    is_identity: bool = False
    is_null: bool | None = None
    encoding: str = ""
    is_distkey: bool = False
    is_sortkey: bool = False
    constraints: list[Facts] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The definition in PostgreSQL's words."""
        not_null = ["NOT NULL"] if self.is_null is False else []
        return " ".join([self.written, self.kind.text, *self.clauses, *not_null])


def read_column(tokens: Tokens, table: str) -> Column:
    """A column definition.

    Raises NotSupportedError for what Redshift lacks, RedshiftError for what contradicts itself, in its words.
    """
    reader = TokenReader(tokens)
    written = reader.next.text
    name = reader.take_name()
    column = Column(name, written, read_type(reader, f"{table}.{name}"))
    while not reader.is_at_end:
        _read_attribute(reader, column, table)
    if column.is_identity and column.kind.word not in _WHOLE_NUMBERS:
        raise RedshiftError("identity column type must be INT or BIGINT", code="22023")
    return column


_WHOLE_NUMBERS = ("INT", "INTEGER", "INT4", "BIGINT", "INT8")


def _read_attribute(reader: TokenReader, column: Column, table: str) -> None:
    word = reader.take().word
    if word == "DEFAULT":
        value = text_of(reader.take_until(_ATTRIBUTES)).strip()
        column.has_default = value.upper() != "NULL"
        column.clauses.append(f"DEFAULT {value}")
    elif word == "ENCODE":
        column.encoding = read_encoding(reader)
    elif word in ("DISTKEY", "SORTKEY"):
        column.is_distkey |= word == "DISTKEY"
        column.is_sortkey |= word == "SORTKEY"
    elif word in ("IDENTITY", "GENERATED"):
        column.is_identity = True
        column.clauses.append(_identity(reader, is_default=word == "GENERATED"))
    elif word in ("NOT", "NULL"):
        _read_null(reader, column, table, is_null=word == "NULL")
    elif word == "COLLATE":
        _read_collation(reader)
    else:
        _read_constraint(reader, column, word)


def _read_null(reader: TokenReader, column: Column, table: str, is_null: bool) -> None:
    if not is_null:
        reader.expect("NULL")
    if column.is_null not in (None, is_null):
        text = f'conflicting NULL/NOT NULL declarations for column "{column.name}" of table "{table}"'
        raise StatementError(text)
    column.is_null = is_null


def read_encoding(reader: TokenReader) -> str:
    """The encoding that comes next, as PG_TABLE_DEF names it; RedshiftError if Redshift has none such."""
    name = reader.take().name
    if name.upper() not in ENCODINGS:
        raise RedshiftError(f'encoding type "{name}" does not exist', code="42704")
    return ENCODINGS[name.upper()]


def _identity(reader: TokenReader, is_default: bool) -> str:
    if is_default:
        if reader.accept("ALWAYS"):
            raise StatementError('syntax error at or near "ALWAYS"')
        reader.expect("BY", "DEFAULT", "AS", "IDENTITY")
    parts = ["1", "1"]
    if reader.next.text == "(":
        parts = [text_of(part).strip() for part in split_at(reader.take_group(), ",")]
    if len(parts) != 2 or not all(part.lstrip("+-").isdigit() for part in parts):
        raise StatementError('syntax error at or near ")"')
    seed, step = parts
    bound = "MAXVALUE" if step.startswith("-") else "MINVALUE"
    always = "BY DEFAULT" if is_default else "ALWAYS"
    return f"GENERATED {always} AS IDENTITY (START WITH {seed} INCREMENT BY {step} {bound} {seed})"


def _read_collation(reader: TokenReader) -> None:
    if reader.next.word == "CASE_INSENSITIVE":
        raise NotSupportedError("COLLATE CASE_INSENSITIVE is not supported", hint="a known gap of tarmac")
    if not reader.accept("CASE_SENSITIVE"):
        raise RedshiftError(f'collation "{reader.next.name}" does not exist', code="42704")


def _read_constraint(reader: TokenReader, column: Column, word: str) -> None:
    name = ""
    if word == "CONSTRAINT":
        name, word = reader.take_name(), reader.take().word
    if word == "NOT":
        reader.expect("NULL")
        column.is_null = False
    elif word == "PRIMARY":
        reader.expect("KEY")
        column.constraints.append(_key("p", [column.name], name))
        column.is_null = False
    elif word == "UNIQUE":
        column.constraints.append(_key("u", [column.name], name))
    elif word == "REFERENCES":
        column.constraints.append({**_key("f", [column.name], name), **_referenced(reader)})
    else:
        raise _unknown(word, reader)


def _unknown(word: str, reader: TokenReader) -> RedshiftError:
    if word == "CHECK":
        return NotSupportedError("CHECK constraints are not supported")
    if word == "EXCLUDE":
        return NotSupportedError("EXCLUDE constraints are not supported")
    return StatementError(f'syntax error at or near "{word.lower() or reader.next.text}"')


def _key(kind: str, columns: list[str], name: str) -> Facts:
    return {"type": kind, "columns": columns, **({"name": name} if name else {})}


def _referenced(reader: TokenReader) -> Facts:
    parent: list[Token] = reader.take_qualified()
    columns = {"references": name_list(reader.take_group())} if reader.next.text == "(" else {}
    for word in ("MATCH", "ON", "DEFERRABLE", "INITIALLY"):
        if reader.next.word == word:
            raise NotSupportedError(f"FOREIGN KEY with {word} is not supported")
    return {"parent": for_postgresql(parent), **columns}


TABLE_CONSTRAINTS = ("PRIMARY", "UNIQUE", "FOREIGN", "CONSTRAINT", "CHECK", "EXCLUDE")


def read_table_constraint(tokens: Tokens) -> Facts:
    """A constraint of a table, with or without a name, as recorded_note.py writes it.

    Raises NotSupportedError for CHECK and EXCLUDE, StatementError for anything else that is no key.
    """
    reader = TokenReader(tokens)
    name = reader.take_name() if reader.accept("CONSTRAINT") else ""
    word = reader.take().word
    if word in ("PRIMARY", "FOREIGN"):
        reader.expect("KEY")
    elif word != "UNIQUE":
        raise _unknown(word, reader)
    key = _key(word[0].lower(), name_list(reader.take_group()), name)
    if word == "FOREIGN":
        reader.expect("REFERENCES")
        key.update(_referenced(reader))
    reader.finish()
    return key
