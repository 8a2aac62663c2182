"""One crawl from start to end: reads the targets, writes the catalog, leaves LastCrawl and a log behind."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.glue_service.catalog_entries import TableEntry, jdbc_entry, s3_entry
from emulator.glue_service.catalog_writer import WriteRules, crawled_locations, write_catalog
from emulator.glue_service.classifiers_custom import CustomClassifier
from emulator.glue_service.crawl_store import LocalStackObjects, ObjectStore
from emulator.glue_service.crawl_tables import Grouping, plan_tables, split_folders
from emulator.glue_service.crawl_targets_jdbc import JdbcTarget, crawl_jdbc
from emulator.glue_service.crawl_targets_s3 import (
    DEFAULT_SAMPLE_FILES,
    S3Crawl,
    S3Target,
    SchemaCache,
    folder_url,
)
from emulator.glue_service.crawler_errors import CrawlCancelled, CrawlFailed
from emulator.glue_service.crawler_events import ended_event, publish_event, started_event
from emulator.glue_service.crawler_models import LOG_GROUP, Crawl, CrawlerRecord, CrawlStatus
from emulator.glue_service.crawler_requests import Configuration, parse_configuration

LOG = logging.getLogger(__name__)

ClientFactory = Callable[[str], Any]
"""A boto3 client of the crawler's account and region, by service name."""


@dataclass(frozen=True)
class CrawlContext:
    """What a crawl needs beside its crawler; `custom` looks its classifiers up and may raise CrawlFailed."""

    client: ClientFactory
    cache: SchemaCache
    custom: Callable[[], tuple[CustomClassifier, ...]] = tuple


def start_crawl(record: CrawlerRecord, context: CrawlContext) -> Crawl:
    """Begins a crawl in a thread of its own. Raises CrawlerRunning."""
    crawl = record.start()
    name = f"crawler-{record.name}"
    Thread(target=run_crawl, args=(record, crawl, context), name=name, daemon=True).start()
    return crawl


def run_crawl(record: CrawlerRecord, crawl: Crawl, context: CrawlContext) -> None:
    """Crawls and ends READY whatever happens; the outcome is in the crawl."""
    crawl.log("BENCHMARK", f"Running Start Crawl for Crawler {record.name}")
    announcing = _announce(record, crawl, context)
    try:
        _Crawling(record, crawl, context).run()
        record.finish(CrawlStatus.SUCCEEDED)
    except CrawlCancelled:
        record.finish(CrawlStatus.CANCELLED)
    except CrawlFailed as error:
        crawl.log("ERROR", str(error))
        if crawl.cancelled.is_set():
            record.finish(CrawlStatus.CANCELLED)
        else:
            record.finish(CrawlStatus.FAILED, str(error))
    except Exception as error:  # a crawler must not stay RUNNING because of a defect of ours
        LOG.exception("crawl %s of %s", crawl.crawl_id, record.name)
        crawl.log("ERROR", f"Internal Service Exception: {error!r}")
        record.finish(CrawlStatus.FAILED, f"Internal Service Exception: {error!r}")
    crawl.log("BENCHMARK", "Crawler has finished running and is in state READY")
    announcing.join()
    publish_event(context.client, ended_event(record.scope, crawl))
    write_log(crawl, context.client)


def _announce(record: CrawlerRecord, crawl: Crawl, context: CrawlContext) -> Thread:
    """Sends the Started event beside the crawl, which need not wait for it."""
    event = started_event(record.scope, crawl)
    thread = Thread(target=publish_event, args=(context.client, event), daemon=True)
    thread.start()
    return thread


def write_log(crawl: Crawl, client: ClientFactory) -> None:
    """Sends a crawl's lines to its stream in CloudWatch Logs; a crawl doesn't fail for its log."""
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


def _ignoring_existing(create: Callable[..., Any], **names: str) -> None:
    try:
        create(**names)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise


