"""CREATE VIEW … WITH NO SCHEMA BINDING: what it reads may come, change and go (sql/42_late_views.sql)."""

from __future__ import annotations

from emulator.redshift.ddl.views import read_late_view
from emulator.redshift.dialect.sql_tokens import tokens_of
from emulator.redshift.relay.conversation import Conversation, LocalStatement


class LateBindingView(LocalStatement):
    """The creation, or replacement, of a late-binding view; RedshiftError if it can't be read."""

    def __init__(self, sql: str) -> None:
        self._view = read_late_view(tokens_of(sql))

    async def execute(self, conversation: Conversation) -> str:
        """Creates it; BackendError for what Redshift refuses at once."""
        view = self._view
        texts = ", ".join(_literal(text) for text in (view.name, view.columns, view.query))
        sql = f"SELECT pg_catalog.tarmac_create_late_view({texts}, {view.is_replacing})"
        await conversation.run(sql, keep_notices=True)
        return "CREATE VIEW"


def _literal(text: str) -> str:
    quoted = "'" + text.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted
