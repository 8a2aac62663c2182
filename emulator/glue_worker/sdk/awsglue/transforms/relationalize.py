"""Relationalize."""

from __future__ import annotations

from typing import Any

from awsglue.transforms.transform import BuiltInTransform
from awsglue.utils import _global_args


class Relationalize(BuiltInTransform):
    """The flat root frame, and one per array."""

    RETURNS = "DynamicFrameCollection"

    def __call__(
        self,
        frame: Any,
        staging_path: str | None = None,
        name: str = "roottable",
        options: Any = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        if staging_path is None:
            staging_path = _global_args.get("TempDir")
            if not staging_path:
                raise RuntimeError(f"Unable to set staging_path using args {_global_args}")
        return frame.relationalize(
            name,
            staging_path,
            options or {},
            transformation_ctx,
            info,
            stageThreshold,
            totalThreshold,
        )
