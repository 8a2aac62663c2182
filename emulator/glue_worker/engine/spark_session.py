"""Small services of Spark that the engine needs in several places."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as t

from emulator.glue_worker.record_counts import INSPECTION_GROUP

_GROUP_PROPERTY = "spark.jobGroup.id"


def no_columns(spark: SparkSession) -> DataFrame:
    """What Glue gives when there is nothing to read: no rows and no columns."""
    return spark.createDataFrame([], t.StructType([]))


@contextmanager
def inspecting(spark: SparkSession) -> Iterator[None]:
    """Marks the Spark jobs started inside as looks at the data, which don't count as the script's reading."""
    context: Any = spark.sparkContext
    before = context.getLocalProperty(_GROUP_PROPERTY)
    context.setLocalProperty(_GROUP_PROPERTY, INSPECTION_GROUP)
    try:
        yield
    finally:
        context.setLocalProperty(_GROUP_PROPERTY, before)
