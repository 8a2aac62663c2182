"""The steps of one crawl: which folders are looked at, what is found in them, and what is written where."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from emulator.glue_service.catalog_entries import TableEntry, jdbc_entry, s3_entry
from emulator.glue_service.catalog_event_sender import send_changes
from emulator.glue_service.catalog_events import CatalogChange
from emulator.glue_service.catalog_writer import WriteRules, crawled_locations, write_catalog
from emulator.glue_service.classifiers_custom import CustomClassifier
from emulator.glue_service.crawl_events import QueuedEvents, queued_events
from emulator.glue_service.crawl_store import LocalStackObjects
from emulator.glue_service.crawl_tables import Grouping, plan_tables, split_folders
from emulator.glue_service.crawl_targets_catalog import CatalogTarget, crawl_catalog
from emulator.glue_service.crawl_targets_jdbc import JdbcTarget, crawl_jdbc
from emulator.glue_service.crawl_targets_s3 import (
    DEFAULT_SAMPLE_FILES,
    Folder,
    S3Crawl,
    S3Target,
    SchemaCache,
    folder_url,
)
from emulator.glue_service.crawler_errors import CrawlFailed
from emulator.glue_service.crawler_log import configured_line, summary_lines
from emulator.glue_service.crawler_models import Crawl, CrawlerRecord
from emulator.glue_service.crawler_requests import Configuration, parse_configuration
from emulator.glue_service.models import Scope
from emulator.glue_service.role_notes import note_catalog_changes, note_listing
from emulator.glue_service.role_sessions import CRAWLER_SESSION

ClientFactory = Callable[[str], Any]
"""A boto3 client that acts as the crawler's role in its region, by service name."""


@dataclass(frozen=True)
class CrawlContext:
    """What a crawl needs beside its crawler; `custom` looks its classifiers up and may raise CrawlFailed."""

    client: ClientFactory
    cache: SchemaCache
    custom: Callable[[], tuple[CustomClassifier, ...]] = tuple


Batch = tuple[WriteRules, list[TableEntry]]
"""Tables for one database, and how they may be written."""


