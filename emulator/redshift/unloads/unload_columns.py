"""How each column of a query stands in the files of an UNLOAD, as SQL that the warehouse executes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.redshift.errors import RedshiftError
from emulator.redshift.unloads.unload_options import UnloadPlan

NO_QUOTE = "\x01"  # what no text holds: stands for quotes that are taken away or changed again
_NUMBERS = ("smallint", "integer", "bigint", "real", "double precision", "numeric")


@dataclass(frozen=True)
class ResultColumn:
    """A column of the query: its name, its type with length, and the name that it has within UNLOAD's SQL."""

    name: str
    full_type: str
    alias: str

    @property
    def is_super(self) -> bool:
        """Whether it is a SUPER column."""
        return self.full_type == "jsonb"


def aliased(plan: UnloadPlan, columns: Sequence[ResultColumn]) -> str:
    """The query as a FROM item in which every column has its alias: two may have one name."""
    return f"({plan.query}) AS unloaded ({', '.join(column.alias for column in columns)})"


def copy_to_stdout(plan: UnloadPlan, columns: Sequence[ResultColumn], source: str) -> str:
    """COPY of these columns of a FROM item, in a format from which the file's own follows."""
    return f"COPY ({_query(plan, columns, source)}) TO STDOUT WITH ({_options(plan)})"


def header(plan: UnloadPlan, columns: Sequence[ResultColumn]) -> bytes:
    """The line of HEADER, to which the options on texts apply as to all lines."""
    return (delimiter_of(plan).join(_header_text(plan, column.name) for column in columns) + "\n").encode()


def delimiter_of(plan: UnloadPlan) -> str:
    """What stands between two fields."""
    return plan.delimiter or ("," if plan.data_format == "CSV" else "|")


def quote_of(plan: UnloadPlan) -> bytes:
    """What stands around a value with line breaks in the warehouse's COPY."""
    if plan.data_format in ("CSV", "PARQUET") or ("ADDQUOTES" in plan.flags and not plan.escape):
        return b'"'
    return NO_QUOTE.encode()


def _query(plan: UnloadPlan, columns: Sequence[ResultColumn], source: str) -> str:
    if plan.data_format == "JSON":
        fields = ", ".join(f"{_json(column)} AS {quoted(column.name)}" for column in columns)
        return f"SELECT row_to_json(fields) FROM (SELECT {fields} FROM {source}) AS fields"
    if plan.fixed_widths:
        return f"SELECT {' || '.join(_fixed(plan, columns))} FROM {source}"
    return f"SELECT {', '.join(_text(column) for column in columns)} FROM {source}"


def _text(column: ResultColumn) -> str:
    if column.is_super:
        return f"pg_catalog.tarmac_json_text({column.alias})"
    return column.alias


def _json(column: ResultColumn) -> str:
    """Numbers and SUPER stay what they are, a boolean is `t` or `f`, the rest is text ("UNLOAD", JSON)."""
    if column.is_super:
        return f"{_text(column)}::json"
    if column.full_type.partition("(")[0] in _NUMBERS:
        return column.alias
    if column.full_type == "boolean":
        return f"CASE WHEN {column.alias} THEN 't' WHEN NOT {column.alias} THEN 'f' END"
    return f"{column.alias}::text"


def _fixed(plan: UnloadPlan, columns: Sequence[ResultColumn]) -> list[str]:
    if len(plan.fixed_widths) != len(columns):
        text = f"FIXEDWIDTH names {len(plan.fixed_widths)} columns, the query has {len(columns)}"
        raise RedshiftError(text, code="42601")
    null = literal(plan.null_as or "")
    return [
        f"pg_catalog.tarmac_fixed({_text(column)}::text, {width}, {null}, {literal(column.name)},"
        f" {column.full_type.startswith('character')})"
        for column, (_, width) in zip(columns, plan.fixed_widths, strict=True)
    ]


def _options(plan: UnloadPlan) -> str:
    delimiter, null = literal(delimiter_of(plan)), literal(plan.null_as or "")
    if plan.data_format == "PARQUET":
        return "FORMAT csv, NULL ''"
    if plan.data_format == "JSON" or plan.fixed_widths:
        return f"FORMAT csv, QUOTE {literal(NO_QUOTE)}, DELIMITER {literal(chr(2))}"
    if plan.data_format == "CSV":
        return f"FORMAT csv, DELIMITER {delimiter}, NULL {null}"
    if "ADDQUOTES" in plan.flags:
        quote = literal(quote_of(plan).decode())
        return f"FORMAT csv, QUOTE {quote}, DELIMITER {delimiter}, NULL {null}, FORCE_QUOTE *"
    if plan.escape:
        return f"FORMAT text, DELIMITER {delimiter}, NULL {null}"
    return f"FORMAT csv, QUOTE {literal(NO_QUOTE)}, DELIMITER {delimiter}, NULL {null}"


def _header_text(plan: UnloadPlan, name: str) -> str:
    doubled = '"' + name.replace('"', '""') + '"'
    if "ADDQUOTES" in plan.flags:
        return doubled
    if plan.data_format == "CSV" and any(mark in name for mark in (delimiter_of(plan), '"', "\n", "\r")):
        return doubled
    if plan.escape:
        return name.replace("\\", "\\\\").replace(delimiter_of(plan), "\\" + delimiter_of(plan))
    return name


def quoted(name: str) -> str:
    """The name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text as a literal, whatever standard_conforming_strings says."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'" if "\\" in text else f"'{escaped}'"
