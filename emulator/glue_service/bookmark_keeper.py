"""Decides what a run reads, and keeps what it has read: asking never writes, only `job.commit()` does."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from emulator.glue_service import bookmark_ledger as books
from emulator.glue_service import bookmarks
from emulator.glue_service.bookmark_ledger import NO_COMMIT, Commit
from emulator.glue_service.bookmark_readings import (
    FilesReading,
    Reading,
    RowsReading,
    files_reading,
    rows_reading,
    state_of,
)
from emulator.glue_service.bookmark_spans import (
    DISABLE,
    ENABLE,
    Span,
    bookmark_option,
    row_window,
    select_files,
    span_of,
)
from emulator.glue_service.errors import BookmarkVersionMismatch, EntityNotFound, InvalidInput
from emulator.glue_service.job_runs import JobRun
from emulator.glue_service.ledger import Ledger
from emulator.glue_service.models import Scope
from emulator.glue_service.run_control import RunControl
from emulator.glue_worker.run_contract import (
    RowsRead,
    RowWindow,
    S3File,
    SelectedFiles,
    SelectFiles,
    SelectRows,
)

Lister = Callable[[Scope, SelectFiles], list[S3File]]


@dataclass
class BookmarkKeeper:
    """Bookmarks of all accounts and regions. What is not committed yet is guarded by the run's hold."""

    ledger: Ledger
    runs: RunControl
    list_files: Lister

    def __post_init__(self) -> None:
        self._open: defaultdict[str, dict[tuple[str, str], Reading]] = defaultdict(dict)
        self._heads: defaultdict[str, dict[str, Commit]] = defaultdict(dict)

    # --- what the worker asks for

    def open(self, run_id: str, name: str) -> None:
        """`job.init()`: the run builds on the bookmark's latest state, and `commit` holds it to that.

        Raises BookmarkVersionMismatch if the run is not current.
        """
        with self.runs.holding(run_id) as run, self.ledger.transaction() as db:
            self._heads[run_id][name] = books.head(db, scope_of_run(run), name)

    def select(self, run_id: str, wanted: SelectFiles) -> SelectedFiles:
        """The files that this run must read in this context (aws-semantics.md §A).

        Raises BookmarkVersionMismatch if the run is not current, BucketNotFound, InvalidInput,
        EntityNotFound for a `--job-bookmark-from` or `-to` that names no run.
        """
        with self.runs.holding(run_id) as run:
            bookmark_option(run)
        listed = self.list_files(scope_of_run(run), wanted)
        with self.runs.holding(run_id), self.ledger.transaction() as db:
            span = self._span(db, run, wanted)
            selection, after_ms = select_files(db, run, wanted, listed, span)
            reading = self._open[run_id].get(_key(wanted))
            if not isinstance(reading, FilesReading):
                reading = files_reading(wanted, span.head if span else None, _is_kept(run, span))
                self._open[run_id][_key(wanted)] = reading
            reading.add(selection, len(listed), after_ms)
        return SelectedFiles(files=selection.files, listed=len(listed))

    def select_rows(self, run_id: str, wanted: SelectRows) -> RowWindow:
        """The rows of a database that this run must read in this context; raises like `select`."""
        with self.runs.holding(run_id) as run, self.ledger.transaction() as db:
            span = self._span(db, run, wanted)
            reading = rows_reading(wanted, span.head if span else None, _is_kept(run, span))
            self._open[run_id][_key(wanted)] = reading
            if span is None or not reading.keys:
                return RowWindow(tracked=span is not None)
            window = row_window(wanted, span)
            reading.after = window.after
            return window

    def rows_read(self, run_id: str, read: RowsRead) -> None:
        """Notes how far the run reads the rows that it has selected. Raises InvalidInput if it hasn't."""
        with self.runs.holding(run_id):
            reading = self._open[run_id].get(_key(read))
            if not isinstance(reading, RowsReading):
                raise InvalidInput(
                    f"run {run_id} has selected no rows in context {read.transformation_ctx!r}"
                )
            reading.up_to = read.up_to

    def commit(self, run_id: str, name: str) -> None:
        """`job.commit()`: saves every context read under this name, all or nothing; repeating it is harmless.

        Raises BookmarkVersionMismatch if the run is not current, or another run has committed since this
        one asked for its files or rows.
        """
        with self.runs.holding(run_id) as run:
            if bookmark_option(run) != ENABLE or not name:
                return
            readings = {ctx: one for (of, ctx), one in self._open[run_id].items() if of == name and one.kept}
            with self.ledger.transaction() as db:
                _commit(db, run, name, self._heads[run_id].get(name), readings)
                self._heads[run_id][name] = books.head(db, scope_of_run(run), name)
            for ctx in readings:
                del self._open[run_id][name, ctx]

    def run_ended(self, run: JobRun) -> None:
        """What a run read without committing it goes into the ledger for people, not for the bookmark."""
        readings = self._open.pop(run.run_id, {})
        self._heads.pop(run.run_id, None)
        with self.ledger.transaction() as db:
            for (name, ctx), reading in readings.items():
                reading.record(db, run.run_id, name, ctx, None)

    def _span(self, db: sqlite3.Connection, run: JobRun, wanted: SelectFiles | SelectRows) -> Span | None:
        if bookmark_option(run) == DISABLE or not (wanted.transformation_ctx and wanted.bookmark_name):
            return None
        opened = self._heads[run.run_id].get(wanted.bookmark_name)
        return span_of(db, run, opened or books.head(db, scope_of_run(run), wanted.bookmark_name))

    # --- what users ask for

    def entry(self, scope: Scope, name: str, run_id: str = "") -> dict[str, Any]:
        """GetJobBookmark: the present entry, or that which a run left. Raises EntityNotFound."""
        with self.ledger.transaction() as db:
            return _found(db, scope, name, run_id).as_response(name)

    def reset(self, scope: Scope, name: str, run_id: str = "") -> dict[str, Any]:
        """ResetJobBookmark: forgets everything, or what was read after a run. Raises EntityNotFound."""
        with self.ledger.transaction() as db:
            present = _found(db, scope, name, "")
            if run_id:
                books.rewind(db, _found(db, scope, name, run_id), present.version + 1)
            else:
                books.clear(db, scope, name, name, present.version + 1)
            return books.head(db, scope, name).as_response(name)

    def delete_of_job(self, scope: Scope, job_name: str) -> None:
        with self.ledger.transaction() as db:
            books.delete_of_job(db, scope, job_name)

    def files_read(self, run_id: str, at_most: int | None = None) -> list[dict[str, Any]]:
        """What the ledger has of a run that has ended or committed: context, bucket, key, etag, size…"""
        rows = self.ledger.query(
            "SELECT transformation_ctx, bucket, key, etag, last_modified, size_bytes FROM files_read"
            " WHERE run_id = ? ORDER BY rowid LIMIT ?",
            (run_id, -1 if at_most is None else at_most),
        )
        names = ("transformation_ctx", "bucket", "key", "etag", "last_modified", "size")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def files_count(self, run_id: str) -> int:
        """How many files that are."""
        rows = self.ledger.query("SELECT count(*) FROM files_read WHERE run_id = ?", (run_id,))
        return int(str(rows[0][0]))

    def readings(self, run_id: str) -> list[dict[str, Any]]:
        """What such a run read, a line for each context: see `bookmark_ledger.ReadingRecord`."""
        with self.ledger.transaction() as db:
            return books.readings_of(db, run_id)


