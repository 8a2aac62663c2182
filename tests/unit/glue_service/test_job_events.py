"""What the events of job runs say, after the examples of AWS's documentation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emulator.glue_service.job_events import delay_event_of, event_of
from emulator.glue_service.job_runs import JobRun, RunState
from tests.unit.glue_service.glue_doubles import Bench, make_job

RUN = JobRun("jr_1", "000000000000", "us-east-1", "MyJob", started_ms=1_524_603_347_941, modified_ms=0)


@pytest.mark.parametrize(
    ("state", "severity", "message"),
    [
        (RunState.SUCCEEDED, "INFO", "Job run succeeded"),
        (RunState.TIMEOUT, "WARN", "Job run timed out"),
        (RunState.STOPPED, "INFO", "Job run stopped"),
        (RunState.FAILED, "ERROR", "Job run failed"),
    ],
)
def test_the_end_of_a_run_has_a_severity_and_a_message(state: RunState, severity: str, message: str) -> None:
    assert event_of(replace(RUN, state=state)) == {
        "jobName": "MyJob",
        "severity": severity,
        "state": str(state),
        "jobRunId": "jr_1",
        "message": message,
    }


def test_a_failed_run_says_why() -> None:
    failed = replace(RUN, state=RunState.FAILED, error_message="ValueError: no")
    assert event_of(failed)["message"] == "ValueError: no"


def test_a_delay_notification_names_its_condition() -> None:
    late = replace(RUN, state=RunState.RUNNING, shown={"NotificationProperty": {"NotifyDelayAfter": 1}})
    assert delay_event_of(late) == {
        "jobName": "MyJob",
        "severity": "INFO",
        "notificationCondition": {"NotifyDelayAfter": 1.0},
        "state": "RUNNING",
        "jobRunId": "jr_1",
        "message": "Job is in RUNNING state",
        "startedOn": "2018-04-24T20:55:47.941Z",
    }


def test_a_run_that_takes_longer_than_its_notify_delay_is_reported_once(bench: Bench) -> None:
    delayed: list[str] = []
    bench.live_runs.on_delay.append(lambda run: delayed.append(run.run_id))
    run = bench.run(make_job(NotificationProperty={"NotifyDelayAfter": 1}))
    quiet = bench.run(make_job("quiet"))
    for seconds in (0, 59, 2, 1):
        bench.clock.turn(seconds)
        for one in (run, quiet):
            bench.beat(one)
        bench.watch.check()
    assert delayed == [run.run_id]
