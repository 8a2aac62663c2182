"""The crawler operations of the Glue API: aws-semantics.md §B, "States", "Errors" and "Policies"."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.stack.sandbox import Sandbox
from tests.contract.crawling import Crawling, unique

DAY = b"id,name\n1,x\n"


@pytest.fixture
def crawling(sandbox: Sandbox) -> Crawling:
    return Crawling(sandbox)


def refusal(caught: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_new_crawler_is_ready_with_aws_defaults_and_no_last_crawl(crawling: Crawling) -> None:
    crawler = crawling.glue.get_crawler(Name=crawling.create())["Crawler"]
    assert (crawler["State"], crawler["Version"]) == ("READY", 1)
    assert crawler["SchemaChangePolicy"]["UpdateBehavior"] == "UPDATE_IN_DATABASE"
    assert "LastCrawl" not in crawler


def test_a_second_crawler_of_a_name_is_refused(crawling: Crawling) -> None:
    name = crawling.create()
    with pytest.raises(ClientError) as caught:
        crawling.glue.create_crawler(
            Name=name, Role="R", DatabaseName="d", Targets={"S3Targets": [{"Path": "s3://b/c"}]}
        )
    assert refusal(caught)[0] == "AlreadyExistsException"


@pytest.mark.parametrize("operation", ["get_crawler", "start_crawler", "stop_crawler", "delete_crawler"])
def test_an_unknown_crawler_is_not_found(crawling: Crawling, operation: str) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(crawling.glue, operation)(Name="unknown")
    code, message = refusal(caught)
    assert code == "EntityNotFoundException"
    assert message.endswith("with name unknown does not exist")


@contextmanager
def endless_crawl(crawling: Crawling) -> Iterator[str]:
    """A crawler that is RUNNING until the block ends: its database accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        connection = unique("silent")
        url = f"jdbc:postgresql://127.0.0.1:{silent.getsockname()[1]}/db"
        properties = {"JDBC_CONNECTION_URL": url, "USERNAME": "u", "PASSWORD": "p"}
        crawling.glue.create_connection(
            ConnectionInput={"Name": connection, "ConnectionType": "JDBC", "ConnectionProperties": properties}
        )
        name = crawling.create(Targets={"JdbcTargets": [{"ConnectionName": connection, "Path": "db/s/t"}]})
        crawling.glue.start_crawler(Name=name)
        yield name


def test_a_running_crawler_is_not_started_updated_or_deleted(crawling: Crawling) -> None:
    with endless_crawl(crawling) as name:
        for operation in ("start_crawler", "update_crawler", "delete_crawler"):
            with pytest.raises(ClientError) as caught:
                getattr(crawling.glue, operation)(Name=name)
            assert refusal(caught) == (
                "CrawlerRunningException",
                f"Crawler with name {name} has already started",
            )
    assert crawling.wait_ready(name)["LastCrawl"]["Status"] == "FAILED"


def test_a_stopped_crawler_is_stopping_and_then_cancelled(crawling: Crawling) -> None:
    with endless_crawl(crawling) as name:
        crawling.glue.stop_crawler(Name=name)
        assert crawling.glue.get_crawler(Name=name)["Crawler"]["State"] == "STOPPING"
        with pytest.raises(ClientError) as caught:
            crawling.glue.stop_crawler(Name=name)
        assert refusal(caught)[0] == "CrawlerStoppingException"
    assert crawling.wait_ready(name)["LastCrawl"]["Status"] == "CANCELLED"
    assert crawling.glue.list_crawls(CrawlerName=name)["Crawls"][0]["State"] == "STOPPED"


def test_stopping_a_ready_crawler_is_refused(crawling: Crawling) -> None:
    with pytest.raises(ClientError) as caught:
        crawling.glue.stop_crawler(Name=crawling.create())
    assert refusal(caught)[0] == "CrawlerNotRunningException"


def test_the_role_is_answered_by_its_name_whatever_was_sent(crawling: Crawling) -> None:
    name = crawling.create(Role="arn:aws:iam::000000000000:role/service-role/Crawl")
    assert crawling.glue.get_crawler(Name=name)["Crawler"]["Role"] == "service-role/Crawl"
    crawling.glue.update_crawler(Name=name, Role="Other")
    assert crawling.glue.get_crawler(Name=name)["Crawler"]["Role"] == "Other"


def test_an_update_changes_what_it_names_and_counts_the_version(crawling: Crawling) -> None:
    name = crawling.create(TablePrefix="a_", Description="before")
    crawling.glue.update_crawler(Name=name, TablePrefix="b_")
    crawler = crawling.glue.get_crawler(Name=name)["Crawler"]
    assert (crawler["TablePrefix"], crawler["Description"], crawler["Version"]) == ("b_", "before", 2)


def test_crawlers_are_listed_found_in_batches_and_deleted(crawling: Crawling) -> None:
    name = crawling.create(Tags={"test": crawling.bucket})
    assert crawling.glue.list_crawlers(Tags={"test": crawling.bucket})["CrawlerNames"] == [name]
    batch = crawling.glue.batch_get_crawlers(CrawlerNames=[name, "unknown"])
    assert [crawler["Name"] for crawler in batch["Crawlers"]] == [name]
    assert batch["CrawlersNotFound"] == ["unknown"]
    crawling.glue.delete_crawler(Name=name)
    pages = crawling.glue.get_paginator("get_crawlers").paginate(PaginationConfig={"PageSize": 1})
    assert name not in {crawler["Name"] for page in pages for crawler in page["Crawlers"]}


