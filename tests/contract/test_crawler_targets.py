"""Catalog targets, S3 event mode and several targets: aws-semantics.md §B; "Crawler source type" and
"Accelerating crawls using Amazon S3 event notifications" in the Glue developer guide."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.stack.sandbox import Sandbox
from tests.contract.crawling import Crawling, columns, unique

DAY = b"Code,OriginID,DepDelay\nDL,11433,-3\nAA,1,2\n"
WIDER = b"Code,OriginID,DepDelay,Extra\nDL,11433,-3,1\nAA,1,2,2\n"
LOG_DELETES = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"}


@pytest.fixture
def crawling(sandbox: Sandbox) -> Crawling:
    return Crawling(sandbox)


def own_table(crawling: Crawling, location: str) -> str:
    """A table that a user made: one column, partitioned by `dt`."""
    name = "mine-to-keep"
    if crawling.database not in {one["Name"] for one in crawling.glue.get_databases()["DatabaseList"]}:
        crawling.glue.create_database(DatabaseInput={"Name": crawling.database})
    descriptor = {
        "Columns": [{"Name": "code", "Type": "string", "Comment": "of the line"}],
        "Location": location,
    }
    table = {
        "Name": name,
        "StorageDescriptor": descriptor,
        "PartitionKeys": [{"Name": "dt", "Type": "date"}],
        "Parameters": {"team": "data"},
        "Owner": "someone",
    }
    crawling.glue.create_table(DatabaseName=crawling.database, TableInput=table)
    return name


def catalog_targets(crawling: Crawling, *tables: str) -> dict[str, Any]:
    target = {"DatabaseName": crawling.database, "Tables": list(tables)}
    return {"Targets": {"CatalogTargets": [target]}, "SchemaChangePolicy": LOG_DELETES}


def test_a_catalog_target_updates_its_table_and_keeps_its_keys_owner_and_location(crawling: Crawling) -> None:
    crawling.put({"raw/2026-01-01/a.csv": DAY, "raw/2026-01-02/a.csv": DAY})
    name = own_table(crawling, f"s3://{crawling.bucket}/raw")
    crawler = crawling.crawl(crawling.create(TablePrefix="p_", **catalog_targets(crawling, name)))
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler["LastCrawl"]
    assert set(crawling.tables()) == {name}
    table = crawling.table(name)
    assert columns(table) == {"code": "string", "originid": "bigint", "depdelay": "bigint"}
    assert table["StorageDescriptor"]["Columns"][0]["Comment"] == "of the line"
    assert table["StorageDescriptor"]["Location"] == f"s3://{crawling.bucket}/raw"
    assert (table["PartitionKeys"], table["Owner"]) == ([{"Name": "dt", "Type": "date"}], "someone")
    assert {"team": "data", "classification": "csv"}.items() <= table["Parameters"].items()
    assert set(crawling.partitions(name)) == {("2026-01-01",), ("2026-01-02",)}


def test_a_catalog_target_deletes_nothing_and_combines_unlike_schemas(crawling: Crawling) -> None:
    crawling.put({"raw/1/a.csv": DAY, "raw/2/a.csv": b"who,age\nx,2\n"})
    name = own_table(crawling, f"s3://{crawling.bucket}/raw/")
    crawler = crawling.create(**catalog_targets(crawling, name))
    crawling.crawl(crawler)
    assert {"code", "who"} <= set(columns(crawling.table(name)))
    crawling.s3.delete_object(Bucket=crawling.bucket, Key="raw/1/a.csv")
    crawling.crawl(crawler)
    assert set(crawling.partitions(name)) == {("1",), ("2",)}


def test_a_catalog_target_without_data_stays_as_it_is(crawling: Crawling) -> None:
    name = own_table(crawling, f"s3://{crawling.bucket}/nothing/")
    crawler = crawling.crawl(crawling.create(**catalog_targets(crawling, name)))
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    assert columns(crawling.table(name)) == {"code": "string"}


def test_a_catalog_target_that_is_missing_or_not_in_s3_fails_the_crawl_by_name(crawling: Crawling) -> None:
    name = own_table(crawling, "dev.sales.orders")
    for table in ("no-such-table", name):
        last = crawling.crawl(crawling.create(**catalog_targets(crawling, table)))["LastCrawl"]
        assert last["Status"] == "FAILED"
        assert table in last["ErrorMessage"]


def queue(crawling: Crawling) -> tuple[str, str]:
    """URL and ARN of a queue that gets the bucket's events."""
    sqs = crawling.sandbox.client("sqs")
    url = sqs.create_queue(QueueName=unique("crawl-events"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
    crawling.s3.put_bucket_notification_configuration(
        Bucket=crawling.bucket,
        NotificationConfiguration={"QueueConfigurations": [{"QueueArn": arn, "Events": events}]},
    )
    return url, arn


def waiting(crawling: Crawling, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = crawling.sandbox.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(counts["Attributes"][name]) for name in names)


def test_a_crawl_in_event_mode_looks_at_the_folders_of_the_events_only(crawling: Crawling) -> None:
    url, arn = queue(crawling)
    name = crawling.create(
        Targets={"S3Targets": [{"Path": f"s3://{crawling.bucket}/raw/", "EventQueueArn": arn}]},
        RecrawlPolicy={"RecrawlBehavior": "CRAWL_EVENT_MODE"},
        SchemaChangePolicy={"DeleteBehavior": "DELETE_FROM_DATABASE"},
    )
    crawling.put({"raw/day=1/a.csv": DAY, "raw/day=2 b/a.csv": DAY})
    assert crawling.crawl(name)["LastCrawl"]["Status"] == "SUCCEEDED"
    crawling.sandbox.wait_until(lambda: waiting(crawling, url) == 0, 10, "an empty queue")
    crawling.s3.put_bucket_notification_configuration(Bucket=crawling.bucket, NotificationConfiguration={})
    crawling.put({"raw/day=9/unseen.csv": DAY})
    notify(crawling, url, "raw/day%3D3/a.csv", "raw/day%3D2+b/a.csv")
    crawling.put({"raw/day=3/a.csv": WIDER})
    crawling.s3.delete_object(Bucket=crawling.bucket, Key="raw/day=2 b/a.csv")
    assert crawling.crawl(name)["LastCrawl"]["Status"] == "SUCCEEDED"
    assert set(crawling.partitions()) == {("1",), ("3",)}
    assert list(columns(crawling.table())) == ["code", "originid", "depdelay", "extra"]
    crawling.crawl(name)
    assert set(crawling.partitions()) == {("1",), ("3",)}


def notify(crawling: Crawling, url: str, *keys: str) -> None:
    """Events as S3 words them, one through SNS, and a message that is none."""
    sqs = crawling.sandbox.client("sqs")
    records = [{"s3": {"bucket": {"name": crawling.bucket}, "object": {"key": key}}} for key in keys]
    through_sns = {"Type": "Notification", "Message": json.dumps({"Records": records[1:]})}
    for body in (json.dumps({"Records": records[:1]}), json.dumps(through_sns), "no event"):
        sqs.send_message(QueueUrl=url, MessageBody=body)


def test_a_missing_queue_is_refused_and_a_deleted_one_fails_the_crawl(
    crawling: Crawling,
) -> None:
    url, arn = queue(crawling)
    target = {"Path": f"s3://{crawling.bucket}/raw/", "EventQueueArn": f"{arn}-not"}
    policy = {"RecrawlBehavior": "CRAWL_EVENT_MODE"}
    with pytest.raises(ClientError) as caught:
        crawling.create(Targets={"S3Targets": [target]}, RecrawlPolicy=policy)
    message = f"SQS queue {arn}-not does not exist or the role provided does not have access to it."
    assert caught.value.response["Error"] == {"Code": "InvalidInputException", "Message": message}
    target["EventQueueArn"] = arn
    name = crawling.create(Targets={"S3Targets": [target]}, RecrawlPolicy=policy)
    crawling.sandbox.client("sqs").delete_queue(QueueUrl=url)
    last = crawling.crawl(name)["LastCrawl"]
    assert last["Status"] == "FAILED"
    assert arn in last["ErrorMessage"]


def test_several_targets_of_one_crawler_are_tables_of_their_own_even_when_alike(crawling: Crawling) -> None:
    crawling.put({"raw/one/a.csv": DAY, "raw/two/a.csv": DAY, "raw/three.csv": DAY})
    paths = [f"s3://{crawling.bucket}/raw/{path}" for path in ("one", "two/", "three.csv")]
    crawling.crawl(crawling.create(Targets={"S3Targets": [{"Path": path} for path in paths]}))
    assert set(crawling.tables()) == {"one", "two", "three_csv"}


def test_a_whole_bucket_is_a_table_named_after_it(crawling: Crawling) -> None:
    crawling.put({"day=1/a.csv": DAY, "day=2/a.csv": DAY})
    crawling.crawl(crawling.create(""))
    assert set(crawling.tables()) == {crawling.bucket.replace("-", "_")}


def test_every_file_of_a_folder_that_falls_apart_gets_a_table(
    crawling: Crawling,
) -> None:
    crawling.put({f"raw/f{i:02}.csv": b"n%d,m%d\n%d,1\n" % (i, i, i) for i in range(15)})
    crawling.crawl(crawling.create())
    assert set(crawling.tables()) == {f"f{i:02}_csv" for i in range(15)}
