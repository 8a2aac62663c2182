"""Bookmarks of database sources, from a run's point of view (aws-semantics.md §A, JDBC)."""

from __future__ import annotations

import json

import pytest

from emulator.glue_service.errors import BookmarkVersionMismatch, EntityNotFound, InvalidInput
from emulator.glue_service.models import Job
from emulator.glue_worker.run_contract import RowsRead, RowWindow
from tests.unit.glue_service.glue_doubles import SCOPE, Bench, make_job

OPTION = "--job-bookmark-option"


@pytest.fixture
def job() -> Job:
    return make_job(
        DefaultArguments={OPTION: "job-bookmark-enable"}, ExecutionProperty={"MaxConcurrentRuns": 2}
    )


def test_each_run_reads_the_rows_after_the_last_key(bench: Bench, job: Job) -> None:
    assert bench.read_rows(job, ["5"]) == RowWindow(tracked=True)
    assert bench.read_rows(job, ["9"]) == RowWindow(tracked=True, after=["5"])
    assert bench.read_rows(job, []).after == ["9"]


def test_a_run_without_new_rows_keeps_the_key(bench: Bench, job: Job) -> None:
    bench.read_rows(job, ["5"])
    bench.read_rows(job, [])
    assert bench.read_rows(job, []).after == ["5"]


def test_an_empty_table_leaves_the_next_run_everything(bench: Bench, job: Job) -> None:
    bench.read_rows(job, [])
    assert bench.read_rows(job, ["1"]) == RowWindow(tracked=True)


def test_the_document_holds_the_keys_their_order_and_the_last_values(bench: Bench, job: Job) -> None:
    bench.read_rows(job, ["2026-01-02", "7"], "day", "id")
    assert json.loads(bench.keeper.entry(SCOPE, "job")["JobBookmark"]) == {
        "src": {
            "jsonClass": "JDBCDataSourceJobBookmarkState",
            "run": "1",
            "jobBookmarkKeys": ["day", "id"],
            "jobBookmarkKeysSortOrder": "asc",
            "values": ["2026-01-02", "7"],
        }
    }


def test_other_keys_or_another_order_start_anew(bench: Bench, job: Job) -> None:
    bench.read_rows(job, ["5"])
    run = bench.run(job)
    assert bench.select_rows(run, "id", "day").after == []
    assert bench.select_rows(run, "id", descending=True).after == []
    assert bench.select_rows(run, "id").after == ["5"]


def test_without_keys_context_or_job_init_every_run_reads_everything(bench: Bench, job: Job) -> None:
    bench.read_rows(job, ["5"])
    run = bench.run(job)
    assert bench.select_rows(run) == RowWindow(tracked=True)
    assert not bench.select_rows(run, "id", ctx="").tracked
    assert not bench.select_rows(run, "id", name="").tracked


def test_a_source_without_keys_adds_nothing_to_the_document(bench: Bench, job: Job) -> None:
    run = bench.run(job)
    bench.select_rows(run)
    bench.keeper.commit(run.run_id, "job")
    assert bench.keeper.entry(SCOPE, "job")["JobBookmark"] == "{}"


def test_a_disabled_bookmark_reads_everything_and_keeps_nothing(bench: Bench) -> None:
    assert not bench.read_rows(make_job(), ["5"]).tracked
    with pytest.raises(EntityNotFound):
        bench.keeper.entry(SCOPE, "job")


def test_a_failure_before_the_commit_leaves_the_rows_to_the_next_run(bench: Bench, job: Job) -> None:
    bench.read_rows(job, ["5"])
    run = bench.run(job)
    bench.select_rows(run, "id")
    bench.keeper.rows_read(run.run_id, RowsRead("job", "src", ["9"]))
    bench.finish(run, "FAILED")
    assert bench.read_rows(job, ["9"]).after == ["5"]
    (reading,) = bench.keeper.readings(run.run_id)
    assert (reading["key_after"], reading["key_up_to"], reading["version_after"]) == (["5"], ["9"], None)


def test_pause_reads_incrementally_and_keeps_nothing(bench: Bench, job: Job) -> None:
    bench.read_rows(job, ["5"])
    paused = {"Arguments": {OPTION: "job-bookmark-pause"}}
    assert bench.read_rows(job, ["9"], **paused).after == ["5"]
    assert bench.read_rows(job, ["9"]).after == ["5"]


def test_pause_between_two_runs_reads_the_rows_between_their_keys(bench: Bench, job: Job) -> None:
    run_ids = []
    for key in ("1", "2", "3", "4"):
        bench.read_rows(job, [key])
        run_ids.append(bench.keeper.entry(SCOPE, "job")["RunId"])
    window = {
        OPTION: "job-bookmark-pause",
        "--job-bookmark-from": run_ids[0],
        "--job-bookmark-to": run_ids[2],
    }
    assert bench.read_rows(job, [], Arguments=window) == RowWindow(tracked=True, after=["1"], up_to=["3"])


def test_pause_up_to_a_run_that_read_no_rows_reads_nothing(bench: Bench, job: Job) -> None:
    bench.put("one")
    bench.read_all(job)
    first = bench.keeper.entry(SCOPE, "job")["RunId"]
    window = {OPTION: "job-bookmark-pause", "--job-bookmark-from": first, "--job-bookmark-to": first}
    run = bench.run(job, Arguments=window)
    assert bench.select_rows(run, "id", ctx="rows") == RowWindow(tracked=True, nothing=True)


def test_reset_and_rewind_move_the_key_back(bench: Bench, job: Job) -> None:
    bench.read_rows(job, ["5"])
    first = bench.keeper.entry(SCOPE, "job")["RunId"]
    bench.read_rows(job, ["9"])
    bench.keeper.reset(SCOPE, "job", first)
    assert bench.read_rows(job, ["9"]).after == ["5"]
    bench.keeper.reset(SCOPE, "job")
    assert bench.read_rows(job, ["9"]).after == []


def test_files_and_rows_of_one_job_are_committed_together(bench: Bench, job: Job) -> None:
    bench.put("one")
    run = bench.run(job)
    bench.select(run, "files")
    bench.select_rows(run, "id", ctx="rows")
    bench.keeper.rows_read(run.run_id, RowsRead("job", "rows", ["5"]))
    bench.keeper.commit(run.run_id, "job")
    bench.finish(run)
    later = bench.run(job)
    assert bench.select(later, "files") == []
    assert bench.select_rows(later, "id", ctx="rows").after == ["5"]


def test_of_two_concurrent_commits_the_second_is_refused(bench: Bench, job: Job) -> None:
    first, second = bench.run(job), bench.run(job)
    for run in (first, second):
        bench.select_rows(run, "id")
        bench.keeper.rows_read(run.run_id, RowsRead("job", "src", ["5"]))
    bench.keeper.commit(first.run_id, "job")
    with pytest.raises(BookmarkVersionMismatch, match="version 2"):
        bench.keeper.commit(second.run_id, "job")


def test_rows_that_were_not_asked_for_can_not_be_read(bench: Bench, job: Job) -> None:
    with pytest.raises(InvalidInput, match="no rows in context 'src'"):
        bench.keeper.rows_read(bench.run(job).run_id, RowsRead("job", "src", ["5"]))
