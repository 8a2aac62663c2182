"""Sends the Data Catalog's events to the default bus; best effort.

By a thread of its own: a rule on an event may start what changes the catalog next.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to

from emulator.glue_service.catalog_events import CatalogChange, event_entry
from emulator.glue_service.models import Scope

LOG = logging.getLogger(__name__)

_SENDER = ThreadPoolExecutor(1, thread_name_prefix="tarmac-catalog-events")
_MOST_ENTRIES = 10
"""What PutEvents takes at once."""


def send_changes(scope: Scope, changes: Iterable[CatalogChange]) -> None:
    """Sends an event for each change soon."""
    if entries := [event_entry(scope, change) for change in changes]:
        _SENDER.submit(_send, scope, entries)


def _send(scope: Scope, entries: list[dict[str, Any]]) -> None:
    events = connect_to(aws_access_key_id=scope.account_id, region_name=scope.region).events
    for start in range(0, len(entries), _MOST_ENTRIES):
        try:
            events.put_events(Entries=entries[start : start + _MOST_ENTRIES])
        except (ClientError, BotoCoreError) as error:
            LOG.warning("%d events of the catalog lost: %s", len(entries) - start, error)
