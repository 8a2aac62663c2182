"""Filter."""

from __future__ import annotations

from typing import Any

from awsglue.transforms.transform import BuiltInTransform


class Filter(BuiltInTransform):
    """The records for which a function is true."""

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
