"""Transforms of fields, rows and pairs of frames."""

from __future__ import annotations

from typing import Any

from awsglue.transforms.transform import BuiltInTransform


class RenameField(BuiltInTransform):
    """One field under another name."""

    def __call__(
        self,
        frame: Any,
        old_name: str,
        new_name: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        return frame.rename_field(
            old_name, new_name, transformation_ctx, info, stageThreshold, totalThreshold
        )


class DropFields(BuiltInTransform):
    """All but the fields at the paths."""

    def __call__(
        self,
        frame: Any,
        paths: Any,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        return frame.drop_fields(paths, transformation_ctx, info, stageThreshold, totalThreshold)


class SelectFields(BuiltInTransform):
    """Only the fields at the paths."""

    def __call__(
        self,
        frame: Any,
        paths: Any,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        return frame.select_fields(paths, transformation_ctx, info, stageThreshold, totalThreshold)


class SplitFields(BuiltInTransform):
    """Two frames: the fields at the paths, and the rest."""

    RETURNS = "DynamicFrameCollection"

    def __call__(
        self,
        frame: Any,
        paths: Any,
        name1: str | None = None,
        name2: str | None = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        name = frame.name or "frame"
        return frame.split_fields(
            paths,
            name1 or f"{name}1",
            name2 or f"{name}2",
            transformation_ctx,
            info,
            stageThreshold,
            totalThreshold,
        )


class SplitRows(BuiltInTransform):
    """Two frames: the rows for which all comparisons hold, and the rest."""

    RETURNS = "DynamicFrameCollection"

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
        return frame.split_rows(
            comparison_dict, name1, name2, transformation_ctx, info or "", stageThreshold, totalThreshold
        )


class Join(BuiltInTransform):
    """Inner equi-join; the context is not passed on, as on AWS."""

    def __call__(
        self,
        frame1: Any,
        frame2: Any,
        keys1: Any,
        keys2: Any,
        transformation_ctx: str = "",
    ) -> Any:
        return frame1.join(keys1, keys2, frame2)


class Spigot(BuiltInTransform):
    """Writes sample records, and passes the frame on."""

    def __call__(
        self,
        frame: Any,
        path: str,
        options: Any,
        transformation_ctx: str = "",
    ) -> Any:
        return frame.spigot(path, options, transformation_ctx)
