"""Checks CreateCrawler and UpdateCrawler requests and fills in AWS's defaults; pure.

Everything that a crawl would silently not do is refused, here or in `crawler_targets`.
Source: aws-semantics.md §B, "Policies" and "Partitions & grouping".
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from emulator.glue_service.aws_cron import parse_schedule
from emulator.glue_service.crawler_targets import check_recrawl, check_targets
from emulator.glue_service.errors import InvalidInput

UPDATABLE = (
    "Role",
    "DatabaseName",
    "Description",
    "Targets",
    "TablePrefix",
    "SchemaChangePolicy",
    "RecrawlPolicy",
    "LineageConfiguration",
    "LakeFormationConfiguration",
    "Configuration",
    "CrawlerSecurityConfiguration",
)
DEFAULTS: dict[str, Any] = {
    "Classifiers": [],
    "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
    "SchemaChangePolicy": {
        "UpdateBehavior": "UPDATE_IN_DATABASE",
        "DeleteBehavior": "DEPRECATE_IN_DATABASE",
    },
    "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
}
_ROLE_ARN = re.compile(r"^arn:[\w-]+:iam::\d{12}:role/")
_CONFIGURATION_KEYS: dict[str, dict[str, tuple[str, ...]]] = {
    "CrawlerOutput.Partitions": {"AddOrUpdateBehavior": ("InheritFromTable",)},
    "CrawlerOutput.Tables": {"AddOrUpdateBehavior": ("MergeNewColumns",), "TableThreshold": ()},
    "Grouping": {"TableGroupingPolicy": ("CombineCompatibleSchemas",), "TableLevelConfiguration": ()},
}


@dataclass(frozen=True)
class Configuration:
    """The parts of a crawler's `Configuration` JSON that change what is written.

    `table_level` is the folder depth (bucket = 1) at which tables are made, 0 = inferred; a crawl that finds
    more than `table_threshold` tables fails, 0 = any number; `partition_index` makes an index of all keys.
    """

    combine_compatible: bool = False
    inherit_from_table: bool = False
    merge_new_columns: bool = False
    table_level: int = 0
    table_threshold: int = 0
    partition_index: bool = False


def crawler_fields(request: dict[str, Any]) -> dict[str, Any]:
    """The Crawler members that a CreateCrawler request sets. Raises InvalidInput."""
    fields = {**DEFAULTS, **{key: request[key] for key in UPDATABLE if key in request}}
    if classifiers := request.get("Classifiers"):
        fields["Classifiers"] = classifiers
    return checked({**fields, **_schedule(request)})


def updated_fields(fields: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """The members after an UpdateCrawler request; absent or empty Classifiers change nothing, as on AWS.

    Raises InvalidInput.
    """
    changes = {key: request[key] for key in UPDATABLE if key in request}
    if request.get("Classifiers"):
        changes["Classifiers"] = request["Classifiers"]
    return checked({**fields, **changes, **_schedule(request)})


def checked(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields themselves, once they make sense together; of a role's ARN, its path and name stay.

    That AWS always answers with the name is what the Terraform provider's `aws_glue_crawler` says.
    Raises InvalidInput.
    """
    fields = {**fields, "Role": _ROLE_ARN.sub("", fields["Role"])}
    policy = {**DEFAULTS["SchemaChangePolicy"], **fields["SchemaChangePolicy"]}
    fields = {key: value for key, value in fields.items() if value != ""} | {"SchemaChangePolicy": policy}
    check_targets(fields)
    check_recrawl(fields)
    parse_configuration(fields.get("Configuration"))
    return fields


def parse_configuration(text: str | None) -> Configuration:
    """The settings in a `Configuration` document. Raises InvalidInput for bad JSON and unknown keys."""
    if not text:
        return Configuration()
    document = _configuration_document(text)
    output = document.get("CrawlerOutput", {})
    grouping = document.get("Grouping", {})
    _check_keys("Configuration", document, ("Version", "CrawlerOutput", "Grouping", "CreatePartitionIndex"))
    _check_keys("CrawlerOutput", output, ("Partitions", "Tables"))
    sections = {
        "CrawlerOutput.Partitions": output.get("Partitions", {}),
        "CrawlerOutput.Tables": output.get("Tables", {}),
        "Grouping": grouping,
    }
    for name, section in sections.items():
        _check_section(name, section)
    if not isinstance(partition_index := document.get("CreatePartitionIndex", False), bool):
        raise InvalidInput(f"CreatePartitionIndex is {partition_index!r}, but must be true or false")
    return Configuration(
        combine_compatible=grouping.get("TableGroupingPolicy") == "CombineCompatibleSchemas",
        inherit_from_table="AddOrUpdateBehavior" in sections["CrawlerOutput.Partitions"],
        merge_new_columns="AddOrUpdateBehavior" in sections["CrawlerOutput.Tables"],
        table_level=_whole_number(grouping, "TableLevelConfiguration"),
        table_threshold=_whole_number(sections["CrawlerOutput.Tables"], "TableThreshold"),
        partition_index=partition_index,
    )


def _whole_number(section: dict[str, Any], key: str) -> int:
    value = section.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidInput(f"{key} is {value!r}, but must be a whole number")
    return value


def _configuration_document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"Configuration is not valid JSON: {error}") from error
    if not isinstance(document, dict) or document.get("Version") != 1.0:
        raise InvalidInput('Configuration must be a JSON object with "Version": 1.0')
    return document


def _check_keys(name: str, section: object, known: tuple[str, ...]) -> None:
    if not isinstance(section, dict):
        raise InvalidInput(f"{name} must be a JSON object, not {section!r}")
    if unknown := sorted(section.keys() - set(known)):
        raise InvalidInput(f"{name} contains unsupported keys: {', '.join(unknown)}.")


def _check_section(name: str, section: dict[str, Any]) -> None:
    known = _CONFIGURATION_KEYS[name]
    _check_keys(name, section, tuple(known))
    for key, value in section.items():
        if known[key] and value not in known[key]:
            raise InvalidInput(f"{name}.{key} is {value!r}, but must be {' or '.join(known[key])}")


def _schedule(request: dict[str, Any]) -> dict[str, Any]:
    """The Schedule member; an empty expression takes a schedule away, an absent one leaves it."""
    if "Schedule" not in request:
        return {}
    expression = request["Schedule"]
    if expression:
        parse_schedule(expression)
    state = "SCHEDULED" if expression else "NOT_SCHEDULED"
    return {
        "Schedule": {"ScheduleExpression": expression, "State": state} if expression else {"State": state}
    }
