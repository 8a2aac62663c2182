"""Wraps one attribute of LocalStack, once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


def wrap(owner: Any, attribute: str, wrapper: Callable[..., Any]) -> None:
    """Makes `owner.attribute` call `wrapper(original, *args, **kwargs)`; a second call does nothing."""
    original = getattr(owner, attribute)
    if getattr(original, "tarmac_mend", None):
        return

    @functools.wraps(original)
    def mended(*args: Any, **kwargs: Any) -> Any:
        return wrapper(original, *args, **kwargs)

    mended.tarmac_mend = True  # type: ignore[attr-defined]
    setattr(owner, attribute, mended)
