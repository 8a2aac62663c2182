"""One malformed request for each crawler and classifier operation, with AWS's error code.

Codes: the error shapes of the Glue API reference; constraints: its service model.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.stack.client_environment import aws_session
from emulator.stack.sandbox import Sandbox

UNKNOWN = "no-such-crawler"
LONG = "x" * 256
TARGETS = {"S3Targets": [{"Path": "s3://b/raw/"}]}
CRAWLER: dict[str, Any] = {"Name": "c", "Role": "R", "DatabaseName": "d", "Targets": TARGETS}
INVALID, NOT_FOUND, CONSTRAINT = "InvalidInputException", "EntityNotFoundException", "ValidationException"

CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("CreateCrawler", {"Name": "c"}, CONSTRAINT, "role"),
    ("CreateCrawler", CRAWLER | {"Name": LONG}, CONSTRAINT, "less than or equal to 255"),
    ("CreateCrawler", CRAWLER | {"Name": ""}, CONSTRAINT, "greater than or equal to 1"),
    ("CreateCrawler", CRAWLER | {"TablePrefix": "x" * 129}, CONSTRAINT, "tablePrefix"),
    ("CreateCrawler", CRAWLER | {"Targets": {}}, INVALID, "at least one target"),
    (
        "CreateCrawler",
        CRAWLER | {"Targets": {"HudiTargets": [{"Paths": ["s3://b/h"]}]}},
        INVALID,
        "HudiTargets",
    ),
    (
        "CreateCrawler",
        CRAWLER | {"Targets": {"S3Targets": [{"Path": "s3://b", "SampleSize": 250}]}},
        INVALID,
        "249",
    ),
    ("CreateCrawler", CRAWLER | {"Schedule": "rate(1 day)"}, INVALID, "cron"),
    ("CreateCrawler", CRAWLER | {"Classifiers": ["nobody"]}, NOT_FOUND, "nobody"),
    ("CreateCrawler", CRAWLER | {"RecrawlPolicy": {"RecrawlBehavior": "OFTEN"}}, CONSTRAINT, "enum"),
    ("CreateCrawler", CRAWLER | {"Configuration": '{"Version": 2}'}, INVALID, "Version"),
    ("UpdateCrawler", {"Name": UNKNOWN}, NOT_FOUND, UNKNOWN),
    ("DeleteCrawler", {"Name": UNKNOWN}, NOT_FOUND, UNKNOWN),
    ("GetCrawler", {}, CONSTRAINT, "'name'"),
    ("GetCrawlers", {"MaxResults": 1001}, CONSTRAINT, "less than or equal to 1000"),
    ("GetCrawlers", {"NextToken": "mine"}, INVALID, "NextToken"),
    ("BatchGetCrawlers", {}, CONSTRAINT, "crawlerNames"),
    ("ListCrawlers", {"MaxResults": 0}, CONSTRAINT, "greater than or equal to 1"),
    ("StartCrawler", {"Name": UNKNOWN}, NOT_FOUND, UNKNOWN),
    ("StopCrawler", {"Name": UNKNOWN}, NOT_FOUND, UNKNOWN),
    ("ListCrawls", {"CrawlerName": UNKNOWN}, NOT_FOUND, UNKNOWN),
    ("ListCrawls", {"CrawlerName": "c", "Filters": [{"FieldName": "SIZE"}]}, CONSTRAINT, "CRAWL_ID"),
    ("GetCrawlerMetrics", {"MaxResults": 0}, CONSTRAINT, "maxResults"),
    ("UpdateCrawlerSchedule", {"CrawlerName": UNKNOWN, "Schedule": ""}, NOT_FOUND, UNKNOWN),
    ("StartCrawlerSchedule", {"CrawlerName": UNKNOWN}, NOT_FOUND, UNKNOWN),
    ("StopCrawlerSchedule", {"CrawlerName": UNKNOWN}, NOT_FOUND, UNKNOWN),
    ("CreateClassifier", {}, INVALID, "No classifier given"),
    ("CreateClassifier", {"CsvClassifier": {"Name": "c", "Delimiter": ",,"}}, CONSTRAINT, "delimiter"),
    ("CreateClassifier", {"JsonClassifier": {"Name": "c", "JsonPath": "rows"}}, INVALID, "JsonPath"),
    ("CreateClassifier", {"GrokClassifier": {"Name": "c", "Classification": "x"}}, CONSTRAINT, "grokPattern"),
    ("UpdateClassifier", {"CsvClassifier": {"Name": "nobody"}}, NOT_FOUND, "nobody"),
    ("DeleteClassifier", {"Name": "nobody"}, NOT_FOUND, "nobody"),
    ("GetClassifier", {"Name": "nobody"}, NOT_FOUND, "nobody"),
    ("GetClassifiers", {"MaxResults": 0}, CONSTRAINT, "maxResults"),
]


def refusal(glue: Any, operation: str, request: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        glue._make_api_call(operation, request)
    error = caught.value.response["Error"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return error["Code"], error["Message"]


@pytest.fixture(scope="module")
def glue(sandbox: Sandbox) -> Any:
    """A client that sends what it is told to: botocore's own checks are off."""
    session = aws_session(sandbox.settings)
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return session.client("glue", endpoint_url=sandbox.gateway_url, config=config)


