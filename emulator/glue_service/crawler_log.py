"""A crawl's log in CloudWatch Logs, in the words of AWS's crawlers.

The wording is that of logs of real crawls that users have published: the lines about configuration, tables,
deprecation and the run summaries.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.glue_service.crawler_models import LOG_GROUP, Crawl, CrawlCounts

LOG = logging.getLogger(__name__)


def configured_line(fields: dict[str, Any]) -> str:
    """What a crawler logs about its settings before it writes."""
    policy = f"SchemaChangePolicy {_compact(fields['SchemaChangePolicy'])}."
    if not fields.get("Configuration"):
        return f"Crawler configured with {policy}"
    return (
        f"Crawler configured with Configuration {_compact(json.loads(fields['Configuration']))} and {policy} "
        "Note that values in the Configuration override values in the SchemaChangePolicy for S3 Targets."
    )


def summary_lines(counts: CrawlCounts) -> list[str]:
    """What a crawler logs after it has written: nothing about what didn't change."""
    partitions = (counts.partitions_created, counts.partitions_updated, counts.partitions_deleted)
    tables = (counts.tables_created, counts.tables_updated, counts.tables_deleted)
    lines: list[str] = []
    for kind, numbers in (("PARTITION", partitions), ("TABLE", tables)):
        pairs = zip(("ADD", "UPDATE", "DELETE"), numbers, strict=True)
        changed = [f"{change}: {number}" for change, number in pairs if number]
        lines += [f"Run Summary For {kind}:", *changed] if changed else []
    return lines


def write_log(crawl: Crawl, client: Callable[[str], Any]) -> None:
    """Sends a crawl's lines to its stream; a crawl doesn't fail for its log."""
    try:
        logs = client("logs")
        _ignoring_existing(logs.create_log_group, logGroupName=LOG_GROUP)
        place = {"logGroupName": LOG_GROUP, "logStreamName": crawl.crawler_name}
        _ignoring_existing(logs.create_log_stream, **place)
        time_ms = int((crawl.ended_on or crawl.started_on).timestamp() * 1000)
        logs.put_log_events(
            **place, logEvents=[{"timestamp": time_ms, "message": line} for line in crawl.log_lines]
        )
    except (ClientError, BotoCoreError) as error:
        LOG.warning("log of crawl %s can't be written: %s", crawl.crawl_id, error)


def _compact(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"))


def _ignoring_existing(create: Callable[..., Any], **names: str) -> None:
    try:
        create(**names)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise
