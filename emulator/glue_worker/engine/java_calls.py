"""Calls that AWS's library makes into Java: their failures are reported as Java's (aws-semantics.md §D)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyspark.errors import PySparkException

from emulator.glue_worker.engine.errors import NotInTarmacError
from emulator.glue_worker.error_message import JAVA_CALL


@contextmanager
def calling(spark: Any, method: str) -> Iterator[None]:
    """Notes on an exception which method of Java it is AWS's failure of, for the run's ErrorMessage.

    Not on Spark's own, which PySpark turns into Python's on AWS as well, nor on what tarmac lacks.
    """
    try:
        yield
    except (NotInTarmacError, PySparkException):
        raise
    except Exception as error:
        error.add_note(f"{JAVA_CALL}{spark._jsparkSession._target_id}.{method}.")
        raise
