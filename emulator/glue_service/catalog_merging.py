"""What becomes of a table's definition when a crawl finds its data changed; pure.

Source: aws-semantics.md §B, "What it writes" and "Policies"; for MergeNewColumns "Setting crawler
configuration options" in the Glue developer guide.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from emulator.glue_service.catalog_entries import OWNED_PARAMETERS
from emulator.glue_service.classifiers_types import wider_type

Definition = dict[str, Any]
Columns = list[dict[str, Any]]

_COUNTS = ("averageRecordSize", "objectCount", "recordCount", "sizeKey")
_FUNDAMENTAL = ("classification", "compressionType", "delimiter")


@dataclass(frozen=True)
class Merging:
    """How much of the old definition stays.

    `add_only`: existing columns and formats stay as they are, new columns are added (MergeNewColumns).
    `partial`: only some of the table's folders were looked at, so that columns widen and counts stay.
    """

    add_only: bool = False
    partial: bool = False

    def table(self, old: Definition, new: Definition) -> Definition:
        """The definition after the crawl; parameters and comments of others survive."""
        parameters = self._parameters(old, new)
        storage = self._storage(old.get("StorageDescriptor", {}), new["StorageDescriptor"])
        return {**old, **new, "Parameters": parameters, "StorageDescriptor": storage}

    def columns(self, old: Columns, new: Columns) -> Columns:
        """The columns after the crawl."""
        if not self.add_only and not self.partial:
            return _commented(old, new)
        types = {} if self.add_only else {column["Name"]: column["Type"] for column in new}
        known = {column["Name"] for column in old}
        kept = [
            {**column, "Type": wider_type(column.get("Type"), types.get(column["Name"]))} for column in old
        ]
        return [*kept, *(column for column in new if column["Name"] not in known)]

    def _storage(self, old: Definition, new: Definition) -> Definition:
        kept = ("InputFormat", "OutputFormat") if self.add_only else ()
        return {
            **new,
            **{key: old[key] for key in kept if key in old},
            "Columns": self.columns(old.get("Columns", []), new["Columns"]),
            "Parameters": self._parameters(old, new),
        }

    def _parameters(self, old: Definition, new: Definition) -> dict[str, str]:
        before = old.get("Parameters") or {}
        kept = {
            key: value
            for key, value in before.items()
            if key not in OWNED_PARAMETERS or (self.partial and key in _COUNTS)
        }
        return {**new["Parameters"], **kept}


def unlike_attributes(old: Definition, parameters: dict[str, str]) -> str:
    """The fundamental attributes in which a table and its data differ, by name; empty if there are none."""
    before = old.get("Parameters") or {}
    names = [name for name in _FUNDAMENTAL if before.get(name) != parameters.get(name)]
    return ", ".join(name for name in names if name in before)


def deprecated(definition: Definition) -> Definition:
    """The definition marked as one whose data is gone, with the time in milliseconds."""
    mark = {"DEPRECATED_BY_CRAWLER": str(int(time.time() * 1000))}
    return {**definition, "Parameters": mark | (definition.get("Parameters") or {})}


def _commented(old: Columns, new: Columns) -> Columns:
    """The new columns with the comments that columns of these names had."""
    comments = {column["Name"]: column["Comment"] for column in old if column.get("Comment")}
    return [
        {**column, "Comment": comments[column["Name"]]}
        if column["Name"] in comments and "Comment" not in column
        else column
        for column in new
    ]
