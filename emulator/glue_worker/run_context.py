"""What awsglue knows of the run that it is in.

`current()` is None outside a run (a unit test with a Spark session of its own): then bookmarks are off.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.glue_worker.api_client import GlueApiClient
from emulator.glue_worker.run_contract import (
    CommitBookmark,
    OpenBookmark,
    RowsRead,
    RowWindow,
    RunAssignment,
    SelectedFiles,
    SelectFiles,
    SelectRows,
)


@dataclass
class RunContext:
    """One run, seen from inside its process."""

    assignment: RunAssignment
    api: GlueApiClient = field(repr=False)
    bookmark_name: str = ""
    records_written: int = 0

    def open_bookmark(self, name: str) -> None:
        """Loads the latest state of the bookmark of that name; raises like `select_files`."""
        self.bookmark_name = name
        self.api.open_bookmark(self.assignment.run_id, OpenBookmark(name))

    def select_files(self, wanted: SelectFiles) -> SelectedFiles:
        """The S3 objects to read in a transformation context.

        Raises RefusedByApiError (fenced attempt, unknown bucket) and ApiUnreachableError.
        """
        return self.api.select_files(self.assignment.run_id, wanted)

    def select_rows(self, wanted: SelectRows) -> RowWindow:
        """The rows of a database to read in a transformation context; raises like `select_files`."""
        return self.api.select_rows(self.assignment.run_id, wanted)

    def rows_read(self, read: RowsRead) -> None:
        """Says how far the run reads them; raises like `select_files`."""
        self.api.rows_read(self.assignment.run_id, read)

    def commit_bookmark(self) -> None:
        """Saves the bookmark under the name given to `job.init`."""
        self.api.commit_bookmark(self.assignment.run_id, CommitBookmark(self.bookmark_name))


_current: RunContext | None = None


def current() -> RunContext | None:
    """The run that this process executes, or None."""
    return _current


def enter(context: RunContext | None) -> None:
    """Says which run this process executes."""
    global _current
    _current = context
