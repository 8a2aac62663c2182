"""Map."""

from __future__ import annotations

from typing import Any

from awsglue.transforms.transform import BuiltInTransform


class Map(BuiltInTransform):
    """What a function makes of each record."""

    def __call__(
        self,
        frame: Any,
        f: Any,
        preservesPartitioning: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        return frame.map(f, preservesPartitioning, transformation_ctx, info, stageThreshold, totalThreshold)
