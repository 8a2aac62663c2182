"""Checks that what a crawler refers to exists, as AWS does when the crawler is created or updated.

Sources of the texts: the errors that the Terraform AWS provider's `aws_glue_crawler` names. AWS checks no
bucket and no database then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from emulator.glue_service.classifier_operations import find_classifier
from emulator.glue_service.crawler_models import CrawlerStore
from emulator.glue_service.errors import InvalidInput


def check_references(store: CrawlerStore, client: Callable[[str], Any], fields: dict[str, Any]) -> None:
    """Raises EntityNotFound for a classifier, InvalidInput for a connection or a queue that doesn't exist.

    `client(service)` returns a boto3 client of the crawler's account.
    """
    for name in fields["Classifiers"]:
        find_classifier(store, name)
    for target in fields["Targets"].get("JdbcTargets") or []:
        _check_connection(client("glue"), target["ConnectionName"])
    for target in fields["Targets"].get("S3Targets") or []:
        for member in ("EventQueueArn", "DlqEventQueueArn"):
            if target.get(member):
                _check_queue(client("sqs"), target[member])


def _check_connection(glue: Any, name: str) -> None:
    try:
        glue.get_connection(Name=name)
    except ClientError as error:
        reason = error.response["Error"]["Message"]
        raise InvalidInput(f"Unable to retrieve connection {name}: {reason}") from error


def _check_queue(sqs: Any, arn: str) -> None:
    account_id, name = arn.split(":")[-2:]
    try:
        sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account_id)
    except ClientError as error:
        raise InvalidInput(
            f"SQS queue {arn} does not exist or the role provided does not have access to it."
        ) from error
