"""The history of queries is brought up to date for a statement that is about to ask for it."""

from __future__ import annotations

import asyncio
import logging

import pg8000.native

from emulator.redshift.relay.conversation import BackendError, Conversation
from emulator.redshift.relay.query_log import SessionLog

LOG = logging.getLogger(__name__)


async def write_history(log: SessionLog, conversation: Conversation, last_query_id: int) -> None:
    """Writes what was executed to the warehouse, for a statement that is about to ask for it."""
    try:
        await asyncio.to_thread(log.write)
        await conversation.run(f"SELECT set_config('redshift.last_query_id', '{last_query_id}', false)")
    except (OSError, pg8000.native.DatabaseError, BackendError):
        LOG.exception("the history of queries could not be written; what is asked for lacks the latest")
