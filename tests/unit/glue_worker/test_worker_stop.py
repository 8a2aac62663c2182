"""A worker that is stopped ends its runs and says so."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from emulator.glue_worker import worker
from emulator.glue_worker.api_client import GlueApiClient
from emulator.glue_worker.aws_clients import AwsClients
from emulator.glue_worker.errors import ApiUnreachableError
from emulator.glue_worker.heartbeats import Heartbeats
from emulator.glue_worker.jvm_command import JvmInstallation
from emulator.glue_worker.jvm_pool import JvmPool
from emulator.glue_worker.python_environment import Libraries, PythonEnvironment
from emulator.glue_worker.run_contract import (
    Claim,
    Heartbeat,
    HeartbeatReply,
    RunAssignment,
    RunResult,
)
from emulator.glue_worker.run_execution import WORKER_STOPPED, Equipment, RunExecution
from emulator.glue_worker.run_request import Outcome
from emulator.glue_worker.worker import Worker
from emulator.glue_worker.zygote_client import ZygoteClient

from .worker_fixtures import assignment, settings


class FakeApi(GlueApiClient):
    """Gives out one run; keeps the claims and what is reported."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", "sesame")
        self.claims: list[Claim] = []
        self.beats: list[tuple[str, Heartbeat]] = []
        self.results: list[tuple[str, RunResult]] = []
        self.unreachable_for = 0
        self.ended = threading.Event()

    def claim(self, claim: Claim) -> RunAssignment | None:
        self.claims.append(claim)
        if len(self.claims) <= self.unreachable_for:
            raise ApiUnreachableError("not yet")
        if len(self.claims) == self.unreachable_for + 1:
            return assignment()
        self.ended.wait(10)
        return None

    def heartbeat(self, run_id: str, heartbeat: Heartbeat) -> HeartbeatReply:
        self.beats.append((run_id, heartbeat))
        return HeartbeatReply()

    def finish(self, run_id: str, result: RunResult) -> None:
        self.results.append((run_id, result))


class LongRun(RunExecution):
    """A run whose process lives until it is killed; `deaf` ones outlive that."""

    began = threading.Event()
    killed = threading.Event()
    deaf = False

    def execute(self) -> RunResult:
        self.began.set()
        self.killed.wait(10)
        return self._result(Outcome(False, "the run's process was killed"))

    def stop(self) -> None:
        if not self.deaf:
            self.killed.set()


@pytest.fixture
def run_kind(monkeypatch: pytest.MonkeyPatch) -> type[LongRun]:
    class Run(LongRun):
        """Of this test alone."""

    Run.began, Run.killed = threading.Event(), threading.Event()
    monkeypatch.setattr(worker, "RunExecution", Run)
    return Run


@pytest.fixture
def equipment(tmp_path: Path) -> Equipment:
    told = settings(tmp_path)
    jvms = JvmPool(JvmInstallation(tmp_path, tmp_path, tmp_path), heap_mb=64)
    zygote = ZygoteClient(PythonEnvironment(tmp_path))
    return Equipment(told, AwsClients(told), jvms, zygote, Libraries(tmp_path))


@contextmanager
def serving(api: FakeApi, equipment: Equipment) -> Iterator[Worker]:
    served = Worker(api, equipment)
    thread = threading.Thread(target=served.serve)
    thread.start()
    try:
        yield served
    finally:
        served.end()
        api.ended.set()
        thread.join(10)


def test_the_runs_of_a_stopped_worker_fail_with_the_reason(
    run_kind: type[LongRun], equipment: Equipment
) -> None:
    api = FakeApi()
    with serving(api, equipment) as served:
        assert run_kind.began.wait(10)
        served.stop_runs(within_s=10)
        ((run_id, result),) = api.results
    assert (run_id, result.state, result.error_message) == ("jr_1", "FAILED", WORKER_STOPPED)


def test_a_stop_takes_no_longer_than_told(run_kind: type[LongRun], equipment: Equipment) -> None:
    run_kind.deaf = True
    api = FakeApi()
    with serving(api, equipment) as served:
        assert run_kind.began.wait(10)
        began = time.monotonic()
        served.stop_runs(within_s=0.05)
        assert time.monotonic() - began < 5
        assert api.results == []
        run_kind.killed.set()


def test_a_script_that_ended_before_the_stop_keeps_its_result(
    run_kind: type[LongRun], equipment: Equipment
) -> None:
    run = run_kind(assignment(), equipment)
    run.worker_stops()
    result = run._result(Outcome(True, ""))
    assert (result.state, result.error_message) == ("SUCCEEDED", "")


def test_a_stop_order_that_came_before_the_workers_end_is_still_a_stop(
    run_kind: type[LongRun], equipment: Equipment
) -> None:
    run = run_kind(assignment(), equipment)
    run.heartbeats = Heartbeats(FakeApi(), "jr_1", "w", lambda: None)
    run.heartbeats.ordered = "stop"
    run.worker_stops()
    assert run._result(Outcome(False, "killed")).state == "STOPPED"
    run.heartbeats.close()


def test_a_worker_says_that_it_replaces_all_until_a_claim_is_answered(
    run_kind: type[LongRun], equipment: Equipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "RETRY_EVERY_S", 0)
    api = FakeApi()
    api.unreachable_for = 2
    with serving(api, equipment) as served:
        assert run_kind.began.wait(10)
        served.stop_runs(within_s=10)
    assert [claim.replaces_all for claim in api.claims[:4]] == [True, True, True, False][: len(api.claims)]
