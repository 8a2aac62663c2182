"""Runs the Data API's statements through the Redshift endpoint, each in a thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import RLock
from typing import Any

import pg8000.native

from emulator.redshift.apis.api_errors import ApiError, invalid
from emulator.redshift.apis.data_api_connection import (
    DRIVER_ERRORS,
    ApiConnection,
    Login,
    WarehousePlace,
    connect,
    text_of,
)
from emulator.redshift.apis.data_api_models import Result, StatementPart, StatementRecord, Status
from emulator.redshift.apis.data_api_parameters import bind
from emulator.redshift.apis.data_api_results import PAGE_ROWS, ResultRows
from emulator.redshift.apis.data_api_sessions import ApiSession, close
from emulator.redshift.dialect.sql_tokens import first_word, meaningful, split_at, tokens_of

LOG = logging.getLogger(__name__)
MAX_RUNNING = 64  # more wait as SUBMITTED
_METADATA_TIMEOUT_MS = 60_000
_CANCELLED = "57014"
_NO_LIMIT = 2**62
_SEVERAL = pg8000.native.DatabaseError(
    {"S": "ERROR", "C": "42601", "M": "cannot insert multiple commands into a prepared statement"}
)


@dataclass
class Work:
    """A statement to run, as whom, on which session if any; what to do with that, and then, at its end."""

    record: StatementRecord
    login: Login
    session: ApiSession | None
    release: Callable[[ApiSession], None]
    notify: Callable[[StatementRecord], None]


class StatementRunner:
    """Executes statements; knows which connection runs which, so that they can be cancelled."""

    def __init__(self, place: WarehousePlace) -> None:
        self._place = place
        self._pool = ThreadPoolExecutor(MAX_RUNNING, thread_name_prefix="redshift-data")
        self._lock = RLock()

    def submit(self, work: Work) -> None:
        """Starts a statement; `notify` is called when it has ended."""
        self._pool.submit(self._execute, work)

    def query(self, login: Login, database: str, sql: str, **parameters: str) -> list[list[Any]]:
        """Runs a query at once; raises ApiError."""
        try:
            connection = connect(self._place, login, database)
        except DRIVER_ERRORS as error:
            raise ApiError("DatabaseConnectionException", text_of(error), 500) from error
        try:
            connection.run(f"SET statement_timeout TO {_METADATA_TIMEOUT_MS}")
            rows: list[list[Any]] = connection.run(sql, **parameters) or []
            return rows
        except pg8000.native.DatabaseError as error:
            if error.args[0].get("C") == _CANCELLED:
                raise ApiError("QueryTimeoutException", text_of(error)) from error
            raise invalid(text_of(error)) from error
        finally:
            close(connection)

    def cancel(self, record: StatementRecord, wait_s: float = 5.0) -> None:
        """Ends a statement that hasn't ended yet; waits until PostgreSQL has let go of it."""
        with self._lock:
            for part in (*record.parts, record.whole):
                part.move(Status.ABORTED)
        deadline = time.monotonic() + wait_s
        while record.pid and time.monotonic() < deadline:
            sql = f"SELECT pg_catalog.pg_cancel_backend({record.pid})"
            self.query(self._place.admin, self._place.database, sql)
            if record.ended.wait(0.1):
                return

    def _execute(self, work: Work) -> None:
        record = work.record
        self._move(record.whole, Status.PICKED)
        try:
            self._run(work)
        except DRIVER_ERRORS as error:
            self._fail(record, record.parts[0], text_of(error))
        except Exception as error:
            LOG.exception("statement %s broke", record.id)
            self._fail(record, record.parts[0], f"internal error: {error}")
        finally:
            self._sum_up(record)
            if work.session is not None:
                work.release(work.session)
            record.ended.set()
            work.notify(record)

    def _run(self, work: Work) -> None:
        """Runs all parts on the session's connection or on one of their own."""
        session, record = work.session, work.record
        connection = session.connection if session else None
        try:
            if connection is None:
                connection = connect(self._place, work.login, record.target.database)
            record.pid = connection.pid
            if self._start(record):
                self._run_parts(record, connection)
        except (OSError, pg8000.native.InterfaceError):
            close(connection)  # it is lost, and a session with it
            connection = None
            raise
        finally:
            if session:
                session.connection = connection
            else:
                close(connection)

    def _start(self, record: StatementRecord) -> bool:
        with self._lock:
            record.whole.move(Status.STARTED)
            return not record.whole.status.is_final

    def _run_parts(self, record: StatementRecord, connection: ApiConnection) -> None:
        """All parts in turn; a batch is one transaction, of which nothing stays if one part fails."""
        if not record.is_batch:
            self._run_part(record, record.parts[0], connection)
            return
        connection.run("BEGIN")
        are_done = all(self._run_part(record, part, connection) for part in record.parts)
        if not (are_done and self._commit(record, connection)):
            connection.run("ROLLBACK")

    def _commit(self, record: StatementRecord, connection: ApiConnection) -> bool:
        """Commits a batch, unless it was cancelled after its last part."""
        with self._lock:
            if record.whole.status.is_final:
                return False
            connection.run("COMMIT")
            record.whole.move(Status.FINISHED)
            return True

    def _run_part(self, record: StatementRecord, part: StatementPart, connection: ApiConnection) -> bool:
        with self._lock:
            if record.whole.status.is_final:
                return False
            part.move(Status.STARTED)
        started_ns = time.monotonic_ns()
        try:
            self._execute_part(record, part, connection)
        except (pg8000.native.DatabaseError, ApiError) as error:
            self._fail(record, part, text_of(error))
        part.duration_ns = time.monotonic_ns() - started_ns
        self._move(part, Status.FINISHED)
        return part.status is Status.FINISHED

    def _execute_part(self, record: StatementRecord, part: StatementPart, connection: ApiConnection) -> None:
        if sum(bool(meaningful(piece)) for piece in split_at(tokens_of(part.sql), ";")) > 1:
            raise _SEVERAL
        part.sent, values = bind(part.sql, record.parameters)
        rows = ResultRows(_NO_LIMIT if record.result_format == "CSV" else PAGE_ROWS)
        connection.execute(part.sent, values, rows)
        rows.check()
        part.rows, part.size_bytes = max(connection.row_count, 0), 0
        if connection.columns is not None:
            part.result = Result(*connection.described_columns(), rows)
            part.rows, part.size_bytes, part.has_result_set = rows.count, rows.size_bytes, True
        elif first_word(part.sent) == "COPY":
            part.rows = int(connection.run("SELECT pg_catalog.pg_last_copy_count()")[0][0])

    def _move(self, part: StatementPart, status: Status) -> None:
        with self._lock:
            part.move(status)

    def _fail(self, record: StatementRecord, failed: StatementPart, text: str) -> None:
        """The failed part and the whole are FAILED; parts that were never reached are ABORTED."""
        with self._lock:
            for part in (failed, record.whole):
                if not part.status.is_final:
                    part.error = text
                part.move(Status.FAILED)
            for part in record.parts:
                part.move(Status.ABORTED)

    def _sum_up(self, record: StatementRecord) -> None:
        """What DescribeStatement shows of a batch as a whole."""
        whole = record.whole
        if not record.is_batch:
            whole.duration_ns = max(whole.duration_ns, 0)
            return
        whole.duration_ns = sum(max(part.duration_ns, 0) for part in record.parts)
        whole.has_result_set = any(part.has_result_set for part in record.parts)
        if whole.status is Status.FINISHED:
            whole.rows = sum(part.rows for part in record.parts)
            whole.size_bytes = sum(part.size_bytes for part in record.parts)