def test_list_crawls_shows_the_history_newest_first_and_filters_it(crawling: Crawling) -> None:
    crawling.put({"raw/a.csv": DAY})
    name = crawling.create()
    first = crawling.crawl(name)["LastCrawl"]["MessagePrefix"]
    second = crawling.crawl(name)["LastCrawl"]["MessagePrefix"]
    crawls = crawling.glue.list_crawls(CrawlerName=name)["Crawls"]
    assert [crawl["CrawlId"] for crawl in crawls] == [second, first]
    assert {crawl["State"] for crawl in crawls} == {"COMPLETED"}
    condition = {"FieldName": "CRAWL_ID", "FilterOperator": "EQ", "FieldValue": first}
    found = crawling.glue.list_crawls(CrawlerName=name, Filters=[condition])["Crawls"]
    assert [crawl["CrawlId"] for crawl in found] == [first]


def test_metrics_count_tables(crawling: Crawling) -> None:
    crawling.put({"raw/a.csv": DAY})
    name = crawling.create()
    crawling.crawl(name)
    (metrics,) = crawling.glue.get_crawler_metrics(CrawlerNameList=[name])["CrawlerMetricsList"]
    assert metrics["TablesCreated"] == 1
    assert metrics["LastRuntimeSeconds"] > 0


def test_a_schedule_is_stored_stopped_and_started(crawling: Crawling) -> None:
    name = crawling.create(Schedule="cron(0 1 * * ? *)")

    def schedule() -> dict[str, str]:
        found: dict[str, str] = crawling.glue.get_crawler(Name=name)["Crawler"]["Schedule"]
        return found

    assert schedule() == {"ScheduleExpression": "cron(0 1 * * ? *)", "State": "SCHEDULED"}
    crawling.glue.stop_crawler_schedule(CrawlerName=name)
    assert schedule()["State"] == "NOT_SCHEDULED"
    crawling.glue.start_crawler_schedule(CrawlerName=name)
    with pytest.raises(ClientError) as caught:
        crawling.glue.start_crawler_schedule(CrawlerName=name)
    assert refusal(caught)[0] == "SchedulerRunningException"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Targets": {}}, "InvalidInputException"),
        ({"Targets": {"DynamoDBTargets": [{"Path": "t"}]}}, "InvalidInputException"),
        ({"Configuration": "{"}, "InvalidInputException"),
        ({"Classifiers": ["unknown"]}, "EntityNotFoundException"),
        ({"SchemaChangePolicy": {"UpdateBehavior": "GUESS"}}, "ValidationException"),
        ({"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVENT_MODE"}}, "InvalidInputException"),
    ],
)
def test_a_malformed_request_is_refused_with_the_code_of_aws(
    crawling: Crawling, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as caught:
        crawling.create(**change)
    assert refusal(caught)[0] == code


def test_csv_classifiers_are_created_changed_and_deleted(crawling: Crawling) -> None:
    name = unique("classifier")
    glue = crawling.glue
    glue.create_classifier(CsvClassifier={"Name": name, "Delimiter": "|"})
    with pytest.raises(ClientError) as caught:
        glue.create_classifier(CsvClassifier={"Name": name})
    assert refusal(caught)[0] == "AlreadyExistsException"
    glue.update_classifier(CsvClassifier={"Name": name, "ContainsHeader": "PRESENT"})
    classifier = glue.get_classifier(Name=name)["Classifier"]["CsvClassifier"]
    assert (classifier["Delimiter"], classifier["ContainsHeader"], classifier["Version"]) == (
        "|",
        "PRESENT",
        2,
    )
    glue.delete_classifier(Name=name)
    with pytest.raises(ClientError) as caught:
        glue.get_classifier(Name=name)
    assert refusal(caught)[0] == "EntityNotFoundException"


@pytest.mark.parametrize(
    ("kind", "fields", "change"),
    [
        ("JsonClassifier", {"JsonPath": "$[*]"}, {"JsonPath": "$.rows[*]"}),
        ("XMLClassifier", {"Classification": "xml", "RowTag": "row"}, {"RowTag": "item"}),
        (
            "GrokClassifier",
            {"Classification": "log", "GrokPattern": "%{WORD:w}", "CustomPatterns": "X y"},
            {"GrokPattern": "%{INT:n:int}"},
        ),
    ],
)
def test_json_xml_and_grok_classifiers_are_created_changed_and_listed(
    crawling: Crawling, kind: str, fields: dict[str, Any], change: dict[str, Any]
) -> None:
    glue, name = crawling.glue, unique("classifier")
    glue.create_classifier(**{kind: {"Name": name, **fields}})
    glue.update_classifier(**{kind: {"Name": name, **change}})
    found = glue.get_classifier(Name=name)["Classifier"][kind]
    assert {**fields, **change}.items() <= found.items()
    pages = glue.get_paginator("get_classifiers").paginate(PaginationConfig={"PageSize": 1})
    assert name in {one[kind]["Name"] for page in pages for one in page["Classifiers"] if kind in one}
    glue.delete_classifier(Name=name)
