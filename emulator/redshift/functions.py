"""Redshift's functions and clauses that PostgreSQL's grammar can't take, rewritten.

Functions that are only missing are made in the warehouse itself (sql/), so that calls to them pass
as they are. What is here has arguments without quotes (`DATEADD(day, …)`), any number of them, or clauses.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.redshift.ddl import rewrite_type
from emulator.redshift.errors import NotSupportedError, StatementError
from emulator.redshift.qualify import without_qualify
from emulator.redshift.sql_tokens import (
    Token,
    Tokens,
    closing,
    meaningful,
    next_meaningful,
    split_at,
    text_of,
    tokens_of,
)

_TABLE_FOLLOWS = (
    "FROM",
    "JOIN",
    "INTO",
    "UPDATE",
    "TABLE",
    "EXISTS",
    "USING",
    "ON",
    "TRUNCATE",
    "ANALYZE",
    "VACUUM",
)
_FIRST_IS_DATE_PART = ("DATEADD", "DATE_ADD", "DATEDIFF", "DATE_DIFF", "DATE_PART")
_RENAMED = {"NVL": "COALESCE", "ISNULL": "COALESCE", "DATE_ADD": "DATEADD", "DATE_DIFF": "DATEDIFF"}


def rewrite(tokens: Tokens) -> str:
    """The text of these tokens with Redshift's functions and clauses rewritten, at any depth.

    Raises NotSupportedError for functions that Redshift lacks, in its words.
    """
    tokens = without_qualify(tokens)
    out: list[str] = []
    limit = ""
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.word == "TOP" and _follows_select(tokens, place):
            limit, place = _top(tokens, place)
            continue
        text, place = _piece(tokens, place)
        out.append(text)
    return "".join(out) + limit


def _piece(tokens: Tokens, place: int) -> tuple[str, int]:
    """The text for what begins at `place`, and the place after it."""
    token = tokens[place]
    if token.kind == "hash":
        return f'"{token.text.lower()}"' if _names_table(tokens, place) else token.text, place + 1
    if token.text == "(" and token.kind == "symbol":
        end = closing(tokens, place)
        return "(" + rewrite(tokens[place + 1 : end]) + (")" if end < len(tokens) else ""), end + 1
    if token.text == "::" and token.kind == "symbol":
        return _cast(tokens, place)
    if token.kind != "word":
        return token.text, place + 1
    return _word(tokens, place)


def _word(tokens: Tokens, place: int) -> tuple[str, int]:
    word = tokens[place].word
    opening = next_meaningful(tokens, place + 1)
    is_call = opening < len(tokens) and tokens[opening].text == "(" and not _is_qualified(tokens, place)
    if word == "SYSDATE" and not is_call and not _is_qualified(tokens, place):
        return "pg_catalog.sysdate()", place + 1
    if (
        word == "APPROXIMATE"
        and opening < len(tokens)
        and tokens[opening].word in ("COUNT", "PERCENTILE_DISC")
    ):
        return "", opening
    if is_call and word in _REWRITTEN_CALLS:
        return _call(tokens, place, opening)
    return tokens[place].text, place + 1


def _call(tokens: Tokens, place: int, opening: int) -> tuple[str, int]:
    word, end = tokens[place].word, closing(tokens, opening)
    arguments = split_at(tokens[opening + 1 : end], ",")
    if word in _FIRST_IS_DATE_PART:
        arguments[0] = _quoted_part(arguments[0])
    if word in _CALLS:
        return _CALLS[word](arguments), end + 1
    if word in _CLAUSED_CALLS:
        return _CLAUSED_CALLS[word](arguments, tokens, end + 1)
    name = _RENAMED.get(word, tokens[place].text)
    return f"{name}({','.join(rewrite(argument) for argument in arguments)})", end + 1


def _quoted_part(argument: list[Token]) -> list[Token]:
    words = meaningful(argument)
    if len(words) == 1 and words[0].kind == "word":
        return [Token("string", f"'{words[0].text.lower()}'")]
    return argument


def _is_qualified(tokens: Tokens, place: int) -> bool:
    return place > 0 and tokens[place - 1].text == "."


def _previous(tokens: Tokens, place: int) -> Token:
    before = meaningful(tokens[max(0, place - 8) : place])
    return before[-1] if before else Token("space", "")


def _names_table(tokens: Tokens, place: int) -> bool:
    before = _previous(tokens, place)
    is_qualifier = place + 1 < len(tokens) and tokens[place + 1].text == "."
    return is_qualifier or before.word in _TABLE_FOLLOWS or before.text in (",", "")


def _follows_select(tokens: Tokens, place: int) -> bool:
    return _previous(tokens, place).word in ("SELECT", "DISTINCT", "ALL")


def _top(tokens: Tokens, place: int) -> tuple[str, int]:
    count = next_meaningful(tokens, place + 1)
    if count < len(tokens) and tokens[count].kind == "number":
        return f" LIMIT {tokens[count].text}", count + 1
    raise StatementError("TOP needs a whole number")


def _cast(tokens: Tokens, place: int) -> tuple[str, int]:
    kind = next_meaningful(tokens, place + 1)
    if kind < len(tokens) and tokens[kind].word in ("SUPER", "VARCHAR"):
        opening = next_meaningful(tokens, kind + 1)
        has_length = opening < len(tokens) and tokens[opening].text == "("
        end = closing(tokens, opening) + 1 if has_length else kind + 1
        wide = tokens[kind].word == "VARCHAR" and not has_length
        return "::" + (tokens[kind].text if wide else rewrite_type(tokens[kind:end])), end
    return "::", place + 1


Arguments = list[list[Token]]
Handler = Callable[[Arguments], str]
ClauseHandler = Callable[[Arguments, Tokens, int], tuple[str, int]]


def _nvl2(arguments: Arguments) -> str:
    value, there, absent = _texts(arguments, 3, "NVL2")
    return f"CASE WHEN ({value}) IS NOT NULL THEN {there} ELSE {absent} END"


def _decode(arguments: Arguments) -> str:
    texts = [rewrite(argument).strip() for argument in arguments]
    if len(texts) < 3:
        return f"decode({', '.join(texts)})"
    value, rest = texts[0], texts[1:]
    pairs = list(zip(rest[::2], rest[1::2], strict=False))
    whens = " ".join(
        f"WHEN ({value}) IS NOT DISTINCT FROM {search} THEN {result}" for search, result in pairs
    )
    default = f" ELSE {rest[-1]}" if len(rest) % 2 else ""
    return f"CASE {whens}{default} END"


def _median(arguments: Arguments) -> str:
    (value,) = _texts(arguments, 1, "MEDIAN")
    return f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {value})"


def _convert(arguments: Arguments) -> str:
    if len(arguments) != 2:
        raise StatementError("CONVERT needs a type and a value")
    return f"CAST({rewrite(arguments[1]).strip()} AS {rewrite_type(arguments[0]).strip()})"


def _cast_call(arguments: Arguments) -> str:
    (argument,) = arguments
    places = [place for place, token in enumerate(argument) if token.word == "AS"]
    if not places:
        return f"CAST({rewrite(argument)})"
    value, kind = argument[: places[-1]], argument[places[-1] + 1 :]
    bare = [token.word for token in meaningful(kind)]
    name = (
        text_of(kind).strip() if bare in (["VARCHAR"], ["TEXT"], ["NUMERIC"]) else rewrite_type(kind).strip()
    )
    return f"CAST({rewrite(value).strip()} AS {name})"


def _listagg(arguments: Arguments, tokens: Tokens, after: int) -> tuple[str, int]:
    texts = [rewrite(argument).strip() for argument in arguments]
    value, separator = texts[0], texts[1] if len(texts) > 1 else "''"
    distinct = ""
    if value.upper().startswith("DISTINCT"):
        distinct, value = "DISTINCT ", value[len("DISTINCT") :].strip()
    order, after = _within_group(tokens, after)
    if distinct and order:
        order = f" ORDER BY ({value})::text"
    return f"string_agg({distinct}({value})::text, {separator}{order})", after


def _within_group(tokens: Tokens, place: int) -> tuple[str, int]:
    """` ORDER BY …` of a WITHIN GROUP clause at `place`, and the place after it; nothing if there is none."""
    start = next_meaningful(tokens, place)
    words = [token.word for token in meaningful(tokens[start : start + 6])]
    if words[:2] != ["WITHIN", "GROUP"]:
        return "", place
    opening = next(at for at in range(start, len(tokens)) if tokens[at].text == "(")
    end = closing(tokens, opening)
    return " " + rewrite(tokens[opening + 1 : end]).strip(), end + 1


def _ratio_to_report(arguments: Arguments, tokens: Tokens, after: int) -> tuple[str, int]:
    (value,) = _texts(arguments, 1, "RATIO_TO_REPORT")
    over = next_meaningful(tokens, after)
    opening = next_meaningful(tokens, over + 1)
    if opening >= len(tokens) or tokens[over].word != "OVER":
        raise StatementError("RATIO_TO_REPORT needs an OVER clause")
    end = closing(tokens, opening)
    window = rewrite(tokens[opening + 1 : end])
    return f"(({value})::float8 / NULLIF(SUM({value}) OVER ({window}), 0)::float8)", end + 1


def _regexp_replace(arguments: Arguments) -> str:
    """All matches are replaced, by nothing without a replacement; the fourth argument is where to begin."""
    texts = [rewrite(argument).strip() for argument in arguments]
    if len(texts) > 4 or len(texts) < 2:
        return f"regexp_replace({', '.join(texts)})"
    text, pattern, replacement, start = [*texts, "''", "1"][:4] if len(texts) == 2 else [*texts, "1"][:4]
    return f"regexp_replace({text}, {pattern}, {replacement}, {start}, 0)"


def _json_serialize(arguments: Arguments) -> str:
    (value,) = _texts(arguments, 1, "JSON_SERIALIZE")
    return f"pg_catalog.tarmac_json_text({value})"


def _lacking(name: str, hint: str) -> Handler:
    def refuse(arguments: Arguments) -> str:
        del arguments
        raise NotSupportedError(f"function {name}() does not exist", code="42883", hint=hint)

    return refuse


def _texts(arguments: Arguments, count: int, name: str) -> list[str]:
    if len(arguments) != count:
        raise StatementError(f"{name} needs {count} arguments, not {len(arguments)}")
    return [rewrite(argument).strip() for argument in arguments]


_CALLS: dict[str, Handler] = {
    "NVL2": _nvl2,
    "DECODE": _decode,
    "MEDIAN": _median,
    "CONVERT": _convert,
    "CAST": _cast_call,
    "REGEXP_REPLACE": _regexp_replace,
    "JSON_SERIALIZE": _json_serialize,
    "STRING_AGG": _lacking("string_agg", "Redshift has LISTAGG instead."),
    "ARRAY_AGG": _lacking("array_agg", "Redshift has no arrays; LISTAGG joins texts."),
}

_CLAUSED_CALLS: dict[str, ClauseHandler] = {"LISTAGG": _listagg, "RATIO_TO_REPORT": _ratio_to_report}
_REWRITTEN_CALLS = frozenset({*_CALLS, *_CLAUSED_CALLS, *_FIRST_IS_DATE_PART, *_RENAMED})
WORDS = frozenset({*_REWRITTEN_CALLS, "TOP", "SYSDATE", "APPROXIMATE", "SUPER", "MAX"})


def rewrite_text(sql: str) -> str:
    """`rewrite` for a text."""
    return rewrite(tokens_of(sql))
