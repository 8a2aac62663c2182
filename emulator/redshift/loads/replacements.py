"""ACCEPTINVCHARS: bytes that are no UTF-8 are replaced, and the records noted (STL_REPLACEMENTS)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from emulator.redshift.loads.copy_columns import Column
from emulator.redshift.loads.copy_options import CopyPlan
from emulator.redshift.loads.text_records import Parse, parser
from emulator.redshift.loads.text_source import replaced

_NOT_ASCII = re.compile(r"[^\x01-\x7f]")
MAX_NOTED = 100
"""So many records of a load are noted; the others are counted."""


@dataclass
class Replacements:
    """The replacements of one load; `rows` are those of stl_replacements."""

    plan: CopyPlan
    columns: list[Column]
    rows: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0  # of lines, as Redshift counts rows

    def repaired(self, piece: bytes, url: str, first_line: int) -> bytes:
        """A piece of a file, which begins on that line, in UTF-8."""
        if not self.plan.invalid_characters or _is_utf8(piece):
            return piece
        lines = piece.split(b"\n")
        for place, line in enumerate(lines):
            if not _is_utf8(line):
                lines[place] = replaced(line, self.plan.invalid_characters).encode()
                self._note(line, url, first_line + place)
        return b"\n".join(lines)

    def _note(self, line: bytes, url: str, number: int) -> None:
        self.count += 1
        if len(self.rows) < MAX_NOTED:
            raw = line.decode("utf-8", "surrogateescape")
            shown = _NOT_ASCII.sub(".", raw)[:1024]
            self.rows.append({"url": url, "line": number, "col": self._column_of(raw), "raw": shown})

    def _column_of(self, line: str) -> str:
        """The column of the first field with such bytes; empty where the line alone doesn't tell."""
        if self.plan.data_format == "JSON":
            return ""
        parse: Parse = parser(self.plan)
        for record in parse(line, 1):
            for column, value in zip(self.columns, record.fields, strict=False):
                if value and not _is_utf8(value.encode("utf-8", "surrogateescape")):
                    return column.name
        return ""


def _is_utf8(text: bytes) -> bool:
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