class _Crawling:
    """The steps of one crawl."""

    def __init__(self, record: CrawlerRecord, crawl: Crawl, context: CrawlContext) -> None:
        self._record = record
        self._fields = dict(record.fields)
        self._crawl = crawl
        self._context = context
        self._configuration: Configuration = parse_configuration(self._fields.get("Configuration"))
        self._folders: set[str] = set()
        new_only = self._fields["RecrawlPolicy"].get("RecrawlBehavior") == "CRAWL_NEW_FOLDERS_ONLY"
        self._skip = frozenset(record.crawled_folders) if new_only else frozenset()

    def run(self) -> None:
        """Raises CrawlFailed, CrawlCancelled."""
        entries = [*self._s3_entries(), *self._jdbc_entries()]
        self._check_threshold(len(entries))
        self._record.wind_down()
        database = self._fields["DatabaseName"]
        self._crawl.log("BENCHMARK", f"Classification complete, writing results to database {database}")
        self._crawl.counts = write_catalog(entries, self._rules(), lambda line: self._crawl.log("INFO", line))
        self._crawl.log("BENCHMARK", "Finished writing to Catalog")
        self._record.crawled_folders |= self._folders

    def _s3_entries(self) -> list[TableEntry]:
        entries: list[TableEntry] = []
        for target in self._fields["Targets"].get("S3Targets", []):
            entries += self._s3_target_entries(target)
        return entries

    def _s3_target_entries(self, fields: dict[str, Any]) -> list[TableEntry]:
        target = S3Target(
            path=fields["Path"],
            exclusions=tuple(fields.get("Exclusions") or ()),
            sample_files=fields.get("SampleSize") or DEFAULT_SAMPLE_FILES,
            custom=self._context.custom(),
            only=None if not self._skip else lambda url: url not in self._skip,
        )
        include, grouping, roots = target.include, self._grouping(), self._known_roots()
        crawl = S3Crawl(self._store(), target, self._context.cache, self._crawl.check_cancelled)
        folders = crawl.folders()
        if split := split_folders(include, folders, grouping, roots):
            folders = crawl.folders(in_full=split)
        self._folders |= {folder_url(include, folder) for folder in folders}
        plans = plan_tables(include, folders, grouping, roots)
        return [s3_entry(plan, target.exclusions, include.url) for plan in plans]

    def _store(self) -> ObjectStore:
        return LocalStackObjects(self._record.scope, self._context.client("s3"))

    def _jdbc_entries(self) -> list[TableEntry]:
        entries: list[TableEntry] = []
        for fields in self._fields["Targets"].get("JdbcTargets", []):
            exclusions = tuple(fields.get("Exclusions") or ())
            target = JdbcTarget(fields["ConnectionName"], fields["Path"], exclusions)
            entries += [jdbc_entry(table) for table in crawl_jdbc(self._context.client, target)]
            self._crawl.check_cancelled()
        return entries

    def _grouping(self) -> Grouping:
        return Grouping(self._configuration.combine_compatible, self._configuration.table_level)

    def _known_roots(self) -> list[str]:
        if not self._skip:
            return []
        return crawled_locations(self._record.scope, self._fields["DatabaseName"], self._record.name)

    def _check_threshold(self, found: int) -> None:
        most = self._configuration.table_threshold
        if most and found > most:
            raise CrawlFailed(
                f"The crawl found {found} tables, more than the TableThreshold of {most}; nothing was written"
            )

    def _rules(self) -> WriteRules:
        policy = self._fields["SchemaChangePolicy"]
        return WriteRules(
            scope=self._record.scope,
            database=self._fields["DatabaseName"],
            crawler_name=self._record.name,
            crawl_id=self._crawl.crawl_id,
            role=self._fields["Role"],
            table_prefix=self._fields.get("TablePrefix") or "",
            update_in_database=policy["UpdateBehavior"] == "UPDATE_IN_DATABASE",
            delete_behavior=policy["DeleteBehavior"],
            inherit_from_table=self._configuration.inherit_from_table,
            merge_new_columns=self._configuration.merge_new_columns,
            complete=not self._skip,
        )
