"""How and where the rows of a table are kept: DISTSTYLE, DISTKEY, SORTKEY, ENCODE AUTO, BACKUP."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.redshift.ddl.column_definitions import Column
from emulator.redshift.ddl.recorded_note import Facts
from emulator.redshift.dialect.sql_tokens import Token
from emulator.redshift.dialect.token_reader import TokenReader, key_columns
from emulator.redshift.errors import RedshiftError

MAX_SORT_COLUMNS, MAX_INTERLEAVED_COLUMNS = 400, 8
_STYLES = ("AUTO", "EVEN", "KEY", "ALL")


@dataclass
class Layout:
    """The attributes of a table, or the changes of an ALTER TABLE; None where nothing is said."""

    diststyle: str | None = None
    distkeys: list[str] = field(default_factory=list)
    sortkey: list[str] | None = None
    is_interleaved: bool = False
    sortkey_auto: bool | None = None
    encode_auto: bool | None = None
    backup: bool | None = None
    encodings: dict[str, str] = field(default_factory=dict)

    def read_distribution(self, reader: TokenReader) -> bool:
        """Takes DISTSTYLE or DISTKEY if it comes next; whether it did."""
        if reader.accept("DISTSTYLE"):
            style = reader.take().word
            if style not in _STYLES:
                raise RedshiftError(f'invalid distribution style "{style.lower()}"', code="22023")
            self.diststyle = style
            return True
        if reader.accept("DISTKEY"):
            grouped = reader.next.text == "("
            self.distkeys += key_columns(reader.take_group()) if grouped else [reader.take_name()]
            return True
        return False

    def read_sort_key(self, reader: TokenReader) -> bool:
        """Takes a SORTKEY clause if it comes next; whether it did."""
        is_compound, is_interleaved = reader.accept("COMPOUND"), reader.accept("INTERLEAVED")
        if not reader.accept("SORTKEY"):
            if is_compound or is_interleaved:
                raise reader.unexpected()
            return False
        if self.sortkey is not None or self.sortkey_auto:
            raise RedshiftError("Only one SORTKEY clause can be specified", code="42601")
        self.is_interleaved = is_interleaved
        if reader.accept("AUTO"):
            self.sortkey_auto = True
        elif reader.accept("NONE"):
            self.sortkey = []
        else:
            self.sortkey = key_columns(reader.take_group())
        return True

    def read_other(self, reader: TokenReader) -> bool:
        """Takes ENCODE AUTO or BACKUP if it comes next; whether it did."""
        if reader.accept("ENCODE"):
            reader.expect("AUTO")
            self.encode_auto = True
            return True
        if reader.accept("BACKUP"):
            self.backup = reader.accept("YES")
            if not self.backup:
                reader.expect("NO")
            return True
        return False

    def read(self, reader: TokenReader) -> bool:
        """Takes one attribute of CREATE TABLE if one comes next; whether it did."""
        return self.read_distribution(reader) or self.read_sort_key(reader) or self.read_other(reader)

    def add_columns(self, columns: list[Column]) -> None:
        """Takes over what the columns' definitions say of keys and encodings."""
        distkeys = [column.name for column in columns if column.is_distkey]
        self.distkeys += [name for name in distkeys if name not in self.distkeys]
        keys = [column.name for column in columns if column.is_sortkey]
        if len(keys) > 1:
            raise RedshiftError("You can specify only one column SORTKEY", code="42601")
        if self.sortkey is None and keys:
            self.sortkey = keys
        self.encodings.update({column.name: column.encoding for column in columns if column.encoding})

    def facts(self) -> Facts:
        """What is recorded; raises RedshiftError for attributes that Redshift doesn't take together."""
        self._check_distribution()
        self._check_sort_key()
        facts: Facts = {
            "diststyle": "KEY" if self.distkeys else self.diststyle,
            "distkey": self.distkeys[0] if self.distkeys else None,
            "sortkey": self.sortkey,
            "interleaved": self.is_interleaved or None,
            "sortkey_auto": self.sortkey_auto,
            "encode": self.encodings or None,
            "encode_auto": self.encode_auto,
            "backup": self.backup,
        }
        return {name: value for name, value in facts.items() if value is not None}

    def _check_distribution(self) -> None:
        if len(self.distkeys) > 1:
            raise RedshiftError("Only one column can be the DISTKEY of a table", code="42601")
        if self.distkeys and self.diststyle not in (None, "KEY"):
            style = self.diststyle
            raise RedshiftError(f"DISTSTYLE {style} does not allow a DISTKEY column", code="42601")
        if self.diststyle == "KEY" and not self.distkeys:
            raise RedshiftError("DISTSTYLE KEY requires a DISTKEY column", code="42601")

    def _check_sort_key(self) -> None:
        keys = self.sortkey or []
        limit = MAX_INTERLEAVED_COLUMNS if self.is_interleaved else MAX_SORT_COLUMNS
        if len(keys) > limit:
            kind = "interleaved " if self.is_interleaved else ""
            raise RedshiftError(f"{kind}sort key can have at most {limit} columns".capitalize(), code="54011")
        if len(set(keys)) < len(keys):
            double = next(key for key in keys if keys.count(key) > 1)
            raise RedshiftError(f'column "{double}" appears twice in the sort key', code="42701")


def read_layout(tokens: list[Token], layout: Layout) -> list[Token]:
    """Reads all attributes at the beginning of these tokens; returns what is left."""
    reader = TokenReader(tokens)
    while layout.read(reader):
        pass
    return reader.rest()
