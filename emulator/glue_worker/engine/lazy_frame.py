"""A DataFrame that is made when it is first needed, and then kept."""

from __future__ import annotations

import functools
from collections.abc import Callable

from pyspark.sql import DataFrame


class LazyFrame:
    """Wraps what makes the frame: reading a source looks at data, which a script may never ask for."""

    def __init__(self, make: Callable[[], DataFrame]) -> None:
        self._make = make

    @functools.cached_property
    def frame(self) -> DataFrame:
        return self._make()

    @classmethod
    def of(cls, frame: DataFrame) -> LazyFrame:
        return cls(lambda: frame)
