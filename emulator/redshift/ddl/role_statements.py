"""DROP ROLE, which in Redshift looks first where the role is used."""

from __future__ import annotations

from emulator.redshift.dialect.sql_tokens import tokens_of
from emulator.redshift.dialect.token_reader import TokenReader, quoted
from emulator.redshift.relay.conversation import Conversation, LocalStatement


class DropRole(LocalStatement):
    """DROP ROLE name [FORCE | RESTRICT]; FORCE takes the role from whomever it was granted to."""

    def __init__(self, sql: str) -> None:
        reader = TokenReader(tokens_of(sql))
        reader.expect("DROP", "ROLE")
        self._name = reader.take_name()
        self._is_forced = reader.accept("FORCE")
        reader.accept("RESTRICT")
        reader.finish()

    async def execute(self, conversation: Conversation) -> str:
        """Drops it; BackendError if it is granted, has others' rights, or isn't there."""
        if not self._is_forced:
            literal = "'" + self._name.replace("'", "''") + "'"
            await conversation.run(f"SELECT pg_catalog.tarmac_check_role({literal})")
        await conversation.run(f"DROP ROLE {quoted(self._name)}")
        return "DROP ROLE"
