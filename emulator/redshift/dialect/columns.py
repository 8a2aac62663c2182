"""Rewriting that must know a relation's columns asks for them here; the session asks the warehouse.

A translation is made with the answers there are. If one is missing it ends with UnansweredError, the session
lets the warehouse describe that query, and the statement is translated again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from emulator.redshift.errors import NotSupportedError

JSONB_OID = 3802


@dataclass(frozen=True)
class Column:
    """A column that a query gives; `is_super` if it is of type SUPER."""

    name: str
    is_super: bool = False

    @property
    def quoted(self) -> str:
        """Its name for SQL."""
        return '"' + self.name.replace('"', '""') + '"'


Columns = tuple[Column, ...]


class UnansweredError(Exception):
    """The columns of `query` aren't known yet."""

    def __init__(self, query: str) -> None:
        super().__init__(query)
        self.query = query


@dataclass
class _Known:
    answers: Mapping[str, Columns] | None
    common_tables: dict[str, str] = field(default_factory=dict)  # name to its definition after WITH
    relations: set[str] = field(default_factory=set)


_KNOWN: ContextVar[_Known | None] = ContextVar("known", default=None)


def _known() -> _Known:
    return _KNOWN.get() or _Known(None)


@contextmanager
def answered(answers: Mapping[str, Columns] | None) -> Iterator[None]:
    """Within it these answers are known; None if nobody can be asked."""
    token = _KNOWN.set(_Known(answers))
    try:
        yield
    finally:
        _KNOWN.reset(token)


def can_ask() -> bool:
    """Whether somebody answers."""
    return _known().answers is not None


def note_common_table(name: str, definition: str) -> None:
    """Relations may name this common table (`name [(columns)] AS (query)`, rewritten) from now on."""
    if can_ask():
        _known().common_tables[name] = definition


def note_relations(names: Iterable[str]) -> None:
    """These are relations of this query; queries inside it may name their columns, too."""
    if can_ask():
        _known().relations.update(names)


def is_relation(name: str) -> bool:
    """Whether a query around this one has a relation of that name."""
    return name in _known().relations


def columns_of(relation: str, purpose: str) -> Columns:
    """The columns of what stands in a FROM, already rewritten.

    Raises UnansweredError if they aren't known yet; NotSupportedError, which names the purpose, if nobody can
    be asked.
    """
    known = _known()
    if known.answers is None:
        raise NotSupportedError(
            f"{purpose} is not supported here, where the columns of {relation} can't be told",
            hint="a known gap of tarmac: list the columns",
        )
    query = f"SELECT * FROM {relation}"
    if known.common_tables:
        query = f"WITH RECURSIVE {', '.join(known.common_tables.values())} {query}"
    if query not in known.answers:
        raise UnansweredError(query)
    return known.answers[query]
