"""What the checks of several clients share; needs nothing but the standard library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E", bound=BaseException)


def raised(kind: type[E], call: Callable[..., Any], *arguments: Any) -> E:
    """The error that a call ends with; AssertionError if it ends with none."""
    try:
        call(*arguments)
    except kind as error:
        return error
    raise AssertionError(f"{call} did not raise {kind}")