@pytest.mark.parametrize(("operation", "request_", "code", "text"), CASES)
def test_a_malformed_request_is_refused_with_the_code_of_aws(
    glue: Any, operation: str, request_: dict[str, Any], code: str, text: str
) -> None:
    found, message = refusal(glue, operation, request_)
    assert (found, text in message) == (code, True), message


def test_schedule_operations_need_a_schedule_in_the_right_state(glue: Any) -> None:
    glue.create_crawler(**CRAWLER | {"Name": "scheduled"})
    start = ("StartCrawlerSchedule", {"CrawlerName": "scheduled"})
    stop = ("StopCrawlerSchedule", {"CrawlerName": "scheduled"})
    assert refusal(glue, *start)[0] == "NoScheduleException"
    assert refusal(glue, *stop)[0] == "SchedulerNotRunningException"
    assert (
        refusal(glue, "UpdateCrawlerSchedule", {"CrawlerName": "scheduled", "Schedule": "daily"})[0]
        == INVALID
    )
    glue.update_crawler_schedule(CrawlerName="scheduled", Schedule="cron(0 1 * * ? *)")
    assert refusal(glue, *start)[0] == "SchedulerRunningException"


def test_an_update_of_a_classifier_as_another_kind_is_refused(glue: Any) -> None:
    glue.create_classifier(CsvClassifier={"Name": "of-csv"})
    change = {"JsonClassifier": {"Name": "of-csv", "JsonPath": "$"}}
    assert refusal(glue, "UpdateClassifier", change)[0] == INVALID


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"SchemaChangePolicy": {"DeleteBehavior": "DEPRECATE_IN_DATABASE"}}, "only LOG DeleteBehavior"),
        (
            {"Targets": {"CatalogTargets": [{"DatabaseName": "d", "Tables": ["t"]}], **TARGETS}},
            "can't be mixed",
        ),
    ],
)
def test_catalog_targets_stand_alone_and_delete_nothing(glue: Any, change: dict[str, Any], text: str) -> None:
    targets = {"CatalogTargets": [{"DatabaseName": "d", "Tables": ["t"]}]}
    request = {**CRAWLER, "Targets": targets, "SchemaChangePolicy": {"DeleteBehavior": "LOG"}, **change}
    code, message = refusal(glue, "CreateCrawler", request)
    assert (code, text in message) == (INVALID, True), message


def test_event_mode_needs_a_queue_for_each_target(glue: Any) -> None:
    policy = {"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVENT_MODE"}}
    code, message = refusal(glue, "CreateCrawler", CRAWLER | policy)
    assert (code, "EventQueueArn" in message) == (INVALID, True)
