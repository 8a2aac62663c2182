"""Filter and Map: Python functions over records, because their interface demands it (aws-semantics.md §C)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import choice
from emulator.glue_worker.engine.spark_session import inspecting, no_columns

DROPS_ROW = (KeyError, ValueError, TypeError)


class DynamicRecord(dict):  # type: ignore[type-arg]
    """A row as a dictionary whose keys are attributes as well; nested structs are dictionaries."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(name) from error

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        del self[name]


@dataclass(frozen=True)
class ErrorCount:
    """Counts records that a function could not handle; complete once the frame has been computed."""

    accumulator: Any

    @property
    def value(self) -> int:
        return int(self.accumulator.value)


def filter_rows(frame: DataFrame, function: Callable[[Any], Any]) -> tuple[DataFrame, ErrorCount]:
    """The rows for which the function is true; KeyError, ValueError and TypeError drop one, others count."""
    errors = frame.sparkSession.sparkContext.accumulator(0)
    choices = _choice_names(frame.schema)

    def keeps(row: Row) -> bool:
        try:
            return bool(function(record_of(row, choices)))
        except DROPS_ROW:
            return False
        except Exception:
            errors.add(1)
            return False

    if not frame.columns:
        return frame, ErrorCount(errors)
    test = f.udf(keeps, t.BooleanType())
    return frame.where(test(f.struct(*[f.col(f"`{name}`") for name in frame.columns]))), ErrorCount(errors)


def map_rows(frame: DataFrame, function: Callable[[Any], Any]) -> tuple[DataFrame, ErrorCount]:
    """The records that the function returns, with columns and types taken from them.

    An exception, or None, removes the record and counts as an error.
    """
    spark = frame.sparkSession
    errors = spark.sparkContext.accumulator(0)
    choices = _choice_names(frame.schema)

    def mapped(row: Row) -> list[Any]:
        try:
            result = function(record_of(row, choices))
        except Exception:
            errors.add(1)
            return []
        if result is None:
            errors.add(1)
            return []
        return [dict(result)]

    if not frame.columns:
        return frame, ErrorCount(errors)
    records = frame.rdd.flatMap(mapped)
    with inspecting(spark):
        names = _names_in_order(records)
    if not names:
        return no_columns(spark), ErrorCount(errors)
    rows = records.map(lambda record: Row(**{name: record.get(name) for name in names}))
    with inspecting(spark):
        return spark.createDataFrame(rows, samplingRatio=1.0), ErrorCount(errors)


def record_of(row: Row, choices: frozenset[str]) -> DynamicRecord:
    """A row as a script's function gets it; a choice is the value that it holds."""
    record = DynamicRecord()
    for name, value in row.asDict(recursive=True).items():
        held = _held(value) if name in choices else value
        record[name] = DynamicRecord(held) if isinstance(held, dict) else held
    return record


def _held(value: dict[str, Any] | None) -> Any:
    return next((item for item in (value or {}).values() if item is not None), None)


def _choice_names(schema: t.StructType) -> frozenset[str]:
    return frozenset(field.name for field in schema.fields if choice.is_choice(field))


def _names_in_order(records: Any) -> list[str]:
    """All keys of all records, in the order in which they first appear."""

    def keys_of(part: Any) -> list[str]:
        seen: dict[str, None] = {}
        for record in part:
            seen.update(dict.fromkeys(record))
        return [json.dumps(list(seen))]

    found: dict[str, None] = {}
    for keys in records.mapPartitions(keys_of).collect():
        found.update(dict.fromkeys(json.loads(keys)))
    return list(found)
