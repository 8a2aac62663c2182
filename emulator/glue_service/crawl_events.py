"""The S3 events of a crawler in event mode: read from its queue, and taken off it once they are dealt with.

A message may come straight from S3, through SNS, or through EventBridge ("Accelerating crawls using Amazon
S3 event notifications" in the Glue developer guide). A message that is none of these is passed over and
taken off, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from botocore.exceptions import BotoCoreError, ClientError

from emulator.glue_service.crawler_errors import CrawlFailed

_MOST_MESSAGES = 100_000
_BATCH = 10


@dataclass(frozen=True)
class QueuedEvents:
    """The messages of one queue, as they were received."""

    sqs: Any
    queue_url: str
    messages: tuple[dict[str, Any], ...]

    def folders(self) -> frozenset[str]:
        """The folders, as `s3://` addresses that end with `/`, in which an object came, changed or went."""
        return frozenset(folder for message in self.messages for folder in _folders(message["Body"]))

    def delete(self) -> None:
        """Takes the messages off the queue."""
        handles = [message["ReceiptHandle"] for message in self.messages]
        for start in range(0, len(handles), _BATCH):
            entries = [
                {"Id": str(number), "ReceiptHandle": handle}
                for number, handle in enumerate(handles[start : start + _BATCH])
            ]
            self.sqs.delete_message_batch(QueueUrl=self.queue_url, Entries=entries)


def queued_events(client: Callable[[str], Any], queue_arn: str) -> QueuedEvents:
    """Everything that waits in a queue. Raises CrawlFailed if it can't be read."""
    account_id, name = queue_arn.split(":")[-2:]
    sqs = client("sqs")
    try:
        url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account_id)["QueueUrl"]
        return QueuedEvents(sqs, url, tuple(_received(sqs, url)))
    except (ClientError, BotoCoreError) as error:
        raise CrawlFailed(
            f"Queue {queue_arn} can't be read: {error}. Create it, or change the target's EventQueueArn."
        ) from error


def _received(sqs: Any, url: str) -> Iterator[dict[str, Any]]:
    received = 0
    while received < _MOST_MESSAGES:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=_BATCH, WaitTimeSeconds=0)
        messages = answer.get("Messages", [])
        if not messages:
            return
        yield from messages
        received += len(messages)


def _folders(body: str) -> Iterator[str]:
    try:
        document = json.loads(body)
        if document.get("Type") == "Notification":
            document = json.loads(document["Message"])
        for bucket, key in _objects(document):
            folder, slash, _ = key.rpartition("/")
            yield f"s3://{bucket}/{folder}{slash}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return


def _objects(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Bucket and key of each object; S3 encodes the keys of its own messages, EventBridge doesn't."""
    if "detail" in document:
        yield document["detail"]["bucket"]["name"], document["detail"]["object"]["key"]
    for record in document.get("Records", []):
        yield record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
