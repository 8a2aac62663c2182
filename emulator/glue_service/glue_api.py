"""The one Glue API of a LocalStack process: its parts, wired together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from localstack.aws.connect import connect_to

from emulator.glue_service.bookmark_keeper import BookmarkKeeper
from emulator.glue_service.job_events import JobEvents
from emulator.glue_service.ledger import Ledger
from emulator.glue_service.live_runs import LiveRuns
from emulator.glue_service.models import Scope, Stores
from emulator.glue_service.role_sessions import RoleSessions
from emulator.glue_service.run_control import RunControl
from emulator.glue_service.run_watch import RunWatch
from emulator.glue_service.s3_listing import list_files
from emulator.glue_service.settings import GlueSettings
from emulator.glue_service.trigger_clock import TriggerClock
from emulator.glue_service.trigger_engine import TriggerEngine
from emulator.glue_service.workflow_starts import WorkflowStarts


@dataclass(frozen=True)
class GlueApi:
    """What the provider and the worker's routes share."""

    settings: GlueSettings
    stores: Stores
    ledger: Ledger
    runs: RunControl
    bookmarks: BookmarkKeeper
    triggers: TriggerEngine
    workflow_starts: WorkflowStarts
    trigger_clock: TriggerClock
    role_sessions: RoleSessions


@cache
def glue_api() -> GlueApi:
    """Made when first asked for; runs left over from an earlier life of the process are failed then.

    Raises SettingsError.
    """
    settings = GlueSettings.from_environment()
    ledger = Ledger(settings.database_file)
    live_runs = LiveRuns(ledger)
    runs = RunControl(ledger, live_runs)
    bookmarks = BookmarkKeeper(ledger, runs, list_files)
    stores = Stores()
    triggers = TriggerEngine(stores, runs)
    starts = WorkflowStarts(stores, triggers)
    events = JobEvents(_events_client)
    live_runs.on_end += [bookmarks.run_ended, events.run_ended, triggers.run_ended]
    live_runs.on_delay.append(events.run_delayed)
    RunWatch(live_runs).start()
    clock = TriggerClock(stores, starts)
    sessions = RoleSessions()
    return GlueApi(settings, stores, ledger, runs, bookmarks, triggers, starts, clock, sessions)


def clients_of(scope: Scope) -> Callable[[str], Any]:
    """LocalStack's own boto3 clients of an account and region, by service name."""
    clients = connect_to(aws_access_key_id=scope.account_id, region_name=scope.region)
    return lambda service: getattr(clients, service)


def _events_client(scope: Scope) -> Any:
    return clients_of(scope)("events")
