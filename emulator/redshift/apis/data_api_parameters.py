"""Named parameters (`:name`) of a statement, bound as values.

As AWS does (Amazon Redshift Management Guide, "Running SQL statements with parameters"): one can be used
more than once, not inside quotes or comments, and each takes the type of its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from emulator.redshift.apis.api_errors import invalid
from emulator.redshift.dialect.sql_tokens import tokens_of

_NAME = re.compile(r"[0-9a-zA-Z_]+")


def bind(sql: str, parameters: Sequence[dict[str, str]]) -> tuple[str, list[str]]:
    """The SQL with `$1`, `$2`… for the parameters, and their values in that order.

    A `:name` that is not among the parameters stays, and PostgreSQL refuses it as Redshift does.
    Raises ApiError for a parameter that the SQL doesn't use.
    """
    values = {parameter["name"]: parameter["value"] for parameter in parameters}
    pieces: list[str] = []
    bound: list[str] = []
    used: set[str] = set()
    done = 0
    for place, name in _placeholders(sql):
        if name in values:
            bound.append(values[name])
            used.add(name)
            pieces += (sql[done:place], f"${len(bound)}")
            done = place + 1 + len(name)
    unused = [name for name in values if name not in used]
    if unused:
        listed = ", ".join(unused)
        raise invalid(f"Parameters list contains unused parameters. Unused parameters: [{listed}]")
    return "".join(pieces) + sql[done:], bound


def _placeholders(sql: str) -> list[tuple[int, str]]:
    """Where each `:name` begins, and its name."""
    found: list[tuple[int, str]] = []
    place = 0
    for token in tokens_of(sql):
        match = _NAME.match(sql, place + 1) if token.text == ":" else None
        if match:
            found.append((place, match.group()))
        place += len(token.text)
    return found
