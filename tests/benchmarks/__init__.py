"""Measurements: each module `bench_*.py` here has a function `bench(sandbox) -> list[BenchRow]`.

`make bench` calls them all with one sandbox and prints one table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BenchRow:
    """One measured value. `aim` is the largest acceptable value in the same unit, None if there is no aim."""

    name: str
    value: float
    unit: str
    aim: float | None = None
    note: str = ""

    @property
    def met(self) -> bool:
        """Is the value within the aim?"""
        return self.aim is None or self.value <= self.aim
