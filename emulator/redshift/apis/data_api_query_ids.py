"""RedshiftQueryId: under which id sys_query_history and the load errors have a statement.

It is looked up when the end of a statement is described for the first time: the endpoint writes its history
only when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from emulator.redshift.apis.data_api_models import StatementPart, StatementRecord

Query = Callable[[str], list[list[Any]]]
"""Runs SQL; gives its rows; raises ApiError."""

_TEXT_BYTES = 4000  # of a query's text are kept
_CLOCKS = timedelta(seconds=1)
_HISTORY = """SELECT query_id, rtrim(query_text) FROM pg_catalog.sys_query_history
  WHERE session_id = {pid} AND start_time >= '{since}' ORDER BY query_id"""


def look_up(record: StatementRecord, query: Query) -> None:
    """Notes the ids of a record's statements, if it has ended and they aren't known; raises ApiError."""
    if not record.whole.status.is_final or not record.pid or record.has_query_ids:
        return
    since = (record.whole.created_at - _CLOCKS).replace(tzinfo=None).isoformat(sep=" ")
    history = query(_HISTORY.format(pid=record.pid, since=since))
    record.has_query_ids = True
    for part in record.parts:
        history = _noted(part, history)


def _noted(part: StatementPart, history: list[list[Any]]) -> list[list[Any]]:
    """Takes the first query with the part's text; gives those after it."""
    wanted = part.sent.encode()[:_TEXT_BYTES].decode(errors="replace").rstrip()
    for place, (query_id, text) in enumerate(history):
        if text == wanted:
            part.query_id = int(query_id)
            return history[place + 1 :]
    return history
