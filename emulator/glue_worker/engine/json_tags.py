"""JSON texts with each value replaced by its kind, so that Spark's own inference keeps the kinds apart.

`{"id": 5, "to": ["x", null]}` becomes `{"id": {"__kind_int":1}, "to": [{"__kind_string":1}, null]}`. Strings
are replaced first, by a regular expression without a choice inside a repetition: such overflow Java's stack.
"""

from __future__ import annotations

from collections.abc import Sequence

from emulator.glue_worker.engine.rebuilding import text_sql

PREFIX = "__kind_"
_NAME = '("[^"]*+")'
_ALONE = r"(?<![0-9.eE+-])"
_MORE = r"(?![0-9.eE])"
_UP_TO_INT = (
    r"(?:0|[1-9][0-9]{0,8}|1[0-9]{9}|20[0-9]{8}|21[0-3][0-9]{7}|214[0-6][0-9]{6}|2147[0-3][0-9]{5}"
    r"|21474[0-7][0-9]{4}|214748[0-2][0-9]{3}|2147483[0-5][0-9]{2}|21474836[0-3][0-9]|214748364[0-7])"
)
_NUMBERS = {
    "int": rf"{_ALONE}(?:-?{_UP_TO_INT}|-2147483648){_MORE}",
    "long": rf"{_ALONE}-?[1-9][0-9]{{9,17}}+{_MORE}",
    "double": rf"{_ALONE}-?(?:0|[1-9][0-9]*+)(?:[.][0-9]++)?(?:[eE][+-]?[0-9]++)?{_MORE}",
    "boolean": r"\b(?:true|false)\b",
}
# Control characters stand for what is replaced: none can be in a JSON text as it is.
_BACKSLASHES, _QUOTE, _STRING = "\x0e", "\x0f", "\x02"
_MARKS = {name: chr(3 + index) for index, name in enumerate(_NUMBERS)}


def tagged_sql(value: str) -> str:
    """SQL for the text with its values replaced by their kinds."""
    sql = _replaced(value, [("\\\\", _BACKSLASHES), ('\\"', _QUOTE)])
    sql = _matched(sql, '("[^"]*+"[ \\t\\r\\n]*:)|"[^"]*+"', _STRING)
    sql = _replaced(sql, [(f":{_STRING}", ":")])
    for name, pattern in _NUMBERS.items():
        sql = _replaced(_matched(sql, f"{_NAME}|{pattern}", _MARKS[name]), [(f'"{_MARKS[name]}', '"')])
    marks = {"string": _STRING, **_MARKS}
    tags = [(mark, f'{{"{PREFIX}{name}":1}}') for name, mark in marks.items()]
    return _replaced(sql, [*tags, (_QUOTE, '\\"'), (_BACKSLASHES, "\\\\")])


def _matched(sql: str, pattern: str, mark: str) -> str:
    """What the pattern's first group holds stays, with the mark behind it; other matches become the mark."""
    return f"regexp_replace({sql}, {text_sql(pattern)}, {text_sql('$1' + mark)})"


def _replaced(sql: str, pairs: Sequence[tuple[str, str]]) -> str:
    for old, new in pairs:
        sql = f"replace({sql}, {text_sql(old)}, {text_sql(new)})"
    return sql
