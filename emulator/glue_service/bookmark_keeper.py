"""Decides what a run reads, and keeps what it has read: asking never writes, only `job.commit()` does."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emulator.glue_service import bookmark_ledger as books
from emulator.glue_service import bookmarks
from emulator.glue_service.bookmark_ledger import Commit
from emulator.glue_service.bookmarks import Limits, Mark, Selection
from emulator.glue_service.errors import BookmarkVersionMismatch, EntityNotFound, InvalidInput
from emulator.glue_service.job_runs import JobRun
from emulator.glue_service.ledger import Ledger
from emulator.glue_service.models import Scope
from emulator.glue_service.run_control import RunControl
from emulator.glue_worker.run_contract import S3File, SelectedFiles, SelectFiles

ENABLE, DISABLE, PAUSE = "job-bookmark-enable", "job-bookmark-disable", "job-bookmark-pause"
Lister = Callable[[Scope, SelectFiles], list[S3File]]


@dataclass
class Reading:
    """What one run has been given for one bookmark name and context and has not committed yet.

    `mark` is None where no bookmark is kept; `base_seq` is the commit that the selection built on.
    """

    files: dict[tuple[str, str], S3File] = field(default_factory=dict)
    mark: Mark | None = None
    base_seq: int = 0

    def add(self, selection: Selection, tracked: bool, base_seq: int) -> None:
        if not self.files and self.mark is None:
            self.base_seq = base_seq
        self.files |= {(file.bucket, file.key): file for file in selection.files}
        if tracked:
            earlier_ms = self.mark.time_ms if self.mark else selection.mark.time_ms
            self.mark = Mark(min(earlier_ms, selection.mark.time_ms), selection.mark.band_ms)


@dataclass
class BookmarkKeeper:
    """Bookmarks of all accounts and regions. What is not committed yet is guarded by the run's hold."""

    ledger: Ledger
    runs: RunControl
    list_files: Lister

    def __post_init__(self) -> None:
        self._open: defaultdict[str, dict[tuple[str, str], Reading]] = defaultdict(dict)

    # --- what the worker asks for

    def select(self, run_id: str, wanted: SelectFiles) -> SelectedFiles:
        """The files that this run must read in this context (aws-semantics.md §A).

        Raises BookmarkVersionMismatch if the run is not current, BucketNotFound, InvalidInput,
        EntityNotFound for a `--job-bookmark-from` or `-to` that names no run.
        """
        with self.runs.holding(run_id) as run:
            option = bookmark_option(run)
        listed = self.list_files(scope_of_run(run), wanted)
        with self.runs.holding(run_id), self.ledger.transaction() as db:
            tracked = option != DISABLE and bool(wanted.transformation_ctx and wanted.bookmark_name)
            selection, base = (
                _select(db, run, wanted, listed) if tracked else (_everything(listed, wanted), None)
            )
            key = (wanted.bookmark_name, wanted.transformation_ctx)
            reading = self._open[run_id].setdefault(key, Reading())
            reading.add(selection, tracked and option == ENABLE, base.seq if base else 0)
        return SelectedFiles(files=selection.files, listed=len(listed))

    def commit(self, run_id: str, name: str) -> None:
        """`job.commit()`: saves every context read under this name, all or nothing; repeating it is harmless.

        Raises BookmarkVersionMismatch if the run is not current, or another run has committed since this
        one asked for its files.
        """
        with self.runs.holding(run_id) as run:
            if bookmark_option(run) != ENABLE or not name:
                return
            readings = {ctx: one for (of, ctx), one in self._open[run_id].items() if of == name and one.mark}
            with self.ledger.transaction() as db:
                _commit(db, run, name, readings)
            for ctx in readings:
                del self._open[run_id][name, ctx]

    def run_ended(self, run: JobRun) -> None:
        """What a run read without committing it goes into the ledger for people, not for the bookmark."""
        readings = self._open.pop(run.run_id, {})
        with self.ledger.transaction() as db:
            for (_, ctx), reading in readings.items():
                books.add_files(db, run.run_id, ctx, reading.files.values(), None)

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

    def files_read(self, run_id: str) -> list[dict[str, Any]]:
        """What the ledger has of a run that has ended or committed: context, bucket, key, etag, size…"""
        rows = self.ledger.query(
            "SELECT transformation_ctx, bucket, key, etag, last_modified, size_bytes FROM files_read"
            " WHERE run_id = ? ORDER BY rowid",
            (run_id,),
        )
        names = ("transformation_ctx", "bucket", "key", "etag", "last_modified", "size")
        return [dict(zip(names, row, strict=True)) for row in rows]


