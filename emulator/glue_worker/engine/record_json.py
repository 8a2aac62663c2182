"""Records as JSON text, as `show` prints them."""

from __future__ import annotations

import json

from pyspark.sql import DataFrame

from emulator.glue_worker.engine import choice
from emulator.glue_worker.engine.record_types import reader


def lines(frame: DataFrame, count: int) -> list[str]:
    """The first records, a line of JSON each; a field without a value is left out, dates are texts."""
    if not frame.columns:
        return []
    if not choice.has_choice(frame.schema):
        return [_spaced(line) for line in frame.limit(count).toJSON().collect()]
    read = reader(frame.schema)
    assert read is not None  # a struct has one
    rows = [read(row) for row in frame.limit(count).collect()]
    return [json.dumps(_without_nulls(row), default=str, ensure_ascii=False) for row in rows]


def _spaced(line: str) -> str:
    return json.dumps(json.loads(line), ensure_ascii=False)


def _without_nulls(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if value is not None}
