"""awsglue on a small Spark session, outside any run: bookmarks are off, nothing is on S3."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import SparkSession

from emulator.glue_worker.python_environment import SDK_DIR

sys.path.insert(0, str(SDK_DIR))


@pytest.fixture(scope="session")
def glue_context(spark: SparkSession) -> Any:
    from awsglue.context import GlueContext

    return GlueContext(spark.sparkContext)


@pytest.fixture
def frame_of(glue_context: Any) -> Callable[[str], Any]:
    """Makes a DynamicFrame of a SQL query."""
    from awsglue.dynamicframe import DynamicFrame

    return lambda sql: DynamicFrame.fromDF(glue_context.spark_session.sql(sql), glue_context, "frame")


@pytest.fixture
def delays(glue_context: Any) -> Any:
    """Rows whose `delay` is a choice of long and string: 5, "x", nothing."""
    from awsglue.dynamicframe import DynamicFrame

    from emulator.glue_worker.engine import choice

    raw = glue_context.spark_session.sql("SELECT * FROM VALUES (1, '5'), (2, 'x'), (3, NULL) AS t(id, delay)")
    number = "try_cast(delay AS bigint)"
    column = choice.make({"long": number, "string": f"CASE WHEN {number} IS NULL THEN delay END"}, "delay")
    return DynamicFrame.fromDF(raw.select("id", column), glue_context, "delays")
