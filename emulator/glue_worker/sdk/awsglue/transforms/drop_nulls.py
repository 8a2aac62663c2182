"""DropNullFields."""

from __future__ import annotations

from typing import Any

from awsglue.transforms.transform import BuiltInTransform
from emulator.glue_worker.engine import columns


class DropNullFields(BuiltInTransform):
    """All but the fields that hold nothing but nulls; prints their names."""

    def __call__(
        self,
        frame: Any,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        null_fields = columns.null_fields(frame._frame)
        print("null_fields", null_fields)
        return frame.drop_fields(null_fields, transformation_ctx, info, stageThreshold, totalThreshold)
