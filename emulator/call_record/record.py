"""The record itself: calls by role, each distinct one once, with how often it was made.

Off until `POST /_tarmac/calls` turns it on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

MOST_CALLS = 50_000  # distinct ones


@dataclass(frozen=True)
class Caller:
    """A session of a role; `session` is empty where its name is made up for each call."""

    role_arn: str
    session: str


@dataclass(frozen=True)
class Access:
    """What one call asks IAM for: an action, the resources that must all allow it, the request's context.

    A resource `?` says that tarmac does not know which ARN AWS looks at; only `*` allows it.
    """

    action: str
    resources: tuple[str, ...]
    context: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Assumption:
    """A service acts as a role."""

    role_arn: str
    service: str  # the principal, such as glue.amazonaws.com
    session: str


@dataclass
class CallRecord:
    """Safe to use from any thread; a full record keeps counting what it knows and drops the rest."""

    is_on: bool = False
    _calls: dict[tuple[Caller, Access], int] = field(default_factory=dict)
    _assumptions: set[Assumption] = field(default_factory=set)
    _dropped: int = 0
    _lock: Lock = field(default_factory=Lock)

    def add(self, caller: Caller, accesses: Iterable[Access]) -> None:
        """Counts each access once more."""
        with self._lock:
            for access in accesses:
                key = (caller, access)
                if key not in self._calls and len(self._calls) >= MOST_CALLS:
                    self._dropped += 1
                    continue
                self._calls[key] = self._calls.get(key, 0) + 1

    def add_assumption(self, assumption: Assumption) -> None:
        """Keeps it."""
        with self._lock:
            self._assumptions.add(assumption)

    def switch(self, on: bool) -> None:
        """On starts an empty record; off keeps what there is."""
        with self._lock:
            if on and not self.is_on:
                self._calls.clear()
                self._assumptions.clear()
                self._dropped = 0
            self.is_on = on

    def as_document(self) -> dict[str, Any]:
        """What the route answers with: see `routes.py`."""
        with self._lock:
            calls = [_call(caller, access, count) for (caller, access), count in self._calls.items()]
            assumptions = [
                {"role": item.role_arn, "service": item.service, "session": item.session}
                for item in sorted(self._assumptions, key=lambda item: (item.role_arn, item.service))
            ]
            return {
                "recording": self.is_on,
                "dropped": self._dropped,
                "calls": sorted(calls, key=lambda call: (call["role"], call["action"], call["resources"])),
                "assumed": assumptions,
            }


def _call(caller: Caller, access: Access, count: int) -> dict[str, Any]:
    return {
        "role": caller.role_arn,
        "session": caller.session,
        "action": access.action,
        "resources": list(access.resources),
        "context": dict(access.context),
        "count": count,
    }


RECORD = CallRecord()
"""This LocalStack process's."""


def note(caller: Caller, *accesses: Access) -> None:
    """Records what a part of the stack does for a role without a call through the gateway."""
    if RECORD.is_on:
        RECORD.add(caller, accesses)
