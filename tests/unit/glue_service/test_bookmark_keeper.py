"""Bookmarks from a run's point of view: what is read, what a commit keeps, what a reset forgets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.glue_service.errors import BookmarkVersionMismatch, EntityNotFound, InvalidInput
from emulator.glue_service.models import Job, Scope
from emulator.glue_worker.run_contract import HEARTBEAT_LOST_AFTER_S, Claim, Heartbeat
from tests.unit.glue_service.glue_doubles import SCOPE, WORKER, Bench, make_job

OPTION = "--job-bookmark-option"


@pytest.fixture
def job() -> Job:
    return make_job(
        DefaultArguments={OPTION: "job-bookmark-enable"}, ExecutionProperty={"MaxConcurrentRuns": 2}
    )


def include_list(bench: Bench, ctx: str = "src") -> list[str]:
    document = json.loads(bench.keeper.entry(SCOPE, "job")["JobBookmark"])
    return [one for one in document[ctx]["timestamps"]["INCLUDE_LIST"].split(",") if one]


def run_of_context(entry: dict[str, Any]) -> str:
    return str(json.loads(entry["JobBookmark"])["src"]["timestamps"]["RUN"])


def test_each_run_reads_what_came_since_the_last(bench: Bench, job: Job) -> None:
    bench.put("one")
    assert bench.read_all(job) == ["one"]
    assert bench.read_all(job) == []
    bench.put("two")
    assert bench.read_all(job) == ["two"]


def test_an_overwritten_file_is_read_again_once(bench: Bench, job: Job) -> None:
    bench.put("one", "v1")
    bench.read_all(job)
    bench.put("one", "v2")
    assert bench.read_all(job) == ["one"]
    assert bench.read_all(job) == []


def test_an_overwrite_in_the_tick_of_the_reading_is_read_by_the_next_run(bench: Bench, job: Job) -> None:
    bench.put("one", "v1")
    run = bench.run(job)
    assert bench.select(run) == ["one"]
    bench.put("one", "v2")
    bench.keeper.commit(run.run_id, "job")
    bench.finish(run)
    assert bench.read_all(job) == ["one"]
    assert bench.read_all(job) == []


def test_a_run_that_fails_before_its_commit_changes_nothing(bench: Bench, job: Job) -> None:
    bench.put("one")
    run = bench.run(job)
    assert bench.select(run) == ["one"]
    bench.finish(run, "FAILED")
    with pytest.raises(EntityNotFound):
        bench.keeper.entry(SCOPE, "job")
    assert bench.read_all(job) == ["one"]


def test_a_commit_outlives_the_failure_of_its_run(bench: Bench, job: Job) -> None:
    bench.put("one")
    run = bench.run(job)
    bench.select(run)
    bench.keeper.commit(run.run_id, "job")
    bench.finish(run, "FAILED")
    assert bench.read_all(job) == []


def test_bookmarks_outlive_the_process(bench: Bench, job: Job) -> None:
    bench.put("one")
    bench.read_all(job)
    bench.start_api()
    assert bench.read_all(job) == []


def test_a_commit_may_be_repeated(bench: Bench, job: Job) -> None:
    bench.put("one")
    run = bench.run(job)
    bench.select(run)
    for _ in range(3):
        bench.keeper.commit(run.run_id, "job")
    assert bench.keeper.entry(SCOPE, "job")["Version"] == 2


def test_asking_never_writes(bench: Bench, job: Job) -> None:
    bench.put("one")
    bench.read_all(job)
    before = bench.keeper.entry(SCOPE, "job")
    run = bench.run(job)
    bench.put("two")
    bench.select(run)
    bench.finish(run)
    assert bench.keeper.entry(SCOPE, "job") == before


def test_counters_move_as_observed_on_aws(bench: Bench, job: Job) -> None:
    bench.read_all(job)
    first = bench.keeper.entry(SCOPE, "job")
    assert (first["Run"], first["Version"], first["Attempt"]) == (2, 2, 0)
    assert "PreviousRunId" not in first
    assert run_of_context(first) == "1"
    bench.read_all(job)
    second = bench.keeper.entry(SCOPE, "job")
    assert (second["Run"], second["Version"], second["Attempt"]) == (3, 4, 0)
    assert run_of_context(second) == "2"
    assert second["PreviousRunId"] == first["RunId"]


def test_a_run_after_a_failed_one_counts_as_an_attempt(bench: Bench, job: Job) -> None:
    bench.read_all(job)
    bench.finish(bench.run(job), "FAILED")
    bench.read_all(job)
    assert bench.keeper.entry(SCOPE, "job")["Attempt"] == 1
    bench.read_all(job)
    assert bench.keeper.entry(SCOPE, "job")["Attempt"] == 0


def test_an_attempt_that_lost_its_worker_can_not_commit(bench: Bench) -> None:
    job = make_job(DefaultArguments={OPTION: "job-bookmark-enable"}, MaxRetries=1)
    bench.put("one")
    run = bench.run(job)
    bench.select(run)
    bench.clock.turn(HEARTBEAT_LOST_AFTER_S + 1)
    bench.watch.check()
    with pytest.raises(BookmarkVersionMismatch):
        bench.keeper.commit(run.run_id, "job")
    with pytest.raises(BookmarkVersionMismatch):
        bench.select(run)
    retry = bench.runs.claim(Claim(WORKER, wait_s=0))
    assert retry is not None
    assert retry.run_id == f"{run.run_id}_attempt_1"


def test_of_two_concurrent_commits_the_second_is_refused(bench: Bench, job: Job) -> None:
    bench.put("one")
    first, second = bench.run(job), bench.run(job)
    bench.select(first)
    bench.select(second)
    bench.keeper.commit(first.run_id, "job")
    with pytest.raises(BookmarkVersionMismatch, match="version 2"):
        bench.keeper.commit(second.run_id, "job")


def test_a_run_builds_on_the_state_of_its_job_init(bench: Bench, job: Job) -> None:
    bench.put("one")
    first, second = bench.run(job), bench.run(job)
    bench.keeper.open(first.run_id, "job")
    assert bench.select(second) == ["one"]
    bench.keeper.commit(second.run_id, "job")
    assert bench.select(first) == ["one"]
    with pytest.raises(BookmarkVersionMismatch, match="version 2"):
        bench.keeper.commit(first.run_id, "job")


def test_a_run_may_commit_more_than_once(bench: Bench, job: Job) -> None:
    bench.put("one")
    run = bench.run(job)
    bench.keeper.open(run.run_id, "job")
    for ctx in ("a", "b"):
        assert bench.select(run, ctx) == ["one"]
        bench.keeper.commit(run.run_id, "job")
    assert bench.keeper.entry(SCOPE, "job")["Version"] == 4


def test_a_reset_while_a_run_reads_refuses_its_commit(bench: Bench, job: Job) -> None:
    bench.put("one")
    bench.read_all(job)
    run = bench.run(job)
    bench.select(run)
    bench.keeper.reset(SCOPE, "job")
    with pytest.raises(BookmarkVersionMismatch):
        bench.keeper.commit(run.run_id, "job")


def test_contexts_are_kept_apart_and_committed_together(bench: Bench, job: Job) -> None:
    bench.put("one")
    run = bench.run(job)
    assert bench.select(run, "a") == ["one"]
    assert bench.select(run, "b") == ["one"]
    bench.keeper.commit(run.run_id, "job")
    bench.finish(run)
    later = bench.run(job)
    assert (bench.select(later, "a"), bench.select(later, "new name")) == ([], ["one"])


def test_bookmark_names_are_kept_apart(bench: Bench, job: Job) -> None:
    bench.put("one")
    bench.read_all(job)
    assert bench.select(bench.run(job), name="job-suffix") == ["one"]


def test_accounts_and_regions_are_kept_apart(bench: Bench, job: Job) -> None:
    bench.put("one")
    bench.read_all(job)
    other = bench.runs.start(Scope("111111111111", "eu-west-1"), job, {})
    bench.claim()
    bench.runs.heartbeat(other.run_id, Heartbeat(WORKER))
    assert bench.select(other) == ["one"]


@pytest.mark.parametrize(("ctx", "name"), [("", "job"), ("src", "")])
def test_without_a_context_or_job_init_everything_is_read_each_time(
    bench: Bench, job: Job, ctx: str, name: str
) -> None:
    bench.put("one")
    for _ in range(2):
        run = bench.run(job)
        assert bench.select(run, ctx, name=name) == ["one"]
        bench.keeper.commit(run.run_id, name)
        bench.finish(run)


def test_a_job_without_the_option_reads_everything_and_keeps_nothing(bench: Bench) -> None:
    job = make_job()
    bench.put("one")
    assert bench.read_all(job) == ["one"]
    assert bench.read_all(job) == ["one"]
    with pytest.raises(EntityNotFound):
        bench.keeper.entry(SCOPE, "job")


def test_an_unknown_option_is_refused(bench: Bench) -> None:
    run = bench.run(make_job(DefaultArguments={OPTION: "on"}))
    with pytest.raises(InvalidInput, match="'on'"):
        bench.select(run)


def test_pause_reads_incrementally_and_keeps_nothing(bench: Bench, job: Job) -> None:
    bench.put("one")
    bench.read_all(job)
    bench.put("two")
    paused = {"Arguments": {OPTION: "job-bookmark-pause"}}
    assert bench.read_all(job, **paused) == ["two"]
    assert bench.read_all(job, **paused) == ["two"]
    assert bench.read_all(job) == ["two"]


def test_pause_between_two_runs_reads_what_came_between_them(bench: Bench, job: Job) -> None:
    run_ids = []
    for key in ("one", "two", "three", "four"):
        bench.put(key)
        bench.read_all(job)
        run_ids.append(bench.keeper.entry(SCOPE, "job")["RunId"])
    window = {
        OPTION: "job-bookmark-pause",
        "--job-bookmark-from": run_ids[0],
        "--job-bookmark-to": run_ids[2],
    }
    assert bench.read_all(job, Arguments=window) == ["two", "three"]


def test_pause_needs_both_ends_of_its_window(bench: Bench, job: Job) -> None:
    run = bench.run(job, Arguments={OPTION: "job-bookmark-pause", "--job-bookmark-from": "jr_x"})
    with pytest.raises(InvalidInput, match="both"):
        bench.select(run)


def test_pause_refuses_runs_that_do_not_exist(bench: Bench, job: Job) -> None:
    window = {OPTION: "job-bookmark-pause", "--job-bookmark-from": "jr_x", "--job-bookmark-to": "jr_y"}
    with pytest.raises(EntityNotFound, match="jr_x"):
        bench.select(bench.run(job, Arguments=window))


def test_a_reset_makes_the_next_run_read_everything(bench: Bench, job: Job) -> None:
    bench.put("one")
    bench.read_all(job)
    entry = bench.keeper.reset(SCOPE, "job")
    assert (entry["Run"], entry["JobBookmark"]) == (0, "{}")
    assert bench.read_all(job) == ["one"]
    assert bench.read_all(job) == []


def test_a_reset_to_a_run_forgets_what_came_after_it(bench: Bench, job: Job) -> None:
    run_ids = []
    for key in ("one", "two", "three"):
        bench.put(key)
        bench.read_all(job)
        run_ids.append(bench.keeper.entry(SCOPE, "job")["RunId"])
    assert bench.keeper.reset(SCOPE, "job", run_ids[0])["RunId"] == run_ids[0]
    assert bench.read_all(job) == ["two", "three"]
    assert bench.read_all(job) == []


def test_the_entry_of_an_earlier_run_can_be_asked_for(bench: Bench, job: Job) -> None:
    bench.read_all(job)
    first = bench.keeper.entry(SCOPE, "job")
    bench.read_all(job)
    assert bench.keeper.entry(SCOPE, "job", first["RunId"]) == first
    with pytest.raises(EntityNotFound):
        bench.keeper.entry(SCOPE, "job", "jr_unknown")


def test_deleting_a_job_deletes_its_bookmarks(bench: Bench, job: Job) -> None:
    bench.put("one")
    bench.read_all(job)
    bench.keeper.delete_of_job(SCOPE, "job")
    with pytest.raises(EntityNotFound):
        bench.keeper.entry(SCOPE, "job")
    assert bench.read_all(job) == ["one"]


def test_the_include_list_holds_the_band_and_nothing_older(bench: Bench, job: Job) -> None:
    bench.put("one")
    bench.read_all(job)
    bench.put("two")
    bench.read_all(job)
    assert len(include_list(bench)) == 2
    bench.clock.turn(901)
    bench.put("three")
    bench.read_all(job)
    assert len(include_list(bench)) == 1


def test_a_partition_that_a_run_does_not_list_is_not_forgotten(bench: Bench, job: Job) -> None:
    bench.put("one")
    bench.read_all(job)
    everything = bench.listing
    bench.listing = []
    bench.read_all(job)
    bench.listing = everything
    assert bench.read_all(job) == []


def test_the_ledger_shows_what_each_run_read(bench: Bench, job: Job) -> None:
    bench.put("one", "etag1", size=5)
    run = bench.run(job)
    bench.select(run)
    bench.keeper.commit(run.run_id, "job")
    (row,) = bench.keeper.files_read(run.run_id)
    assert (row["key"], row["etag"], row["size"], row["transformation_ctx"]) == ("one", "etag1", 5, "src")


def test_the_ledger_shows_the_window_in_time_and_the_versions_of_each_context(bench: Bench, job: Job) -> None:
    bench.put("one")
    bench.read_all(job)
    bench.put("two")
    bench.read_all(job)
    (reading,) = bench.keeper.readings(bench.keeper.entry(SCOPE, "job")["RunId"])
    assert (reading["bookmark_name"], reading["transformation_ctx"], reading["source"]) == (
        "job", "src", "s3://b/raw/",
    )  # fmt: skip
    assert (reading["version_before"], reading["version_after"]) == (2, 4)
    assert (reading["files"], reading["files_listed"]) == (1, 2)
    assert reading["modified_after"] < reading["modified_until"]


def test_the_ledger_shows_which_reading_was_not_committed(bench: Bench, job: Job) -> None:
    bench.put("one")
    run = bench.run(job)
    bench.select(run)
    bench.select(run, "")
    bench.finish(run, "FAILED")
    found = {one["transformation_ctx"]: one for one in bench.keeper.readings(run.run_id)}
    assert (found["src"]["version_before"], found["src"]["version_after"]) == (0, None)
    assert (found[""]["version_before"], found[""]["files"]) == (None, 1)


def test_the_ledger_also_shows_what_a_failed_run_read(bench: Bench, job: Job) -> None:
    bench.put("one")
    run = bench.run(job)
    bench.select(run)
    bench.finish(run, "FAILED")
    assert [row["key"] for row in bench.keeper.files_read(run.run_id)] == ["one"]
    assert bench.read_all(job) == ["one"]


def test_every_query_of_a_run_uses_an_index(bench: Bench, job: Job) -> None:
    bench.put("one")
    bench.read_all(job)
    statements: list[str] = []
    with bench.ledger.transaction() as db:
        db.set_trace_callback(statements.append)
    bench.read_all(job)
    with bench.ledger.transaction() as db:
        db.set_trace_callback(None)
        reads = [one for one in statements if one.startswith(("SELECT", "UPDATE", "DELETE"))]
        plans = [row[3] for one in reads for row in db.execute(f"EXPLAIN QUERY PLAN {one}").fetchall()]
    assert len(reads) > 5
    assert [plan for plan in plans if plan.startswith("SCAN") and plan != "SCAN CONSTANT ROW"] == []
