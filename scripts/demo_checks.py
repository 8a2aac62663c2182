"""What the demo's files imply, against what is in the warehouse, in the runs and on the topic."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.stack.settings import StackSettings
from scripts.following import Execution
from scripts.pipeline_deployment import PipelineTarget
from scripts.uploads import Upload
from scripts.warehouse import fetch


@dataclass(frozen=True)
class DayResult:
    """One dropped file and what it started."""

    upload: Upload
    execution: Execution

    @property
    def name(self) -> str:
        return self.upload.path.stem


@dataclass(frozen=True)
class WarehouseCounts:
    """Rows in the fact and the quarantine table, and the files that they came from."""

    loaded: int
    rejected: int
    files: int


def warehouse_counts(settings: StackSettings) -> WarehouseCounts:
    """What the warehouse holds now."""
    _, rows = fetch(
        settings, "SELECT COUNT(*), COUNT(DISTINCT source_file) FROM airlines.daily_flights_processed"
    )
    _, rejected = fetch(settings, "SELECT COUNT(*) FROM airlines.quarantined_flights")
    return WarehouseCounts(loaded=rows[0][0], rejected=rejected[0][0], files=rows[0][1])


def differences(settings: StackSettings, target: PipelineTarget, days: list[DayResult]) -> list[str]:
    """A line for each thing that isn't as the files imply."""
    raise NotImplementedError
