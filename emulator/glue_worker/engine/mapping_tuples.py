"""The mappings of ApplyMapping, as AWS's library checks them. Pure."""

from __future__ import annotations

from typing import Any


def checked(mappings: Any) -> list[tuple[str, ...]]:
    """One mapping, or several, as a list of tuples.

    Raises TypeError for one that is no tuple, ValueError for one of another length than 2, 3 or 4.
    """
    given = [mappings] if isinstance(mappings, tuple) else list(mappings)
    for mapping in given:
        if not isinstance(mapping, tuple):
            raise TypeError(f"Mapping must be specified as a tuple. Got {mapping}")
        if len(mapping) not in (2, 3, 4):
            raise ValueError(f"Mapping tuple must be of length 2, 3, or 4Got tuple of length {len(mapping)}")
    return given
