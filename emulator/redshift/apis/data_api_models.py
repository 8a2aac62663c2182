"""What the Data API keeps: statements, their parts and their results, by account and region."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from emulator.redshift.apis.api_errors import ApiError, invalid, not_found
from emulator.redshift.apis.data_api_results import ResultRows
from emulator.redshift.apis.data_api_values import ColumnType
from emulator.redshift.apis.registry import Target

RETENTION = timedelta(hours=24)
TOKEN_RETENTION = timedelta(hours=8)
MAX_ACTIVE = 500
"""Statements that may be under way at a time (Amazon Redshift Management Guide, Data API considerations)."""


class Status(StrEnum):
    """SUBMITTED → PICKED → STARTED → FINISHED, FAILED or ABORTED; cancelling leads to ABORTED."""

    SUBMITTED = "SUBMITTED"
    PICKED = "PICKED"
    STARTED = "STARTED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    ABORTED = "ABORTED"

    @property
    def is_final(self) -> bool:
        return self in (Status.FINISHED, Status.FAILED, Status.ABORTED)


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass
class Result:
    """The rows of a statement, the types of their columns and these as ColumnMetadata."""

    kinds: list[ColumnType]
    columns: list[dict[str, object]]
    rows: ResultRows


@dataclass
class StatementPart:
    """One SQL statement: the only one, or one of a batch; or the batch as a whole.

    `sent` is what the warehouse got: the SQL with `$1`, `$2`… for parameters.
    """

    id: str
    sql: str
    sent: str = ""
    status: Status = Status.SUBMITTED
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    duration_ns: int = -1
    error: str = ""
    rows: int = -1
    size_bytes: int = -1
    has_result_set: bool = False
    query_id: int = -1
    result: Result | None = None

    def move(self, status: Status) -> None:
        """Sets the status, unless a final one is reached already."""
        if not self.status.is_final:
            self.status = status
            self.updated_at = now()


@dataclass
class StatementRecord:
    """An ExecuteStatement or BatchExecuteStatement; `whole` is what DescribeStatement is about.

    `principal` is the caller's ARN, `db_user` the database user that the API shows for it.
    """

    target: Target
    parts: list[StatementPart]
    is_batch: bool
    id: str
    name: str = ""
    parameters: list[dict[str, str]] = field(default_factory=list)
    with_event: bool = False
    session_id: str = ""
    result_format: str = "JSON"
    principal: str = ""
    db_user: str = ""
    pid: int = 0
    has_query_ids: bool = False
    ended: threading.Event = field(default_factory=threading.Event)
    whole: StatementPart = field(init=False)

    def __post_init__(self) -> None:
        self.whole = StatementPart(self.id, "", query_id=0) if self.is_batch else self.parts[0]

    @classmethod
    def of(cls, sqls: list[str], is_batch: bool, target: Target) -> StatementRecord:
        """A new record with ids of its own."""
        identifier = str(uuid.uuid4())
        if is_batch:
            parts = [StatementPart(f"{identifier}:{number}", sql) for number, sql in enumerate(sqls, 1)]
        else:
            parts = [StatementPart(identifier, sqls[0])]
        return cls(target, parts, is_batch, identifier)


@dataclass(frozen=True)
class _Token:
    request: object
    statement: str
    created_at: datetime = field(default_factory=now)


class StatementStore:
    """The statements of one account and region, kept for a day; `lock` guards what spans several calls."""

    def __init__(self) -> None:
        self._records: dict[str, StatementRecord] = {}
        self._tokens: dict[str, _Token] = {}
        self.lock = threading.RLock()

    def add(self, record: StatementRecord) -> None:
        """Keeps a record; raises ApiError while too many statements are under way."""
        with self.lock:
            self._forget_old()
            active = sum(not known.whole.status.is_final for known in self._records.values())
            if active >= MAX_ACTIVE:
                text = f"Active statements exceeded the allowed quota ({MAX_ACTIVE})."
                raise ApiError("ActiveStatementsExceededException", text)
            self._records[record.id] = record

    def get(self, identifier: str) -> StatementRecord:
        """The record with that id, or with that id of a part; raises ApiError."""
        with self.lock:
            self._forget_old()
            record = self._records.get(identifier.partition(":")[0])
        if record is None:
            raise not_found("Query does not exist.")
        return record

    def part(self, identifier: str) -> StatementPart:
        """The statement with that id; raises ApiError."""
        record = self.get(identifier)
        for part in (record.whole, *record.parts):
            if part.id == identifier:
                return part
        raise not_found("Query does not exist.")

    def newest_first(self) -> list[StatementRecord]:
        """All records of the last day."""
        with self.lock:
            self._forget_old()
            return list(reversed(self._records.values()))

    def with_token(self, token: str, request: object) -> StatementRecord | None:
        """The record that a request with this client token made in the last eight hours.

        Raises ApiError if that request was another.
        """
        known = self._tokens.get(token)
        if known is None or known.created_at < now() - TOKEN_RETENTION:
            return None
        if known.request != request:
            raise invalid("ClientToken was used before with other parameters")
        return self._records.get(known.statement)

    def remember_token(self, token: str, request: object, record: StatementRecord) -> None:
        """Notes which record a client token stands for."""
        self._tokens[token] = _Token(request, record.id)

    def _forget_old(self) -> None:
        for identifier, known in list(self._records.items()):
            if known.whole.created_at >= now() - RETENTION:
                break
            del self._records[identifier]
        for token, note in list(self._tokens.items()):
            if note.created_at >= now() - TOKEN_RETENTION:
                break
            del self._tokens[token]
