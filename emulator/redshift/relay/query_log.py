"""What was executed: kept in memory, cheaply, and written to the warehouse when somebody asks for it.

Each statement of a client (a query string, or one execution of a prepared statement) makes one record. The
system views over it (sql/75_history.sql) read a table, which is brought up to date before a statement that
names one of them is passed on.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Self

import pg8000.native

from emulator.redshift.errors import RedshiftError
from emulator.redshift.relay import wire

KEPT_RECORDS = 10_000
KEPT_ROWS = 100_000
TEXT_BYTES = 4000
_EPOCH_S = 1_704_067_200  # 2024-01-01: query ids grow from one start of the endpoint to the next
_IDS_PER_SECOND = 10

VIEWS = frozenset(
    [
        "STL_CONNECTION_LOG",
        "STL_DDLTEXT",
        "STL_QUERY",
        "STL_QUERYTEXT",
        "STL_SESSIONS",
        "STL_UTILITYTEXT",
        "STV_INFLIGHT",
        "STV_RECENTS",
        "SVL_QLOG",
        "SVL_STATEMENTTEXT",
        "SYS_CONNECTION_LOG",
        "SYS_LOAD_HISTORY",
        "SYS_QUERY_HISTORY",
        "SYS_QUERY_TEXT",
        "SYS_SESSION_HISTORY",
        "SYS_UNLOAD_HISTORY",
    ]
)
WORDS = VIEWS | {"PG_LAST_QUERY_ID", "LAST_USER_QUERY_ID"}
_ASKED = re.compile(
    rb"\b(?:" + b"|".join(sorted(word.lower().encode() for word in WORDS)) + rb")\b", re.IGNORECASE
)
_UNKNOWN = (b"", False)
_SAID = ("application_name", "driver_version", "os_version", "plugin_name")


def is_asked(sql: bytes) -> bool:
    """Whether a statement reads what was executed."""
    return _ASKED.search(sql) is not None


class QueryRecord:
    """One execution: `tag` and `error` are the payloads of its CommandComplete and ErrorResponse."""

    __slots__ = ("database", "ended", "error", "pid", "query_id", "sql", "started", "tag", "user")

    def __init__(self, query_id: int, session: SessionLog, sql: bytes) -> None:
        self.query_id = query_id
        self.pid, self.user, self.database = session.pid, session.user, session.database
        self.sql = sql
        self.started = time.time()
        self.ended = 0.0
        self.tag = self.error = b""

    def answered(self, message: bytes) -> None:
        """Notes a message that the endpoint itself sends as part of the answer."""
        if message[:1] == b"C":
            self.tag = message[5:]
        elif message[:1] == b"E":
            self.error = message[5:]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Notes that the last answer has come."""
        self.ended = time.time()

    @property
    def was_executed(self) -> bool:
        """False if it was empty, or skipped after an error in the pipeline before it."""
        return bool(not self.ended or self.tag or self.error)

    def as_row(self) -> dict[str, object]:
        """The record as the table of the history has it; times in seconds since 1970."""
        fields = wire.fields_of(self.error)
        return {
            "query_id": self.query_id,
            "session_id": self.pid,
            "user_name": self.user,
            "database_name": self.database,
            "query_text": self.sql.decode("utf-8", "replace").replace("\0", ""),
            "started": self.started,
            "ended": self.ended or None,
            "tag": self.tag[:-1].decode("utf-8", "replace"),
            "sqlstate": fields.get("C"),
            "error_message": fields.get("M"),
        }


def error_fields(error: RedshiftError) -> bytes:
    """The endpoint's own error as the payload of an ErrorResponse."""
    return f"C{error.code}\0M{error.message}\0".encode()


@dataclass
class SessionRecord:
    """One session: whose, what its client said of itself, and when it was, in seconds since 1970."""

    session_id: int
    user_name: str
    database_name: str
    said: Mapping[str, str]
    started: float
    ended: float | None = None
    change: int = 0  # its number among all changes of sessions

    def as_row(self) -> dict[str, object]:
        """The session as the table of the sessions has it."""
        own = ("session_id", "user_name", "database_name", "started", "ended")
        return {name: getattr(self, name) for name in own} | dict(self.said)