def bookmark_option(run: JobRun) -> str:
    """The run's `--job-bookmark-option`. Raises InvalidInput."""
    option = run.merged_arguments.get("--job-bookmark-option", DISABLE)
    if option not in (ENABLE, DISABLE, PAUSE):
        raise InvalidInput(f"--job-bookmark-option is {option!r}, but must be {ENABLE}, {DISABLE} or {PAUSE}")
    return option


def scope_of_run(run: JobRun) -> Scope:
    return Scope(run.account_id, run.region)


def _limits(wanted: SelectFiles) -> Limits:
    return Limits(
        wanted.max_band_ms, wanted.max_files_in_band, wanted.bounded_files, wanted.bounded_size_bytes
    )


def _everything(listed: list[S3File], wanted: SelectFiles) -> Selection:
    limits = _limits(wanted)
    return Selection(bookmarks.bounded(listed, limits), Mark(0, limits.band_ms))


def _select(
    db: sqlite3.Connection, run: JobRun, wanted: SelectFiles, listed: list[S3File]
) -> tuple[Selection, Commit]:
    head = books.head(db, scope_of_run(run), wanted.bookmark_name)
    base, until_ms = _pause_window(db, run, wanted.transformation_ctx, head)
    previous = bookmarks.mark_in(base.document, wanted.transformation_ctx)
    read = set[bookmarks.Version]()
    if previous:
        read = books.seen(db, base, wanted.transformation_ctx, previous.band_start_ms)
    return bookmarks.select(listed, read, previous, until_ms, _limits(wanted)), head


def _pause_window(
    db: sqlite3.Connection, run: JobRun, transformation_ctx: str, head: Commit
) -> tuple[Commit, int]:
    """The state to start from and the time to read up to: last commit and run start, unless paused."""
    arguments = run.merged_arguments
    start, end = arguments.get("--job-bookmark-from"), arguments.get("--job-bookmark-to")
    if bookmark_option(run) != PAUSE or not (start or end):
        return head, run.started_ms
    if not start or not end:
        raise InvalidInput(
            "job-bookmark-pause takes both --job-bookmark-from and --job-bookmark-to, or neither"
        )
    for run_id in (start, end):
        if not books.run_seq(db, run_id):
            raise EntityNotFound(f"Job run {run_id} of --job-bookmark-from or --job-bookmark-to not found.")
    until = books.commit_up_to_run(db, head.bookmark_id, end)
    mark = bookmarks.mark_in(until.document, transformation_ctx)
    return books.commit_up_to_run(db, head.bookmark_id, start), mark.time_ms if mark else -1


def _commit(db: sqlite3.Connection, run: JobRun, name: str, readings: dict[str, Reading]) -> None:
    scope = scope_of_run(run)
    head = books.head(db, scope, name)
    if head.run_id == run.run_id and not readings:
        return
    if any(reading.base_seq != head.seq for reading in readings.values()):
        raise BookmarkVersionMismatch(
            f"Bookmark {name} is at version {head.version} of run {head.run_id}; "
            f"run {run.run_id} read its files under an earlier version"
        )
    owner = books.bookmark_id(db, scope, name, run.job_name)
    following = _following(db, run, head, owner)
    states = {ctx: _state(db, head, ctx, one, following.run) for ctx, one in readings.items()}
    document = bookmarks.document_with(head.document, states)
    seq = books.add_commit(db, Commit(**{**vars(following), "document": document}))
    for ctx, reading in readings.items():
        books.add_files(db, run.run_id, ctx, reading.files.values(), (owner, seq))


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


def _state(
    db: sqlite3.Connection, head: Commit, ctx: str, reading: Reading, run_number: int
) -> dict[str, Any]:
    mark = reading.mark or Mark(0, 0)
    start_ms = mark.band_start_ms
    read = books.seen(db, head, ctx, start_ms) if bookmarks.mark_in(head.document, ctx) else set()
    fresh = {bookmarks.version_of(file) for file in reading.files.values() if file.last_modified > start_ms}
    return bookmarks.state_of(mark, run_number, read | fresh)


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
