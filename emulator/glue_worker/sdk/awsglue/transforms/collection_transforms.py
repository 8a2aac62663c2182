"""Transforms of collections of frames."""

from __future__ import annotations

from typing import Any

from awsglue.transforms.transform import BuiltInTransform


class SelectFromCollection(BuiltInTransform):
    """One frame of a collection."""

    def __call__(
        self,
        dfc: Any,
        key: str,
        transformation_ctx: str = "",
    ) -> Any:
        return dfc.select(key, transformation_ctx)


class MapToCollection(BuiltInTransform):
    """What a function makes of each frame of a collection."""

    RETURNS = "DynamicFrameCollection"

    def __call__(
        self,
        dfc: Any,
        callable: Any,
        transformation_ctx: str = "",
    ) -> Any:
        return dfc.map(callable, transformation_ctx)


class FlatMap(BuiltInTransform):
    """A transform of each frame; what it gives, frames or collections, in one collection."""

    RETURNS = "DynamicFrameCollection"

    def __call__(
        self,
        dfc: Any,
        BaseTransform: Any,
        frame_name: str,
        transformation_ctx: str = "",
        **base_kwargs: Any,
    ) -> Any:
        def applied(frame: Any, context: str) -> Any:
            return BaseTransform.apply(**{**base_kwargs, frame_name: frame, "transformation_ctx": context})

        return dfc.flatmap(applied, transformation_ctx)
