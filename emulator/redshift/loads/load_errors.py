"""Records that COPY couldn't load: their errors in Redshift's numbers and words, as stl_load_errors has them.

The numbers are those of the Amazon Redshift Database Developer Guide, "Load error reference".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from emulator.redshift.loads.copy_columns import Column

_CONTEXT = re.compile(
    r'^COPY .*?, line (\d+)(?:, column (.+?))?(?:: (?:"(.*)"|null input))?$', re.DOTALL | re.MULTILINE
)
_SKIPPED = re.compile(
    r'skipping row due to data type incompatibility at line (\d+) for column "(.*?)"'
    r'(?:: "(.*)"|: null input)',
    re.DOTALL,
)
DATA_ERROR_CLASSES = ("22", "23")


class RecordError(Exception):
    """A record that can't be loaded; `code` and `reason` are Redshift's, `position` is within the field."""

    def __init__(
        self, code: int, reason: str, column: Column | None = None, value: str = "", position: int = 0
    ) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.column = column
        self.value = value
        self.position = position


@dataclass(frozen=True)
class LoadErrorRow:
    """One row of stl_load_errors: where in which file, and what."""

    filename: str
    line_number: int
    raw_line: str
    error: RecordError

    @property
    def summary(self) -> str:
        """One line that says where and why."""
        error = self.error
        column = f", column {error.column.name}" if error.column else ""
        value = f" (value {error.value!r})" if error.value else ""
        return f"{self.filename}, line {self.line_number}{column}: {error.reason}{value}"


def extra_columns(value: str) -> RecordError:
    """More fields than columns."""
    return RecordError(1202, "Extra column(s) found", value=value)


def missing_columns(value: str) -> RecordError:
    """Fewer fields than columns."""
    return RecordError(1214, "Delimiter not found", value=value)


@dataclass(frozen=True)
class Place:
    """Where the warehouse met an error: the line of what it was sent, the column, the value."""

    line: int
    column: str
    value: str


def from_context(fields: dict[str, str]) -> Place | None:
    """The place that PostgreSQL's COPY names in its error."""
    match = _CONTEXT.search(fields.get("W", ""))
    if match is None:
        return None
    line, value = int(match.group(1)), match.group(3) or ""
    if "unterminated" in fields.get("M", ""):
        line -= value.count("\n")  # where the record begins
    return Place(line, (match.group(2) or "").strip('"'), value)


def from_notice(text: str) -> Place | None:
    """The same from the notice for a skipped row."""
    match = _SKIPPED.match(text)
    return None if match is None else Place(int(match.group(1)), match.group(2), match.group(3) or "")


def translated(fields: dict[str, str], place: Place, columns: list[Column]) -> RecordError:
    """PostgreSQL's error in Redshift's words, for what COPY's own reading of the record doesn't refuse."""
    column = next((item for item in columns if item.name == place.column), None)
    state, text = fields.get("C", ""), fields.get("M", "")
    if "unterminated CSV quoted field" in text:
        return RecordError(1214, "Invalid quote formatting for CSV", value=place.value)
    if state == "22P04":
        return extra_columns(place.value) if "extra data" in text else missing_columns(place.value)
    kind = column.type if column else ""
    code, reason = _BY_TYPE.get(kind, _BY_STATE.get(state, (1200, f"Unknown parse error: {text}")))
    return RecordError(code, reason, column, place.value)


_TIMESTAMP = (1206, "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]")
_BY_TYPE = {
    "date": (1205, "Invalid Date Format [YYYY-MM-DD]"),
    "timestamp without time zone": _TIMESTAMP,
    "timestamp with time zone": _TIMESTAMP,
    "time without time zone": (1206, "Invalid time format or value [HH24:MI:SS]"),
    "time with time zone": (1206, "Invalid time format or value [HH24:MI:SSOF]"),
    "jsonb": (1224, "Invalid JSON for a SUPER column"),
}
_BY_STATE = {
    "22001": (1204, "String length exceeds DDL length"),
    "22003": (1204, "Overflow"),
    "23502": (1213, "Missing data for not-null field"),
    "22021": (1220, "String contains invalid or unsupported UTF-8 codepoints."),
}
