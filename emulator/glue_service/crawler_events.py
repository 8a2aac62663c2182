"""The `Glue Crawler State Change` events on the default bus: Started, Succeeded, Failed; best effort.

Source of the fields: aws-semantics.md §D, "Logs", and the events documentation that it names. A stopped crawl
sends no second event.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.glue_service.crawler_models import LOG_GROUP, Crawl, CrawlStatus
from emulator.glue_service.models import Scope

LOG = logging.getLogger(__name__)

Detail = dict[str, str]


def publish_event(client: Callable[[str], Any], detail: Detail | None) -> None:
    """Puts an event on the default bus; a crawl doesn't fail because that can't be done."""
    if detail is None:
        return
    entry = {"Source": "aws.glue", "DetailType": "Glue Crawler State Change", "Detail": json.dumps(detail)}
    try:
        client("events").put_events(Entries=[entry])
    except (ClientError, BotoCoreError) as error:
        LOG.warning("event %s of crawler %s lost: %s", detail["state"], detail["crawlerName"], error)


def started_event(scope: Scope, crawl: Crawl) -> Detail:
    """The detail of the event that a crawl has begun."""
    return {
        **_common(scope, crawl),
        "startTime": _text(crawl.started_on),
        "state": "Started",
        "message": "Crawler Started",
    }


def ended_event(scope: Scope, crawl: Crawl) -> Detail | None:
    """The detail of the event that a crawl has ended, None for one that was stopped."""
    if crawl.status is CrawlStatus.FAILED:
        failed = {"state": "Failed", "message": "Crawler Failed", "errorMessage": crawl.error_message}
        return {**_common(scope, crawl), **failed}
    if crawl.status is not CrawlStatus.SUCCEEDED:
        return None
    return {
        **_common(scope, crawl),
        **_counts(crawl),
        "completionDate": _text(crawl.ended_on or crawl.started_on),
        "runningTime (sec)": str(round(crawl.seconds)),
        "warningMessage": "N/A",
        "state": "Succeeded",
        "message": "Crawler Succeeded",
    }


def _counts(crawl: Crawl) -> Detail:
    counts = crawl.counts
    return {
        "tablesCreated": str(counts.tables_created),
        "tablesUpdated": str(counts.tables_updated),
        "tablesDeleted": str(counts.tables_deleted),
        "partitionsCreated": str(counts.partitions_created),
        "partitionsUpdated": str(counts.partitions_updated),
        "partitionsDeleted": str(counts.partitions_deleted),
    }


def _common(scope: Scope, crawl: Crawl) -> Detail:
    console = f"https://console.aws.amazon.com/cloudwatch/home?region={scope.region}"
    place = f"#logEventViewer:group={LOG_GROUP};stream={crawl.crawler_name}"
    return {
        "accountId": scope.account_id,
        "crawlerName": crawl.crawler_name,
        "cloudWatchLogLink": console + place,
    }


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
