"""UnnestFrame."""

from __future__ import annotations

from typing import Any

from awsglue.transforms.transform import BuiltInTransform


class UnnestFrame(BuiltInTransform):
    """Nested fields as columns named `outer.inner`."""

    def __call__(
        self,
        frame: Any,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        return frame.unnest(transformation_ctx, info, stageThreshold, totalThreshold)
