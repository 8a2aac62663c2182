"""Which of COPY's options go together (Amazon Redshift Database Developer Guide, COPY's parameters)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.redshift.errors import NotSupportedError, StatementError

if TYPE_CHECKING:
    from emulator.redshift.loads.copy_options import CopyPlan

MAX_MAXERROR = 100_000
_EVERY_FORMAT = {
    "AS",
    "FORMAT",
    "WITH",
    "IAM_ROLE",
    "CREDENTIALS",
    "ACCESS_KEY_ID",
    "SECRET_ACCESS_KEY",
    "SESSION_TOKEN",
    "TOKEN",
    "MANIFEST",
    "STATUPDATE",
    "COMPUPDATE",
    "ACCEPTINVCHARS",
    "EXPLICIT_IDS",
    "FILLRECORD",
    "NOLOAD",
}
_COLUMNAR = {*_EVERY_FORMAT, "PARQUET", "ORC", "SERIALIZETOJSON"}
_NOT_WITH = {
    "CSV": ("FIXEDWIDTH", "ESCAPE", "REMOVEQUOTES", "SERIALIZETOJSON"),
    "FIXEDWIDTH": ("DELIMITER", "ESCAPE", "REMOVEQUOTES", "QUOTE", "SERIALIZETOJSON"),
    "JSON": ("DELIMITER", "ESCAPE", "FILLRECORD", "IGNOREBLANKLINES", "NULL", "REMOVEQUOTES", "QUOTE"),
    "AVRO": ("DELIMITER", "ESCAPE", "FILLRECORD", "IGNOREBLANKLINES", "NULL", "REMOVEQUOTES", "QUOTE"),
    "": ("QUOTE", "SERIALIZETOJSON"),
}
_FORMATS = ("CSV", "PARQUET", "ORC", "JSON", "AVRO", "FIXEDWIDTH")
_ENCODINGS = ("UTF8", "UTF16", "UTF16LE", "UTF16BE", "ISO88591", "LATIN1")


def check(plan: CopyPlan) -> None:
    """Refuses what Redshift refuses.

    Raises NotSupportedError for an option that the format doesn't have, StatementError for the rest.
    """
    if sum(name in plan.given for name in _FORMATS) > 1:
        raise StatementError("conflicting or redundant options", hint="COPY reads one format.")
    if plan.is_columnar:
        _check_columnar(plan)
    for option in _NOT_WITH.get(plan.data_format, ()):
        if option in plan.given:
            name = "NULL AS" if option == "NULL" else option
            raise StatementError(f"{name} is not supported for {plan.data_format or 'text'} format")
    if not plan.authorization.is_given:
        raise StatementError("CREDENTIALS argument is required but not specified.")
    _check_values(plan)


def _check_columnar(plan: CopyPlan) -> None:
    bad = sorted(plan.given - _COLUMNAR)
    if bad:
        name = "NULL AS" if bad[0] == "NULL" else bad[0]
        raise NotSupportedError(f"{name} argument is not supported for {plan.data_format} based COPY")


def _check_values(plan: CopyPlan) -> None:
    if "IGNOREALLERRORS" in plan.flags and "MAXERROR" in plan.given:
        raise StatementError("IGNOREALLERRORS and MAXERROR can't be specified together")
    if plan.max_error > MAX_MAXERROR:
        raise StatementError(f"MAXERROR must be from 0 to {MAX_MAXERROR}")
    if plan.encoding not in _ENCODINGS:
        raise NotSupportedError(f"ENCODING {plan.encoding} is not supported")
    if len(plan.invalid_characters.encode()) > 1 or plan.invalid_characters == "\0":
        raise StatementError("ACCEPTINVCHARS replacement character must be a single ASCII character")
    if plan.null_as is not None and "\n" in plan.null_as:
        raise StatementError("NULL AS can't hold a newline")
    if plan.data_format == "CSV" and plan.separator == plan.quote:
        raise StatementError("DELIMITER and QUOTE must be different characters")
    if plan.date_format.lower().startswith("epoch"):
        raise StatementError(f"DATEFORMAT {plan.date_format!r} is for TIMEFORMAT only")
