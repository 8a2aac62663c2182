"""What all transforms have in common."""

from __future__ import annotations

from typing import Any


class Transform:
    """Called as `Name.apply(frame=…)`, or `Name()(frame=…)`."""

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Makes the transform and calls it."""
        return cls()(*args, **kwargs)

    @classmethod
    def name(cls) -> str:
        return cls.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError


class GlueTransform(Transform):
    """The base that AWS gives to its own transforms."""
