"""The example job with `--data_quality_ruleset`: the shipped rules, told in the run's summary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pipeline

from .flight_pipeline import ATLANTA, DENVER, FlightPipeline, csv_file

RULESET = (Path(pipeline.__file__).parent / "data_quality.dqdl").read_text()


def test_failed_rules_are_told_and_the_run_succeeds(flights: FlightPipeline) -> None:
    key = "raw/quality/2026-11-01.txt"  # no .csv: the pipeline's rule leaves it alone
    flights.put(
        key, csv_file(f"DL,{ATLANTA},{DENVER},5,", f"UA,{DENVER},{ATLANTA},1,1", f"UA,{DENVER},9,2,2")
    )
    glue = flights.sandbox.client("glue")
    run_id = glue.start_job_run(
        JobName=flights.deployment.job, Arguments={"--data_quality_ruleset": RULESET}
    )["JobRunId"]

    def ended() -> dict[str, Any] | None:
        run: dict[str, Any] = glue.get_job_run(JobName=flights.deployment.job, RunId=run_id)["JobRun"]
        return run if run["JobRunState"] not in ("STARTING", "RUNNING", "WAITING") else None

    run = flights.sandbox.wait_until(ended, 120, f"the end of {run_id}")
    assert run is not None
    assert run["JobRunState"] == "SUCCEEDED", run
    assert flights.loaded(key) == 2
    body = flights.sandbox.client("s3").get_object(
        Bucket=flights.deployment.work_bucket, Key=f"summaries/{run_id}.json"
    )["Body"]
    summary = json.load(body)
    assert summary["rules_passed"] == 2
    assert list(summary["rules_failed"]) == ['IsComplete "arr_airport"', 'Completeness "arr_delay" > 0.95']
    assert "Data quality: 2 of 4 rules passed; " in summary["message"]
