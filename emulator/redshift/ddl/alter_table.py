"""ALTER TABLE in PostgreSQL's words (Amazon Redshift Database Developer Guide, "ALTER TABLE").

A change of keys, distribution or encodings is only noted: PostgreSQL gets a change without effect, which the
table must exist for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.redshift.ddl.column_definitions import (
    TABLE_CONSTRAINTS,
    read_column,
    read_encoding,
    read_table_constraint,
)
from emulator.redshift.ddl.column_types import read_type
from emulator.redshift.ddl.recorded_note import Facts
from emulator.redshift.ddl.table_attributes import Layout
from emulator.redshift.dialect.sql_tokens import Tokens, meaningful, split_at, text_of
from emulator.redshift.dialect.token_reader import TokenReader, for_postgresql, quoted
from emulator.redshift.errors import NotSupportedError, RedshiftError, StatementError

NO_EFFECT = "RESET (fillfactor)"
_LAYOUT = ("DISTKEY", "DISTSTYLE", "COMPOUND", "INTERLEAVED", "SORTKEY", "ENCODE")
_EXTERNAL = ("SET", "PARTITION")


@dataclass
class TableChange:
    """An ALTER TABLE: the table as PostgreSQL names it, what it is told, and what is noted."""

    table: str
    name: str
    action: str
    facts: Facts

    @property
    def sql(self) -> str:
        """The statement in PostgreSQL's words."""
        return f"ALTER TABLE {self.table} {self.action}"

    @property
    def all_facts(self) -> Facts:
        """What is noted, with the table before the change: views and keys may depend on it."""
        return {"relation": self.table, "relations": [self.table], "tag": "ALTER TABLE", **self.facts}


def read_alter_table(tokens: Tokens) -> TableChange:
    """The statement, read; raises RedshiftError for what Redshift refuses, in its words."""
    reader = TokenReader(tokens)
    reader.expect("ALTER", "TABLE")
    name = reader.take_qualified()
    actions = split_at(reader.rest(), ",")
    change = TableChange(for_postgresql(name), name[-1].name, NO_EFFECT, {})
    first = TokenReader(actions[0])
    if first.accept("ALTER") and _is_layout(first):
        change.facts = _layout(actions).facts()
        return change
    if len(actions) > 1:
        raise StatementError('syntax error at or near ","')
    _read_action(TokenReader(actions[0]), change)
    return change


def _is_layout(reader: TokenReader) -> bool:
    """Whether what follows ALTER changes how rows are kept; it may take the column's name."""
    if reader.next.word in _LAYOUT:
        return True
    reader.accept("COLUMN")
    reader.take()
    return reader.next.word == "ENCODE"


def _layout(actions: Sequence[Tokens]) -> Layout:
    layout = Layout()
    for action in actions:
        reader = TokenReader(action)
        reader.expect("ALTER")
        if reader.next.word in _LAYOUT:
            _read_layout(reader, layout)
        else:
            _read_encoding(reader, layout)
        reader.finish()
    return layout


def _read_layout(reader: TokenReader, layout: Layout) -> None:
    if reader.next.word == "INTERLEAVED":
        raise NotSupportedError("ALTER SORTKEY does not support INTERLEAVED sort keys")
    if not layout.read_distribution(reader):
        if not layout.read_sort_key(reader):
            layout.read_other(reader)
        return
    layout.read_distribution(reader)  # DISTSTYLE KEY DISTKEY c


def _read_encoding(reader: TokenReader, layout: Layout) -> None:
    reader.accept("COLUMN")
    column = reader.take_name()
    reader.expect("ENCODE")
    if column in layout.encodings:
        raise RedshiftError(f'column "{column}" specified more than once', code="42701")
    layout.encodings[column] = read_encoding(reader)


