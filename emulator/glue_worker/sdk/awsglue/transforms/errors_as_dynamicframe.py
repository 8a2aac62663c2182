"""ErrorsAsDynamicFrame."""

from __future__ import annotations

from typing import Any

from awsglue.transforms.transform import BuiltInTransform


class ErrorsAsDynamicFrame(BuiltInTransform):
    """The error records on the way to a frame."""

    def __call__(
        self,
        frame: Any,
    ) -> Any:
        return frame.errorsAsDynamicFrame()
