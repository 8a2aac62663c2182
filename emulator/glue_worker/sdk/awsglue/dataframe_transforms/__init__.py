"""Transforms of DataFrames."""

from __future__ import annotations

from typing import Any

from awsglue.dataframe_transforms.apply_mapping import ApplyMapping

ALL_TRANSFORMS: set[Any] = {ApplyMapping}

__all__ = ["ApplyMapping"]
