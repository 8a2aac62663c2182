"""Facts about bookmarks in time (aws-semantics.md §A): the band, its limits, pause windows, rewinds, errors.

With real objects in S3 and a worker without Spark; small bands take the place of AWS's 15 minutes.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.glue_api.gateway import GlueBench

ENABLED = {"--job-bookmark-option": "job-bookmark-enable"}
PAUSED = "job-bookmark-pause"


@pytest.fixture
def bookmarked(bench: GlueBench) -> GlueBench:
    bench.create_job(DefaultArguments=ENABLED)
    bench.gateway.client("s3").create_bucket(Bucket=bench.name)
    return bench


def read(
    bench: GlueBench, ctx: str = "src", arguments: dict[str, str] | None = None, **options: Any
) -> list[str]:
    """A whole run that reads `raw/` in a context: the keys."""
    run_id = bench.run(Arguments=arguments or {})
    name = options.pop("name", bench.name)
    keys = bench.worker.select(run_id, f"s3://{bench.name}/raw/", ctx, name=name, **options)
    bench.worker.commit(run_id, name)
    bench.worker.finish(run_id)
    return keys


def runs_over(bench: GlueBench, *keys: str) -> list[str]:
    """A run after each dropped file: their ids."""
    ids = []
    for key in keys:
        bench.put(key)
        assert bench.read_all() == [key]
        ids.append(bench.bookmark()["RunId"])
    return ids


def window(start: str, end: str) -> dict[str, str]:
    return {"--job-bookmark-option": PAUSED, "--job-bookmark-from": start, "--job-bookmark-to": end}


def test_bookmarks_are_off_by_default(bench: GlueBench) -> None:
    bench.create_job()
    bench.gateway.client("s3").create_bucket(Bucket=bench.name)
    bench.put("raw/a.csv")
    assert [bench.read_all(), bench.read_all()] == [["raw/a.csv"], ["raw/a.csv"]]
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        bench.bookmark()


def test_a_file_that_shows_up_late_but_was_modified_within_the_band_is_read(bookmarked: GlueBench) -> None:
    for key in ("raw/late.csv", "raw/a.csv"):
        bookmarked.put(key)
    assert read(bookmarked, exclusions=["late.csv"]) == ["raw/a.csv"]
    assert read(bookmarked) == ["raw/late.csv"]


def test_a_file_that_shows_up_later_than_the_band_is_lost_silently(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/late.csv")
    bookmarked.put("raw/a.csv")
    assert read(bookmarked, exclusions=["late.csv"], max_band_ms=0) == ["raw/a.csv"]
    assert read(bookmarked, max_band_ms=0) == []


def test_the_band_of_the_last_commit_holds_for_the_next_run(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/late.csv")
    bookmarked.put("raw/a.csv")
    read(bookmarked, exclusions=["late.csv"], max_band_ms=0)
    assert read(bookmarked, max_band_ms=900_000) == []
    assert json.loads(bookmarked.bookmark()["JobBookmark"])["src"]["timestamps"]["HIGH_BAND"] == "900000"


def test_neither_a_name_nor_a_date_in_the_path_counts(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/day=2026-11-23/z.csv")
    assert read(bookmarked, max_band_ms=0) == ["raw/day=2026-11-23/z.csv"]
    bookmarked.put("raw/day=1999-01-01/a.csv")
    assert read(bookmarked, max_band_ms=0) == ["raw/day=1999-01-01/a.csv"]


@pytest.mark.parametrize(("band_ms", "found"), [(900_000, ["raw/slow.csv"]), (0, [])])
def test_an_upload_in_parts_has_the_time_of_its_beginning_and_may_land_behind_the_band(
    bookmarked: GlueBench, band_ms: int, found: list[str]
) -> None:
    s3 = bookmarked.gateway.client("s3")
    where = {"Bucket": bookmarked.name, "Key": "raw/slow.csv"}
    upload = {**where, "UploadId": s3.create_multipart_upload(**where)["UploadId"]}
    assert read(bookmarked, max_band_ms=band_ms) == []
    part = {"PartNumber": 1, "ETag": s3.upload_part(**upload, PartNumber=1, Body=b"a,b\n")["ETag"]}
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [part]})
    assert read(bookmarked, max_band_ms=band_ms) == found


def test_outside_the_band_no_path_is_remembered(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a.csv")
    read(bookmarked, max_band_ms=0)
    assert json.loads(bookmarked.bookmark()["JobBookmark"])["src"]["timestamps"]["INCLUDE_LIST"] == ""


def test_more_files_than_the_band_may_hold_wait_for_the_next_run(bookmarked: GlueBench) -> None:
    keys = [f"raw/{number}.csv" for number in range(5)]
    for key in keys:
        bookmarked.put(key)
    found = [read(bookmarked, max_files_in_band=2) for _ in range(4)]
    assert [len(one) for one in found] == [2, 2, 1, 0]
    assert sorted(itertools.chain(*found)) == keys


@pytest.mark.parametrize("bound", [{"bounded_files": 2}, {"bounded_size_bytes": 25}])
def test_a_bound_on_files_or_bytes_leaves_the_rest_to_the_next_run(
    bookmarked: GlueBench, bound: dict[str, Any]
) -> None:
    keys = [f"raw/{number}.csv" for number in range(5)]
    for key in keys:
        bookmarked.put(key, b"0123456789")
    found = [read(bookmarked, **bound) for _ in range(4)]
    assert [len(one) for one in found] == [2, 2, 1, 0]
    assert sorted(itertools.chain(*found)) == keys


def test_a_deleted_file_changes_nothing(bookmarked: GlueBench) -> None:
    for key in ("raw/a.csv", "raw/b.csv"):
        bookmarked.put(key)
    read(bookmarked)
    bookmarked.gateway.client("s3").delete_object(Bucket=bookmarked.name, Key="raw/a.csv")
    before = bookmarked.bookmark()["JobBookmark"]
    assert read(bookmarked) == []
    states = [json.loads(one)["src"]["timestamps"] for one in (before, bookmarked.bookmark()["JobBookmark"])]
    assert states[0]["INCLUDE_LIST"] == states[1]["INCLUDE_LIST"]


def test_a_deleted_file_that_comes_back_is_read_again(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a.csv")
    read(bookmarked)
    bookmarked.gateway.client("s3").delete_object(Bucket=bookmarked.name, Key="raw/a.csv")
    bookmarked.put("raw/a.csv")
    assert read(bookmarked) == ["raw/a.csv"]


def test_a_versioned_bucket_shows_its_latest_objects(bookmarked: GlueBench) -> None:
    s3 = bookmarked.gateway.client("s3")
    versioning = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket=bookmarked.name, VersioningConfiguration=versioning)
    for key in ("raw/a.csv", "raw/b.csv", "raw/b.csv"):
        bookmarked.put(key)
    s3.delete_object(Bucket=bookmarked.name, Key="raw/a.csv")
    assert read(bookmarked) == ["raw/b.csv"]
    bookmarked.put("raw/b.csv", b"new")
    assert read(bookmarked) == ["raw/b.csv"]


def test_a_renamed_context_reads_everything_again(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a.csv")
    assert [read(bookmarked, "old"), read(bookmarked, "old")] == [["raw/a.csv"], []]
    assert read(bookmarked, "new") == ["raw/a.csv"]


def test_a_path_changed_under_the_same_context_keeps_the_time(bookmarked: GlueBench) -> None:
    """AWS warns that a changed source may not yield the right files: older ones are passed by."""
    bookmarked.put("raw/a.csv")
    bookmarked.put("other/a.csv")
    read(bookmarked, max_band_ms=0)
    run_id = bookmarked.run()
    path = f"s3://{bookmarked.name}/other/"
    assert bookmarked.worker.select(run_id, path, name=bookmarked.name) == []
    bookmarked.worker.finish(run_id)


def test_the_name_given_to_job_init_is_the_bookmarks_key(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a.csv")
    suffixed = f"{bookmarked.name}-eu"
    assert read(bookmarked, name=suffixed) == ["raw/a.csv"]
    assert read(bookmarked) == ["raw/a.csv"]
    entry = bookmarked.glue.get_job_bookmark(JobName=suffixed)["JobBookmarkEntry"]
    assert (entry["JobName"], entry["Run"]) == (suffixed, 2)


def test_jobs_on_one_path_do_not_see_each_other(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a.csv")
    read(bookmarked)
    other = GlueBench(bookmarked.gateway, f"{bookmarked.name}-other", bookmarked.worker)
    other.create_job(DefaultArguments=ENABLED)
    run_id = other.run()
    path = f"s3://{bookmarked.name}/raw/"
    assert other.worker.select(run_id, path, name=other.name) == ["raw/a.csv"]
    other.worker.finish(run_id)


def test_pause_with_a_window_reads_what_came_after_from_and_up_to_to(bookmarked: GlueBench) -> None:
    one, two, three, _ = runs_over(bookmarked, "raw/1.csv", "raw/2.csv", "raw/3.csv", "raw/4.csv")
    assert read(bookmarked, arguments=window(one, three)) == ["raw/2.csv", "raw/3.csv"]
    assert read(bookmarked, arguments=window(two, two)) == []
    assert bookmarked.read_all() == []


def test_a_pause_window_does_not_see_what_is_new(bookmarked: GlueBench) -> None:
    one, two = runs_over(bookmarked, "raw/1.csv", "raw/2.csv")
    bookmarked.put("raw/new.csv")
    assert read(bookmarked, arguments=window(one, two)) == ["raw/2.csv"]
    assert bookmarked.read_all() == ["raw/new.csv"]


def test_a_failed_run_in_a_pause_window_stands_for_the_last_successful_one_before_it(
    bookmarked: GlueBench,
) -> None:
    runs_over(bookmarked, "raw/1.csv")
    failed = bookmarked.run()
    bookmarked.worker.finish(failed, "FAILED")
    (two,) = runs_over(bookmarked, "raw/2.csv")
    assert read(bookmarked, arguments=window(failed, two)) == ["raw/2.csv"]


def test_pause_does_not_touch_the_bookmark(bookmarked: GlueBench) -> None:
    one, two = runs_over(bookmarked, "raw/1.csv", "raw/2.csv")
    before = bookmarked.bookmark()
    read(bookmarked, arguments={"--job-bookmark-option": PAUSED})
    read(bookmarked, arguments=window(one, two))
    assert bookmarked.bookmark() == before


def test_after_a_rewind_only_what_came_after_that_run_is_read_again(bookmarked: GlueBench) -> None:
    ids = runs_over(bookmarked, "raw/1.csv", "raw/2.csv", "raw/3.csv")
    entry = bookmarked.glue.reset_job_bookmark(JobName=bookmarked.name, RunId=ids[0])["JobBookmarkEntry"]
    assert (entry["RunId"], entry["Run"]) == (ids[0], 2)
    assert bookmarked.read_all() == ["raw/2.csv", "raw/3.csv"]
    assert bookmarked.read_all() == []


def test_a_reset_clears_every_context(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a.csv")
    for ctx in ("one", "two"):
        read(bookmarked, ctx)
    bookmarked.glue.reset_job_bookmark(JobName=bookmarked.name)
    assert [read(bookmarked, ctx) for ctx in ("one", "two")] == [["raw/a.csv"], ["raw/a.csv"]]


def test_the_version_never_falls(bookmarked: GlueBench) -> None:
    one, _ = runs_over(bookmarked, "raw/1.csv", "raw/2.csv")
    versions = [bookmarked.bookmark()["Version"]]
    bookmarked.glue.reset_job_bookmark(JobName=bookmarked.name, RunId=one)
    versions.append(bookmarked.bookmark()["Version"])
    bookmarked.glue.reset_job_bookmark(JobName=bookmarked.name)
    versions.append(bookmarked.bookmark()["Version"])
    bookmarked.read_all()
    versions.append(bookmarked.bookmark()["Version"])
    assert versions == sorted(set(versions))


@pytest.mark.parametrize("operation", ["get_job_bookmark", "reset_job_bookmark"])
@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"JobName": "no-such-job"}, "EntityNotFoundException"),
        ({"JobName": "{name}", "RunId": "jr_no_such_run"}, "EntityNotFoundException"),
    ],
)
def test_bookmarks_that_are_not_there_are_errors_of_aws(
    bookmarked: GlueBench, operation: str, request_: dict[str, str], code: str
) -> None:
    bookmarked.put("raw/a.csv")
    bookmarked.read_all()
    values = {key: value.replace("{name}", bookmarked.name) for key, value in request_.items()}
    with pytest.raises(ClientError, match=code):
        getattr(bookmarked.glue, operation)(**values)


def test_the_report_says_between_which_times_files_were_looked_for(bookmarked: GlueBench) -> None:
    runs_over(bookmarked, "raw/1.csv", "raw/2.csv")
    run_id = bookmarked.bookmark()["RunId"]
    (report,) = bookmarked.gateway.get(f"/_tarmac/runs?run_id={run_id}")
    (context,) = report["contexts"]
    state = json.loads(bookmarked.bookmark()["JobBookmark"])["src"]["timestamps"]
    assert context["modified_until"] == state["CURR_RUN_START_TIME"]
    assert (context["files"], context["files_listed"]) == (1, 2)
    assert (context["version_before"], context["version_after"]) == (2, 4)
