"""Crawls the data of tables that the Data Catalog has already: CatalogTargets.

No table is created, none is deleted; each is one table whatever its files hold, as if schemas were combined
("Crawler source type" in the Glue developer guide). Tables must lie in S3.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from emulator.glue_service.catalog_entries import TableEntry, s3_entry
from emulator.glue_service.classifiers_custom import CustomClassifier
from emulator.glue_service.classifiers_models import UNKNOWN
from emulator.glue_service.crawl_tables import Grouping, plan_tables
from emulator.glue_service.crawl_targets_s3 import Folder, IncludePath, S3Target
from emulator.glue_service.crawler_errors import CrawlFailed

CrawlFolders = Callable[[S3Target], list[Folder]]


@dataclass(frozen=True)
class CatalogTarget:
    """One catalog target of a crawler."""

    database: str
    tables: tuple[str, ...]
    custom: tuple[CustomClassifier, ...] = ()


def crawl_catalog(
    client: Callable[[str], Any],
    target: CatalogTarget,
    crawl: CrawlFolders,
    log: Callable[[str, str], None],
) -> list[TableEntry]:
    """The target's tables as their data has them now; a table without readable data is left out.

    Raises CrawlFailed for a table that doesn't exist or is not in S3.
    """
    entries = (_entry(_table(client, target.database, name), target, crawl, log) for name in target.tables)
    return [entry for entry in entries if entry]


def _entry(
    table: dict[str, Any], target: CatalogTarget, crawl: CrawlFolders, log: Callable[[str, str], None]
) -> TableEntry | None:
    location = table["StorageDescriptor"]["Location"]
    include = IncludePath.parse(location)
    exclusions = _exclusions(table, include)
    folders = crawl(S3Target(location, exclusions, custom=target.custom))
    plans = plan_tables(include, folders, Grouping(combine_compatible=True), [include.url])
    if not plans or plans[0].schema.classification == UNKNOWN:
        log("WARN", f"Table {table['Name']} is left as it is: no data can be read at {location}")
        return None
    found = s3_entry(plans[0], exclusions, include.url)
    own_keys = tuple(key["Name"] for key in table.get("PartitionKeys") or [])
    return replace(
        found,
        name=table["Name"],
        exact_name=True,
        storage=replace(found.storage, location=location),
        partition_keys=own_keys if len(own_keys) == len(found.partition_keys) else found.partition_keys,
    )


def _table(client: Callable[[str], Any], database: str, name: str) -> dict[str, Any]:
    try:
        table: dict[str, Any] = client("glue").get_table(DatabaseName=database, Name=name)["Table"]
    except ClientError as error:
        raise CrawlFailed(
            f"Table {database}.{name} can't be crawled: {error}. Create it, or change the crawler's target."
        ) from error
    location = table.get("StorageDescriptor", {}).get("Location", "")
    if not location.startswith("s3"):
        raise CrawlFailed(
            f"Table {database}.{name} lies at {location!r}: only tables in Amazon S3 can be catalog targets"
        )
    return table


def _exclusions(table: dict[str, Any], include: IncludePath) -> tuple[str, ...]:
    """The exclude patterns that an earlier crawl stored on the table, relative to its location again."""
    stored = table.get("Parameters", {}).get("exclusions")
    try:
        patterns = json.loads(stored) if stored else []
    except ValueError:
        return ()
    return tuple(str(pattern).removeprefix(include.url) for pattern in patterns)
