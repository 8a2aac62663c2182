"""Facts about job bookmarks (aws-semantics.md §A), with real objects in S3 and a worker without Spark."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.contract.glue_api.gateway import GlueBench, RefusedError

ENABLED = {"--job-bookmark-option": "job-bookmark-enable"}


@pytest.fixture
def bookmarked(bench: GlueBench) -> GlueBench:
    bench.create_job(DefaultArguments=ENABLED)
    bench.gateway.client("s3").create_bucket(Bucket=bench.name)
    return bench


def test_each_run_reads_what_came_since_the_last(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/day=1/a.csv")
    assert bookmarked.read_all() == ["raw/day=1/a.csv"]
    assert bookmarked.read_all() == []
    bookmarked.put("raw/day=2/a.csv")
    assert bookmarked.read_all() == ["raw/day=2/a.csv"]


@pytest.mark.parametrize("key", ["a b.csv", "a+b.csv", "100%.csv", "ünï/çödé.csv", "a&b=c;d.csv", "%20.csv"])
def test_keys_of_any_spelling_are_given_verbatim(bookmarked: GlueBench, key: str) -> None:
    bookmarked.put(f"raw/{key}")
    assert bookmarked.read_all() == [f"raw/{key}"]
    assert bookmarked.read_all() == []


def test_hidden_files_folder_markers_and_other_folders_are_not_read(bookmarked: GlueBench) -> None:
    for key in (
        "raw/_SUCCESS",
        "raw/.a.csv.crc",
        "raw/folder/",
        "raw/_tmp/a.csv",
        "rawer/a.csv",
        "raw/a.csv",
    ):
        bookmarked.put(key, b"" if key.endswith("/") else b"x")
    assert bookmarked.read_all() == ["raw/a.csv"]


def test_exclusions_and_recursion_narrow_what_is_read(bookmarked: GlueBench) -> None:
    for key in ("raw/a.csv", "raw/b.json", "raw/deep/c.csv"):
        bookmarked.put(key)
    run_id = bookmarked.run()
    path = f"s3://{bookmarked.name}/raw/"
    assert bookmarked.worker.select(run_id, path, exclusions=["**.json"]) == ["raw/a.csv", "raw/deep/c.csv"]
    assert bookmarked.worker.select(run_id, path, exclusions=["*.json", "deep/**"]) == ["raw/a.csv"]
    assert bookmarked.worker.select(run_id, path, recurse=False) == ["raw/a.csv", "raw/b.json"]


def test_a_bucket_that_does_not_exist_is_named(bookmarked: GlueBench) -> None:
    with pytest.raises(RefusedError, match="NoSuchBucket"):
        bookmarked.worker.select(bookmarked.run(), "s3://no-such-bucket-here/raw/")


def test_an_overwritten_key_is_read_again(bookmarked: GlueBench) -> None:
    for content in (b"one", b"two", b"three"):
        bookmarked.put("raw/a.csv", content)
        assert bookmarked.read_all() == ["raw/a.csv"]
    assert bookmarked.read_all() == []


def test_files_dropped_and_overwritten_as_fast_as_possible_are_each_read_exactly_once(
    bookmarked: GlueBench,
) -> None:
    read: list[str] = []
    for number in range(30):
        bookmarked.put(f"raw/{number}.csv", b"v")
        read += bookmarked.read_all()
    assert sorted(read) == sorted(f"raw/{number}.csv" for number in range(30))


def test_files_that_arrive_while_runs_read_are_neither_lost_nor_doubled(bookmarked: GlueBench) -> None:
    keys = [f"raw/{number}.csv" for number in range(300)]
    read: list[str] = []
    with ThreadPoolExecutor(4) as pool:
        drops = [pool.submit(bookmarked.put, key) for key in keys]
        while not all(drop.done() for drop in drops):
            read += bookmarked.read_all()
    read += bookmarked.read_all()
    assert sorted(read) == sorted(keys)


def test_a_failure_before_commit_leaves_the_files_to_the_next_run(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a.csv")
    run_id = bookmarked.run()
    bookmarked.worker.select(run_id, f"s3://{bookmarked.name}/raw/", name=bookmarked.name)
    bookmarked.worker.finish(run_id, "FAILED")
    with pytest.raises(ClientError, match="not found"):
        bookmarked.bookmark()
    assert bookmarked.read_all() == ["raw/a.csv"]
    assert bookmarked.bookmark()["Attempt"] == 1


def test_the_bookmark_is_a_json_document_in_a_string(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a.csv")
    bookmarked.read_all()
    entry = bookmarked.bookmark()
    assert (entry["JobName"], entry["Run"], entry["Version"], entry["Attempt"]) == (bookmarked.name, 2, 2, 0)
    state = json.loads(entry["JobBookmark"])["src"]
    assert state["jsonClass"] == "HadoopDataSourceJobBookmarkState"
    assert state["timestamps"]["HIGH_BAND"] == "900000"
    assert len(state["timestamps"]["INCLUDE_LIST"].split(",")) == 1


def test_counters_move_by_one_run_and_two_versions(bookmarked: GlueBench) -> None:
    bookmarked.read_all()
    first = bookmarked.bookmark()
    bookmarked.read_all()
    second = bookmarked.bookmark()
    assert (second["Run"], second["Version"]) == (3, 4)
    assert second["PreviousRunId"] == first["RunId"]
    assert bookmarked.bookmark(first["RunId"]) == first


def test_pause_reads_but_keeps_nothing(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a.csv")
    bookmarked.read_all()
    bookmarked.put("raw/b.csv")
    paused = {"--job-bookmark-option": "job-bookmark-pause"}
    assert bookmarked.read_all(Arguments=paused) == ["raw/b.csv"]
    assert bookmarked.read_all() == ["raw/b.csv"]


def test_a_reset_reads_everything_again(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a.csv")
    bookmarked.read_all()
    entry = bookmarked.glue.reset_job_bookmark(JobName=bookmarked.name)["JobBookmarkEntry"]
    assert (entry["Run"], entry["JobBookmark"]) == (0, "{}")
    assert bookmarked.read_all() == ["raw/a.csv"]


def test_a_reset_to_a_run_reads_what_came_after_it(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a.csv")
    bookmarked.read_all()
    first = bookmarked.bookmark()["RunId"]
    bookmarked.put("raw/b.csv")
    bookmarked.read_all()
    bookmarked.glue.reset_job_bookmark(JobName=bookmarked.name, RunId=first)
    assert bookmarked.read_all() == ["raw/b.csv"]


def test_a_concurrent_commit_is_a_version_mismatch(bench: GlueBench) -> None:
    bench.create_job(DefaultArguments=ENABLED, ExecutionProperty={"MaxConcurrentRuns": 2})
    bench.gateway.client("s3").create_bucket(Bucket=bench.name)
    bench.put("raw/a.csv")
    first, second = bench.run(), bench.run()
    for run_id in (first, second):
        bench.worker.select(run_id, f"s3://{bench.name}/raw/", name=bench.name)
    bench.worker.commit(first, bench.name)
    with pytest.raises(RefusedError, match="GLUE_JOB_BOOKMARK_VERSION_MISMATCH_ERROR"):
        bench.worker.commit(second, bench.name)


def test_a_run_that_has_ended_can_not_commit(bookmarked: GlueBench) -> None:
    run_id = bookmarked.run()
    bookmarked.worker.finish(run_id, "FAILED")
    with pytest.raises(RefusedError, match="GLUE_JOB_BOOKMARK_VERSION_MISMATCH_ERROR"):
        bookmarked.worker.commit(run_id, bookmarked.name)


def test_deleting_the_job_deletes_its_bookmark(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a.csv")
    bookmarked.read_all()
    bookmarked.glue.delete_job(JobName=bookmarked.name)
    bookmarked.create_job(DefaultArguments=ENABLED)
    assert bookmarked.read_all() == ["raw/a.csv"]


def test_the_report_lists_the_files_of_a_run(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a b.csv", b"12345")
    bookmarked.read_all()
    run_id = bookmarked.bookmark()["RunId"]
    (report,) = bookmarked.gateway.get(f"/_tarmac/runs?run_id={run_id}")
    (file,) = report["files_read"]
    assert (file["key"], file["size"], report["files_count"]) == ("raw/a b.csv", 5, 1)
    head = bookmarked.gateway.client("s3").head_object(Bucket=bookmarked.name, Key="raw/a b.csv")
    assert file["etag"] == head["ETag"].strip('"')


def test_a_restart_of_the_api_fails_runs_in_flight_and_keeps_bookmarks(bookmarked: GlueBench) -> None:
    bookmarked.put("raw/a.csv")
    bookmarked.read_all()
    version = bookmarked.bookmark()["Version"]
    run_id = bookmarked.run()
    bookmarked.gateway.restart()
    run = bookmarked.job_run(run_id)
    assert run["JobRunState"] == "FAILED"
    assert "restarted" in run["ErrorMessage"]
    assert bookmarked.worker.heartbeat(run_id) == "stop"
    assert bookmarked.bookmark()["Version"] == version
