"""Between which states of a bookmark a run reads, and what of a source that makes."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from emulator.glue_service import bookmark_ledger as books
from emulator.glue_service import bookmark_rows, bookmarks
from emulator.glue_service.bookmark_ledger import Commit
from emulator.glue_service.bookmarks import Limits, Mark, Selection
from emulator.glue_service.errors import EntityNotFound, InvalidInput
from emulator.glue_service.job_runs import JobRun
from emulator.glue_worker.run_contract import RowWindow, S3File, SelectFiles, SelectRows

ENABLE, DISABLE, PAUSE = "job-bookmark-enable", "job-bookmark-disable", "job-bookmark-pause"
FROM, TO = "--job-bookmark-from", "--job-bookmark-to"


@dataclass(frozen=True)
class Span:
    """Between which states of a bookmark a run reads: after `start`, up to `end`, or up to now."""

    head: Commit
    start: Commit
    end: Commit | None = None


def bookmark_option(run: JobRun) -> str:
    """The run's `--job-bookmark-option`. Raises InvalidInput."""
    option = run.merged_arguments.get("--job-bookmark-option", DISABLE)
    if option not in (ENABLE, DISABLE, PAUSE):
        raise InvalidInput(f"--job-bookmark-option is {option!r}, but must be {ENABLE}, {DISABLE} or {PAUSE}")
    return option


def span_of(db: sqlite3.Connection, run: JobRun, head: Commit) -> Span:
    """The states between which a run reads, given the bookmark's state that it builds on.

    Raises InvalidInput, and EntityNotFound for runs that the pause window names and that are not there.
    """
    start, end = run.merged_arguments.get(FROM), run.merged_arguments.get(TO)
    if bookmark_option(run) != PAUSE or not (start or end):
        return Span(head, head)
    if not start or not end:
        raise InvalidInput(f"{PAUSE} takes both {FROM} and {TO}, or neither")
    for run_id in (start, end):
        if not books.run_seq(db, run_id):
            raise EntityNotFound(f"Job run {run_id} of {FROM} or {TO} not found.")
    first, last = (books.commit_up_to_run(db, head.bookmark_id, run_id) for run_id in (start, end))
    return Span(head, first, last)


def select_files(
    db: sqlite3.Connection, run: JobRun, wanted: SelectFiles, listed: list[S3File], span: Span | None
) -> tuple[Selection, int | None]:
    """The files to read, and the time after which they were looked for."""
    limits = Limits(
        wanted.max_band_ms, wanted.max_files_in_band, wanted.bounded_files, wanted.bounded_size_bytes
    )
    if span is None:
        return Selection(bookmarks.bounded(listed, limits), Mark(0, limits.band_ms)), None
    ctx = wanted.transformation_ctx
    previous = bookmarks.mark_in(span.start.document, ctx)
    if previous is None:
        return bookmarks.select(listed, set(), None, _until_ms(run, span, ctx), limits), None
    read = books.seen(db, span.start, ctx, previous.band_start_ms)
    chosen = bookmarks.select(listed, read, previous, _until_ms(run, span, ctx), limits)
    return chosen, previous.band_start_ms


def _until_ms(run: JobRun, span: Span, ctx: str) -> int:
    if span.end is None:
        return run.started_ms
    mark = bookmarks.mark_in(span.end.document, ctx)
    return mark.time_ms if mark else -1


def row_window(wanted: SelectRows, span: Span) -> RowWindow:
    """The keys between which rows are read; other keys, or another order, than before start anew."""

    def values(commit: Commit) -> list[str]:
        keys = tuple(wanted.keys)
        return bookmark_rows.values_in(commit.document, wanted.transformation_ctx, keys, wanted.descending)

    after = values(span.start)
    if span.end is None:
        return RowWindow(tracked=True, after=after)
    up_to = values(span.end)
    return RowWindow(tracked=True, after=after, up_to=up_to, nothing=not up_to)
