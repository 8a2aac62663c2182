"""Spigot: sample records for a look at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame

from emulator.glue_worker.engine import staged_write
from emulator.glue_worker.engine.errors import GlueError
from emulator.glue_worker.engine.frame_schema import with_held_values
from emulator.glue_worker.engine.spark_session import inspecting


def write_sample(frame: DataFrame, path: str, options: Mapping[str, Any]) -> None:
    """Writes records as JSON lines under `path`: `topk`, the first so many; `prob`, each with a probability.

    Raises GlueError for a number that is out of its bounds.
    """
    sample = frame
    if "prob" in options:
        sample = sample.sample(_bounded(options["prob"], "prob", 1.0))
    if "topk" in options:
        sample = sample.limit(int(_bounded(options["topk"], "topk", float("inf"))))
    if not sample.columns:
        return
    with inspecting(frame.sparkSession):
        if path.startswith(("s3://", "s3a://", "s3n://")):
            staged_write.write(with_held_values(sample), path, "json", {}, [])
        else:
            with_held_values(sample).write.mode("append").json(path)


def _bounded(value: Any, name: str, highest: float) -> float:
    number = float(value)
    if not 0 <= number <= highest:
        raise GlueError(f"the spigot option {name} is {value!r}, but must be between 0 and {highest}")
    return number
