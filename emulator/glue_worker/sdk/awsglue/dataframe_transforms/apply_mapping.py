"""ApplyMapping of a DataFrame."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame

from awsglue.transforms.apply_mapping import ApplyMapping as OfDynamicFrames
from emulator.glue_worker.engine.apply_mapping import apply_mapping
from emulator.glue_worker.engine.mapping_tuples import checked


class ApplyMapping:
    """Only the mapped columns, renamed and cast."""

    @staticmethod
    def apply(frame: DataFrame, mappings: Any) -> DataFrame:
        """The mapped frame. Raises TypeError for a mapping that is no tuple, ValueError for its length."""
        return apply_mapping(frame, checked(mappings))

    @classmethod
    def describeArgs(cls) -> list[dict[str, Any]]:
        return OfDynamicFrames.describeArgs()[:2]

    @classmethod
    def describeTransform(cls) -> str:
        return "Only the mapped columns of a DataFrame, renamed and cast."

    @classmethod
    def describeErrors(cls) -> list[dict[str, str]]:
        return []

    @classmethod
    def describeReturn(cls) -> dict[str, str]:
        return {"type": "DataFrame", "description": cls.describeTransform()}
