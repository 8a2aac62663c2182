"""Transforms of records and of whole frames."""

from __future__ import annotations

from typing import Any

from awsglue.transforms.transform import GlueTransform


class Filter(GlueTransform):
    """The rows for which a function is true."""

    def __call__(
        self,
        frame: Any,
        f: Any,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        return frame.filter(f, transformation_ctx, info, stageThreshold, totalThreshold)


class Map(GlueTransform):
    """What a function makes of each record."""

    def __call__(
        self,
        frame: Any,
        f: Any,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        return frame.map(f, False, transformation_ctx, info, stageThreshold, totalThreshold)


class Relationalize(GlueTransform):
    """The flat root frame, and one per array."""

    def __call__(
        self,
        frame: Any,
        staging_path: str = "",
        name: str = "roottable",
        options: Any = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        return frame.relationalize(name, staging_path, options, transformation_ctx)


class Repartition(GlueTransform):
    """The same rows in another number of partitions."""

    def __call__(
        self,
        frame: Any,
        num_partitions: int,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        return frame.repartition(num_partitions, transformation_ctx)


class Spigot(GlueTransform):
    """Writes sample rows, and passes the frame on."""

    def __call__(self, frame: Any, path: str, options: Any = None, transformation_ctx: str = "") -> Any:
        return frame.spigot(path, options, transformation_ctx)


class SplitRows(GlueTransform):
    """Two frames: the rows for which all comparisons hold, and the rest."""

    def __call__(
        self,
        frame: Any,
        comparison_dict: Any,
        name1: str = "frame1",
        name2: str = "frame2",
        transformation_ctx: str = "",
        info: str | None = None,
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        return frame.split_rows(comparison_dict, name1, name2, transformation_ctx)


class Unbox(GlueTransform):
    """A string column that holds JSON, as a struct."""

    def __call__(
        self,
        frame: Any,
        path: str,
        format: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
        **options: Any,
    ) -> Any:
        return frame.unbox(path, format, transformation_ctx, **options)


class UnnestFrame(GlueTransform):
    """Nested fields as columns named `outer.inner`."""

    def __call__(
        self,
        frame: Any,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        return frame.unnest(transformation_ctx)


class ErrorsAsDynamicFrame(GlueTransform):
    """The error records of a frame."""

    def __call__(self, frame: Any) -> Any:
        return frame.errorsAsDynamicFrame()
