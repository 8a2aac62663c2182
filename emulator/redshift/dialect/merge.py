"""MERGE with Redshift's rules (Amazon Redshift Database Developer Guide, MERGE; aws-semantics.md §F)."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.redshift.dialect import functions
from emulator.redshift.dialect.sql_tokens import Token, Tokens, closing, meaningful, text_of, tokens_of
from emulator.redshift.errors import NotSupportedError, RedshiftError, StatementError


@dataclass(frozen=True)
class Merge:
    """The parts of a MERGE: `source` with its alias, `actions` from the first WHEN or REMOVE on."""

    target: list[Token]
    source: list[Token]
    condition: list[Token]
    actions: list[Token]


def rewrite(tokens: Tokens, words: list[str]) -> str:
    """The statement for PostgreSQL.

    Raises StatementError where Redshift's grammar has no such form, NotSupportedError for a source that is
    no table.
    """
    del words
    merge = _parse(tokens)
    _check_tables(merge)
    if [token.word for token in meaningful(merge.actions)] == ["REMOVE", "DUPLICATES"]:
        return _without_duplicates(merge)
    _check_actions(merge.actions)
    return functions.rewrite(tokens)


def _parse(tokens: Tokens) -> Merge:
    """Raises StatementError if INTO, USING, ON or the actions are missing."""
    places: list[int] = []
    for word in ("INTO", "USING", "ON"):
        places.append(_place(tokens, (word,), places[-1] if places else 0))
    actions_at = _place(tokens, ("WHEN", "REMOVE"), places[-1])
    into, using, on = places
    return Merge(
        list(tokens[into + 1 : using]),
        list(tokens[using + 1 : on]),
        list(tokens[on + 1 : actions_at]),
        list(tokens[actions_at:]),
    )


def _place(tokens: Tokens, words: tuple[str, ...], start: int) -> int:
    place = start
    while place < len(tokens):
        if tokens[place].word in words:
            return place
        place = closing(tokens, place) + 1 if tokens[place].text == "(" else place + 1
    raise _syntax_error(next((token for token in reversed(tokens) if not token.is_blank), None))


def _check_tables(merge: Merge) -> None:
    target, source = meaningful(merge.target), meaningful(merge.source)
    if not target or not source:
        raise _syntax_error(None)
    if source[0].text == "(" or source[0].word == "SELECT":
        raise NotSupportedError(
            "MERGE: the source must be a table", hint="Redshift takes no subquery, view or CTE here."
        )
    name = 1 + 2 * sum(token.text == "." for token in target)
    if len(target) > name:  # Redshift's grammar has an alias for the source only
        raise _syntax_error(target[name])


def _check_actions(actions: Tokens) -> None:
    """One UPDATE or DELETE of what matches and one INSERT of what doesn't, both without conditions."""
    words = [token.word for token in meaningful(actions)]
    branches = [place for place, word in enumerate(words) if word == "WHEN" and _is_branch(words[place:])]
    kinds = ["NOT" if words[place + 1] == "NOT" else "MATCHED" for place in branches]
    if sorted(kinds) != ["MATCHED", "NOT"]:
        raise RedshiftError(
            "MERGE needs one WHEN MATCHED clause and one WHEN NOT MATCHED clause", code="42601"
        )
    for place, kind in zip(branches, kinds, strict=True):
        _check_branch(meaningful(actions)[place:], kind)


def _is_branch(words: list[str]) -> bool:
    return words[1:2] == ["MATCHED"] or words[1:3] == ["NOT", "MATCHED"]


def _check_branch(tokens: list[Token], kind: str) -> None:
    then, verbs = (3, ("INSERT",)) if kind == "NOT" else (2, ("UPDATE", "DELETE"))
    for place, expected in ((then, ("THEN",)), (then + 1, verbs)):
        if len(tokens) <= place or tokens[place].word not in expected:
            raise _syntax_error(tokens[place] if len(tokens) > place else None)


def _without_duplicates(merge: Merge) -> str:
    """REMOVE DUPLICATES replaces the target's matching rows by all of the source's, each once."""
    target, source = text_of(merge.target).strip(), text_of(merge.source).strip()
    sql = (
        f"WITH replaced AS (DELETE FROM {target} USING {source} WHERE {text_of(merge.condition).strip()})"
        f" INSERT INTO {target} SELECT DISTINCT * FROM {source}"
    )
    return functions.rewrite(tokens_of(sql))


def _syntax_error(token: Token | None) -> StatementError:
    if token is None:
        return StatementError("syntax error at end of input")
    return StatementError(f'syntax error at or near "{token.text}"')
