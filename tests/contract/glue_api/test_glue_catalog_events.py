"""The Data Catalog's events on the default bus: rules on them fire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.stack.waiting import wait_until
from tests.contract.glue_api.catalog_bench import CatalogBench
from tests.contract.glue_api.gateway import Gateway


@pytest.fixture
def queue(catalog: CatalogBench, gateway: Gateway) -> Iterator[str]:
    """The URL of a queue behind a rule that matches the events of the test's own database."""
    sqs, events, name = gateway.client("sqs"), gateway.client("events"), catalog.database.replace("_", "-")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.glue"], "detail": {"databaseName": [catalog.database]}}
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    yield url
    events.remove_targets(Rule=name, Ids=["queue"])
    events.delete_rule(Name=name)
    sqs.delete_queue(QueueUrl=url)


def take(gateway: Gateway, queue: str, *types: str) -> dict[str, dict[str, Any]]:
    """The events of these types of change, by type, once they are all there."""
    found: dict[str, dict[str, Any]] = {}

    def all_there() -> bool:
        answer = gateway.client("sqs").receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1
        )
        for message in answer.get("Messages", []):
            event = json.loads(message["Body"])
            found[event["detail"]["typeOfChange"]] = event
        return found.keys() >= set(types)

    wait_until(all_there, 30, f"events of {', '.join(types)}")
    return found


def test_changes_of_tables_and_partitions_reach_a_rule(
    catalog: CatalogBench, gateway: Gateway, queue: str
) -> None:
    catalog.partitioned(("2026-01-01", "1"), day="date", n="int")
    catalog.glue.delete_table(DatabaseName=catalog.database, Name="things")
    found = take(gateway, queue, "CreateTable", "CreatePartition", "DeleteTable")
    created, partition = found["CreateTable"], found["CreatePartition"]
    assert created["detail-type"] == "Glue Data Catalog Database State Change"
    assert created["detail"]["changedTables"] == ["things"]
    arn = f"arn:aws:glue:us-east-1:000000000000:table/{catalog.database}/things"
    assert created["resources"] == partition["resources"] == [arn]
    assert partition["detail-type"] == "Glue Data Catalog Table State Change"
    assert partition["detail"]["changedPartitions"] == ["[2026-01-01, 1]"]
    assert found["DeleteTable"]["detail"]["changedTables"] == ["things"]


def test_a_crawl_sends_the_events_of_what_it_changes(
    catalog: CatalogBench, gateway: Gateway, queue: str
) -> None:
    s3, bucket = gateway.client("s3"), catalog.database.replace("_", "-")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="raw/day=1/a.csv", Body=b"id,name\n1,x\n2,y\n")
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/raw/"}]}
    catalog.glue.create_crawler(Name=bucket, Role="crawler", DatabaseName=catalog.database, Targets=targets)
    catalog.glue.start_crawler(Name=bucket)
    found = take(gateway, queue, "CreateTable", "BatchCreatePartition")
    assert found["CreateTable"]["detail"]["changedTables"] == ["raw"]
    assert found["BatchCreatePartition"]["detail"]["changedPartitions"] == ["[1]"]
