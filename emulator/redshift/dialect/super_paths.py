"""Navigation of SUPER in expressions: `column.attribute[0].attribute` (developer guide, "Navigation").

PostgreSQL has operators for it, with NULL where there is nothing (lax mode). Attributes are in lower case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from emulator.redshift.dialect.columns import can_ask, columns_of, is_relation
from emulator.redshift.dialect.sql_tokens import Token, Tokens, closing, next_meaningful

_CHAIN = re.compile(rb'[a-z_]\w*(?:\.(?:[a-z_]\w*|"))+')
_UNNESTED = re.compile(rb"from\s[^()]*?,\s*[a-z_]\w*\.")
_BEFORE_TABLES = frozenset(
    b"from join into update table using exists truncate view schema procedure call only on merge copy".split()
)
_COMPARED = ("=", "<>", "!=", "<", ">", "<=", ">=")
_AS_TEXT = ("LIKE", "ILIKE", "SIMILAR", "NOT")
_AS_NUMBER = ("+", "-", "*", "/", "%")
_SUMMED = ("SUM", "AVG", "ROUND", "ABS", "FLOOR", "CEIL", "CEILING")


def are_suspected(sql: bytes, words: Sequence[bytes]) -> bool:
    """Whether these bytes, in lower case, may navigate a SUPER: a prefix is no table's, or a path is deep."""
    if b"[" in sql or b"unpivot" in words:
        return True
    chains = _CHAIN.findall(sql) if b"." in sql else []
    if not chains:
        return False
    if any(chain.count(b".") > 1 for chain in chains) or _UNNESTED.search(sql) is not None:
        return True
    prefixes = Counter(chain.partition(b".")[0] for chain in chains)
    tables = {word for before, word in pairwise(words) if before in _BEFORE_TABLES}
    counted = Counter(word for word in words if word in prefixes)
    return any(counted[prefix] == count for prefix, count in prefixes.items() if prefix not in tables)


@dataclass(frozen=True)
class Scope:
    """The names of a FROM: its relations, and of them the values of a SUPER; its text to ask for columns."""

    relations: frozenset[str]
    values: frozenset[str] = frozenset()
    schemas: frozenset[str] = frozenset()
    source: Callable[[], str] = str  # no FROM, no columns

    def has_super(self, column: str) -> bool:
        """Whether a column of the FROM is a SUPER; UnansweredError."""
        if not can_ask() or is_relation(column) or not (source := self.source()):
            return False
        found = columns_of(source, "navigation of SUPER")
        return any(known.name == column and known.is_super for known in found)


@dataclass(frozen=True)
class _Path:
    """A path at tokens[start:end]: names, and the texts in brackets."""

    start: int
    end: int
    parts: list[Token | str]


def navigated(tokens: Tokens, scope: Scope, rewrite: Callable[[Tokens], str]) -> list[Token]:
    """The tokens with the steps of paths into a SUPER."""
    out: list[Token] = []
    place = 0
    while place < len(tokens):
        path = _path_at(tokens, place, rewrite)
        text = _stepped(path, scope) if path is not None else ""
        if path is None:
            out.append(tokens[place])
            place += 1
        elif not text:
            out += tokens[place : path.end]
            place = path.end
        else:
            out.append(Token("word", _in_context(text, tokens, path)))
            place = path.end
            place = _literal_typed(tokens, place, out)
    return out


def _path_at(tokens: Tokens, place: int, rewrite: Callable[[Tokens], str]) -> _Path | None:
    token = tokens[place]
    if token.kind not in ("word", "quoted") or token.word == "ARRAY":
        return None
    if place and tokens[place - 1].text in (".", "]"):
        return None
    parts: list[Token | str] = [token]
    end = place + 1
    while end < len(tokens):
        if tokens[end].text == "." and end + 1 < len(tokens) and tokens[end + 1].kind in ("word", "quoted"):
            parts.append(tokens[end + 1])
            end += 2
        elif tokens[end].text == "[" and (close := _bracket_end(tokens, end)):
            parts.append(rewrite(tokens[end + 1 : close]))
            end = close + 1
        else:
            break
    is_call = end < len(tokens) and tokens[end].text in ("(", ".")
    return None if len(parts) == 1 or is_call else _Path(place, end, parts)


