"""Runs the Data API's statements through the Redshift endpoint, each in a thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import RLock
from typing import Any

import pg8000.native

from emulator.environment import EnvironmentReader
from emulator.redshift.data_api_models import DataApiError, StatementPart, StatementRecord, Status, Target
from emulator.redshift.data_api_values import KEPT_AS_TEXT, as_text, result_of
from emulator.redshift.sql_tokens import first_word

LOG = logging.getLogger(__name__)
MAX_ACTIVE = 64
_TIMEOUT_S = 24 * 3600

Notify = Callable[[StatementRecord], None]


class StatementRunner:
    """Executes statements; knows which connection runs which, so that they can be cancelled."""

    def __init__(self) -> None:
        read = EnvironmentReader()
        self._host = read.text("TARMAC_REDSHIFT_HOST", "127.0.0.1")
        self._port = read.port("TARMAC_REDSHIFT_PORT", 5439)
        self._user = read.text("TARMAC_USER", "awsuser")
        self._password = read.text("TARMAC_PASSWORD", "tarmac")
        read.finish()
        self._pool = ThreadPoolExecutor(MAX_ACTIVE, thread_name_prefix="redshift-data")
        self._lock = RLock()

    def submit(self, record: StatementRecord, notify: Notify) -> None:
        """Starts a statement; `notify` is called when it has ended."""
        self._pool.submit(self._execute, record, notify)

    def query(self, target: Target, sql: str, **parameters: str) -> list[list[Any]]:
        """Runs a query at once; raises DataApiError."""
        try:
            connection = self._connect(target.database)
        except (OSError, pg8000.native.InterfaceError, pg8000.native.DatabaseError) as error:
            raise DataApiError("DatabaseConnectionException", _text_of(error)) from error
        try:
            rows: list[list[Any]] = connection.run(sql, **parameters) or []
            return rows
        except pg8000.native.DatabaseError as error:
            raise DataApiError("ValidationException", _text_of(error)) from error
        finally:
            connection.close()

    def cancel(self, record: StatementRecord) -> None:
        """Ends a statement that hasn't ended yet."""
        with self._lock:
            for part in (*record.parts, record.whole):
                part.move(Status.ABORTED)
            pid = record.pid
        if pid:
            self.query(record.target, f"SELECT pg_catalog.pg_cancel_backend({pid})")

    def _connect(self, database: str) -> pg8000.native.Connection:
        connection = pg8000.native.Connection(
            self._user,
            password=self._password,
            host=self._host,
            port=self._port,
            database=database,
            timeout=_TIMEOUT_S,
            application_name="redshift-data",
        )
        for oid in KEPT_AS_TEXT:
            connection.register_in_adapter(oid, as_text)
        return connection

    def _execute(self, record: StatementRecord, notify: Notify) -> None:
        self._move(record, Status.PICKED)
        try:
            self._run(record)
        except (OSError, pg8000.native.InterfaceError, pg8000.native.DatabaseError) as error:
            self._fail(record, record.parts[0], _text_of(error))
        except Exception as error:
            LOG.exception("statement %s broke", record.id)
            self._fail(record, record.parts[0], f"internal error: {error}")
        notify(record)

    def _run(self, record: StatementRecord) -> None:
        connection = self._connect(record.target.database)
        try:
            with self._lock:
                if record.whole.status.is_final:
                    return
                record.pid = connection.run("SELECT pg_backend_pid()")[0][0]
            self._move(record, Status.STARTED)
            self._run_parts(record, connection)
        finally:
            record.pid = 0
            connection.close()

    def _run_parts(self, record: StatementRecord, connection: pg8000.native.Connection) -> None:
        """All parts in turn; a batch is one transaction, of which nothing stays if one part fails."""
        if record.is_batch:
            connection.run("BEGIN")
        for part in record.parts:
            if not self._run_part(record, part, connection):
                return  # closing the connection rolls back
        if record.is_batch:
            connection.run("COMMIT")
            record.whole.duration_ns = sum(part.duration_ns for part in record.parts)
            with self._lock:
                record.whole.move(Status.FINISHED)

    def _run_part(
        self, record: StatementRecord, part: StatementPart, connection: pg8000.native.Connection
    ) -> bool:
        started_ns = time.monotonic_ns()
        with self._lock:
            part.move(Status.STARTED)
        try:
            parameters = {item["name"]: item["value"] for item in record.parameters}
            rows = connection.run(part.sql, **parameters)
            self._keep(part, rows, connection)
        except (pg8000.native.DatabaseError, pg8000.native.InterfaceError, DataApiError) as error:
            part.duration_ns = time.monotonic_ns() - started_ns
            self._fail(record, part, _text_of(error))
            return False
        part.duration_ns = time.monotonic_ns() - started_ns
        with self._lock:
            part.move(Status.FINISHED)
        return True

    def _keep(
        self, part: StatementPart, rows: list[list[Any]] | None, connection: pg8000.native.Connection
    ) -> None:
        if connection.columns is not None:
            part.result = result_of(connection.columns, rows or [])
            part.rows = len(rows or [])
        elif first_word(part.sql) == "COPY":
            part.rows = int(connection.run("SELECT pg_last_copy_count()")[0][0])
        else:
            part.rows = max(connection.row_count, 0)

    def _move(self, record: StatementRecord, status: Status) -> None:
        with self._lock:
            record.whole.move(status)

    def _fail(self, record: StatementRecord, failed: StatementPart, text: str) -> None:
        """The failed part and the whole are FAILED; parts that were never reached are ABORTED."""
        with self._lock:
            for part in (failed, record.whole):
                if not part.status.is_final:
                    part.error = text
                part.move(Status.FAILED)
            for part in record.parts:
                part.move(Status.ABORTED)


def _text_of(error: Exception) -> str:
    """The error as the API shows it: the warehouse's words, with detail and hint on lines of their own."""
    fields = error.args[0] if error.args and isinstance(error.args[0], dict) else None
    if fields is None:
        return str(error)
    text = f"{fields.get('S', 'ERROR')}: {fields.get('M', '')}"
    extra = (("Detail", fields.get("D")), ("Hint", fields.get("H")))
    return text + "".join(f"\n  {label}: {value}" for label, value in extra if value)
