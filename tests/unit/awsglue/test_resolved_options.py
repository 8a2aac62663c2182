from __future__ import annotations

import pytest
from awsglue.utils import GlueArgumentError, getResolvedOptions

ARGV = ["job.py", "--JOB_NAME", "j", "--JOB_ID", "j_1", "--JOB_RUN_ID", "jr_1", "--TempDir", "s3://t/"]


def test_requested_names_come_with_glues_own() -> None:
    found = getResolvedOptions([*ARGV, "--target-table", "facts"], ["JOB_NAME", "target-table"])
    assert found == {
        "JOB_NAME": "j",
        "target_table": "facts",
        "job_bookmark_option": "job-bookmark-disable",
        "job_bookmark_from": None,
        "job_bookmark_to": None,
        "JOB_ID": "j_1",
        "JOB_RUN_ID": "jr_1",
        "SECURITY_CONFIGURATION": None,
        "encryption_type": None,
        "enable_data_lineage": None,
        "TempDir": "s3://t/",
        "RedshiftTempDir": None,
    }


def test_a_requested_name_that_is_absent_is_an_error() -> None:
    with pytest.raises(GlueArgumentError, match="day"):
        getResolvedOptions(ARGV, ["JOB_NAME", "day"])


def test_an_absent_temp_dir_is_silently_none() -> None:
    assert getResolvedOptions(["job.py"], ["TempDir"])["TempDir"] is None


def test_unknown_arguments_are_ignored() -> None:
    found = getResolvedOptions([*ARGV, "--nobody", "asked"], ["JOB_NAME"])
    assert "nobody" not in found


def test_a_unique_prefix_is_enough() -> None:
    assert getResolvedOptions(["job.py", "--destin", "x"], ["destination"])["destination"] == "x"


def test_a_flag_without_a_value_fails_when_requested() -> None:
    with pytest.raises(GlueArgumentError):
        getResolvedOptions(["job.py", "--dry_run"], ["dry_run"])


@pytest.mark.parametrize("name", ["job-bookmark-option", "job_bookmark_from", "job-bookmark-to"])
def test_bookmark_options_can_not_be_requested(name: str) -> None:
    with pytest.raises(RuntimeError):
        getResolvedOptions(ARGV, [name])


def test_the_run_id_can_not_be_requested_by_name() -> None:
    with pytest.raises(Exception, match="JOB_RUN_ID"):
        getResolvedOptions(ARGV, ["JOB_RUN_ID"])


@pytest.mark.parametrize("window", [["--job-bookmark-from", "a"], ["--job-bookmark-to", "b"]])
def test_a_pause_has_both_ends_of_its_window_or_none(window: list[str]) -> None:
    with pytest.raises(RuntimeError):
        getResolvedOptions([*ARGV, "--job-bookmark-option", "job-bookmark-pause", *window], ["JOB_NAME"])


def test_a_pause_with_both_ends_is_taken() -> None:
    window = ["--job-bookmark-from", "a", "--job-bookmark-to", "b"]
    found = getResolvedOptions([*ARGV, "--job-bookmark-option", "job-bookmark-pause", *window], [])
    assert (found["job_bookmark_from"], found["job_bookmark_to"]) == ("a", "b")


def test_only_a_pause_has_a_window() -> None:
    given = [
        "--job-bookmark-option",
        "job-bookmark-enable",
        "--job-bookmark-from",
        "a",
        "--job-bookmark-to",
        "b",
    ]
    with pytest.raises(RuntimeError):
        getResolvedOptions([*ARGV, *given], ["JOB_NAME"])
