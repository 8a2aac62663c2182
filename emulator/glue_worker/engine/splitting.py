"""SplitRows: rows that satisfy comparisons, and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from emulator.glue_worker.engine.column_names import path_parts, quoted_path
from emulator.glue_worker.engine.errors import GlueError

_OPERATORS = {
    "=": "eqNullSafe", "==": "eqNullSafe", ">": "__gt__", "<": "__lt__", ">=": "__ge__", "<=": "__le__",
    "!=": "__ne__", "<>": "__ne__",
}  # fmt: skip


def split_rows(frame: DataFrame, comparisons: Mapping[str, Mapping[str, Any]]) -> tuple[DataFrame, DataFrame]:
    """The rows for which all of `{"age": {">": 10, "<": 20}}` hold, and the others; a null holds nowhere.

    Raises GlueError for an unknown operator.
    """
    condition = f.lit(True)
    for path, tests in comparisons.items():
        column = f.col(quoted_path(path_parts(path)))
        for operator, value in tests.items():
            if operator not in _OPERATORS:
                raise GlueError(f"the comparison {operator!r} is not one of {', '.join(_OPERATORS)}")
            condition = condition & getattr(column, _OPERATORS[operator])(value)
    holds = f.coalesce(condition, f.lit(False))
    return frame.where(holds), frame.where(~holds)
