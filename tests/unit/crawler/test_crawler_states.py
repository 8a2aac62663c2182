"""A crawler's states and LastCrawl: aws-semantics.md §B, "States" and "Errors"."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from time import monotonic

import pytest

from emulator.glue_service.classifiers_custom import CustomClassifier
from emulator.glue_service.crawl_targets_s3 import SchemaCache
from emulator.glue_service.crawl_work import CrawlContext
from emulator.glue_service.crawler import run_crawl
from emulator.glue_service.crawler_errors import (
    CrawlCancelled,
    CrawlerNotRunning,
    CrawlerRunning,
    CrawlerStopping,
    CrawlFailed,
)
from emulator.glue_service.crawler_models import (
    FRESH_FOR_S,
    CrawlerRecord,
    CrawlerState,
    CrawlStatus,
    crawl_response,
)
from emulator.glue_service.crawler_requests import crawler_fields
from emulator.glue_service.models import Scope


def crawler() -> CrawlerRecord:
    request = {
        "Role": "R",
        "DatabaseName": "db",
        "Targets": {"S3Targets": [{"Path": "s3://bucket/raw"}]},
    }
    return CrawlerRecord("c", Scope("000000000000", "us-east-1"), crawler_fields(request))


def test_a_new_crawler_is_ready_and_has_no_last_crawl() -> None:
    response = crawler().as_response()
    assert response["State"] == "READY"
    assert "LastCrawl" not in response


def test_a_crawl_moves_through_running_and_stopping_to_ready() -> None:
    record = crawler()
    states = [record.state]
    record.start()
    states.append(record.state)
    record.wind_down()
    states.append(record.state)
    record.finish(CrawlStatus.SUCCEEDED)
    states.append(record.state)
    assert [state.value for state in states] == ["READY", "RUNNING", "STOPPING", "READY"]
    assert record.as_response()["LastCrawl"]["Status"] == "SUCCEEDED"


def test_a_running_crawler_cannot_be_started_again() -> None:
    record = crawler()
    record.start()
    with pytest.raises(CrawlerRunning, match="Crawler with name c has already started"):
        record.start()


def test_a_stopping_crawler_cannot_be_started_or_stopped() -> None:
    record = crawler()
    record.start()
    record.stop()
    with pytest.raises(CrawlerRunning):
        record.start()
    with pytest.raises(CrawlerStopping):
        record.stop()


def test_a_ready_crawler_cannot_be_stopped() -> None:
    with pytest.raises(CrawlerNotRunning):
        crawler().stop()


def test_a_stopped_crawl_does_not_get_to_write() -> None:
    record = crawler()
    record.start()
    record.stop()
    with pytest.raises(CrawlCancelled):
        record.wind_down()


def test_while_running_last_crawl_is_still_the_one_before() -> None:
    record = crawler()
    first = record.start()
    record.finish(CrawlStatus.FAILED, "no bucket")
    record.start()
    response = record.as_response()
    assert response["State"] == "RUNNING"
    assert response["LastCrawl"]["MessagePrefix"] == first.crawl_id
    assert response["LastCrawl"]["ErrorMessage"] == "no bucket"


def test_history_names_the_states_as_list_crawls_does() -> None:
    record = crawler()
    for status in (CrawlStatus.SUCCEEDED, CrawlStatus.FAILED, CrawlStatus.CANCELLED):
        record.start()
        record.finish(status)
    record.start()
    assert [crawl_response(crawl)["State"] for crawl in record.crawls] == [
        "COMPLETED",
        "FAILED",
        "STOPPED",
        "RUNNING",
    ]


def test_a_defect_in_a_crawl_leaves_the_crawler_ready_and_says_so() -> None:
    record = crawler()

    def no_client(service: str) -> object:
        if service == "s3":
            raise RuntimeError("no client for s3")
        return NoLogs()

    run_crawl(record, record.start(), CrawlContext(no_client, SchemaCache()))
    assert record.state is CrawlerState.READY
    assert "no client for s3" in record.crawls[-1].error_message


def test_a_deleted_classifier_fails_the_crawl_by_name() -> None:
    record = crawler()

    def deleted() -> tuple[CustomClassifier, ...]:
        raise CrawlFailed("Classifier x does not exist any more; update the crawler")

    run_crawl(record, record.start(), CrawlContext(lambda _: NoLogs(), SchemaCache(), deleted))
    assert record.crawls[-1].status is CrawlStatus.FAILED
    assert "Classifier x" in record.crawls[-1].error_message


def test_a_small_crawl_is_ready_when_its_end_was_awaited() -> None:
    record = crawler()
    record.start()
    crawling = Thread(target=record.finish, args=(CrawlStatus.SUCCEEDED,))
    crawling.start()
    record.await_fresh_crawl(10)
    assert record.as_response()["State"] == "READY"
    crawling.join()


def test_a_long_crawl_is_running_after_the_wait() -> None:
    record = crawler()
    record.start()
    record.await_fresh_crawl(0.01)
    assert record.as_response()["State"] == "RUNNING"


def test_a_crawler_can_be_stopped_while_its_crawl_is_awaited() -> None:
    record = crawler()
    crawl = record.start()
    waiting = Thread(target=record.await_fresh_crawl, args=(10,))
    waiting.start()
    record.stop()
    assert crawl.cancelled.is_set()
    record.finish(CrawlStatus.CANCELLED)
    waiting.join(5)
    assert not waiting.is_alive()


@pytest.mark.parametrize("case", ["new", "started long ago", "stopped"])
def test_nothing_else_is_awaited(case: str) -> None:
    record = crawler()
    if case != "new":
        crawl = record.start()
        crawl.started_on -= timedelta(seconds=FRESH_FOR_S if case == "started long ago" else 0)
    if case == "stopped":
        record.stop()
    began = monotonic()
    record.await_fresh_crawl(10)
    assert monotonic() - began < 5


class NoLogs:
    """A client whose every call succeeds and returns nothing."""

    def __getattr__(self, name: str) -> object:
        return lambda **_: None
