"""What Redshift's catalogue has and PostgreSQL's lacks, made in each database before its first session."""

from __future__ import annotations

import asyncio
import hashlib
import re
from pathlib import Path

import pg8000.native

from emulator.redshift.settings import RedshiftSettings

SCRIPTS = Path(__file__).with_name("sql")
"""Executed in the order of their names, in one transaction; what is made lies in pg_catalog, so that it is
found whatever the search path. Views that users made of views made here go when a script has changed."""
_CHANGED_FUNCTION = re.compile(r"Use DROP FUNCTION (.+) first\.")  # PostgreSQL's hint
_LOCK = 7_105_439  # of PostgreSQL's advisory locks: one process prepares at a time


class CatalogError(Exception):
    """The catalogue's additions can't be made in a database."""


class Catalog:
    """Runs the scripts once in each database, and again when one has changed."""

    def __init__(self, settings: RedshiftSettings) -> None:
        self._settings = settings
        self._script = "\n".join(path.read_text() for path in sorted(SCRIPTS.glob("*.sql")))
        self._stamp = hashlib.sha256(self._script.encode()).hexdigest()[:16]
        self._prepared: dict[str, asyncio.Lock] = {}
        self._done: set[str] = set()
        self.last_query_id = 0  # the highest in the histories of the databases prepared so far

    async def prepare(self, database: str) -> None:
        """Makes the additions in that database if they aren't there; PostgreSQL reports a missing one.

        Raises CatalogError if they can't be made, OSError if the warehouse doesn't answer.
        """
        if database in self._done:
            return
        async with self._prepared.setdefault(database, asyncio.Lock()):
            if database not in self._done and await asyncio.to_thread(self._prepare, database):
                self._done.add(database)

    def connect(self, database: str) -> pg8000.native.Connection:
        """A connection of the endpoint's own, straight to the warehouse.

        Raises OSError if the warehouse doesn't answer, CatalogError if it refuses.
        """
        settings = self._settings
        try:
            return pg8000.native.Connection(
                settings.user,
                password=settings.password,
                host=settings.warehouse_host,
                port=settings.warehouse_port,
                database=database,
                timeout=settings.connect_timeout_s,
                application_name="tarmac",
            )
        except pg8000.native.InterfaceError as error:
            raise OSError(str(error)) from error

    def _prepare(self, database: str) -> bool:
        try:
            connection = self.connect(database)
        except (OSError, pg8000.native.DatabaseError):
            return False  # the client's own attempt, with its own waiting, tells it why
        try:
            self._run_script(connection)
            ((last,),) = connection.run("SELECT coalesce(max(query_id), 0) FROM pg_catalog.tarmac_query")
            self.last_query_id = max(self.last_query_id, last)
        except pg8000.native.DatabaseError as error:
            raise CatalogError(f"preparing database {database!r}: {error}") from error
        finally:
            connection.close()
        return True

    def _run_script(self, connection: pg8000.native.Connection) -> None:
        """Executes the scripts, again without each function of which an older version is in the way."""
        replaced: list[str] = []
        while True:
            try:
                self._attempt(connection, replaced)
                return
            except pg8000.native.DatabaseError as error:
                connection.run("ROLLBACK")
                older = _CHANGED_FUNCTION.fullmatch(str(error.args[0].get("H", "")))
                if older is None or older[1] in replaced:
                    raise
                replaced.append(older[1])

    def _attempt(self, connection: pg8000.native.Connection, replaced: list[str]) -> None:
        connection.run("SET allow_system_table_mods = on")
        connection.run("SET client_min_messages = error")
        connection.run("SET event_triggers = off")  # the scripts' own objects aren't recorded as a user's
        connection.run("BEGIN")
        connection.run(f"SELECT pg_advisory_xact_lock({_LOCK})")
        known = "SELECT obj_description(to_regproc('pg_catalog.getdate'), 'pg_proc')"
        if connection.run(known) != [[self._stamp]]:
            for function in replaced:
                connection.run(f"DROP FUNCTION pg_catalog.{function}")
            connection.run(self._script)
            connection.run(f"COMMENT ON FUNCTION pg_catalog.getdate() IS '{self._stamp}'")
        connection.run("COMMIT")
