"""The bodies of PL/pgSQL procedures: the SQL between PL/pgSQL's own words is translated, they stay."""

from __future__ import annotations

from collections.abc import Callable

from emulator.redshift.dialect import functions, lexis
from emulator.redshift.dialect.sql_tokens import (
    Token,
    Tokens,
    closing,
    meaningful,
    split_at,
    text_of,
    tokens_of,
)

_ALONE = ("BEGIN", "ELSE", "LOOP", "EXCEPTION")  # words after which a statement begins
_WITH_CONDITION = {
    "IF": "THEN",
    "ELSIF": "THEN",
    "ELSEIF": "THEN",
    "WHEN": "THEN",
    "WHILE": "LOOP",
    "FOR": "LOOP",
}
_VERBS = (
    "SELECT INSERT UPDATE DELETE MERGE CREATE DROP ALTER TRUNCATE COPY UNLOAD ANALYZE VACUUM SET GRANT REVOKE"
    " COMMENT LOCK WITH CALL"
)
_SQL = frozenset(_VERBS.split())
Statement = Callable[[Tokens], str]


def rewrite(body: str, statement: Statement) -> str:
    """The body for PostgreSQL; `statement` translates each of its SQL statements."""
    tokens = lexis.read_as_redshift(tokens_of(body), is_case_sensitive=False)
    return ";".join(_part(part, statement) for part in _parts(tokens))


def _parts(tokens: Tokens) -> list[tuple[list[Token], bool]]:
    """The pieces between semicolons, each with whether it is a declaration."""
    parts: list[tuple[list[Token], bool]] = []
    is_declaring = False
    for part in split_at(tokens, ";"):
        words = [token.word for token in meaningful(part)]
        is_declaring = (is_declaring or "DECLARE" in words[:1]) and "BEGIN" not in words[:1]
        parts.append((part, is_declaring))
    return parts


def _part(part: tuple[list[Token], bool], statement: Statement) -> str:
    tokens, is_declaration = part
    if is_declaration:
        return _declaration(tokens)
    place, texts = 0, []
    while place < len(tokens):
        text, after = _own_words(tokens, place)
        if after == place:
            break
        texts.append(text)
        place = after
    return "".join(texts) + _statement(tokens[place:], statement)


def _own_words(tokens: Tokens, place: int) -> tuple[str, int]:
    """PL/pgSQL's words at `place` before a statement, and the place after them; nothing if there are none."""
    token = tokens[place]
    if token.is_blank or token.word in _ALONE:
        return token.text, place + 1
    if token.text == "<" and place + 1 < len(tokens) and tokens[place + 1].text == "<":
        end = next((at for at in range(place, len(tokens)) if tokens[at].text == ">"), place)
        return text_of(tokens[place : end + 2]), min(end + 2, len(tokens))
    if token.word not in _WITH_CONDITION:
        return "", place
    end = _condition_end(tokens, place + 1, _WITH_CONDITION[token.word])
    if end == len(tokens):
        return "", place
    condition = functions.rewrite(tokens[place + 1 : end])
    if token.word in ("IF", "ELSIF", "ELSEIF"):
        condition = f" ({condition.strip()}) "  # PL/pgSQL takes the THEN of a CASE for its own
    return token.text + condition + tokens[end].text, end + 1


def _condition_end(tokens: Tokens, place: int, ending: str) -> int:
    """Where a condition ends: at that word, which isn't one of a CASE inside it."""
    depth = 0
    while place < len(tokens):
        word = tokens[place].word
        if word == ending and depth == 0:
            return place
        depth += {"CASE": 1, "END": -1}.get(word, 0)
        place = closing(tokens, place) + 1 if tokens[place].text == "(" else place + 1
    return place


def _statement(tokens: Tokens, statement: Statement) -> str:
    items = meaningful(tokens)
    if not items:
        return text_of(tokens)
    if items[0].word == "EXECUTE" and len(items) > 1 and items[1].kind == "string" and _is_whole(items):
        return _executed(tokens, items[1], statement)
    return statement(tokens) if items[0].word in _SQL else functions.rewrite(tokens)


def _is_whole(items: list[Token]) -> bool:
    """Whether the literal after EXECUTE is all that is executed."""
    return len(items) == 2 or items[2].word in ("INTO", "USING")


def _executed(tokens: Tokens, literal: Token, statement: Statement) -> str:
    parts = split_at(tokens_of(literal.value), ";")
    sql = ";".join(statement(part) if meaningful(part) else text_of(part) for part in parts)
    return text_of([Token("string", f"$sql${sql}$sql$") if token is literal else token for token in tokens])


def _declaration(tokens: Tokens) -> str:
    """`name type [:= value]`, or a cursor with its query."""
    return functions.rewrite(with_known_types(tokens))


def with_known_types(tokens: Tokens) -> list[Token]:
    """The tokens with VARCHAR(MAX) and SUPER in PostgreSQL's words."""
    out: list[Token] = []
    for place, token in enumerate(tokens):
        before = meaningful(tokens[max(0, place - 4) : place])
        is_length = bool(before) and before[-1].text == "("
        if token.word == "MAX" and is_length:
            out.append(Token("number", "65535"))
        else:
            out.append(Token("word", "jsonb") if token.word == "SUPER" else token)
    return out
