"""What the endpoint itself refuses or fails at, in Redshift's words.

RedshiftError                 any error that a client sees as an ErrorResponse
├── NotSupportedError       0A000: Redshift has no such statement, or this endpoint lacks it
├── StatementError              42601: a statement that Redshift can't parse
├── S3CallError                 XX000: objects that can't be listed, read or written
└── LoadFailedError               XX000: rows that can't be loaded; details are in stl_load_errors
"""

from __future__ import annotations


class RedshiftError(Exception):
    """An error that the client is told: its text, SQLSTATE, and optionally detail and hint."""

    code = "XX000"

    def __init__(self, message: str, *, detail: str = "", hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.hint = hint
        if code:
            self.code = code


class NotSupportedError(RedshiftError):
    """Something that Redshift refuses, or that is a known gap of this endpoint (the hint says which)."""

    code = "0A000"


class StatementError(RedshiftError):
    """A COPY or UNLOAD that doesn't follow Redshift's syntax."""

    code = "42601"


class S3CallError(RedshiftError):
    """An S3 call on behalf of COPY or UNLOAD that failed."""


_REWORDED = {
    "MERGE command cannot affect row a second time": RedshiftError(
        "Found multiple matches to update the same tuple."
    ),
}


def reworded(message: str) -> RedshiftError | None:
    """Redshift's error for one of PostgreSQL's, where they say the same in other words."""
    return _REWORDED.get(message)


class LoadFailedError(RedshiftError):
    """COPY met a row that it can't load."""

    def __init__(self, table: str, detail: str) -> None:
        super().__init__(
            f"Load into table '{table}' failed. Check 'stl_load_errors' system table for details.",
            detail=detail,
        )
