"""CONNECT BY as a recursive common table (Amazon Redshift Database Developer Guide, "CONNECT BY clause")."""

from __future__ import annotations

from emulator.redshift.dialect.from_clause import relations_of
from emulator.redshift.dialect.query_blocks import Block
from emulator.redshift.dialect.sql_tokens import (
    Token,
    Tokens,
    meaningful,
    next_meaningful,
    text_of,
    tokens_of,
)
from emulator.redshift.errors import NotSupportedError

_GAP = "a known gap of tarmac: WITH RECURSIVE says the same"


def without_connect_by(block: Block) -> None:
    """Replaces the hierarchy by the rows that it reaches, with their LEVEL, as the block's FROM.

    Raises NotSupportedError for more than one table, a subquery, or a condition without PRIOR.
    """
    if not block.has("CONNECT"):
        return
    source = block.body("FROM")
    relations = relations_of(source)
    if len(relations) != 1 or relations[0].is_query or not relations[0].name:
        raise NotSupportedError("CONNECT BY of anything but one table is not supported", hint=_GAP)
    name, table = relations[0].name, text_of(source).strip()
    condition = block.body("CONNECT")
    if not any(token.word == "PRIOR" for token in condition):
        raise NotSupportedError("CONNECT BY without PRIOR is not supported", hint=_GAP)
    start = text_of(block.body("START")).strip() or "TRUE"
    rows = (
        f'WITH RECURSIVE "_tree" ("_row", "_level") AS (SELECT {name}, 1 FROM {table} WHERE {start}'
        f' UNION ALL SELECT {name}, "_tree"."_level" + 1 FROM "_tree" JOIN {table} ON {_joined(condition)})'
        ' SELECT ("_row").*, "_level" AS level FROM "_tree"'
    )
    block.set("START", "")
    block.set("CONNECT", "")
    block.set("FROM", f" FROM ({rows}) AS {name}")


def _joined(condition: Tokens) -> str:
    """The condition between a row and its parent, which PRIOR goes before."""
    out: list[Token] = []
    place = 0
    while place < len(condition):
        token = condition[place]
        if token.word == "PRIOR":
            place, column = _column(condition, next_meaningful(condition, place + 1))
            out += tokens_of(f'("_tree"."_row").{column}')
            continue
        out += tokens_of('("_tree"."_level" + 1)') if token.word == "LEVEL" else [token]
        place += 1
    return text_of(out).strip()


def _column(condition: Tokens, place: int) -> tuple[int, str]:
    """The column after PRIOR, without its table, and the place after it."""
    end = place + 1
    while (dot := next_meaningful(condition, end)) < len(condition) and condition[dot].text == ".":
        end = next_meaningful(condition, dot + 1) + 1
    names = meaningful(condition[place:end])
    if not names or names[-1].kind not in ("word", "quoted"):
        raise NotSupportedError("PRIOR of anything but a column is not supported", hint=_GAP)
    return end, names[-1].text
