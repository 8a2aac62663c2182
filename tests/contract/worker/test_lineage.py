"""OpenLineage events of job runs: by the stack's option, and by a job's own settings."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from emulator.glue_worker.lineage import parent_run_id
from emulator.stack.jars import fetch_jars, locked_jars, missing_jars
from emulator.stack.parts import part_named
from emulator.stack.sandbox import Sandbox

from .conftest import EndedRun, ScriptRunner

Events = list[dict[str, Any]]


@dataclass(frozen=True)
class ToldRun:
    """A run that has ended, its bucket, and the events that it sent."""

    run: EndedRun
    bucket: str
    events: Events


@dataclass(frozen=True)
class Told:
    """What is in the folder of events, and two runs."""

    files: list[str]
    first: ToldRun
    second: ToldRun


TWO_STEPS = """
raw = glue.create_dynamic_frame.from_options(
    's3', {'paths': [f's3://{BUCKET}/raw/']}, 'csv', {'withHeader': True}, transformation_ctx='raw')
upper = raw.toDF().selectExpr('upper(city) AS city', 'flights')
upper.write.mode('overwrite').parquet(f's3://{BUCKET}/clean/')
counts = spark.read.parquet(f's3://{BUCKET}/clean/').groupBy('city').count()
counts.write.mode('overwrite').json(f's3://{BUCKET}/counts/')
"""


@contextmanager
def listening() -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """A server on loopback that keeps what is posted to it: its address, and (path, event) pairs."""
    received: list[tuple[str, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, json.loads(body)))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        server.server_close()


def runner_on(sandbox: Sandbox) -> ScriptRunner:
    runner = ScriptRunner(sandbox, f"t-{uuid.uuid4().hex[:12]}")
    runner.client("s3").create_bucket(Bucket=runner.bucket)
    runner.put("raw/a.csv", "city,flights\nAustin,3\nBoise,4\n")
    return runner


def datasets(events: Events, side: str) -> set[str]:
    return {f"{item['namespace']}/{item['name']}" for event in events for item in event[side]}


@pytest.fixture(scope="module")
def lineage_jar(sandbox: Sandbox) -> str:
    """Where the listener's jar lies; fetched if it is not there."""
    jars = [jar for jar in locked_jars() if jar.group == "lineage"]
    fetch_jars(sandbox.settings.cache_dir, missing_jars(sandbox.settings.cache_dir, jars), lambda _: None)
    return str(jars[0].cached_in(sandbox.settings.cache_dir))


@pytest.fixture(scope="module")
def told(sandbox: Sandbox, lineage_jar: str) -> Told:
    """Two runs one after the other with TARMAC_LINEAGE=file, and their events."""
    with lineage_into_files(sandbox):
        runs = [_told(runner_on(sandbox)) for _ in range(2)]
        files = sorted(path.name for path in (sandbox.settings.state_dir / "lineage").iterdir())
    return Told(files, *runs)


@contextmanager
def lineage_into_files(sandbox: Sandbox) -> Iterator[None]:
    """The session's worker with the option; a stack of its own would take another 1.5 GB."""
    spec = part_named("glue-worker").spec_path(sandbox.settings)
    before = spec.read_text()
    told = json.loads(before)
    told["environment"]["TARMAC_LINEAGE"] = "file"
    try:
        spec.write_text(json.dumps(told))
        sandbox.restart("glue-worker")
        yield
    finally:
        spec.write_text(before)
        sandbox.restart("glue-worker")


def _told(runner: ScriptRunner) -> ToldRun:
    run = runner.glue(TWO_STEPS)
    assert run.state == "SUCCEEDED", run.error
    path = runner.sandbox.settings.state_dir / "lineage" / f"{run.job_run['Id']}.jsonl"
    events = until_complete(runner.sandbox, lambda: [json.loads(line) for line in whole_lines(path)])
    return ToldRun(run, runner.bucket, events)


def whole_lines(path: Path) -> list[str]:
    return path.read_text().rpartition("\n")[0].splitlines()


