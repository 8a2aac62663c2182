"""JSON texts with each value tagged by its kind, so that Spark's own inference keeps the kinds apart.

`{"id": 5, "to": ["x", null]}` becomes `{"id": {"__kind_int":5}, "to": [{"__kind_string":1}, null]}`. Strings
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
_MARKS = "\x03\x04\x05\x06\x07"


def tagged_sql(value: str) -> str:
    """SQL for the text with its values tagged by their kinds; a string's text is left out."""
    sql = _replaced(value, [("\\\\", _BACKSLASHES), ('\\"', _QUOTE)])
    # The mark is left behind keys, too, and goes from there: then all strings left are keys.
    sql = _matched(sql, '("[^"]*+"[ \\t\\r\\n]*:)|"[^"]*+"', f"$1{_STRING}")
    sql = _with_numbers(_replaced(sql, [(f":{_STRING}", ":")]))
    strings = (_STRING, f'{{"{PREFIX}string":1}}')
    return _replaced(sql, [strings, (_QUOTE, '\\"'), (_BACKSLASHES, "\\\\")])


def _with_numbers(sql: str) -> str:
    """Tags numbers, true and false by one expression with marked groups, of which one holds text."""
    first, others = _MARKS[0], _MARKS[1:]
    pattern = "|".join([_NAME, *(f"({one})" for one in _NUMBERS.values())])
    marked = "".join(f"${2 + index}{mark}" for index, mark in enumerate(others))
    sql = _matched(sql, pattern, f"$1{first}{marked}")
    opening = [(_MARKS[: 1 + index], f'{{"{PREFIX}{name}":') for index, name in enumerate(_NUMBERS)]
    closing = [(_MARKS[1 + index :], "}") for index in range(len(_NUMBERS))]
    return _replaced(sql, [(_MARKS, ""), *reversed(opening), *closing])


def _matched(sql: str, pattern: str, replacement: str) -> str:
    return f"regexp_replace({sql}, {text_sql(pattern)}, {text_sql(replacement)})"


def _replaced(sql: str, pairs: Sequence[tuple[str, str]]) -> str:
    for old, new in pairs:
        sql = f"replace({sql}, {text_sql(old)}, {text_sql(new)})"
    return sql
