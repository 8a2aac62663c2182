"""Union."""

from __future__ import annotations

from typing import Any

from awsglue.transforms.transform import BuiltInTransform


class Union(BuiltInTransform):
    """Fails as on AWS, whose library names variables here that it does not have; use frame.union."""

    def __call__(
        self,
        frame1: Any,
        frame2: Any,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Any:
        raise NameError("name 'mappings' is not defined")
