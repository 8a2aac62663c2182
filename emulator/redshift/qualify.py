"""QUALIFY, which PostgreSQL lacks: its condition becomes a column of a subquery, or the subquery's WHERE."""

from __future__ import annotations

from emulator.redshift.errors import NotSupportedError
from emulator.redshift.sql_tokens import Token, Tokens, meaningful, split_at, text_of, tokens_of

_AFTER = ("ORDER", "LIMIT", "OFFSET", "UNION", "INTERSECT", "EXCEPT", "MINUS")
_ENDS_FROM = ("WHERE", "GROUP", "HAVING")
KEEP = '"_keep"'


def without_qualify(tokens: Tokens) -> list[Token]:
    """The tokens of one query, not of those inside parentheses, with QUALIFY rewritten if it is there.

    Raises NotSupportedError for `*` over more than one table, whose columns can't be told.
    """
    depths = _depths(tokens)
    top = {place: token.word for place, token in enumerate(tokens) if depths[place] == 0 and token.word}
    qualify_at = next((place for place, word in top.items() if word == "QUALIFY"), None)
    if qualify_at is None:
        return list(tokens)
    select_at = max(place for place, word in top.items() if word == "SELECT" and place < qualify_at)
    from_at = min(place for place, word in top.items() if word == "FROM" and place > select_at)
    end_at = min(
        (place for place, word in top.items() if word in _AFTER and place > qualify_at), default=len(tokens)
    )
    rewritten = _rewritten(
        tokens[select_at + 1 : from_at], tokens[from_at:qualify_at], tokens[qualify_at + 1 : end_at]
    )
    return [*tokens[:select_at], *tokens_of(rewritten + " "), *tokens[end_at:]]


def _depths(tokens: Tokens) -> list[int]:
    depths, depth = [], 0
    for token in tokens:
        if token.kind == "symbol":
            depth += {"(": 1, ")": -1}.get(token.text, 0)
        depths.append(depth)
    return depths


def _rewritten(listed: Tokens, body: Tokens, condition: Tokens) -> str:
    test = text_of(condition).strip()
    if not any(token.word == "OVER" for token in condition):  # it names a column of the list
        return f'SELECT * FROM (SELECT{text_of(listed)}{text_of(body)}) AS "_q" WHERE {test}'
    words = meaningful(listed)
    distinct = "DISTINCT " if words[0].word == "DISTINCT" else ""
    if distinct:
        listed = listed[[token.word for token in listed].index("DISTINCT") + 1 :]
    if any(_is_star(item) for item in split_at(listed, ",")):
        return _of_star(listed, body, test, distinct)
    items = [_named(item, place) for place, item in enumerate(split_at(listed, ","))]
    names = ", ".join(name for _, name in items)
    inner = ", ".join(text for text, _ in items)
    query = f"SELECT {inner}, ({test}) AS {KEEP} {text_of(body)}"
    return f'SELECT {distinct}{names} FROM ({query}) AS "_q" WHERE {KEEP}'


def _is_star(item: Tokens) -> bool:
    words = meaningful(item)
    return words[-1].text == "*" and (len(words) == 1 or words[-2].text == ".")


def _of_star(listed: Tokens, body: Tokens, test: str, distinct: str) -> str:
    row = _only_table(body)
    if len(split_at(listed, ",")) > 1 or not row:
        raise NotSupportedError(
            "QUALIFY with * beside other columns, or over more than one table, is not supported",
            hint="a known gap of tarmac: list the columns",
        )
    inner = f'SELECT {row} AS "_row", ({test}) AS {KEEP} {text_of(body)}'
    return f'SELECT {distinct}("_row").* FROM ({inner}) AS "_q" WHERE {KEEP}'


def _only_table(body: Tokens) -> str:
    """The name by which the query's single table is known; empty if there are more."""
    source: list[Token] = []
    depths = _depths(body)
    for place, token in enumerate(body[1:], 1):
        if depths[place] == 0 and token.word in _ENDS_FROM:
            break
        if depths[place] == 0 and (token.word == "JOIN" or token.text == ","):
            return ""
        source.append(token)
    return meaningful(source)[-1].text


def _named(item: Tokens, place: int) -> tuple[str, str]:
    """A column of the list as text with a name, and that name."""
    words = meaningful(item)
    last = words[-1]
    text = text_of(item).strip()
    is_name = last.kind == "quoted" or bool(last.word)
    if is_name and (len(words) == 1 or words[-2].text == "." or words[-2].word == "AS"):
        return text, last.text
    if is_name and last.word != "END" and words[-2].kind in ("word", "quoted", "number", "string"):
        return text, last.text
    if is_name and words[-2].text == ")":
        return text, last.text
    name = f'"{words[0].text.lower()}"' if len(words) > 1 and words[1].text == "(" else f'"?column?{place}"'
    return f"{text} AS {name}", name
