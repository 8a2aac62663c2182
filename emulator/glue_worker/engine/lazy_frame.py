"""A DataFrame that is made when it is first needed, and then kept; with it the records that failed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from emulator.glue_worker.engine.error_records import ERROR_COLUMN


@dataclass(frozen=True)
class Parted:
    """Rows that are well, and the error records beside them (one column, `error`), if any."""

    frame: DataFrame
    errors: DataFrame | None = None


class LazyFrame:
    """Wraps what makes the frame: reading a source looks at data, which a script may never ask for.

    What is made may have the column ERROR_COLUMN: a row that has it set is an error record.
    """

    def __init__(self, make: Callable[[], DataFrame | Parted]) -> None:
        self._make = make

    @property
    def frame(self) -> DataFrame:
        """The rows without the error records."""
        return self._parted.frame

    @property
    def errors(self) -> DataFrame | None:
        """The error records, or None where there can't be any."""
        return self._parted.errors

    @functools.cached_property
    def error_count(self) -> int:
        """How many records failed; computes them once."""
        return 0 if self.errors is None else int(self.errors.count())

    @classmethod
    def of(cls, frame: DataFrame) -> LazyFrame:
        return cls(lambda: frame)

    @functools.cached_property
    def _parted(self) -> Parted:
        made = self._make()
        if isinstance(made, Parted):
            return made
        if ERROR_COLUMN not in made.columns:
            return Parted(made)
        failed = f.col(ERROR_COLUMN).isNotNull()
        errors = made.where(failed).select(f.col(ERROR_COLUMN).alias("error"))
        return Parted(made.where(~failed).drop(ERROR_COLUMN), errors)