def until_complete(sandbox: Sandbox, events: Callable[[], Events]) -> Events:
    """The events, once the application's end is among them: its Spark context stops after the run's end."""

    def all_events() -> Events | None:
        found = events()
        ends = [event["job"]["name"] for event in found if event["eventType"] == "COMPLETE"]
        return found if found and found[0]["job"]["name"] in ends else None

    return sandbox.wait_until(all_events, 30, "the application's COMPLETE event") or []


def test_each_run_has_a_file_of_its_own_and_the_warm_up_none(told: Told) -> None:
    assert told.files == sorted(f"{one.run.job_run['Id']}.jsonl" for one in (told.first, told.second))


def parent_of(event: dict[str, Any]) -> tuple[str, str]:
    """The name of an event's parent job, and the id of its parent run."""
    parent = event["run"]["facets"]["parent"]
    return parent["job"]["name"], parent["run"]["runId"]


def test_a_run_starts_and_completes_below_the_glue_job(told: Told) -> None:
    for one in (told.first, told.second):
        glue_job = (one.run.job_run["JobName"], parent_run_id(one.run.job_run["Id"]))
        application = [event["eventType"] for event in one.events if parent_of(event) == glue_job]
        assert application == ["START", "COMPLETE"]
        namespaces = {event["job"]["namespace"] for event in one.events}
        assert namespaces == {"arn:aws:glue:us-east-1:000000000000"}


def test_the_steps_of_a_run_are_below_its_application(told: Told) -> None:
    application = told.first.events[0]
    own = (application["job"]["name"], application["run"]["runId"])
    steps = [event for event in told.first.events if event["job"]["name"] != own[0]]
    assert {parent_of(event) for event in steps} == {own}


def test_each_event_carries_the_job_run_id_and_the_jobs_name(told: Told) -> None:
    job_run = told.second.run.job_run
    for event in told.second.events:
        facets = event["run"]["facets"]
        assert facets["spark_properties"]["properties"]["spark.glue.JOB_RUN_ID"] == job_run["Id"]
        assert facets["spark_properties"]["properties"]["spark.glue.JOB_NAME"] == job_run["JobName"]
        assert {tag["key"]: tag["value"] for tag in facets["tags"]["tags"]}["JobRunId"] == job_run["Id"]


def test_inputs_and_outputs_are_s3_datasets(told: Told) -> None:
    bucket = told.first.bucket
    complete = [event for event in told.first.events if event["eventType"] == "COMPLETE"]
    assert {f"s3://{bucket}/clean", f"s3://{bucket}/counts"} <= datasets(complete, "outputs")
    assert f"s3://{bucket}/clean" in datasets(complete, "inputs")
    assert any(name.startswith(f"s3://{bucket}/raw") for name in datasets(complete, "inputs"))


def test_a_job_with_the_listener_of_its_own_tells_its_url(sandbox: Sandbox, lineage_jar: str) -> None:
    """As OpenLineage's "Quickstart with AWS Glue" has it: --extra-jars, one --conf, --user-jars-first."""
    runner = runner_on(sandbox)
    runner.client("s3").upload_file(lineage_jar, runner.bucket, "jars/openlineage.jar")
    with listening() as (url, received):
        conf = {
            "spark.extraListeners": "io.openlineage.spark.agent.OpenLineageSparkListener",
            "spark.openlineage.transport.type": "http",
            "spark.openlineage.transport.url": url,
            "spark.openlineage.transport.endpoint": "/api/v1/lineage",
            "spark.openlineage.namespace": "mine",
        }
        arguments = {
            "--extra-jars": f"s3://{runner.bucket}/jars/openlineage.jar",
            "--user-jars-first": "true",
            "--conf": " --conf ".join(f"{name}={value}" for name, value in conf.items()),
        }
        run = runner.glue(TWO_STEPS, arguments)
        assert run.state == "SUCCEEDED", run.error
        events = until_complete(sandbox, lambda: [event for _, event in received])
    assert {path for path, _ in received} == {"/api/v1/lineage"}
    assert {event["job"]["namespace"] for event in events} == {"mine"}
    assert f"s3://{runner.bucket}/counts" in datasets(events, "outputs")