def _bracket_end(tokens: Tokens, opening: int) -> int:
    """The place of the bracket that closes; 0 if there is none, or a slice or a list in it."""
    place = opening + 1
    while place < len(tokens) and tokens[place].text not in ("[", ",", ":"):
        if tokens[place].text == "]":
            return place if place > opening + 1 else 0
        place = closing(tokens, place) + 1 if tokens[place].text == "(" else place + 1
    return 0


def _stepped(path: _Path, scope: Scope) -> str:
    """The path in PostgreSQL's words; empty if it doesn't navigate."""
    names = next((at for at, part in enumerate(path.parts) if isinstance(part, str)), len(path.parts))
    head = _name(path.parts[0])
    if head in scope.values:
        base, rest = f"{_text(path.parts[0])}.{_text(path.parts[0])}", path.parts[1:]
    elif head in scope.relations:
        base, rest = _column(path, 2, names)
    elif head in scope.schemas:
        base, rest = _column(path, 3, names)
    elif names < len(path.parts) or scope.has_super(head):
        base, rest = _text(path.parts[0]), path.parts[1:]
    else:
        return ""
    if not rest or not base:
        return ""
    for part in rest:
        base = _step(base, part)
    return base


def _column(path: _Path, count: int, names: int) -> tuple[str, list[Token | str]]:
    """The column that the first `count` names are, and the steps after it; nothing if they are fewer."""
    if names < count:
        return "", []
    return ".".join(_text(part) for part in path.parts[:count]), path.parts[count:]


def _name(part: Token | str) -> str:
    return part.name if isinstance(part, Token) else ""


def _text(part: Token | str) -> str:
    return part.text if isinstance(part, Token) else f"[{part}]"


def _step(base: str, part: Token | str) -> str:
    if isinstance(part, str):
        return f"pg_catalog.tarmac_super_item({base}, {part})"
    name = part.name.replace("'", "''")
    return f"({base} -> '{name}'::text)"


def _in_context(text: str, tokens: Tokens, path: _Path) -> str:
    """The value as what stands around it needs: a text to be cast or matched, a number to count with."""
    after = _at(tokens, path.end)
    before = _before(tokens, path.start)
    if after.text == "::":
        kind = _at(tokens, next_meaningful(tokens, path.end) + 1)
        return text if kind.word in ("SUPER", "JSONB") else f"({text} #>> '{{}}')"
    if after.word == "AS" and before[-1].text == "(" and before[-2].word in ("CAST", "CONVERT"):
        return f"({text} #>> '{{}}')"
    is_listed = after.word == "IN" and _lists_texts(tokens, path.end)
    if after.word in _AS_TEXT or is_listed or "||" in (after.text, before[-1].text):
        return f"({text} #>> '{{}}')"
    is_counted = after.text in _AS_NUMBER or (before[-1].text in _AS_NUMBER and before[-2].word != "SELECT")
    if is_counted or (before[-1].text == "(" and before[-2].word in _SUMMED):
        return f"pg_catalog.tarmac_super_number({text})"
    return text


def _lists_texts(tokens: Tokens, place: int) -> bool:
    word = next_meaningful(tokens, place)
    opening = next_meaningful(tokens, word + 1)
    return _at(tokens, opening).text == "(" and _at(tokens, opening + 1).kind == "string"


def _at(tokens: Tokens, place: int) -> Token:
    found = next_meaningful(tokens, place)
    return tokens[found] if found < len(tokens) else Token("space", "")


def _before(tokens: Tokens, place: int) -> list[Token]:
    found = [token for token in tokens[max(0, place - 6) : place] if not token.is_blank]
    return [Token("space", "")] * 2 + found


def _literal_typed(tokens: Tokens, place: int, out: list[Token]) -> int:
    """A text that a path is compared with is a text, not a document; the place after what was taken."""
    operator = next_meaningful(tokens, place)
    literal = next_meaningful(tokens, operator + 1)
    if literal < len(tokens) and tokens[operator].text in _COMPARED and tokens[literal].kind == "string":
        out += [*tokens[place : literal + 1], Token("symbol", "::"), Token("word", "text")]
        return literal + 1
    return place


def names_of(values: Sequence[str]) -> frozenset[str]:
    """The names as the catalogue has them."""
    return frozenset(value[1:-1] if value.startswith('"') else value.lower() for value in values if value)
