"""The SQL of bookmarks and of the file ledger. Every function takes the connection of a transaction.

What a run costs here depends on what it reads and on what lies in the band, never on history: each query
below runs on an index, and `seen` is bounded by the band.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from emulator.glue_service.bookmarks import EMPTY_DOCUMENT, Version
from emulator.glue_service.models import Scope
from emulator.glue_worker.run_contract import S3File

_COMMIT_COLUMNS = "seq, bookmark_id, run_id, run_seq, version, run, attempt, previous_run_id, document"


@dataclass(frozen=True)
class Commit:
    """One state of a bookmark: what `job.commit()`, or a reset, left behind."""

    seq: int
    bookmark_id: int
    run_id: str
    run_seq: int
    version: int
    run: int
    attempt: int
    previous_run_id: str
    document: str

    def as_response(self, name: str) -> dict[str, Any]:
        """AWS's JobBookmarkEntry."""
        entry = {
            "JobName": name,
            "Version": self.version,
            "Run": self.run,
            "Attempt": self.attempt,
            "PreviousRunId": self.previous_run_id,
            "RunId": self.run_id,
            "JobBookmark": self.document,
        }
        return {key: value for key, value in entry.items() if value != ""}


NO_COMMIT = Commit(0, 0, "", 0, 0, 0, 0, "", EMPTY_DOCUMENT)
"""The state of a bookmark that nothing has been committed to."""


@dataclass(frozen=True)
class ReadingRecord:
    """What a run read in one context, for people.

    `version_before` is None where no bookmark applied, `version_after` where nothing was committed.
    `details` says what of `source` was read: files and their window in time, or keys and their bounds.
    """

    bookmark_name: str
    transformation_ctx: str
    source: str
    version_before: int | None
    version_after: int | None
    details: dict[str, Any]


def head(db: sqlite3.Connection, scope: Scope, name: str) -> Commit:
    """The bookmark's present state, or NO_COMMIT."""
    sql = (
        f"SELECT {_COMMIT_COLUMNS} FROM commits WHERE bookmark_id ="
        " (SELECT id FROM bookmarks WHERE account_id = ? AND region = ? AND name = ?)"
        " ORDER BY seq DESC LIMIT 1"
    )
    row = db.execute(sql, (scope.account_id, scope.region, name)).fetchone()
    return Commit(*row) if row else NO_COMMIT


def commit_of_run(db: sqlite3.Connection, bookmark_id: int, run_id: str) -> Commit | None:
    """The last state that this run left."""
    sql = (
        f"SELECT {_COMMIT_COLUMNS} FROM commits WHERE bookmark_id = ? AND run_id = ?"
        " ORDER BY seq DESC LIMIT 1"
    )
    row = db.execute(sql, (bookmark_id, run_id)).fetchone()
    return Commit(*row) if row else None


def commit_up_to_run(db: sqlite3.Connection, bookmark_id: int, run_id: str) -> Commit:
    """The state after the last successful run that is not later than this one, or NO_COMMIT."""
    sql = (
        f"SELECT {_COMMIT_COLUMNS} FROM commits WHERE bookmark_id = ? AND run_seq <= ?"
        " ORDER BY seq DESC LIMIT 1"
    )
    row = db.execute(sql, (bookmark_id, run_seq(db, run_id))).fetchone()
    return Commit(*row) if row else NO_COMMIT


def run_seq(db: sqlite3.Connection, run_id: str) -> int:
    """The run's place in the history of all runs; 0 if there is no such run."""
    row = db.execute("SELECT seq FROM runs WHERE run_id = ?", (run_id,)).fetchone()
    return int(row[0]) if row else 0


def seen(db: sqlite3.Connection, up_to: Commit, transformation_ctx: str, after_ms: int) -> set[Version]:
    """What the bookmark's runs up to that state read of the objects modified after that moment."""
    sql = (
        "SELECT bucket, key, etag, last_modified FROM files_read"
        " WHERE bookmark_id = ? AND transformation_ctx = ? AND last_modified > ? AND commit_seq <= ?"
    )
    rows = db.execute(sql, (up_to.bookmark_id, transformation_ctx, after_ms, up_to.seq))
    return {(bucket, key, etag, modified) for bucket, key, etag, modified in rows}


