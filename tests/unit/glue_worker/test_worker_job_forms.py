"""The forms in which scripts begin and end a job (aws-semantics.md §A, §C)."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from emulator.glue_worker import run_context
from emulator.glue_worker.api_client import GlueApiClient
from emulator.glue_worker.python_environment import SDK_DIR
from emulator.glue_worker.run_contract import CommitBookmark, OpenBookmark

from .worker_fixtures import assignment

sys.path.insert(0, str(SDK_DIR))
from awsglue.job import Job

SPARK = object.__new__(SparkSession)


class FakeApi(GlueApiClient):
    """Keeps what is opened and committed."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", "sesame")
        self.opened: list[str] = []
        self.committed: list[tuple[str, str]] = []

    def open_bookmark(self, run_id: str, opened: OpenBookmark) -> None:
        self.opened.append(f"{run_id} {opened.bookmark_name}")

    def commit_bookmark(self, run_id: str, commit: CommitBookmark) -> None:
        self.committed.append((run_id, commit.bookmark_name))


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    api = FakeApi()
    run_context.enter(run_context.RunContext(assignment(), api))
    monkeypatch.setattr(Job, "_initialized", "")
    yield api
    run_context.enter(None)


def test_a_job_commits_under_the_name_given_to_init(api: FakeApi) -> None:
    job = Job(SPARK)
    assert not job.isInitialized()
    job.init("orders", {"JOB_NAME": "copy orders"})
    assert job.isInitialized()
    job.commit()
    assert api.committed == [("jr_1", "orders")]


def test_init_needs_no_arguments(api: FakeApi) -> None:
    job = Job(SPARK)
    job.init("orders")
    assert api.opened == ["jr_1 orders"]
    job.commit()
    assert api.committed == [("jr_1", "orders")]


def test_a_commit_without_init_saves_nothing(api: FakeApi) -> None:
    Job(SPARK).commit()
    assert api.committed == []


def test_a_second_job_object_is_initialized_by_the_first(api: FakeApi) -> None:
    Job(SPARK).init("orders")
    Job(SPARK).commit()
    assert api.committed == [("jr_1", "orders")]


def test_outside_a_run_a_job_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run_context.enter(None)
    monkeypatch.setattr(Job, "_initialized", "")
    job = Job(SPARK)
    job.init("orders", {})
    job.commit()