class CrawlWork:
    """One crawl's work.

    `_folders` are those that were looked at, `_touched` those that events named; `_skip` are folders of
    earlier crawls that a crawl of new folders passes over. With either of these the crawl is partial:
    nothing that it didn't meet is missing.
    """

    def __init__(self, record: CrawlerRecord, crawl: Crawl, context: CrawlContext) -> None:
        self._record = record
        self._fields = dict(record.fields)
        self._crawl = crawl
        self._context = context
        self._custom = context.custom()
        self._configuration: Configuration = parse_configuration(self._fields.get("Configuration"))
        self._folders: set[str] = set()
        self._touched: set[str] = set()
        self._events: list[QueuedEvents] = []
        behavior = self._fields["RecrawlPolicy"].get("RecrawlBehavior")
        self._event_mode = behavior == "CRAWL_EVENT_MODE"
        self._skip = frozenset(record.crawled_folders if behavior == "CRAWL_NEW_FOLDERS_ONLY" else ())
        self._partial = bool(record.crawled_folders) and behavior != "CRAWL_EVERYTHING"

    def run(self) -> None:
        """Raises CrawlFailed, CrawlCancelled."""
        found = [*self._s3_entries(), *self._jdbc_entries()]
        batches = [*self._catalog_batches(), *([(self._rules(), found)] if self._database else [])]
        self._check_threshold(sum(len(entries) for _, entries in batches))
        self._record.wind_down()
        self._write(batches)
        self._record.crawled_folders |= self._folders
        for events in self._events:
            events.delete()

    @property
    def _database(self) -> str:
        return self._fields.get("DatabaseName") or ""

    def _write(self, batches: list[Batch]) -> None:
        for rules, entries in batches:
            database = rules.database
            self._crawl.log("BENCHMARK", f"Classification complete, writing results to database {database}")
            self._crawl.log("INFO", configured_line(self._fields))
            self._crawl.counts += write_catalog(entries, rules, self._crawl.log, self._send)
        self._crawl.log("BENCHMARK", "Finished writing to Catalog")
        for line in summary_lines(self._crawl.counts):
            self._crawl.log("INFO", line)

    def _send(self, scope: Scope, changes: Iterable[CatalogChange]) -> None:
        made = list(changes)
        note_catalog_changes(scope, self._fields["Role"], self._database, made)
        send_changes(scope, made)

    def _targets(self, kind: str) -> list[dict[str, Any]]:
        return self._fields["Targets"].get(kind) or []

    def _s3_entries(self) -> list[TableEntry]:
        entries: list[TableEntry] = []
        for fields in self._targets("S3Targets"):
            target = S3Target(
                path=fields["Path"],
                exclusions=tuple(fields.get("Exclusions") or ()),
                sample_files=fields.get("SampleSize") or DEFAULT_SAMPLE_FILES,
                custom=self._custom,
                only=self._wanted_folders(fields),
            )
            entries += self._s3_target_entries(target)
        return entries

    def _wanted_folders(self, fields: dict[str, Any]) -> Callable[[str], bool] | None:
        """Which folders are looked at: all if None."""
        if self._event_mode:
            events = queued_events(self._context.client, fields["EventQueueArn"])
            self._events.append(events)
            self._touched |= events.folders()
            self._crawl.log("INFO", f"{len(events.messages)} messages in {fields['EventQueueArn']}")
        if not self._partial:
            return None
        touched, skip = frozenset(self._touched), self._skip
        return touched.__contains__ if self._event_mode else lambda url: url not in skip

    def _s3_target_entries(self, target: S3Target) -> list[TableEntry]:
        include, grouping, roots = target.include, self._grouping(), self._known_roots()
        crawl = self._s3_crawl(target)
        folders = crawl.folders()
        if split := split_folders(include, folders, grouping, roots):
            folders = crawl.folders(in_full=split)
        self._folders |= {folder_url(include, folder) for folder in folders}
        plans = plan_tables(include, folders, grouping, roots)
        return [s3_entry(plan, target.exclusions, include.url) for plan in plans]

    def _s3_crawl(self, target: S3Target) -> S3Crawl:
        note_listing(self._record.scope, self._fields["Role"], CRAWLER_SESSION, [target.path])
        store = LocalStackObjects(self._record.scope, self._context.client("s3"))
        return S3Crawl(store, target, self._context.cache, self._crawl.check_cancelled)

    def _jdbc_entries(self) -> list[TableEntry]:
        entries: list[TableEntry] = []
        for fields in self._targets("JdbcTargets"):
            exclusions = tuple(fields.get("Exclusions") or ())
            metadata = tuple(fields.get("EnableAdditionalMetadata") or ())
            target = JdbcTarget(fields["ConnectionName"], fields["Path"], exclusions, metadata)
            entries += [jdbc_entry(table) for table in crawl_jdbc(self._context.client, target)]
            self._crawl.check_cancelled()
        return entries

    def _catalog_batches(self) -> list[Batch]:
        def folders(target: S3Target) -> list[Folder]:
            return self._s3_crawl(target).folders()

        batches: list[Batch] = []
        for fields in self._targets("CatalogTargets"):
            target = CatalogTarget(fields["DatabaseName"], tuple(fields["Tables"]), self._custom)
            entries = crawl_catalog(self._context.client, target, folders, self._crawl.log)
            batches.append((self._rules(target.database, complete=False), entries))
        return batches

    def _grouping(self) -> Grouping:
        return Grouping(self._configuration.combine_compatible, self._configuration.table_level)

    def _known_roots(self) -> list[str]:
        if not self._partial:
            return []
        return crawled_locations(self._record.scope, self._database, self._record.name)

    def _check_threshold(self, found: int) -> None:
        most = self._configuration.table_threshold
        if most and found > most:
            raise CrawlFailed(
                f"The crawl found {found} tables, more than the TableThreshold of {most}; nothing was written"
            )

    def _rules(self, database: str = "", complete: bool = True) -> WriteRules:
        policy = self._fields["SchemaChangePolicy"]
        return WriteRules(
            scope=self._record.scope,
            database=database or self._database,
            crawler_name=self._record.name,
            crawl_id=self._crawl.crawl_id,
            role=self._fields["Role"],
            table_prefix=self._fields.get("TablePrefix") or "",
            update_in_database=policy["UpdateBehavior"] == "UPDATE_IN_DATABASE",
            delete_behavior=policy["DeleteBehavior"],
            inherit_from_table=self._configuration.inherit_from_table,
            merge_new_columns=self._configuration.merge_new_columns,
            partition_index=self._configuration.partition_index,
            complete=complete and not self._partial,
            partial=self._partial,
            vanished=frozenset(self._touched - self._folders) if self._partial else frozenset(),
        )
