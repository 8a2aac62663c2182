"""Bookmarks of database sources: the key up to which rows have been read. Pure: no disk, no network.

The keys of a source form one compound key (aws-semantics.md §A, JDBC). A run reads the rows whose key comes
after that of the last commit, and a commit stores the last key that was read. The class's name and the fields
of AWS's state element are not published: those here are *unverified*.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

JSON_CLASS = "JDBCDataSourceJobBookmarkState"


@dataclass(frozen=True)
class RowMark:
    """How far a context's rows have been read: a text for each key, none before the first row."""

    keys: tuple[str, ...]
    descending: bool
    values: tuple[str, ...]

    @property
    def sort_order(self) -> str:
        """As `jobBookmarkKeysSortOrder` has it."""
        return "desc" if self.descending else "asc"


def state_of(mark: RowMark, run: int) -> dict[str, Any]:
    """One transformation context's element of the `JobBookmark` document."""
    return {
        "jsonClass": JSON_CLASS,
        "run": str(run),
        "jobBookmarkKeys": list(mark.keys),
        "jobBookmarkKeysSortOrder": mark.sort_order,
        "values": list(mark.values),
    }


def values_in(document: str, transformation_ctx: str, keys: tuple[str, ...], descending: bool) -> list[str]:
    """The last key that was read in a context; empty when it is unknown, or was read by other keys."""
    state = json.loads(document).get(transformation_ctx)
    if state is None or state.get("jsonClass") != JSON_CLASS:
        return []
    kept = RowMark(tuple(state["jobBookmarkKeys"]), descending, tuple(state["values"]))
    same = kept.keys == keys and state["jobBookmarkKeysSortOrder"] == kept.sort_order
    return list(kept.values) if same else []
