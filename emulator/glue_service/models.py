"""The records of the Glue API that live in LocalStack's memory, and the store that holds them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.glue_service.trigger_models import Trigger
    from emulator.glue_service.workflow_models import Workflow


def now() -> datetime:
    """The present moment, UTC, with the millisecond resolution of Glue's timestamps."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass(frozen=True)
class Scope:
    """The account and region that a request acts in; nothing is shared between two of them."""

    account_id: str
    region: str

    def arn(self, kind: str, name: str) -> str:
        return f"arn:aws:glue:{self.region}:{self.account_id}:{kind}/{name}"


@dataclass
class Job:
    """A job definition: `fields` are the members of AWS's Job structure, defaults filled in."""

    name: str
    fields: dict[str, Any]
    requested: dict[str, Any]
    created_on: datetime = field(default_factory=now)
    modified_on: datetime = field(default_factory=now)

    def as_response(self) -> dict[str, Any]:
        dates = {"CreatedOn": self.created_on, "LastModifiedOn": self.modified_on}
        return {"Name": self.name, **self.fields, **dates}


@dataclass
class Connection:
    """A connection as it was defined, password included."""

    name: str
    definition: dict[str, Any]
    created_on: datetime = field(default_factory=now)
    updated_on: datetime = field(default_factory=now)


@dataclass
class Store:
    """What one account has in one region."""

    jobs: dict[str, Job] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    workflows: dict[str, Workflow] = field(default_factory=dict)


class Stores:
    """One store per scope, made when first asked for."""

    def __init__(self) -> None:
        self._stores: defaultdict[Scope, Store] = defaultdict(Store)
        self._lock = Lock()

    def __getitem__(self, scope: Scope) -> Store:
        with self._lock:
            return self._stores[scope]

    def items(self) -> list[tuple[Scope, Store]]:
        """All stores that were asked for."""
        with self._lock:
            return list(self._stores.items())
