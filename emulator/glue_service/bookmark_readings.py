"""What a run has been given to read and has not committed yet, per bookmark name and context."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Any

from emulator.glue_service import bookmark_ledger as books
from emulator.glue_service import bookmark_rows, bookmarks
from emulator.glue_service.bookmark_ledger import Commit, ReadingRecord
from emulator.glue_service.bookmark_rows import RowMark
from emulator.glue_service.bookmarks import Mark, Selection
from emulator.glue_worker.run_contract import S3File, SelectFiles, SelectRows


@dataclass
class Reading:
    """Something read; `base` is the state it builds on, None where no bookmark applies.

    `kept` says whether a commit saves it: not when the bookmark is paused.
    """

    source: str
    base: Commit | None = None
    kept: bool = False

    def record(self, db: sqlite3.Connection, run_id: str, name: str, ctx: str, commit: Commit | None) -> None:
        """Writes it to the ledger, for people and as what a commit covers."""
        before = self.base.version if self.base else None
        after = commit.version if commit else None
        books.add_reading(db, run_id, ReadingRecord(name, ctx, self.source, before, after, self.details()))

    def details(self) -> dict[str, Any]:
        """What of the source was read, for people."""
        raise NotImplementedError


@dataclass
class FilesReading(Reading):
    """Objects of S3; `mark` is how far a commit moves the context."""

    files: dict[tuple[str, str], S3File] = field(default_factory=dict)
    listed: int = 0
    after_ms: int | None = None
    mark: Mark | None = None

    def add(self, selection: Selection, listed: int, after_ms: int | None) -> None:
        """A further selection in the same context: the earlier of the marks holds for both."""
        self.files |= {(file.bucket, file.key): file for file in selection.files}
        self.listed += listed
        self.after_ms = after_ms
        earlier_ms = self.mark.time_ms if self.mark else selection.mark.time_ms
        self.mark = Mark(min(earlier_ms, selection.mark.time_ms), selection.mark.band_ms)

    def record(self, db: sqlite3.Connection, run_id: str, name: str, ctx: str, commit: Commit | None) -> None:
        super().record(db, run_id, name, ctx, commit)
        covered = (commit.bookmark_id, commit.seq) if commit else None
        books.add_files(db, run_id, ctx, self.files.values(), covered)

    def details(self) -> dict[str, Any]:
        found: dict[str, Any] = {"files": len(self.files), "files_listed": self.listed}
        if self.base and self.mark:
            after = bookmarks.iso(self.after_ms) if self.after_ms is not None else None
            found |= {"modified_after": after, "modified_until": bookmarks.iso(self.mark.time_ms)}
        return found


@dataclass
class RowsReading(Reading):
    """Rows of a database; `up_to` is the last key that the run reads, `after` that of earlier runs."""

    keys: tuple[str, ...] = ()
    descending: bool = False
    after: list[str] = field(default_factory=list)
    up_to: list[str] = field(default_factory=list)

    @property
    def mark(self) -> RowMark:
        """How far a commit moves the context."""
        return RowMark(self.keys, self.descending, tuple(self.up_to or self.after))

    def details(self) -> dict[str, Any]:
        if not self.keys:
            return {}
        bounds = {"key_after": self.after, "key_up_to": self.up_to}
        return {"keys": list(self.keys), "order": self.mark.sort_order, **bounds}


def files_reading(wanted: SelectFiles, base: Commit | None, kept: bool) -> FilesReading:
    """An empty reading of these paths."""
    first, more = wanted.paths[0] if wanted.paths else "", len(wanted.paths) - 1
    return FilesReading(f"{first} and {more} more" if more > 0 else first, base, kept)


def rows_reading(wanted: SelectRows, base: Commit | None, kept: bool) -> RowsReading:
    """A reading of these rows that has no bounds yet; without a base no key is looked at."""
    keys = tuple(wanted.keys) if base else ()
    return RowsReading(wanted.source, base, kept and bool(keys), keys, wanted.descending)


def state_of(
    db: sqlite3.Connection, head: Commit, ctx: str, reading: Reading, run_number: int
) -> dict[str, Any]:
    """The context's element of the bookmark's document that a commit on top of `head` saves."""
    if isinstance(reading, RowsReading):
        return bookmark_rows.state_of(reading.mark, run_number)
    if not isinstance(reading, FilesReading):
        raise TypeError(f"no bookmark is kept of a {type(reading).__name__}")
    mark = reading.mark or Mark(0, 0)
    start_ms = mark.band_start_ms
    read = books.seen(db, head, ctx, start_ms) if bookmarks.mark_in(head.document, ctx) else set()
    fresh = {bookmarks.version_of(one) for one in reading.files.values() if one.last_modified > start_ms}
    return bookmarks.state_of(mark, run_number, read | fresh)