class SessionLog:
    """The records of one session."""

    def __init__(self, log: QueryLog, user: str = "", database: str = "") -> None:
        self._log = log
        self.user, self.database, self.pid = user, database, 0
        self.client: Mapping[str, str] = {}  # the start-up parameters
        self.last_query_id = -1
        self._session: SessionRecord | None = None
        self._texts: dict[bytes, tuple[bytes, bool]] = {}
        self._portals: dict[bytes, tuple[bytes, bool]] = {}

    def opened(self, pid: int) -> None:
        """The warehouse has let the client in."""
        self.pid = pid
        said = {name: self.client.get(name, "") for name in _SAID}
        self._session = SessionRecord(pid, self.user, self.database, said, time.time())
        self._log.changed(self._session)

    def over(self) -> None:
        """The session has ended; may be said more than once."""
        if self._session is not None and self._session.ended is None:
            self._session.ended = time.time()
            self._log.changed(self._session)

    def began(self, sql: bytes) -> QueryRecord:
        """A statement begins to be executed."""
        record = self._log.add(self, sql)
        self.last_query_id = record.query_id
        return record

    def parsed(self, name: bytes, sql: bytes, asks: bool) -> None:
        """A statement was prepared; `asks` says whether it reads the history."""
        self._texts[name] = sql[:TEXT_BYTES], asks

    def bound(self, portal: bytes, name: bytes) -> None:
        """A prepared statement was given its values."""
        self._portals[portal] = self._texts.get(name, _UNKNOWN)

    def of_portal(self, portal: bytes) -> tuple[bytes, bool]:
        """The statement that a portal executes, and whether it reads the history."""
        return self._portals.get(portal, _UNKNOWN)

    def closed(self, kind: bytes, name: bytes) -> None:
        """A prepared statement (b"S") or portal (b"P") was closed."""
        (self._texts if kind == b"S" else self._portals).pop(name, None)

    def write(self) -> None:
        """Brings the history in this session's database up to date (blocking).

        Raises OSError or pg8000's DatabaseError if the warehouse doesn't take it.
        """
        self._log.write(self.database)


class QueryLog:
    """The latest records of all sessions; their ids are above `known_id`, which an earlier process gave."""

    def __init__(
        self,
        connect: Callable[[str], pg8000.native.Connection] | None = None,
        known_id: Callable[[], int] = lambda: 0,
    ) -> None:
        self._connect = connect
        self._known_id = known_id
        self._records: deque[QueryRecord] = deque(maxlen=KEPT_RECORDS)
        self._last_id = int(time.time() - _EPOCH_S) * _IDS_PER_SECOND
        self._complete_up_to: dict[str, int] = {}  # by database: every record up to this id is there, ended
        self._sessions: deque[SessionRecord] = deque(maxlen=KEPT_RECORDS)
        self._changes = 0
        self._told_changes: dict[str, int] = {}  # by database
        self._writing = threading.Lock()

    def add(self, session: SessionLog, sql: bytes) -> QueryRecord:
        """A new record."""
        self._last_id = max(self._last_id, self._known_id()) + 1
        record = QueryRecord(self._last_id, session, sql[:TEXT_BYTES])
        self._records.append(record)
        return record

    def changed(self, session: SessionRecord) -> None:
        """A session has begun or ended."""
        if not session.change:
            self._sessions.append(session)
        self._changes += 1
        session.change = self._changes

    def write(self, database: str) -> None:
        """Writes to that database what it lacks (blocking); records still running are written again later."""
        if self._connect is None:
            return
        with self._writing:
            known = self._complete_up_to.get(database, 0)
            records = [record for record in tuple(self._records) if record.query_id > known]
            rows = json.dumps([record.as_row() for record in records if record.was_executed])
            told, now = self._told_changes.get(database, 0), self._changes
            sessions = [session.as_row() for session in tuple(self._sessions) if session.change > told]
            with closing(self._connect(database)) as connection:
                connection.run("SET allow_system_table_mods = on")
                connection.run("SELECT pg_catalog.tarmac_log(:rows, :kept)", rows=rows, kept=KEPT_ROWS)
                connection.run("SELECT pg_catalog.tarmac_log_sessions(:rows)", rows=json.dumps(sessions))
            self._complete_up_to[database] = _complete_up_to(records, known)
            self._told_changes[database] = now


def _complete_up_to(records: list[QueryRecord], known: int) -> int:
    running = [record.query_id for record in records if not record.ended]
    ids = [record.query_id for record in records if not running or record.query_id < running[0]]
    return max(ids, default=known)
