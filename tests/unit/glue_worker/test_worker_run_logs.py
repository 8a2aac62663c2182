"""The log groups and streams of a run (AWS's page "Using job parameters in AWS Glue jobs")."""

from __future__ import annotations

from pathlib import Path

from emulator.glue_worker import run_logs

from .worker_fixtures import assignment

RUN_DIR = Path("runs/jr_1")


def streams(**arguments: str) -> list[tuple[str, str, str]]:
    named = {f"--{name.replace('_', '-')}": value for name, value in arguments.items()}
    found = run_logs.targets(assignment(arguments=named), RUN_DIR)
    return [(target.group, target.stream, target.file.name) for target in found]


PLAIN = [("/aws-glue/jobs/output", "jr_1", "stdout.log"), ("/aws-glue/jobs/error", "jr_1", "stderr.log")]


def test_stdout_and_stderr_go_to_two_groups_under_the_runs_id() -> None:
    assert streams() == PLAIN
    assert streams(enable_continuous_cloudwatch_log="false") == PLAIN


def test_continuous_logging_adds_the_drivers_stream() -> None:
    assert streams(enable_continuous_cloudwatch_log="true") == [
        *PLAIN,
        ("/aws-glue/jobs/logs-v2", "jr_1-driver", "stdout.log"),
        ("/aws-glue/jobs/logs-v2", "jr_1-driver", "stderr.log"),
    ]


def test_continuous_logging_has_a_group_and_a_prefix_of_the_jobs_own() -> None:
    found = streams(
        enable_continuous_cloudwatch_log="true",
        continuous_log_logGroup="/mine",
        continuous_log_logStreamPrefix="etl",
    )
    assert {(group, stream) for group, stream, _ in found[2:]} == {("/mine", "etl-driver")}


def test_a_prefix_of_the_jobs_own_stands_for_the_groups_and_the_stream() -> None:
    found = streams(custom_logGroup_prefix="/mine/jobs", custom_logStream_prefix="etl")
    assert found == [("/mine/jobs/output", "etl", "stdout.log"), ("/mine/jobs/error", "etl", "stderr.log")]
