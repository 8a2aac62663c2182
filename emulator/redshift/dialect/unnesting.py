"""SUPER values in FROM: `t, t.items AS i AT place`, UNPIVOT of an object (developer guide, "Unnesting")."""

from __future__ import annotations

from collections.abc import Callable

from emulator.redshift.dialect.from_clause import relations_of
from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful, text_of, tokens_of
from emulator.redshift.dialect.super_paths import Scope, names_of, navigated

Rewrite = Callable[[Tokens], str]


def unnested(body: Tokens, rewrite: Rewrite) -> tuple[str, Scope]:
    """What follows FROM with the values of SUPERs as subqueries, and the names that the query may use."""
    texts: list[str] = []
    known: list[str] = []
    values: list[str] = []
    place = 0
    for relation in relations_of(body):
        texts.append(text_of(body[place : relation.start]))
        place = relation.end
        scope = Scope(names_of(known), names_of(values))
        text = _value(body[relation.start : relation.end], scope, rewrite)
        if text:
            values.append(text[1])
        known.append(text[1] if text else relation.name)
        texts.append(text[0] if text else text_of(body[relation.start : relation.end]))
    source = "".join(texts) + text_of(body[place:])
    return source, Scope(names_of(known), names_of(values), source=lambda: rewrite(tokens_of(source)).strip())


def _value(tokens: Tokens, scope: Scope, rewrite: Rewrite) -> tuple[str, str] | None:
    """The subquery for a value of an earlier relation's SUPER, and its name; None for any other relation."""
    items = [place for place, token in enumerate(tokens) if not token.is_blank]
    is_object = bool(items) and tokens[items[0]].word == "UNPIVOT"
    start = items[1] if is_object and len(items) > 1 else 0
    end = start
    while end < len(tokens) and not tokens[end].is_blank:
        end += 1
    path = tokens[start:end]
    if not path or path[0].name not in scope.relations or len(path) < 2 or path[1].text not in (".", "["):
        return None
    rest = [token for token in meaningful(tokens[end:]) if token.word != "AS"]
    name, place = _names(rest)
    if not name:
        return None
    value = _path_text(path, scope, rewrite)
    source, second = ("pairs", "name") if is_object else ("items", "place")
    also = f", e.{second} AS {place}" if place else ""
    values = f"pg_catalog.tarmac_super_{source}({value}) AS e"
    return f"LATERAL (SELECT e.item AS {name}{also} FROM {values}) AS {name}", name


def _path_text(path: Tokens, scope: Scope, rewrite: Rewrite) -> str:
    if len(path) == 3 and path[0].name not in scope.values:
        return text_of(path)  # a column itself
    return text_of(navigated(path, scope, rewrite))


def _names(rest: list[Token]) -> tuple[str, str]:
    """The name of the value, and of its place after AT."""
    if not rest or rest[0].kind not in ("word", "quoted"):
        return "", ""
    at = rest[2].text if len(rest) > 2 and rest[1].word == "AT" else ""
    return rest[0].text, at


def has_values(body: Tokens) -> bool:
    """Whether a relation may be a value: its path begins with the name of one before it."""
    known: set[str] = set()
    for relation in relations_of(body):
        tokens = meaningful(body[relation.start : relation.end])
        path = tokens[1:] if tokens[0].word == "UNPIVOT" else tokens
        if len(path) > 1 and path[0].name in known and path[1].text in (".", "["):
            return True
        known |= names_of([relation.name])
    return False
