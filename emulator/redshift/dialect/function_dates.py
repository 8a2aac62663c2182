"""Date functions with a date part, which Redshift takes as a bare word (Developer Guide, Date parts).

The calls get the part's one name as a text, and the name by which Redshift calls the resulting column:
date_add, date_diff, pgdate_part (DATE_PART) and date_part (EXTRACT); see sql/11_date_parts.sql.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from emulator.redshift.dialect.function_calls import Call, Handler
from emulator.redshift.dialect.sql_tokens import Tokens, meaningful
from emulator.redshift.errors import StatementError

_SPELLINGS = {
    "millennium": "millennia mil mils",
    "century": "centuries c cent cents",
    "decade": "decades dec decs",
    "year": "years y yr yrs",
    "quarter": "quarters qtr qtrs",
    "month": "months mon mons",
    "week": "weeks w",
    "day": "days d",
    "dow": "dayofweek dw weekday",
    "doy": "dayofyear dy yearday",
    "hour": "hours h hr hrs",
    "minute": "minutes m min mins",
    "second": "seconds s sec secs",
    "millisecond": "milliseconds ms msec msecs msecond mseconds millisec millisecs millisecon",
    "microsecond": "microseconds microsec microsecs usecond useconds us usec usecs",
}
_PARAMETER = re.compile(r"\$\d+")
_PARTS = {spelling: part for part, others in _SPELLINGS.items() for spelling in (part, *others.split())}


def _part(argument: Tokens) -> str:
    """The part as a literal: a bare word or a literal by its one name, anything else as it stands."""
    words = meaningful(argument)
    if len(words) != 1 or words[0].kind not in ("word", "string", "quoted"):
        raise StatementError("a date part must be a name such as day")
    written = (words[0].value if words[0].kind == "string" else words[0].name).lower()
    return "'" + _PARTS.get(written, written).replace("'", "''") + "'"


def _of_part(name: str, count: int, moments: int = 0) -> Handler:
    """The last so many arguments are moments, or literals that imply them."""

    def handle(call: Call) -> tuple[str, int]:
        if len(call.arguments) != count:
            raise StatementError(f"{call.word} needs {count} arguments, not {len(call.arguments)}")
        plain = count - moments
        values = [call.rewrite(argument).strip() for argument in call.arguments[1:plain]]
        values += _as_timestamps(call, call.arguments[plain:])
        return f"pg_catalog.{name}({', '.join([_part(call.arguments[0]), *values])})", call.after

    return handle


def _as_timestamps(call: Call, arguments: Sequence[Tokens]) -> list[str]:
    """Parameters are cast, and literals where no argument has a type; Redshift takes no other texts."""
    kinds = [_kind(argument) for argument in arguments]
    cast = ("parameter", "literal") if "typed" not in kinds else ("parameter",)
    texts = [call.rewrite(argument).strip() for argument in arguments]
    return [f"{text}::timestamp" if kind in cast else text for text, kind in zip(texts, kinds, strict=True)]


def _kind(argument: Tokens) -> str:
    words = meaningful(argument)
    if len(words) == 1 and words[0].kind == "string":
        return "literal"
    return "parameter" if _PARAMETER.fullmatch("".join(word.text for word in words)) else "typed"


def _extract(call: Call) -> tuple[str, int]:
    (argument,) = call.arguments
    from_at = next((place for place, token in enumerate(argument) if token.word == "FROM"), None)
    if from_at is None:
        raise StatementError('syntax error: EXTRACT needs "FROM"')
    source = call.rewrite(argument[from_at + 1 :]).strip()
    return f"pg_catalog.date_part({_part(argument[:from_at])}::name, {source})", call.after


HANDLERS: dict[str, Handler] = {
    "DATEADD": _of_part("date_add", 3, moments=1),
    "DATE_ADD": _of_part("date_add", 3, moments=1),
    "DATEDIFF": _of_part("date_diff", 3, moments=2),
    "DATE_DIFF": _of_part("date_diff", 3, moments=2),
    "DATE_PART": _of_part("pgdate_part", 2),
    "DATEPART": _of_part("pgdate_part", 2),
    "PGDATE_PART": _of_part("pgdate_part", 2),
    "EXTRACT": _extract,
}
