"""Sessions of the Data API: a connection that outlives its statement.

A session is *busy* while a statement runs on it, *available* for `keep_alive_s` seconds after that, and then
closed, at the latest 24 hours after it began (Amazon Redshift Data API, SessionKeepAliveSeconds).
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.redshift.apis.api_errors import ApiError, invalid
from emulator.redshift.apis.data_api_connection import DRIVER_ERRORS, ApiConnection
from emulator.redshift.apis.data_api_models import StatementRecord
from emulator.redshift.apis.registry import Target

MAX_LIFE_S = 24 * 3600
MAX_SESSIONS = 500
_RELEASE_S = 5.0


@dataclass
class ApiSession:
    """One session; `connection` is made by its first statement."""

    target: Target
    keep_alive_s: int
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    began: float = field(default_factory=time.monotonic)
    connection: ApiConnection | None = None
    is_busy: bool = True
    is_closed: bool = False
    idle_since: float = 0.0
    timer: threading.Timer | None = None
    statement: StatementRecord | None = None

    @property
    def is_over(self) -> bool:
        """Whether its time is up."""
        if self.is_busy:
            return False
        at = time.monotonic()
        return at - self.idle_since >= self.keep_alive_s or at - self.began >= MAX_LIFE_S


class SessionStore:
    """The sessions of one account and region."""

    def __init__(self) -> None:
        self._sessions: dict[str, ApiSession] = {}
        self._lock = threading.RLock()

    def begin(self, target: Target, keep_alive_s: int) -> ApiSession:
        """A new session, busy with its first statement; raises ApiError while there are too many."""
        with self._lock:
            self._forget_old()
            if sum(not session.is_closed for session in self._sessions.values()) >= MAX_SESSIONS:
                text = f"Active sessions exceeded the allowed quota ({MAX_SESSIONS})."
                raise ApiError("ActiveSessionsExceededException", text)
            session = ApiSession(target, keep_alive_s)
            self._sessions[session.id] = session
            return session

    def target_of(self, identifier: str, request: Mapping[str, Any]) -> Target:
        """Where a session is connected; raises ApiError if the request names another place."""
        session = self._known(identifier)
        target = session.target
        given = (
            ("WorkgroupName", target.workgroup),
            ("ClusterIdentifier", target.cluster),
            ("Database", target.database),
            ("DbUser", target.db_user),
            ("SecretArn", target.secret_arn),
        )
        for name, value in given:
            if request.get(name) and request[name] != value:
                raise invalid(f"{name} {request[name]} is not that of session {identifier}")
        return target

    def take(self, identifier: str, keep_alive_s: int | None) -> ApiSession:
        """The session for its next statement; raises ApiError if it is busy, closed or unknown."""
        session = self._known(identifier)
        _wait_for_release(session)
        with self._lock:
            if session.is_busy or session.is_closed or session.is_over:
                raise invalid("Session is not available")
            session.is_busy = True
            if session.timer is not None:
                session.timer.cancel()
            if keep_alive_s is not None:
                session.keep_alive_s = keep_alive_s
            return session

    def _forget_old(self) -> None:
        oldest = time.monotonic() - MAX_LIFE_S
        for identifier, session in list(self._sessions.items()):
            if session.is_closed and session.began < oldest:
                del self._sessions[identifier]

    def _known(self, identifier: str) -> ApiSession:
        session = self._sessions.get(identifier)
        if session is None:
            raise invalid(f"Session with Id: {identifier} is invalid")
        return session

    def release(self, session: ApiSession) -> None:
        """Its statement has ended; it closes when its time is up, at once if its connection is lost."""
        with self._lock:
            session.is_busy, session.idle_since = False, time.monotonic()
            if session.connection is None:
                session.is_closed = True
                return
            session.timer = threading.Timer(session.keep_alive_s, self._close_if_over, [session])
            session.timer.daemon = True
            session.timer.start()

    def _close_if_over(self, session: ApiSession) -> None:
        with self._lock:
            if session.is_closed or not session.is_over:
                return  # a statement came meanwhile; a timer follows it
            session.is_closed = True
            connection, session.connection = session.connection, None
        close(connection)


def _wait_for_release(session: ApiSession) -> None:
    """A statement is seen to be finished a moment before its session is free."""
    statement = session.statement
    if statement is not None and statement.whole.status.is_final:
        statement.ended.wait(_RELEASE_S)


def close(connection: ApiConnection | None) -> None:
    """Closes a connection; one that is lost already is as good."""
    try:
        if connection is not None:
            connection.close()
    except DRIVER_ERRORS:
        return
