"""What breaks is said in an alert, ends the execution as FAILED, and loses and doubles nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .flight_pipeline import ATLANTA, DENVER, Execution, FlightPipeline, csv_file

GOOD = csv_file(f"DL,{ATLANTA},{DENVER},1,1", f"AA,{DENVER},{ATLANTA},2,2")
COMMIT = "    job.commit()"


def _key(name: str) -> str:
    return f"raw/year=2026/month=12/day=01/{name}"


@contextmanager
def script(flights: FlightPipeline, change: Callable[[str], str]) -> Iterator[None]:
    """The job runs a changed script inside the block, and its own again afterwards."""
    glue, s3 = flights.sandbox.client("glue"), flights.sandbox.client("s3")
    job = glue.get_job(JobName=flights.deployment.job)["Job"]
    bucket, key = job["Command"]["ScriptLocation"].removeprefix("s3://").split("/", 1)
    original = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.put_object(Bucket=bucket, Key=key, Body=change(original.decode()).encode())
    try:
        yield
    finally:
        s3.put_object(Bucket=bucket, Key=key, Body=original)


def _assert_failed_with_alert(flights: FlightPipeline, execution: Execution, *words: str) -> None:
    assert execution.status == "FAILED"
    message = flights.alerts()[-1]["message"]
    assert [word for word in words if word not in message] == [], message


def _assert_next_drop_loads_both(flights: FlightPipeline, missed: str, good: str) -> None:
    assert flights.drop(_key(good), GOOD).status == "SUCCEEDED"
    assert (flights.loaded(_key(missed)), flights.loaded(_key(good))) == (2, 2)


def test_a_job_that_raises_is_alerted_and_the_next_run_picks_up_its_file(flights: FlightPipeline) -> None:
    def fail(text: str) -> str:
        assert COMMIT in text
        return text.replace(COMMIT, "    raise RuntimeError('the upstream table is locked')")

    with script(flights, fail):
        execution = flights.drop(_key("raises.csv"), GOOD)

    _assert_failed_with_alert(flights, execution, "RuntimeError", "the upstream table is locked")
    _assert_next_drop_loads_both(flights, "raises.csv", "after-raises.csv")


def test_a_script_that_does_not_exist_is_alerted_and_nothing_is_lost(flights: FlightPipeline) -> None:
    glue = flights.sandbox.client("glue")
    name = flights.deployment.job
    job = glue.get_job(JobName=name)["Job"]
    update = {key: job[key] for key in ("Role", "DefaultArguments", "GlueVersion", "ExecutionProperty")}
    missing = {**job["Command"], "ScriptLocation": job["Command"]["ScriptLocation"] + ".gone"}
    glue.update_job(JobName=name, JobUpdate={**update, "Command": missing})
    try:
        execution = flights.drop(_key("no-script.csv"), GOOD)
    finally:
        glue.update_job(JobName=name, JobUpdate={**update, "Command": job["Command"]})

    _assert_failed_with_alert(flights, execution, ".gone")
    _assert_next_drop_loads_both(flights, "no-script.csv", "after-no-script.csv")


def test_a_crawler_on_a_missing_bucket_is_alerted(flights: FlightPipeline) -> None:
    glue = flights.sandbox.client("glue")
    name = flights.deployment.raw_crawler
    targets = glue.get_crawler(Name=name)["Crawler"]["Targets"]
    glue.update_crawler(Name=name, Targets={"S3Targets": [{"Path": "s3://no-such-bucket-anywhere/raw/"}]})
    try:
        execution = flights.drop(_key("no-bucket.csv"), GOOD)
    finally:
        glue.update_crawler(Name=name, Targets={"S3Targets": targets["S3Targets"]})

    _assert_failed_with_alert(flights, execution, "no-such-bucket-anywhere")
    _assert_next_drop_loads_both(flights, "no-bucket.csv", "after-no-bucket.csv")


def test_a_crash_between_the_warehouses_commit_and_the_bookmarks_doubles_nothing(
    flights: FlightPipeline,
) -> None:
    def crash(text: str) -> str:
        assert COMMIT in text
        return text.replace(COMMIT, "    import os\n    os._exit(3)")

    with script(flights, crash):
        execution = flights.drop(_key("crash.csv"), GOOD)
    assert execution.status == "FAILED"
    assert flights.loaded(_key("crash.csv")) == 2

    _assert_next_drop_loads_both(flights, "crash.csv", "after-crash.csv")
    assert {file["key"] for file in flights.newest_run()["files_read"]} == {
        _key("crash.csv"),
        _key("after-crash.csv"),
    }


def test_a_worker_killed_between_the_two_commits_doubles_nothing(flights: FlightPipeline) -> None:
    flights.require_control()

    def hang(text: str) -> str:
        assert COMMIT in text
        return text.replace(COMMIT, "    import threading\n    threading.Event().wait()")

    with script(flights, hang):
        flights.put(_key("killed.csv"), GOOD)
        flights.sandbox.wait_until(
            lambda: flights.loaded(_key("killed.csv")) == 2, 60, "the rows of killed.csv"
        )
        flights.sandbox.kill("glue-worker")
        flights.wait_until_idle()

    assert "worker" in flights.alerts()[-1]["message"]
    _assert_next_drop_loads_both(flights, "killed.csv", "after-killed.csv")


def test_a_warehouse_that_is_down_is_alerted_and_nothing_is_lost(flights: FlightPipeline) -> None:
    flights.require_control()
    flights.sandbox.stop("warehouse")
    try:
        execution = flights.drop(_key("no-warehouse.csv"), GOOD)
    finally:
        flights.sandbox.start("warehouse")

    _assert_failed_with_alert(flights, execution, "the warehouse at", "can't be reached")
    _assert_next_drop_loads_both(flights, "no-warehouse.csv", "after-no-warehouse.csv")
