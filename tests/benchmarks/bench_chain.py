"""A 10,000-row file, from put to rows and alert: the median of five once warm, and where its time goes."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from emulator.stack.sandbox import Sandbox
from tests.benchmarks import BenchRow
from tests.benchmarks.pipeline_under_test import TimedDrop, deployed_pipeline, generated_file, timed_drop

ROWS = 10_000
WARM_UPS = 2
MEASURED = 5
AIM_S = 4.0


def bench(sandbox: Sandbox) -> list[BenchRow]:
    """Put to alert, then the share of each state and of each phase of the job (seconds, medians)."""
    target = deployed_pipeline(sandbox)
    with tempfile.TemporaryDirectory() as folder:
        path = generated_file(Path(folder), ROWS)
        drops = [
            timed_drop(sandbox, target, path, f"year=2026/month=01/day={number:02}/flights.csv")
            for number in range(1, WARM_UPS + MEASURED + 1)
        ][WARM_UPS:]
    whole = BenchRow(
        f"put → alert, {ROWS:,} rows",
        statistics.median(drop.seconds for drop in drops),
        "s",
        AIM_S,
        f"median of {MEASURED}, {min(d.seconds for d in drops):.1f} to {max(d.seconds for d in drops):.1f}",
    )
    return [whole, *_states(drops), *_phases(sandbox, drops)]


def _states(drops: list[TimedDrop]) -> list[BenchRow]:
    started = statistics.median(drop.execution.started - drop.put for drop in drops)
    names = list(dict.fromkeys(step.state for drop in drops for step in drop.execution.steps))
    return [
        BenchRow("· put → execution", started, "s"),
        *(BenchRow(f"· {name}", _median_in(drops, name), "s") for name in names),
    ]


def _median_in(drops: list[TimedDrop], state: str) -> float:
    return statistics.median(
        sum(step.seconds or 0.0 for step in drop.execution.steps if step.state == state) for drop in drops
    )


def _phases(sandbox: Sandbox, drops: list[TimedDrop]) -> list[BenchRow]:
    wanted = {name for drop in drops for name in drop.execution.job_run_ids}
    runs = [run for run in sandbox.runs() if run["run_id"] in wanted]
    names = list(dict.fromkeys(name for run in runs for name in run["phases"]))
    return [
        BenchRow(f"· · job: {name}", statistics.median(run["phases"].get(name, 0.0) for run in runs), "s")
        for name in names
    ]
