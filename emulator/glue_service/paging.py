"""Pages of a list, with AWS's NextToken and MaxResults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from emulator.glue_service.errors import InvalidInput

T = TypeVar("T")


def page(
    items: Sequence[T], request: dict[str, Any], default_size: int = 100
) -> tuple[list[T], dict[str, str]]:
    """The requested page, and `{"NextToken": …}` if another follows. Raises InvalidInput for a bad token."""
    start = token_number(request, 0)
    end = start + request.get("MaxResults", default_size)
    following = {"NextToken": str(end)} if end < len(items) else {}
    return list(items[start:end]), following


def token_number(request: dict[str, Any], default: int) -> int:
    """The number that a NextToken of ours holds. Raises InvalidInput for one that is not ours."""
    token = request.get("NextToken")
    if not token:
        return default
    if not token.isdecimal():
        raise InvalidInput(f"NextToken {token!r} was not issued by an earlier call; start without one")
    return int(token)
