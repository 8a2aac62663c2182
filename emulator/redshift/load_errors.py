"""Rows that COPY couldn't load: their errors in Redshift's numbers and words, as stl_load_errors has them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from emulator.redshift.catalog import Catalog

_CONTEXT = re.compile(r'^COPY .*?, line (\d+)(?:, column (.+?))?(?:: (?:"(.*)"|null input))?$', re.DOTALL)
_SKIPPED = re.compile(
    r'skipping row due to data type incompatibility at line (\d+) for column "(.*?)"'
    r'(?:: "(.*)"|: null input)',
    re.DOTALL,
)


class RecordError(Exception):
    """A record that can't be loaded; `code` and `reason` are Redshift's."""

    def __init__(self, code: int, reason: str, column: str = "", value: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.column = column
        self.value = value


@dataclass(frozen=True)
class LoadErrorRow:
    """One row of stl_load_errors."""

    filename: str
    line_number: int
    column: str
    column_type: str
    column_length: str
    raw_line: str
    value: str
    code: int
    reason: str

    @property
    def summary(self) -> str:
        """One line that says where and why."""
        where = f"{self.filename}, line {self.line_number}"
        column = f", column {self.column}" if self.column else ""
        value = f" (value {self.value!r})" if self.value else ""
        return f"{where}{column}: {self.reason}{value}"


@dataclass
class LineLedger:
    """Which line of the stream sent to the warehouse came from which file.

    The stream's lines are counted from 1; a file's lines include those that IGNOREHEADER skipped.
    """

    skipped_per_file: int = 0
    _files: list[tuple[int, str]] = field(default_factory=list)
    lines: int = 0

    def begin(self, url: str) -> None:
        """The next lines are of this file."""
        self._files.append((self.lines, url))

    def locate(self, line: int) -> tuple[str, int]:
        """The file and its line for a line of the stream."""
        before = [entry for entry in self._files if entry[0] < line] or self._files[:1]
        if not before:
            return "", line
        start, url = before[-1]
        return url, line - start + self.skipped_per_file

    @property
    def files(self) -> list[str]:
        """The files begun so far."""
        return [url for _, url in self._files]


def from_context(fields: dict[str, str]) -> tuple[int, str, str] | None:
    """The stream's line, the column and the value (or raw line) that PostgreSQL's COPY names in its error."""
    match = _CONTEXT.match(
        fields.get("W", "").split("\n")[0] if "\n" not in fields.get("W", "") else fields["W"]
    )
    if match is None:
        return None
    return int(match.group(1)), (match.group(2) or "").strip('"'), match.group(3) or ""


def from_notice(text: str) -> tuple[int, str, str] | None:
    """The same from the notice for a skipped row."""
    match = _SKIPPED.match(text)
    return None if match is None else (int(match.group(1)), match.group(2), match.group(3) or "")


def reason_of(fields: dict[str, str], column_type: str, value: str) -> tuple[int, str]:
    """Redshift's number and text for PostgreSQL's error."""
    state, text = fields.get("C", ""), fields.get("M", "")
    if state == "22P02" and column_type in ("smallint", "integer", "bigint", "numeric"):
        return (
            1207,
            f"Invalid digit, Value '{value[:1]}', Pos 0, Type: {_TYPE_NAMES.get(column_type, column_type)}",
        )
    if state == "22P02" and column_type in ("real", "double precision"):
        return 1207, f"Invalid digit, Value '{value[:1]}', Pos 0, Type: Double"
    if state in ("22007", "22008") or (state == "22P02" and column_type == "date"):
        return (
            (1205, "Invalid Date Format - length must be 10 or more")
            if column_type == "date"
            else (1206, "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]")
        )
    if state == "22P04":
        return (1202, "Extra column(s) found") if "extra data" in text else (1201, "Delimiter not found")
    return _BY_STATE.get(state, (1999, text))


_TYPE_NAMES = {"smallint": "Short", "integer": "Integer", "bigint": "Long", "numeric": "Decimal"}
_BY_STATE = {
    "22001": (1204, "String length exceeds DDL length"),
    "22003": (1216, "Overflow"),
    "23502": (1213, "Missing data for not-null field"),
    "22021": (1220, "String contains invalid or unsupported UTF8 codepoints"),
}
DATA_ERROR_CLASSES = ("22", "23")

_INSERT = """INSERT INTO pg_catalog.stl_load_errors (userid, slice, tbl, starttime, session, query, filename,
  line_number, colname, type, col_length, position, raw_line, raw_field_value, err_code, err_reason,
  is_partial, start_offset) VALUES (100, 0, :tbl, :at, :session, :query, :filename, :line, :col, :kind,
  :length, 0, :raw, :value, :code, :reason, 0, 0)"""


def record(
    catalog: Catalog, database: str, query: int, pid: int, table_oid: int, errors: list[LoadErrorRow]
) -> None:
    """Writes the errors to stl_load_errors, outside the client's transaction, which is about to fail."""
    connection = catalog.connect(database)
    try:
        connection.run("SET allow_system_table_mods = on")
        for error in errors:
            connection.run(
                _INSERT,
                tbl=table_oid,
                at=datetime.now(UTC).replace(tzinfo=None),
                session=pid,
                query=query,
                filename=error.filename[:256],
                line=error.line_number,
                col=error.column[:127],
                kind=error.column_type[:10],
                length=error.column_length[:10],
                raw=_clean(error.raw_line, 1024),
                value=_clean(error.value, 1024),
                code=error.code,
                reason=error.reason[:100],
            )
    finally:
        connection.close()


def _clean(text: str, size: int) -> str:
    return text.replace("\0", "")[:size]
