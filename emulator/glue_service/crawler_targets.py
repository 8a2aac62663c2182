"""Checks a crawler's targets, and what its recrawl policy asks of them; pure.

Sources: aws-semantics.md §B, "Policies"; the Glue API reference for the members of each target; "Crawler
source type" in the Glue developer guide for catalog targets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from emulator.glue_service.errors import InvalidInput

_SUPPORTED_TARGETS = ("S3Targets", "JdbcTargets", "CatalogTargets")
_METADATA = ("COMMENTS", "RAWTYPES")
_QUEUE_ARN = re.compile(r"arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w.-]+")
_NEW_FOLDERS_NEED_LOG = (
    'The SchemaChangePolicy for "Crawl new folders only" Amazon S3 target can have only LOG DeleteBehavior '
    "value and LOG UpdateBehavior value."
)
_CATALOG_NEEDS_LOG = "The SchemaChangePolicy for Catalog target can have only LOG DeleteBehavior value."


def check_targets(fields: dict[str, Any]) -> None:
    """Raises InvalidInput for targets that are missing, incomplete, mixed, or not supported."""
    targets = {kind: entries for kind, entries in fields.get("Targets", {}).items() if entries}
    supported = ", ".join(_SUPPORTED_TARGETS)
    if not targets:
        raise InvalidInput(f"Crawler needs at least one target: give one of {supported}")
    if unsupported := sorted(targets.keys() - set(_SUPPORTED_TARGETS)):
        raise InvalidInput(f"{', '.join(unsupported)}: not supported by tarmac; use {supported}")
    if not fields.get("DatabaseName") and "CatalogTargets" not in targets:
        raise InvalidInput("DatabaseName is needed for the tables of S3 and JDBC targets")
    for kind, check in _TARGET_CHECKS.items():
        for target in targets.get(kind, []):
            check(target)
    if "CatalogTargets" in targets:
        _check_catalog_targets(targets, fields)


def _check_s3_target(target: dict[str, Any]) -> None:
    if not target.get("Path"):
        raise InvalidInput("An S3 target has no Path; give s3://bucket/folder")
    sample_size = target.get("SampleSize")
    if sample_size is not None and not 1 <= sample_size <= 249:
        raise InvalidInput(f"SampleSize is {sample_size}, but must be from 1 to 249")


def _check_jdbc_target(target: dict[str, Any]) -> None:
    if not target.get("ConnectionName") or not target.get("Path"):
        raise InvalidInput("A JDBC target needs both ConnectionName and Path (database/schema/table)")
    if unknown := sorted(set(target.get("EnableAdditionalMetadata") or ()) - set(_METADATA)):
        raise InvalidInput(f"EnableAdditionalMetadata has {', '.join(unknown)}; use {', '.join(_METADATA)}")


_TARGET_CHECKS: dict[str, Callable[[dict[str, Any]], None]] = {
    "S3Targets": _check_s3_target,
    "JdbcTargets": _check_jdbc_target,
}


def _check_catalog_targets(targets: dict[str, Any], fields: dict[str, Any]) -> None:
    if len(targets) > 1:
        others = ", ".join(sorted(targets.keys() - {"CatalogTargets"}))
        raise InvalidInput(f"CatalogTargets can't be mixed with other targets: {others}")
    if fields["SchemaChangePolicy"].get("DeleteBehavior") != "LOG":
        raise InvalidInput(_CATALOG_NEEDS_LOG)


def check_recrawl(fields: dict[str, Any]) -> None:
    """Raises InvalidInput for a recrawl behavior that the targets or the schema change policy rule out."""
    behavior = fields["RecrawlPolicy"].get("RecrawlBehavior")
    if behavior == "CRAWL_EVENT_MODE":
        _check_event_mode(fields["Targets"])
    policy = fields["SchemaChangePolicy"]
    if behavior == "CRAWL_NEW_FOLDERS_ONLY" and set(policy.values()) != {"LOG"}:
        raise InvalidInput(_NEW_FOLDERS_NEED_LOG)


def _check_event_mode(targets: dict[str, Any]) -> None:
    if others := sorted(kind for kind in targets if kind != "S3Targets" and targets[kind]):
        raise InvalidInput(
            f"CRAWL_EVENT_MODE with {', '.join(others)}: not supported by tarmac; use S3Targets"
        )
    for target in targets["S3Targets"]:
        if not _QUEUE_ARN.fullmatch(target.get("EventQueueArn") or ""):
            raise InvalidInput(
                f"CRAWL_EVENT_MODE needs the EventQueueArn of an SQS queue for {target['Path']}, "
                f"not {target.get('EventQueueArn')!r}"
            )
