"""Several DynamicFrames under names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any


class DynamicFrameCollection:
    """DynamicFrames by name, in their order."""

    def __init__(self, dynamic_frames: Mapping[str, Any], glue_ctx: Any) -> None:
        self._frames = dict(dynamic_frames)
        self._glue_ctx = glue_ctx

    def keys(self) -> Any:
        return self._frames.keys()

    def values(self) -> Any:
        return self._frames.values()

    def items(self) -> Any:
        return self._frames.items()

    def select(self, key: str, transformation_ctx: str = "") -> Any:
        return self._frames[key]

    def map(self, callable: Callable[[Any, str], Any], transformation_ctx: str = "") -> Any:
        """The collection of what the function makes of each frame."""
        return DynamicFrameCollection(
            {name: callable(frame, transformation_ctx) for name, frame in self._frames.items()},
            self._glue_ctx,
        )

    def flatmap(self, f: Callable[..., Iterable[Any]], transformation_ctx: str = "") -> Any:
        made = [frame for one in self._frames.values() for frame in f(one, transformation_ctx)]
        return DynamicFrameCollection({frame.name: frame for frame in made}, self._glue_ctx)

    def __getitem__(self, key: str) -> Any:
        return self._frames[key]

    def __len__(self) -> int:
        return len(self._frames)

    def __iter__(self) -> Any:
        return iter(self._frames)
