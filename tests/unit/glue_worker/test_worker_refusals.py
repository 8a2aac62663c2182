"""What a job may ask of AWS Glue, and tarmac refuses by name."""

from __future__ import annotations

import pytest

from emulator.glue_worker import refusals
from emulator.glue_worker.errors import RunCannotStartError

from .worker_fixtures import assignment


@pytest.mark.parametrize("command", ["glueray", "gluestreaming"])
def test_ray_and_streaming_jobs_are_refused_by_name(command: str) -> None:
    with pytest.raises(RunCannotStartError, match=command):
        refusals.check(assignment(command=command))


@pytest.mark.parametrize(
    ("name", "value"),
    [("--job-language", "scala"), ("--class", "com.example.Job"), ("--datalake-formats", "iceberg")],
)
def test_scala_and_table_formats_are_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(RunCannotStartError, match=name):
        refusals.check(assignment(arguments={name: value}))


def test_a_python_shell_takes_no_extra_files() -> None:
    with pytest.raises(RunCannotStartError, match="--extra-files"):
        refusals.check(assignment(command="pythonshell", arguments={"--extra-files": "s3://b/x"}))


def test_an_unknown_library_set_is_refused() -> None:
    with pytest.raises(RunCannotStartError, match="everything"):
        refusals.check(assignment(command="pythonshell", arguments={"library-set": "everything"}))


@pytest.mark.parametrize("name", ["library-set", "--library-set"])
def test_the_library_set_is_named_with_or_without_dashes(name: str) -> None:
    assert refusals.library_set({name: "none"}) == "none"
    assert refusals.library_set({}) == "analytics"


def test_ordinary_jobs_are_not_refused() -> None:
    refusals.check(assignment(arguments={"--job-language": "python", "--enable-metrics": "true"}))
    refusals.check(assignment(command="pythonshell"))
