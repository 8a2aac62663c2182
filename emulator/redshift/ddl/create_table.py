"""CREATE TABLE in PostgreSQL's words, with columns, LIKE another table, or AS a query.

Keys and where rows are kept are noted (recorded_note.py), not told to PostgreSQL, so that keys are not
enforced; a primary key's columns become NOT NULL (Amazon Redshift Database Developer Guide, "CREATE TABLE").
"""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.redshift.ddl.column_definitions import (
    TABLE_CONSTRAINTS,
    Column,
    read_column,
    read_table_constraint,
)
from emulator.redshift.ddl.recorded_note import Facts
from emulator.redshift.ddl.table_attributes import Layout, read_layout
from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful, split_at, text_of
from emulator.redshift.dialect.token_reader import TokenReader, for_postgresql
from emulator.redshift.errors import NotSupportedError, RedshiftError

_REFUSED_ENDINGS = {
    "INHERITS": "INHERITS is not supported",
    "PARTITION": "PARTITION BY tables are not supported",
    "TABLESPACE": "Tablespaces are not supported",
    "WITH": "WITH (storage parameters) is not supported",
    "USING": "table access methods are not supported",
}


@dataclass
class NewTable:
    """A CREATE TABLE: PostgreSQL's text without the query after AS, that query, and what is noted."""

    head: str
    name: str
    columns: list[Column] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    constraints: list[Facts] = field(default_factory=list)
    layout: Layout = field(default_factory=Layout)
    parent: str = ""
    has_body: bool = False
    query: list[Token] = field(default_factory=list)

    @property
    def definition(self) -> str:
        """Everything before the query, in PostgreSQL's words."""
        if not self.has_body:
            return self.head
        return f"{self.head} ({', '.join([*(column.text for column in self.columns), *self.others])})"

    def facts(self) -> Facts:
        """What is recorded of the table; empty if nothing was said."""
        self.layout.add_columns(self.columns)
        facts = self.layout.facts()
        keys = [key for column in self.columns for key in column.constraints] + self.constraints
        if keys:
            facts["constraints"] = keys
        if self.parent:
            facts["like"] = self.parent
        return {"is_new": True, **facts} if facts else {}


def read_create_table(tokens: Tokens) -> NewTable:
    """The statement, read; raises RedshiftError for what Redshift refuses, in its words."""
    reader = TokenReader(tokens)
    kinds = [token.word for token in reader.take_until(("TABLE",)) if token.word]
    if "UNLOGGED" in kinds:
        raise NotSupportedError("UNLOGGED tables are not supported")
    reader.expect("TABLE")
    exists = "IF NOT EXISTS " if reader.accept("IF", "NOT", "EXISTS") else ""
    name = reader.take_qualified()
    is_temporary = bool({"TEMP", "TEMPORARY"} & set(kinds)) or name[-1].kind == "hash"
    head = f"CREATE {'TEMP ' if is_temporary else ''}TABLE {exists}{for_postgresql(name)}"
    table = NewTable(head, name[-1].name)
    if reader.next.text == "(":
        _read_body(reader.take_group(), table)
    rest = TokenReader(read_layout(reader.rest(), table.layout))
    _read_ending(rest, table)
    _require_keys_not_null(table)
    return table


def _read_ending(reader: TokenReader, table: NewTable) -> None:
    if reader.next.word in _REFUSED_ENDINGS:
        raise NotSupportedError(_REFUSED_ENDINGS[reader.next.word])
    if reader.next.word == "AS":
        table.query = reader.rest()
        return
    reader.finish()
    if not table.has_body:
        raise reader.unexpected()


def _read_body(tokens: list[Token], table: NewTable) -> None:
    table.has_body = True
    display = table.name.lstrip("#")
    for part in split_at(tokens, ","):
        words = meaningful(part)
        if words and words[0].word == "LIKE" and len(words) > 1:
            _read_like(part, table)
        elif len(words) < 2:
            table.others.append(text_of(part).strip())  # a name of CREATE TABLE AS
        elif words[0].word in TABLE_CONSTRAINTS:
            table.constraints.append(read_table_constraint(part))
        else:
            table.columns.append(read_column(part, display))


def _read_like(part: Tokens, table: NewTable) -> None:
    reader = TokenReader(part)
    reader.expect("LIKE")
    table.parent = for_postgresql(reader.take_qualified())
    text = f"LIKE {table.parent}"
    for word in ("INCLUDING", "EXCLUDING"):
        if reader.accept(word):
            reader.expect("DEFAULTS")
            text += f" {word} DEFAULTS"
    reader.finish()
    table.others.append(text)


def _require_keys_not_null(table: NewTable) -> None:
    """A primary key's columns are NOT NULL; a key on a column that isn't there is an error of Redshift's."""
    columns = {column.name: column for column in table.columns}
    for key in table.constraints:
        missing = [name for name in key["columns"] if name not in columns and not table.parent]
        if missing:
            raise RedshiftError(f'column "{missing[0]}" named in key does not exist', code="42703")
        for name in key["columns"] if key["type"] == "p" else ():
            if name in columns:
                columns[name].is_null = False
