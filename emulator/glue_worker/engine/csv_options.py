"""Glue's `format_options` for CSV, and a catalog table's SerDe parameters, as one thing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError
from emulator.glue_worker.engine.format_options import is_true

_TAB_NAMES = {"\\t": "\t", "tab": "\t", "ctrla": "\x01", "\\u0001": "\x01"}


@dataclass(frozen=True)
class CsvOptions:
    """How to read CSV files. An empty `quote` or `escape` means that there is none.

    `header` is "named" (each file's first line names its columns), "skipped" or "none".
    """

    separator: str = ","
    quote: str = '"'
    escape: str = ""
    header: str = "none"
    multi_line: bool = False
    encoding: str = "UTF-8"

    def for_spark(self) -> dict[str, str]:
        """The same for Spark's CSV reader; a doubled quote inside quotes is a quote, as in RFC 4180."""
        return {
            "sep": self.separator,
            "quote": self.quote or "\u0000",
            "escape": self.escape or self.quote or "\u0000",
            "header": "false" if self.header == "none" else "true",
            "multiLine": str(self.multi_line).lower(),
            "encoding": self.encoding,
            "mode": "PERMISSIVE",
            "ignoreLeadingWhiteSpace": "false",
            "ignoreTrailingWhiteSpace": "false",
            "maxCharsPerColumn": "-1",
        }


def from_format_options(options: Mapping[str, Any]) -> CsvOptions:
    """The options of `from_options(format="csv")`. Raises GlueError for one that is no single character."""
    header = "named" if is_true(options.get("withHeader")) else "none"
    return CsvOptions(
        separator=_character(options.get("separator", ","), "separator"),
        quote=_optional(options.get("quoteChar", '"'), "quoteChar"),
        escape=_optional(options.get("escaper", ""), "escaper"),
        header="skipped" if header == "none" and is_true(options.get("skipFirst")) else header,
        multi_line=is_true(options.get("multiLine", options.get("multiline"))),
        encoding=str(options.get("encoding", "UTF-8")),
    )


def from_table(parameters: Mapping[str, str], serde: Mapping[str, Any]) -> CsvOptions:
    """The options of a catalog table: its parameters, and its SerDe's."""
    given = serde.get("Parameters") or {}
    separator = given.get("separatorChar") or given.get("field.delim") or parameters.get("delimiter") or ","
    skips = int(parameters.get("skip.header.line.count") or given.get("skip.header.line.count") or 0)
    if skips > 1:
        raise NotInTarmacError(f"skip.header.line.count = {skips}", "0 and 1 are")
    return CsvOptions(
        separator=_character(separator, "field.delim"),
        quote=_optional(given.get("quoteChar", '"'), "quoteChar"),
        escape=_optional(given.get("escapeChar") or given.get("escape.delim") or "", "escapeChar"),
        header="skipped" if skips else "none",
    )


def _optional(value: object, name: str) -> str:
    return "" if value in ("-1", -1, None, "") else _character(value, name)


def _character(value: object, name: str) -> str:
    text = _TAB_NAMES.get(str(value).lower(), str(value))
    if len(text) != 1:
        raise GlueError(f"the CSV option {name} is {value!r}, but must be one character")
    return text
