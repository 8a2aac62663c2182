"""A LocalStack with the Glue API and no worker, and a worker that runs nothing: the tests play its part."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from emulator.glue_worker.run_contract import (
    ROUTE_PREFIX,
    SECRET_HEADER,
    Claim,
    CommitBookmark,
    FinalState,
    Heartbeat,
    HeartbeatReply,
    RunAssignment,
    RunResult,
    SelectedFiles,
    SelectFiles,
    from_json,
    to_json,
)
from emulator.localstack_mends.environment import localstack_environment
from emulator.stack.client_environment import aws_client
from emulator.stack.settings import StackSettings
from emulator.stack.waiting import wait_until

SECRET = "a secret of this test"


class Gateway:
    """One LocalStack process on a port of its own; state survives `restart`."""

    def __init__(self, settings: StackSettings) -> None:
        self.settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self.client = cache(partial(aws_client, settings))

    def start(self) -> None:
        self.settings.state_dir.mkdir(parents=True, exist_ok=True)
        environment = {
            **self.settings.process_environment(SECRET),
            **localstack_environment(self.settings),
        }
        log = (self.settings.state_dir / "gateway.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "localstack.runtime.main"], env=environment, stdout=log, stderr=log
        )
        wait_until(self._healthy, 60, "the Glue API to answer")

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(30)

    def restart(self) -> None:
        self.stop()
        self.start()

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.settings.gateway_url + path, timeout=30) as answer:
            return json.load(answer)

    def post(self, path: str, body: Any, secret: str = SECRET) -> tuple[int, Any]:
        """The status and the JSON body of a request of a worker."""
        request = urllib.request.Request(
            f"{self.settings.gateway_url}{ROUTE_PREFIX}{path}",
            data=json.dumps(body).encode(),
            headers={SECRET_HEADER: secret},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def _healthy(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"LocalStack ended; see {self.settings.state_dir}/gateway.log"
        try:
            return bool(self.get("/_tarmac/health")["glue"] == "running")
        except OSError:
            return False


class RefusedError(Exception):
    """The API refused a worker's request; the argument is the error's code."""


@dataclass
class FakeWorker:
    """Speaks the worker's contract over HTTP."""

    gateway: Gateway
    worker_id: str = f"fake-{os.getpid()}"

    def claim(self, wait_s: float = 5.0, replaces_all: bool = False) -> RunAssignment | None:
        claim = Claim(self.worker_id, wait_s, replaces_all)
        status, body = self.gateway.post("/claim", to_json(claim))
        return from_json(RunAssignment, body) if status == 200 else None

    def heartbeat(self, run_id: str, running: bool = True) -> str:
        body = self._ask(run_id, "heartbeat", Heartbeat(self.worker_id, running))
        return from_json(HeartbeatReply, body).action

    def finish(self, run_id: str, state: FinalState = "SUCCEEDED", **result: Any) -> None:
        self._ask(run_id, "finish", RunResult(self.worker_id, state, **result))

    def select(self, run_id: str, path: str, ctx: str = "src", **options: Any) -> list[str]:
        """The keys of the files to read."""
        wanted = SelectFiles(options.pop("name", ""), ctx, [path], **options)
        body = self._ask(run_id, "bookmark/select", wanted)
        return [file.key for file in from_json(SelectedFiles, body).files]

    def commit(self, run_id: str, name: str) -> None:
        self._ask(run_id, "bookmark/commit", CommitBookmark(name))

    def _ask(self, run_id: str, what: str, message: Any) -> Any:
        status, body = self.gateway.post(f"/runs/{run_id}/{what}", to_json(message))
        if status != 200:
            raise RefusedError(body["code"])
        return body


@dataclass
class GlueBench:
    """A gateway, its clients and a worker; `name` is fresh for each test."""

    gateway: Gateway
    name: str
    worker: FakeWorker

    @property
    def glue(self) -> Any:
        return self.gateway.client("glue")

    def create_job(self, **fields: Any) -> str:
        """A job under the test's own name."""
        command = {"Name": "glueetl", "ScriptLocation": "s3://scripts/job.py"}
        self.glue.create_job(**{"Name": self.name, "Role": "role", "Command": command, **fields})
        return self.name

    def start(self, **request: Any) -> str:
        return str(self.glue.start_job_run(JobName=self.name, **request)["JobRunId"])

    def run(self, **request: Any) -> str:
        """A run that the worker has and whose script runs."""
        run_id = self.start(**request)
        assignment = self.worker.claim()
        assert assignment is not None
        assert assignment.run_id == run_id
        self.worker.heartbeat(run_id)
        return run_id

    def job_run(self, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.glue.get_job_run(JobName=self.name, RunId=run_id)["JobRun"]
        return found

    def put(self, key: str, body: bytes = b"a,b\n1,2\n") -> None:
        self.gateway.client("s3").put_object(Bucket=self.name, Key=key, Body=body)

    def read_all(self, **request: Any) -> list[str]:
        """A whole run that reads `raw/`, commits and succeeds: the keys that it was given."""
        run_id = self.run(**request)
        keys = self.worker.select(run_id, f"s3://{self.name}/raw/", name=self.name)
        self.worker.commit(run_id, self.name)
        self.worker.finish(run_id)
        return keys

    def bookmark(self, run_id: str = "") -> dict[str, Any]:
        request = {"JobName": self.name, **({"RunId": run_id} if run_id else {})}
        entry: dict[str, Any] = self.glue.get_job_bookmark(**request)["JobBookmarkEntry"]
        return entry