def _read_action(reader: TokenReader, change: TableChange) -> None:
    action = text_of(reader.rest())
    if reader.accept("ADD"):
        _add(reader, change)
    elif reader.accept("ALTER"):
        _alter_column(reader, change)
    elif reader.accept("DROP", "CONSTRAINT"):
        change.facts = {"drop_constraint": reader.take_name()}
        if reader.accept("CASCADE"):
            change.facts["cascade"] = True
    elif reader.accept("DROP"):
        change.action, change.facts = action, _dropped(reader)
    elif reader.accept("RENAME", "TO"):
        name = reader.take_qualified()
        change.action, change.name = f"RENAME TO {for_postgresql(name)}", name[-1].name
    elif reader.next.word in ("RENAME", "OWNER"):
        change.action = action
    else:
        _refuse(reader)


def _add(reader: TokenReader, change: TableChange) -> None:
    if reader.next.word in TABLE_CONSTRAINTS:
        change.facts = {"constraints": [read_table_constraint(reader.rest())]}
        return
    reader.accept("COLUMN")
    if reader.next.word == "IF":
        raise StatementError('syntax error at or near "NOT"')
    column = read_column(reader.rest(), change.name)
    if column.is_identity:
        raise NotSupportedError("ALTER TABLE ADD COLUMN does not support columns with type IDENTITY")
    if column.constraints:
        raise NotSupportedError(
            "ALTER TABLE ADD COLUMN does not support columns with UNIQUE, PRIMARY KEY or REFERENCES"
        )
    if column.is_distkey or column.is_sortkey:
        raise NotSupportedError("ALTER TABLE ADD COLUMN does not support columns with DISTKEY or SORTKEY")
    if column.is_null is False and not column.has_default:
        raise NotSupportedError(
            "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression"
        )
    change.action = f"ADD COLUMN {column.text}"
    if column.encoding:
        change.facts = {"added_encoding": {column.name: column.encoding}}


def _alter_column(reader: TokenReader, change: TableChange) -> None:
    reader.accept("COLUMN")
    column = reader.take_name()
    if reader.next.word in ("SET", "DROP"):
        reader.take()
        what = "DEFAULT" if reader.next.word == "DEFAULT" else "NOT NULL"
        raise NotSupportedError(f"ALTER COLUMN SET/DROP {what} is not supported")
    reader.expect("TYPE")
    kind = read_type(reader, f"{change.name}.{column}")
    if reader.next.word == "USING":
        raise NotSupportedError("ALTER TABLE ALTER COLUMN does not support USING expression")
    reader.finish()
    if kind.word not in ("VARCHAR", "VARBYTE"):
        text = f'cannot alter column "{column}" of relation "{change.name}" to type {kind.word.lower()}'
        raise NotSupportedError(text, hint="only the size of a VARCHAR column can be altered")
    change.action = f"ALTER COLUMN {quoted(column)} TYPE {kind.text}"
    change.facts = {"resize": {"column": column, "length": kind.length}}


def _dropped(reader: TokenReader) -> Facts:
    reader.accept("COLUMN")
    if reader.next.word == "IF":
        raise StatementError('syntax error at or near "EXISTS"')
    return {"drop_column": reader.take_name()}


def _refuse(reader: TokenReader) -> None:
    if reader.accept("ROW", "LEVEL", "SECURITY"):
        raise NotSupportedError("ROW LEVEL SECURITY is not supported", hint="a known gap of tarmac")
    if reader.next.word in _EXTERNAL and not reader.accept("SET", "SCHEMA"):
        raise NotSupportedError("external tables are not supported", hint="a known gap of tarmac")
    raise reader.unexpected()


def changes_type(tokens: Tokens) -> bool:
    """Whether this ALTER TABLE changes the type of a column."""
    reader = TokenReader(meaningful(tokens))
    try:
        reader.expect("ALTER", "TABLE")
        reader.take_qualified()
        reader.expect("ALTER")
        reader.accept("COLUMN")
        reader.take_name()
    except StatementError:
        return False
    return reader.next.word == "TYPE"
