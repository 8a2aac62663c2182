"""How the facts of Redshift's functions are written down, and asked for."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest

from tests.redshift_facts import works

Connection = psycopg.Connection[Any]
_CALLED = re.compile(r"[A-Z][A-Z0-9_]*")


def fact(expression: str, value: Any, *names: str) -> Any:
    """A parameter: an expression, its value, the functions that it proves (its first word unless named)."""
    found = _CALLED.match(expression)
    assert names or found
    proved = names or ([found.group()] if found else [])
    return pytest.param(expression, value, marks=works("function", *proved), id=expression)


def value_of(leader: Connection, expression: str) -> Any:
    """The value of an expression that needs no table."""
    row = leader.execute(f"SELECT {expression}").fetchone()
    assert row is not None
    return row[0]


def type_of(leader: Connection, expression: str) -> str:
    """The name that PostgreSQL's drivers have for the type of an expression."""
    cursor = leader.execute(f"SELECT {expression}")
    assert cursor.description is not None
    return cursor.description[0].type_display
