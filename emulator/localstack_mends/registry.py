"""What a mend is, and the list of all of them."""

from __future__ import annotations

import hashlib
import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class MovedPlaceError(Exception):
    """A place that a mend patches is gone, or is no longer what the mend was written for."""


@dataclass(frozen=True)
class Place:
    """One function or class of LocalStack that a mend replaces, wraps or relies on.

    `path` is `module:Name` or `module:Class.attribute`; `digest` the first 12 hex digits of the SHA-256 of
    its source as of the pinned LocalStack.
    """

    path: str
    digest: str

    def resolve(self) -> Any:
        """The object at this place. Raises MovedPlaceError if there is none."""
        module_name, _, attributes = self.path.partition(":")
        try:
            found: Any = importlib.import_module(module_name)
            for attribute in attributes.split("."):
                found = inspect.getattr_static(found, attribute)
        except (ImportError, AttributeError) as error:
            raise MovedPlaceError(
                f"{self.path} is not there ({error}); see docs/localstack-mends.md"
            ) from error
        return found

    def verify(self) -> None:
        """Raises MovedPlaceError if the place is gone or its source has another digest."""
        met = digest_of(self.resolve())
        if met != self.digest:
            raise MovedPlaceError(
                f"{self.path} has changed (source digest {met}, mended was {self.digest}); "
                "install the LocalStack of locks/requirements.txt, or look at the mend again"
            )


@dataclass(frozen=True)
class Mend:
    """One defect of LocalStack and its cure.

    `met` says what a user would meet without it; `apply` patches the `places`, and is called once per
    process, before the gateway serves.
    """

    name: str
    met: str
    mended: str
    places: tuple[Place, ...]
    apply: Callable[[], None]


def digest_of(thing: Any) -> str:
    """First 12 hex digits of the SHA-256 of the object's source text."""
    function = getattr(thing, "__func__", thing)
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]


def apply_all(mends: tuple[Mend, ...]) -> None:
    """Verifies every place of every mend, then applies them in order.

    Raises MovedPlaceError, with a line for each place that moved, before anything is patched.
    """
    problems = [problem for mend in mends for place in mend.places if (problem := _problem(mend, place))]
    if problems:
        raise MovedPlaceError("\n".join(problems))
    for mend in mends:
        mend.apply()


def _problem(mend: Mend, place: Place) -> str:
    try:
        place.verify()
    except MovedPlaceError as error:
        return f"mend {mend.name}: {error}"
    return ""
