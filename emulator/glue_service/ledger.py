"""The SQLite file that keeps run history, bookmarks and the file ledger; only the Glue API writes it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from emulator.glue_service.job_runs import JobRun
from emulator.glue_service.models import Scope

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    region TEXT NOT NULL,
    job_name TEXT NOT NULL,
    state TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS runs_of_job ON runs (account_id, region, job_name, seq);
CREATE INDEX IF NOT EXISTS runs_open ON runs (state)
    WHERE state IN ('WAITING', 'STARTING', 'RUNNING', 'STOPPING');
CREATE TABLE IF NOT EXISTS bookmarks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    job_name TEXT NOT NULL,
    UNIQUE (account_id, region, name)
);
CREATE INDEX IF NOT EXISTS bookmarks_of_job ON bookmarks (account_id, region, job_name);
CREATE TABLE IF NOT EXISTS commits (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    bookmark_id INTEGER NOT NULL REFERENCES bookmarks (id) ON DELETE CASCADE,
    run_id TEXT NOT NULL,
    run_seq INTEGER NOT NULL,
    version INTEGER NOT NULL,
    run INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    previous_run_id TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS commits_of_bookmark ON commits (bookmark_id, seq);
CREATE INDEX IF NOT EXISTS commits_of_run ON commits (bookmark_id, run_id);
CREATE TABLE IF NOT EXISTS files_read (
    run_id TEXT NOT NULL,
    transformation_ctx TEXT NOT NULL,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    etag TEXT NOT NULL,
    last_modified INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    commit_seq INTEGER,
    bookmark_id INTEGER
);
CREATE INDEX IF NOT EXISTS files_of_run ON files_read (run_id);
CREATE INDEX IF NOT EXISTS files_in_band ON files_read (bookmark_id, transformation_ctx, last_modified)
    WHERE bookmark_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS readings (
    run_id TEXT NOT NULL,
    bookmark_name TEXT NOT NULL,
    transformation_ctx TEXT NOT NULL,
    source TEXT NOT NULL,
    version_before INTEGER,
    version_after INTEGER,
    details TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS readings_of_run ON readings (run_id);
"""

_OPEN_STATES = "('WAITING', 'STARTING', 'RUNNING', 'STOPPING')"


class Ledger:
    """One connection, one lock: a caller sees its own writes and never another's half-done ones."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = RLock()
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside happens, or none of it."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def query(self, sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def save_run(self, run: JobRun) -> None:
        """Inserts the run, or replaces what is kept of it."""
        document = json.dumps(run.as_document())
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO runs (run_id, account_id, region, job_name, state, document)"
                " VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (run_id) DO UPDATE SET state = excluded.state, document = excluded.document",
                (run.run_id, run.account_id, run.region, run.job_name, str(run.state), document),
            )

    def find_run(self, run_id: str) -> JobRun | None:
        rows = self.query("SELECT document FROM runs WHERE run_id = ?", (run_id,))
        return _run(rows[0]) if rows else None

    def open_runs(self) -> list[JobRun]:
        """The runs that have not ended, oldest first."""
        rows = self.query(f"SELECT document FROM runs WHERE state IN {_OPEN_STATES} ORDER BY seq")
        return [_run(row) for row in rows]

    def runs_of_job(
        self, scope: Scope, job_name: str, limit: int, before_seq: int
    ) -> list[tuple[int, JobRun]]:
        """Newest first, with the sequence number that a next page starts before."""
        rows = self.query(
            "SELECT seq, document FROM runs WHERE account_id = ? AND region = ? AND job_name = ? AND seq < ?"
            " ORDER BY seq DESC LIMIT ?",
            (scope.account_id, scope.region, job_name, before_seq, limit),
        )
        return [(int(str(row[0])), _run(row[1:])) for row in rows]

    def latest_runs(self, limit: int) -> list[JobRun]:
        """Newest first, of all accounts and regions."""
        rows = self.query("SELECT document FROM runs ORDER BY seq DESC LIMIT ?", (limit,))
        return [_run(row) for row in rows]


def _run(row: tuple[object, ...]) -> JobRun:
    return JobRun.from_document(json.loads(str(row[0])))
