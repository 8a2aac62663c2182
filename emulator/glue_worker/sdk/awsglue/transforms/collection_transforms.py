"""Transforms of collections of frames."""

from __future__ import annotations

from typing import Any

from awsglue.dynamicframe import DynamicFrameCollection
from awsglue.transforms.transform import GlueTransform


class SelectFromCollection(GlueTransform):
    """One frame of a collection."""

    def __call__(self, dfc: Any, key: str, transformation_ctx: str = "") -> Any:
        return dfc.select(key, transformation_ctx)


class MapToCollection(GlueTransform):
    """A transform applied to each frame of a collection."""

    def __call__(
        self,
        dfc: Any,
        BaseTransform: Any,
        frame_name: str = "frame",
        transformation_ctx: str = "",
        **base_kwargs: Any,
    ) -> Any:
        made = {key: BaseTransform.apply(**{frame_name: dfc[key], **base_kwargs}) for key in dfc.keys()}  # noqa: SIM118
        first = next(iter(dfc.values()), None)
        return DynamicFrameCollection(made, first.glue_ctx if first is not None else None)


class FlatMap(GlueTransform):
    """A transform applied to each frame; what it gives, frames or collections, in one collection."""

    def __call__(
        self,
        dfc: Any,
        BaseTransform: Any,
        frame_name: str = "frame",
        transformation_ctx: str = "",
        **base_kwargs: Any,
    ) -> Any:
        made: dict[str, Any] = {}
        for key in dfc.keys():  # noqa: SIM118
            result = BaseTransform.apply(**{frame_name: dfc[key], **base_kwargs})
            made |= dict(result.items()) if isinstance(result, DynamicFrameCollection) else {key: result}
        first = next(iter(dfc.values()), None)
        return DynamicFrameCollection(made, first.glue_ctx if first is not None else None)
