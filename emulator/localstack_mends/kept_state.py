"""The SQLite file with what LocalStack must not lose: S3's buckets and objects, executions, events."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FORMAT = 1
SCHEMA = """
CREATE TABLE bucket (name TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE object (
    seq INTEGER PRIMARY KEY,
    bucket TEXT NOT NULL, key TEXT NOT NULL, version TEXT NOT NULL,
    is_marker INTEGER NOT NULL, blob TEXT, document TEXT NOT NULL,
    UNIQUE (bucket, key, version)
);
CREATE TABLE upload (id TEXT PRIMARY KEY, bucket TEXT NOT NULL, document TEXT NOT NULL, object TEXT NOT NULL);
CREATE TABLE part (
    upload TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, blob TEXT, document TEXT NOT NULL,
    PRIMARY KEY (upload, number)
);
CREATE TABLE tag (resource TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE execution (arn TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL,
    machine TEXT NOT NULL, name TEXT NOT NULL, input TEXT NOT NULL, started TEXT NOT NULL);
CREATE TABLE event (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, time TEXT NOT NULL, entry TEXT NOT NULL
);
"""

Statement = tuple[str, Sequence[Any]]


class UnreadableStateError(Exception):
    """The file was written by another version of tarmac, or is damaged."""


class KeptState:
    """One connection, one lock; a write is with the operating system when it returns.

    The death of the process can't undo it (write-ahead log without fsync); a power failure may take the
    last writes. Raises UnreadableStateError for a file of an unknown format.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._make_or_check(path)
        except sqlite3.DatabaseError as error:
            raise UnreadableStateError(f"{path} can't be read ({error}). Next: `make reset`") from error

    def _make_or_check(self, path: Path) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
        elif version != FORMAT:
            raise UnreadableStateError(
                f"{path} has format {version}, this version of tarmac reads format {FORMAT}. "
                "Next: `make reset` (all objects go), or run the version that wrote it"
            )

    def write(self, sql: str, *values: Any) -> None:
        """One statement, committed."""
        with self._lock:
            self._connection.execute(sql, values)

    def write_all(self, *statements: Statement) -> None:
        """All of the statements, or none of them."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for sql, values in statements:
                    self._connection.execute(sql, values)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def read(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def close(self) -> None:
        """Ends the connection; nothing has to be saved."""
        with self._lock:
            self._connection.close()


_shared: dict[Path, KeptState] = {}


def kept_folder() -> Path:
    """Where it all lies, in the folder that `TARMAC_STATE_DIR` names."""
    return Path(os.environ.get("TARMAC_STATE_DIR", ".tarmac")).absolute() / "localstack" / "kept"


def kept_state() -> KeptState:
    """The stack's own, opened once per process."""
    path = kept_folder() / "state.sqlite"
    if path not in _shared:
        _shared[path] = KeptState(path)
    return _shared[path]
