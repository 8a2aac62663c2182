"""CREATE FUNCTION and CREATE PROCEDURE: their arguments, and Redshift's SQL in their bodies.

(Amazon Redshift Database Developer Guide, CREATE PROCEDURE, "PL/pgSQL language reference", CREATE FUNCTION.)
A text that a procedure puts together and EXECUTEs is PostgreSQL's to read, but for a single literal.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.redshift.dialect import functions, procedure_bodies
from emulator.redshift.dialect.columns import answered
from emulator.redshift.dialect.sql_tokens import (
    Token,
    Tokens,
    closing,
    meaningful,
    split_at,
    text_of,
    tokens_of,
)
from emulator.redshift.errors import NotSupportedError

_MODES = ("IN", "OUT", "INOUT")
Statement = Callable[[Tokens], str]


def is_definition(words: list[str]) -> bool:
    """Whether a statement with these first words defines a function or procedure."""
    kinds = [word for word in words[1:4] if word not in ("OR", "REPLACE")]
    return words[0] == "CREATE" and kinds[:1] in (["FUNCTION"], ["PROCEDURE"])


def rewrite(tokens: Tokens, statement: Statement) -> str:
    """The definition for PostgreSQL; `statement` translates one SQL statement of a body.

    Raises NotSupportedError for what tarmac can't execute: Python and Lambda functions, NONATOMIC.
    """
    words = [token.word for token in meaningful(tokens)]
    language = words[words.index("LANGUAGE") + 1] if "LANGUAGE" in words[:-1] else ""
    _refuse(words, language)
    is_procedure = "PROCEDURE" in words[:4]
    opening = next(place for place, token in enumerate(tokens) if token.text == "(")
    end = closing(tokens, opening)
    arguments = ", ".join(_argument(part, is_procedure) for part in split_at(tokens[opening + 1 : end], ","))
    rest = [_rest(tokens, place, language, statement) for place in range(end, len(tokens))]
    return text_of(tokens[: opening + 1]) + arguments + _with_wide_types("".join(rest))


def _refuse(words: list[str], language: str) -> None:
    if language not in ("SQL", "PLPGSQL"):
        raise NotSupportedError(
            f"functions in language {language.lower() or 'unknown'} are not supported",
            hint="a known gap of tarmac: SQL functions and PL/pgSQL procedures are executed",
        )
    if "NONATOMIC" in words:
        raise NotSupportedError("NONATOMIC procedures are not supported", hint="a known gap of tarmac")
    if "EXTERNAL" in words[:4]:
        raise NotSupportedError("external functions are not supported", hint="a known gap of tarmac")


def _argument(tokens: Tokens, is_procedure: bool) -> str:
    """One argument; an OUT one, which Redshift's CALL leaves out, becomes one with a default."""
    places = [place for place, token in enumerate(tokens) if not token.is_blank]
    modes = [place for place in places if tokens[place].word in _MODES]
    mode = tokens[modes[0]].word if modes else ""
    kept = [tokens[place] for place in places if place not in modes[:1]]
    if not kept:
        return text_of(tokens)
    named = len(kept) > 1 and kept[1].text not in ("(", "[") and not _is_two_word_type(kept)
    name = kept[0].text + " " if named else ""
    kind = " ".join(token.text for token in (kept[1:] if named else kept))
    text = f"{name}{_with_wide_types(kind)}"
    if mode == "OUT" and is_procedure:
        return f"INOUT {text} DEFAULT NULL"
    return f"{mode} {text}".strip()


def _is_two_word_type(kept: list[Token]) -> bool:
    return (kept[0].word, kept[1].word) in (("DOUBLE", "PRECISION"), ("CHARACTER", "VARYING"))


def _with_wide_types(sql: str) -> str:
    return text_of(procedure_bodies.with_known_types(tokens_of(sql)))


def _rest(tokens: Tokens, place: int, language: str, statement: Statement) -> str:
    """The text for a token after the arguments: the body is a literal after AS."""
    token = tokens[place]
    before = meaningful(tokens[max(0, place - 6) : place])
    if token.kind != "string" or not before or before[-1].word != "AS":
        return token.text
    with answered(None):
        body = _body(token, language, statement)
    return "$tarmac$" + body + "$tarmac$"


def _body(token: Token, language: str, statement: Statement) -> str:
    if language == "SQL":
        return functions.rewrite_text(token.value)
    return "#variable_conflict use_variable\n" + procedure_bodies.rewrite(token.value, statement)