def failures_since(
    db: sqlite3.Connection, scope: Scope, job_name: str, after_seq: int, before_seq: int
) -> int:
    """How many runs of the job ended badly between two places in the history."""
    sql = (
        "SELECT count(*) FROM runs WHERE account_id = ? AND region = ? AND job_name = ?"
        " AND seq > ? AND seq < ? AND state IN ('FAILED', 'TIMEOUT', 'ERROR', 'STOPPED')"
    )
    values = (scope.account_id, scope.region, job_name, after_seq, before_seq)
    return int(db.execute(sql, values).fetchone()[0])


def bookmark_id(db: sqlite3.Connection, scope: Scope, name: str, job_name: str) -> int:
    """The bookmark's id; it is made if it is not there."""
    db.execute(
        "INSERT INTO bookmarks (account_id, region, name, job_name) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (account_id, region, name) DO NOTHING",
        (scope.account_id, scope.region, name, job_name),
    )
    sql = "SELECT id FROM bookmarks WHERE account_id = ? AND region = ? AND name = ?"
    return int(db.execute(sql, (scope.account_id, scope.region, name)).fetchone()[0])


def add_commit(db: sqlite3.Connection, commit: Commit) -> int:
    """Its sequence number; `commit.seq` is ignored."""
    cursor = db.execute(
        "INSERT INTO commits (bookmark_id, run_id, run_seq, version, run, attempt, previous_run_id, document)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            commit.bookmark_id,
            commit.run_id,
            commit.run_seq,
            commit.version,
            commit.run,
            commit.attempt,
            commit.previous_run_id,
            commit.document,
        ),
    )
    return int(cursor.lastrowid or 0)


def add_files(
    db: sqlite3.Connection, run_id: str, ctx: str, files: Iterable[S3File], commit: tuple[int, int] | None
) -> None:
    """Ledger rows; `commit` is (bookmark id, commit's seq), None for reading that no commit covers."""
    owner, seq = commit or (None, None)
    db.executemany(
        "INSERT INTO files_read VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(run_id, ctx, f.bucket, f.key, f.etag, f.last_modified, f.size_bytes, seq, owner) for f in files],
    )


def add_reading(db: sqlite3.Connection, run_id: str, record: ReadingRecord) -> None:
    """A line of the run's history; it stays when the bookmark is reset or deleted."""
    values = [*vars(record).values()][:-1]
    db.execute(
        "INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?)", (run_id, *values, json.dumps(record.details))
    )


def readings_of(db: sqlite3.Connection, run_id: str) -> list[dict[str, Any]]:
    """What a run that has ended or committed read, in the order of its record."""
    sql = (
        "SELECT transformation_ctx, bookmark_name, source, version_before, version_after, details"
        " FROM readings WHERE run_id = ? ORDER BY rowid"
    )
    names = ("transformation_ctx", "bookmark_name", "source", "version_before", "version_after")
    rows = db.execute(sql, (run_id,))
    return [{**dict(zip(names, row[:5], strict=True)), **json.loads(row[5])} for row in rows]


def rewind(db: sqlite3.Connection, to: Commit, version: int) -> None:
    """Forgets every commit after that one; the ledger keeps what those runs read, for people."""
    db.execute("DELETE FROM commits WHERE bookmark_id = ? AND seq > ?", (to.bookmark_id, to.seq))
    db.execute(
        "UPDATE files_read SET bookmark_id = NULL WHERE bookmark_id = ? AND commit_seq > ?",
        (to.bookmark_id, to.seq),
    )
    db.execute("UPDATE commits SET version = ? WHERE seq = ?", (version, to.seq))


def clear(db: sqlite3.Connection, scope: Scope, name: str, job_name: str, version: int) -> None:
    """Starts the bookmark afresh. Under a new id, so that the old ledger rows need not be touched."""
    db.execute(
        "DELETE FROM bookmarks WHERE account_id = ? AND region = ? AND name = ?",
        (scope.account_id, scope.region, name),
    )
    owner = bookmark_id(db, scope, name, job_name)
    add_commit(db, Commit(0, owner, "", 0, version, 0, 0, "", EMPTY_DOCUMENT))


def delete_of_job(db: sqlite3.Connection, scope: Scope, job_name: str) -> None:
    """Deleting a job deletes its bookmarks (aws-semantics.md §A)."""
    db.execute(
        "DELETE FROM bookmarks WHERE account_id = ? AND region = ? AND (name = ? OR job_name = ?)",
        (scope.account_id, scope.region, job_name, job_name),
    )
