"""What a mend is, and the list of all of them."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIGEST_FILE = Path(__file__).with_name("digests.json")


class MovedPlaceError(Exception):
    """A place that a mend patches is gone, or is no longer what the mend was written for."""


@dataclass(frozen=True)
class Mend:
    """One defect of LocalStack and its cure.

    `met` says what a user would meet without it. `places` are what `apply` replaces, wraps or relies on,
    as `module:Name` or `module:Class.attribute`; `apply` is called once per process, before the gateway
    serves.
    """

    name: str
    met: str
    mended: str
    places: tuple[str, ...]
    apply: Callable[[], None]


def resolve(place: str) -> Any:
    """The object at `module:Name` or `module:Class.attribute`. Raises MovedPlaceError if there is none."""
    module_name, _, attributes = place.partition(":")
    try:
        found: Any = importlib.import_module(module_name)
        for attribute in attributes.split("."):
            found = inspect.getattr_static(found, attribute)
    except (ImportError, AttributeError) as error:
        raise MovedPlaceError(f"{place} is not there ({error}); see docs/localstack-mends.md") from error
    return found


def digest_of(place: str) -> str:
    """First 12 hex digits of the SHA-256 of the source at a place."""
    found = resolve(place)
    source = inspect.getsource(getattr(found, "__func__", found))
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def known_digests() -> dict[str, str]:
    """The digest of every place in the LocalStack that the mends were written for."""
    digests: dict[str, str] = json.loads(DIGEST_FILE.read_text(encoding="utf-8"))
    return digests


def verify(place: str, known: dict[str, str]) -> None:
    """Raises MovedPlaceError if the place is gone, or its source is not the one of `known`."""
    met = digest_of(place)
    if met != known.get(place):
        raise MovedPlaceError(
            f"{place} has changed (source digest {met}, mended was {known.get(place)}); "
            "install the LocalStack of locks/requirements.txt, or look at the mend again"
        )


def apply_all(mends: tuple[Mend, ...]) -> None:
    """Verifies every place of every mend, then applies them in order.

    Raises MovedPlaceError, with a line for each place that moved, before anything is patched.
    """
    known = known_digests()
    problems = [
        problem for mend in mends for place in mend.places if (problem := _problem(mend, place, known))
    ]
    if problems:
        raise MovedPlaceError("\n".join(problems))
    for mend in mends:
        mend.apply()


def _problem(mend: Mend, place: str, known: dict[str, str]) -> str:
    try:
        verify(place, known)
    except MovedPlaceError as error:
        return f"mend {mend.name}: {error}"
    return ""
