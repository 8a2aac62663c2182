"""What the demo's files imply, against what is in the warehouse, in the runs and on the topic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emulator.stack.settings import StackSettings
from scripts import gateway
from scripts.following import Execution
from scripts.pipeline_deployment import PipelineTarget
from scripts.uploads import Upload
from scripts.warehouse import ROOT, fetch
from seed_data.expected import Expected, expected_counts

AIRPORTS = ROOT / "seed_data" / "airports.csv"
COUNT_ALL = """
    SELECT (SELECT COUNT(*) FROM airlines.daily_flights_processed),
           (SELECT COUNT(*) FROM airlines.quarantined_flights),
           (SELECT COUNT(DISTINCT source_file) FROM airlines.daily_flights_processed)
"""
COUNT_LOADED = "SELECT source_file, COUNT(*) FROM airlines.daily_flights_processed GROUP BY source_file"
COUNT_REJECTED = """
    SELECT source_file, reason, COUNT(*) FROM airlines.quarantined_flights GROUP BY source_file, reason
"""


@dataclass(frozen=True)
class DayResult:
    """One dropped file and what it started."""

    upload: Upload
    execution: Execution

    @property
    def name(self) -> str:
        """What tells this day from the others: its folder's value, else the file's name."""
        folder = self.upload.path.parent.name
        return folder.replace("=", " ") if "=" in folder else self.upload.path.stem

    def expected(self) -> Expected:
        """The counts that the file itself implies."""
        return expected_counts([self.upload.path], AIRPORTS)


@dataclass(frozen=True)
class WarehouseCounts:
    """Rows in the fact and the quarantine table, and the files that the former came from."""

    loaded: int
    rejected: int
    files: int


def warehouse_counts(settings: StackSettings) -> WarehouseCounts:
    """What the warehouse holds now."""
    _, ((loaded, rejected, files),) = fetch(settings, COUNT_ALL)
    return WarehouseCounts(loaded=loaded, rejected=rejected, files=files)


def differences(
    settings: StackSettings, target: PipelineTarget, days: list[DayResult], new_alerts: list[dict[str, Any]]
) -> list[str]:
    """A line for each thing that isn't as the files imply."""
    loaded: dict[str, int] = dict(fetch(settings, COUNT_LOADED)[1])
    rejected: dict[str, dict[str, int]] = {}
    for source, reason, count in fetch(settings, COUNT_REJECTED)[1]:
        rejected.setdefault(source, {})[reason] = count
    runs = {run["run_id"]: run for run in gateway.job_runs(settings)}
    found = [line for day in days for line in _of_execution(day, runs)]
    for day in days:
        source = f"s3://{target.raw_bucket}/{day.upload.key}"
        found += _of_rows(day, loaded.get(source, 0), rejected.get(source, {}))
    if len(new_alerts) != len(days):
        found.append(f"{len(new_alerts)} messages were published, {len(days)} executions ended")
    return found


def _of_rows(day: DayResult, loaded: int, rejected: dict[str, int]) -> Iterator[str]:
    expected = day.expected()
    if loaded != expected.loaded:
        yield f"{day.upload.key}: {loaded} flights are loaded, the file has {expected.loaded} good rows"
    for reason in sorted({*rejected, *expected.quarantined}):
        found, wanted = rejected.get(reason, 0), expected.quarantined[reason]
        if found != wanted:
            yield f"{day.upload.key}: {found} rows are quarantined for {reason!r}, the file has {wanted}"


def _of_execution(day: DayResult, runs: dict[str, dict[str, Any]]) -> Iterator[str]:
    if day.execution.status != "SUCCEEDED":
        yield f"{day.upload.key}: its execution ended {day.execution.status}: {day.execution.error}"
        return
    read = [file["key"] for name in day.execution.job_run_ids for file in _files_of(runs, name)]
    if read != [day.upload.key]:
        yield f"{day.upload.key}: its run read {', '.join(read) or 'no file'}"


def _files_of(runs: dict[str, dict[str, Any]], run_id: str) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = runs.get(run_id, {}).get("files_read", [])
    return files
