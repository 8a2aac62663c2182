"""What the Data API keeps: statements, their parts and their results, by account and region."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from threading import RLock

RETENTION = timedelta(hours=24)


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


class DataApiError(Exception):
    """An error of the API's own; `code` is AWS's exception, answered with status 400."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass
class Result:
    """The rows of a statement and what they are made of, in the API's own words."""

    columns: list[dict[str, object]]
    rows: list[list[dict[str, object]]]
    size_bytes: int


@dataclass
class StatementPart:
    """One SQL statement: the only one, or one of a batch."""

    id: str
    sql: str
    status: Status = Status.SUBMITTED
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    duration_ns: int = 0
    error: str = ""
    rows: int = -1
    result: Result | None = None

    def move(self, status: Status) -> None:
        """Sets the status, unless a final one is reached already."""
        if not self.status.is_final:
            self.status = status
            self.updated_at = now()


@dataclass(frozen=True)
class Target:
    """Where a statement runs: a workgroup or a cluster, and the database."""

    workgroup: str
    cluster: str
    database: str
    db_user: str
    secret_arn: str


@dataclass
class StatementRecord:
    """An ExecuteStatement or BatchExecuteStatement."""

    target: Target
    parts: list[StatementPart]
    is_batch: bool
    name: str = ""
    parameters: list[dict[str, str]] = field(default_factory=list)
    with_event: bool = False
    session_id: str = ""
    result_format: str = "JSON"
    id: str = ""
    pid: int = 0
    whole: StatementPart = field(init=False)

    def __post_init__(self) -> None:
        self.whole = StatementPart(self.id, "") if self.is_batch else self.parts[0]

    @classmethod
    def of(cls, sqls: list[str], is_batch: bool, target: Target) -> StatementRecord:
        """A new record with ids of its own."""
        identifier = str(uuid.uuid4())
        if is_batch:
            parts = [StatementPart(f"{identifier}:{number}", sql) for number, sql in enumerate(sqls, 1)]
        else:
            parts = [StatementPart(identifier, sqls[0])]
        return cls(target, parts, is_batch, id=identifier)


class StatementStore:
    """The statements of one account and region, kept for a day."""

    def __init__(self) -> None:
        self._records: dict[str, StatementRecord] = {}
        self._tokens: dict[str, tuple[object, str]] = {}
        self.lock = RLock()

    def add(self, record: StatementRecord) -> None:
        """Keeps a record, and forgets those that are too old."""
        with self.lock:
            oldest = now() - RETENTION
            for identifier, known in list(self._records.items()):
                if known.whole.created_at >= oldest:
                    break
                del self._records[identifier]
            self._records[record.id] = record

    def get(self, identifier: str) -> StatementRecord:
        """The record with that id, or with that id of a part; raises DataApiError."""
        record = self._records.get(identifier.partition(":")[0])
        if record is None:
            raise DataApiError("ResourceNotFoundException", "Query does not exist.")
        return record

    def part(self, identifier: str) -> StatementPart:
        """The statement with that id; raises DataApiError."""
        record = self.get(identifier)
        if identifier == record.id:
            return record.whole
        for part in record.parts:
            if part.id == identifier:
                return part
        raise DataApiError("ResourceNotFoundException", "Query does not exist.")

    def newest_first(self) -> list[StatementRecord]:
        """All records."""
        with self.lock:
            return list(reversed(self._records.values()))

    def with_token(self, token: str, request: object) -> StatementRecord | None:
        """The record that a request with this client token made before.

        Raises DataApiError if that request was another.
        """
        known = self._tokens.get(token)
        if known is None:
            return None
        if known[0] != request:
            text = "ClientToken was used before with other parameters"
            raise DataApiError("ValidationException", text)
        return self._records.get(known[1])

    def remember_token(self, token: str, request: object, record: StatementRecord) -> None:
        """Notes which record a client token stands for."""
        self._tokens[token] = (request, record.id)
