"""Changes of tables that Redshift executes in more than one step, or never inside a transaction block."""

from __future__ import annotations

from emulator.redshift.ddl.alter_table import changes_type, read_alter_table
from emulator.redshift.ddl.recorded_note import with_note
from emulator.redshift.dialect import functions
from emulator.redshift.dialect.sql_tokens import tokens_of
from emulator.redshift.dialect.token_reader import TokenReader, for_postgresql
from emulator.redshift.errors import RedshiftError
from emulator.redshift.relay.conversation import BackendError, Conversation, LocalStatement

_IN_BLOCK = "25001"  # active_sql_transaction
# PostgreSQL refuses it in a transaction block before it looks for the database.
_ONLY_OUTSIDE = 'DROP DATABASE IF EXISTS "tarmac has no such database"'


async def require_no_block(conversation: Conversation, command: str) -> None:
    """RedshiftError 25001 if the client is inside a transaction block."""
    try:
        await conversation.run(_ONLY_OUTSIDE, keep_notices=True)
    except BackendError as error:
        if error.fields.get("C") != _IN_BLOCK:
            raise
        raise RedshiftError(f"{command} cannot run inside a transaction block", code=_IN_BLOCK) from error


class Truncate(LocalStatement):
    """TRUNCATE, which in Redshift commits the transaction that it is executed in."""

    def __init__(self, sql: str) -> None:
        self._sql = functions.rewrite_text(sql)

    async def execute(self, conversation: Conversation) -> str:
        """Truncates and commits; outside a transaction the commit says nothing."""
        await conversation.run(self._sql)
        await conversation.run("COMMIT", keep_notices=True)
        return "TRUNCATE TABLE"


class Append(LocalStatement):
    """ALTER TABLE target APPEND FROM source: moves all rows, by the columns' names."""

    def __init__(self, sql: str) -> None:
        reader = TokenReader(tokens_of(sql))
        reader.expect("ALTER", "TABLE")
        self._target = for_postgresql(reader.take_qualified())
        reader.expect("APPEND", "FROM")
        self._source = for_postgresql(reader.take_qualified())
        self._ignores_extra, self._fills_target = reader.accept("IGNOREEXTRA"), reader.accept("FILLTARGET")
        reader.finish()

    async def execute(self, conversation: Conversation) -> str:
        """Moves the rows; RedshiftError in a transaction block, BackendError if the tables don't fit."""
        await require_no_block(conversation, "ALTER TABLE APPEND")
        names = ", ".join("'" + name.replace("'", "''") + "'" for name in (self._target, self._source))
        flags = f"{self._ignores_extra}, {self._fills_target}"
        await conversation.run(f"SELECT pg_catalog.tarmac_append({names}, {flags})")
        return "ALTER TABLE APPEND"


class ChangeType(LocalStatement):
    """ALTER TABLE … ALTER COLUMN … TYPE, which Redshift has for the size of a VARCHAR."""

    def __init__(self, sql: str) -> None:
        change = read_alter_table(tokens_of(sql))
        self._sql = with_note(change.sql, change.name, change.all_facts)

    async def execute(self, conversation: Conversation) -> str:
        """Changes it; RedshiftError in a transaction block, BackendError if Redshift refuses the change."""
        await require_no_block(conversation, "ALTER TABLE ALTER COLUMN")
        await conversation.run(self._sql)
        return "ALTER TABLE"


def alteration(sql: str) -> LocalStatement:
    """The ALTER TABLE that the endpoint executes itself."""
    return ChangeType(sql) if changes_type(tokens_of(sql)) else Append(sql)