def scope_of_run(run: JobRun) -> Scope:
    return Scope(run.account_id, run.region)


def _key(message: SelectFiles | SelectRows | RowsRead) -> tuple[str, str]:
    return message.bookmark_name, message.transformation_ctx


def _is_kept(run: JobRun, span: Span | None) -> bool:
    return span is not None and bookmark_option(run) == ENABLE


def _commit(
    db: sqlite3.Connection, run: JobRun, name: str, opened: Commit | None, readings: dict[str, Reading]
) -> None:
    scope = scope_of_run(run)
    head = books.head(db, scope, name)
    if head.run_id == run.run_id and not readings:
        return
    bases = [reading.base or NO_COMMIT for reading in readings.values()] + ([opened] if opened else [])
    if any(base.seq != head.seq for base in bases):
        raise BookmarkVersionMismatch(
            f"Bookmark {name} is at version {head.version} of run {head.run_id}; "
            f"run {run.run_id} builds on an earlier version"
        )
    following = _following(db, run, head, books.bookmark_id(db, scope, name, run.job_name))
    states = {ctx: state_of(db, head, ctx, one, following.run - 1) for ctx, one in readings.items()}
    commit = replace(following, document=bookmarks.document_with(head.document, states))
    commit = replace(commit, seq=books.add_commit(db, commit))
    for ctx, reading in readings.items():
        reading.record(db, run.run_id, name, ctx, commit)


def _following(db: sqlite3.Connection, run: JobRun, head: Commit, owner: int) -> Commit:
    """The next state's counters as observed on AWS: Version rises by two a run, Run starts at 2 (§A)."""
    here = books.run_seq(db, run.run_id)
    return Commit(
        seq=0,
        bookmark_id=owner,
        run_id=run.run_id,
        run_seq=here,
        version=head.version + 2,
        run=max(head.run, 1) + 1,
        attempt=books.failures_since(db, scope_of_run(run), run.job_name, head.run_seq, here),
        previous_run_id=head.run_id,
        document="",
    )


def _found(db: sqlite3.Connection, scope: Scope, name: str, run_id: str) -> Commit:
    head = books.head(db, scope, name)
    if head is books.NO_COMMIT:
        raise EntityNotFound(f"Continuation for job {name} not found")
    if not run_id:
        return head
    commit = books.commit_of_run(db, head.bookmark_id, run_id)
    if commit is None:
        raise EntityNotFound(f"Continuation for job {name} and run {run_id} not found")
    return commit
