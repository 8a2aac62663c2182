"""The resources that IAM looks at when a role calls Glue. Pure.

A call on a table asks for the catalog, the database and the table; all three must be allowed. Source:
"Actions, resources, and condition keys for AWS Glue"; "Specifying AWS Glue resource ARNs".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KINDS = ("Job", "Crawler", "Trigger", "Workflow")
_NAMES_OF = {"Job": "JobName", "Crawler": "CrawlerName", "Workflow": "WorkflowName"}
_NO_RESOURCE = frozenset(
    {
        "GetJobBookmark",
        "GetSecurityConfiguration",
        "GetSecurityConfigurations",
        "GetClassifier",
        "GetClassifiers",
        "ListJobs",
        "ListCrawlers",
        "GetCrawlerMetrics",
    }
)
"""Operations that take no ARN: only `*` allows them."""


def resources(operation: str, parameters: Mapping[str, Any]) -> list[str]:
    """The part of each ARN after the account; `*` where AWS takes no ARN, nothing where it is unknown."""
    if operation in _NO_RESOURCE:
        return ["*"]
    if "Connection" in operation:
        return _connection(operation, parameters)
    if "Table" in operation or "Partition" in operation:
        return _table(operation, parameters)
    if "Database" in operation:
        return _database(operation, parameters)
    return _named(operation, parameters)


def _connection(operation: str, parameters: Mapping[str, Any]) -> list[str]:
    name = parameters.get("Name") or parameters.get("ConnectionInput", {}).get("Name")
    return ["catalog", f"connection/{name or '*'}"] if name or operation == "GetConnections" else []


def _database(operation: str, parameters: Mapping[str, Any]) -> list[str]:
    name = parameters.get("Name") or parameters.get("DatabaseInput", {}).get("Name")
    return ["catalog", f"database/{name or '*'}"] if name or operation == "GetDatabases" else []


def _table(operation: str, parameters: Mapping[str, Any]) -> list[str]:
    database = parameters.get("DatabaseName")
    if not database:
        return []
    named = (
        parameters.get("TableName"),
        parameters.get("Name"),
        parameters.get("TableInput", {}).get("Name"),
    )
    table = next((name for name in named if name), "*" if operation == "GetTables" else None)
    return ["catalog", f"database/{database}", f"table/{database}/{table}"] if table else []


def _named(operation: str, parameters: Mapping[str, Any]) -> list[str]:
    kind = next((kind for kind in _KINDS if kind in operation), None)
    if kind is None:
        return []
    name = parameters.get(_NAMES_OF.get(kind, "Name")) or parameters.get("Name")
    return [f"{kind.lower()}/{name}"] if name else []
