"""TRUNCATE and ALTER TABLE APPEND, which Redshift executes in more than one step."""

from __future__ import annotations

from emulator.redshift import functions
from emulator.redshift.conversation import Conversation, LocalStatement
from emulator.redshift.errors import StatementError
from emulator.redshift.sql_tokens import meaningful, text_of, tokens_of


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
        tokens = meaningful(tokens_of(sql))
        words = [token.word for token in tokens]
        at = words.index("APPEND")
        if words[at + 1 : at + 2] != ["FROM"]:
            raise StatementError('syntax error at or near "APPEND"')
        self._target = text_of(tokens[2:at])
        options = [place for place, word in enumerate(words) if word in ("IGNOREEXTRA", "FILLTARGET")]
        self._source = text_of(tokens[at + 2 : min(options, default=len(tokens))])
        self._options = {words[place] for place in options}

    async def execute(self, conversation: Conversation) -> str:
        """Moves the rows; BackendError if the columns don't fit."""
        extra, fill = (str(word in self._options).upper() for word in ("IGNOREEXTRA", "FILLTARGET"))
        names = ", ".join("'" + name.replace("'", "''") + "'" for name in (self._target, self._source))
        await conversation.run(f"SELECT pg_catalog.tarmac_append({names}, {extra}, {fill})")
        return "ALTER TABLE APPEND"
