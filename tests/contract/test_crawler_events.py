"""The crawler's events on the default bus: aws-semantics.md §D, "Logs"."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.crawling import Crawling, unique


class EventQueue:
    """A queue behind a rule that matches one crawler's events."""

    def __init__(self, sandbox: Sandbox, crawler_name: str) -> None:
        self._sandbox = sandbox
        self._sqs = sandbox.client("sqs")
        self._url = self._sqs.create_queue(QueueName=unique("events"))["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        rule = unique("rule")
        pattern = {
            "source": ["aws.glue"],
            "detail-type": ["Glue Crawler State Change"],
            "detail": {"crawlerName": [crawler_name]},
        }
        events = sandbox.client("events")
        events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
        target = {"Id": "queue", "Arn": attributes["Attributes"]["QueueArn"]}
        events.put_targets(Rule=rule, Targets=[target])

    def take(self, count: int) -> dict[str, dict[str, Any]]:
        """The details of that many events by state."""
        found: dict[str, dict[str, Any]] = {}

        def enough() -> bool:
            answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            for message in answer.get("Messages", []):
                detail = json.loads(message["Body"])["detail"]
                found[detail["state"]] = detail
            return len(found) >= count

        self._sandbox.wait_until(enough, 15, f"{count} events")
        return found


@pytest.fixture
def crawling(sandbox: Sandbox) -> Crawling:
    return Crawling(sandbox)


def test_a_crawl_sends_started_and_succeeded_with_its_counts(crawling: Crawling) -> None:
    name = crawling.create()
    queue = EventQueue(crawling.sandbox, name)
    crawling.put({"raw/day=1/a.csv": b"id,name\n1,x\n"})
    crawling.crawl(name)
    found = queue.take(2)
    assert set(found) == {"Started", "Succeeded"}
    assert found["Succeeded"]["tablesCreated"] == "1"
    assert found["Succeeded"]["partitionsCreated"] == "1"


def test_a_failed_crawl_sends_its_error(crawling: Crawling) -> None:
    name = crawling.create(Targets={"S3Targets": [{"Path": "s3://no-such-bucket-of-ours/raw/"}]})
    queue = EventQueue(crawling.sandbox, name)
    crawling.crawl(name)
    found = queue.take(2)
    assert "no-such-bucket-of-ours" in found["Failed"]["errorMessage"]
