"""What the endpoint itself refuses or fails at, in Redshift's words.

RedshiftError                 any error that a client sees as an ErrorResponse
├── NotSupportedError       0A000: Redshift has no such statement, or this endpoint lacks it
├── StatementError              42601: a statement that Redshift can't parse
├── StatementTooLargeError    42601: a statement of more than 16 MB
├── QueryCancelledError       57014: cancelled, or out of time
├── S3CallError                 XX000: objects that can't be listed, read or written
└── LoadFailedError               XX000: rows that can't be loaded; details are in stl_load_errors
"""

from __future__ import annotations

import re
from collections.abc import Mapping


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


class StatementTooLargeError(RedshiftError):
    """A statement that is longer than Redshift takes."""

    code = "42601"  # as clients have reported it

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"Statement is too large. Statement Size: {size_bytes} bytes."
            f" Maximum Allowed: {limit_bytes} bytes"
        )


class QueryCancelledError(RedshiftError):
    """A statement that was cancelled, or ran into its timeout."""

    code = "57014"

    def __init__(self, query_id: int = 0) -> None:
        which = f"Query ({query_id})" if query_id else "Query"
        super().__init__(f"{which} cancelled on user's request")


class S3CallError(RedshiftError):
    """An S3 call on behalf of COPY or UNLOAD that failed."""


_REWORDED = {
    "MERGE command cannot affect row a second time": RedshiftError(
        "Found multiple matches to update the same tuple."
    ),
    "cannot drop columns from view": RedshiftError("cannot change number of columns in view", code="42P16"),
    "sorry, too many clients already": RedshiftError(
        'connection limit "500" exceeded for non-bootstrap users', code="53300"
    ),
}


_UNKNOWN = re.compile(r"(?<=[(\s])unknown\b(?=[,)])")  # the type of a literal, which Redshift quotes
LACKING_PREFIX = "tarmac_lacks_"
"""Before the names of functions that PostgreSQL has and Redshift lacks (see function_placement)."""

# Where the words are the same, or all that can be said, and the SQLSTATE isn't.
_RECODED = {"28P01": "28000"}  # a wrong password or an unknown user
_BY_CODE = {
    "428C9": RedshiftError("cannot set an identity column to a value", code="0A000"),  # generated always
}
_VIEW_COLUMN = re.compile(r'cannot change (name|data type) of view column "[^"]*"(?= (to|from) )')
_ROLE_IN_USE = re.compile(r'role ("[^"]+") cannot be dropped because some objects depend on it')


# Redshift says this of a statement_timeout, too ("CANCEL" in its Developer Guide; clients' reports).
_CANCELLED = frozenset(
    ["canceling statement due to user request", "canceling statement due to statement timeout"]
)


def reworded(fields: Mapping[str, str], query_id: int = 0) -> RedshiftError | None:
    """Redshift's error for one of PostgreSQL's (its fields by their letters), where it says it otherwise.

    `query_id` is that of the statement in the history of queries, 0 if it isn't known.
    """
    message, code = fields.get("M", ""), fields.get("C", "")
    if message in _CANCELLED:
        return QueryCancelledError(query_id)
    if code == "42883":  # no such function
        said = _UNKNOWN.sub('"unknown"', message.replace(LACKING_PREFIX, ""))
        return RedshiftError(said, code=code, hint=fields.get("H", ""))
    if code == "42P07" and message.startswith('relation "'):
        return RedshiftError("R" + message[1:], code=code)
    if code == "42P16" and (column := _VIEW_COLUMN.match(message)):
        return RedshiftError(column[0], code=code)
    if code == "2BP01" and (role := _ROLE_IN_USE.match(message)):
        return _user_in_use(role[1], fields.get("D", ""))
    if code in _RECODED:
        return RedshiftError(message, code=_RECODED[code])
    return _REWORDED.get(message) or _BY_CODE.get(code) or _without_our_context(fields)


def _without_our_context(fields: Mapping[str, str]) -> RedshiftError | None:
    """The error of a function of the endpoint's own, in which the client didn't call it: no word of where."""
    if "tarmac_" not in fields.get("W", ""):
        return None
    detail, hint = fields.get("D", ""), fields.get("H", "")
    return RedshiftError(fields.get("M", ""), code=fields.get("C", ""), detail=detail, hint=hint)


def _user_in_use(user: str, detail: str) -> RedshiftError:
    has_privilege = detail.startswith("privileges ")
    why = "the user has a privilege on some object" if has_privilege else "some objects depend on it"
    return RedshiftError(f"user {user} cannot be dropped because {why}", detail=detail, code="2BP01")


class LoadFailedError(RedshiftError):
    """COPY met a row that it can't load."""

    def __init__(self, table: str, detail: str) -> None:
        super().__init__(
            f"Load into table '{table}' failed.  Check 'stl_load_errors' system table for details.",
            detail=detail,
        )


def error_block(error: str, code: int, context: str) -> str:
    """The detail that Redshift gives with an error from below SQL: its number, and what it was about."""
    line = "-" * 47
    return f"\n  {line}\n  error:  {error}\n  code:      {code}\n  context:   {context}\n  {line}"
