"""Triggers: the record in LocalStack's memory, and the states that it goes through."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from emulator.glue_service.aws_cron import parse_schedule
from emulator.glue_service.errors import InvalidInput
from emulator.glue_service.trigger_errors import TriggerStateForbids

DEFAULT_BATCHING = {"BatchSize": 1, "BatchWindow": 900}
"""Events, seconds ("Overview of workflows in AWS Glue")."""

Node = tuple[str, str]
"""A job or crawler that triggers start and watch: (`JOB` or `CRAWLER`, its name)."""


class TriggerType(StrEnum):
    """What makes a trigger fire."""

    ON_DEMAND = "ON_DEMAND"
    SCHEDULED = "SCHEDULED"
    CONDITIONAL = "CONDITIONAL"
    EVENT = "EVENT"


class TriggerState(StrEnum):
    """Where a trigger is; the only moves are

    CREATED      →  ACTIVATED     StartTrigger, or StartOnCreation in CreateTrigger
    ACTIVATED    →  DEACTIVATED   StopTrigger
    DEACTIVATED  →  ACTIVATED     StartTrigger

    of SCHEDULED and CONDITIONAL triggers, which fire while they are ACTIVATED. ON_DEMAND and EVENT triggers
    stay CREATED: StartTrigger fires the one, and is refused to the other. On AWS the moves take seconds and
    show as CREATING, ACTIVATING, DEACTIVATING, UPDATING and DELETING; here they take none.

    Source: "AWS Glue triggers" in the developer guide; the refusals as observed on AWS in
    hashicorp/terraform-provider-aws#49407.
    """

    CREATED = "CREATED"
    ACTIVATED = "ACTIVATED"
    DEACTIVATED = "DEACTIVATED"


@dataclass
class Trigger:
    """A trigger: `fields` are the members of AWS's Trigger structure that an update may change.

    `next_at` is when a schedule fires next; `events` are the ids of the events that wait for their batch to
    fill, which `window_ends` cuts short.
    """

    name: str
    type: TriggerType
    fields: dict[str, Any]
    workflow_name: str = ""
    state: TriggerState = TriggerState.CREATED
    requested: dict[str, Any] = field(default_factory=dict)
    next_at: datetime | None = None
    events: list[str] = field(default_factory=list)
    window_ends: datetime | None = None

    @property
    def is_start(self) -> bool:
        """Whether it starts a workflow, not a part of it."""
        return self.type is not TriggerType.CONDITIONAL

    @property
    def fires(self) -> bool:
        return self.state is TriggerState.ACTIVATED

    @property
    def actions(self) -> list[dict[str, Any]]:
        actions: list[dict[str, Any]] = self.fields["Actions"]
        return actions

    @property
    def conditions(self) -> list[dict[str, Any]]:
        conditions: list[dict[str, Any]] = self.fields.get("Predicate", {}).get("Conditions", [])
        return conditions

    @property
    def batching(self) -> dict[str, int]:
        """How many events an EVENT trigger waits for, and how many seconds at most after the first."""
        batching: dict[str, int] = self.fields.get("EventBatchingCondition", DEFAULT_BATCHING)
        return batching

    def activate(self, at: datetime) -> None:
        """StartTrigger, of one that isn't ON_DEMAND. Raises InvalidInput."""
        if self.type is TriggerType.EVENT:
            raise InvalidInput("Trigger Type EVENT cannot be started")
        if self.fires:
            raise TriggerStateForbids(self.state)
        self.state = TriggerState.ACTIVATED
        self.reschedule(at)

    def deactivate(self) -> None:
        """StopTrigger. Raises InvalidInput unless it is activated."""
        if not self.fires:
            raise TriggerStateForbids(self.state)
        self.state = TriggerState.DEACTIVATED
        self.next_at = None

    def reschedule(self, after: datetime) -> None:
        """Sets `next_at` of an activated schedule."""
        if self.fires and self.type is TriggerType.SCHEDULED:
            self.next_at = parse_schedule(self.fields["Schedule"]).next_after(after)

    def as_response(self) -> dict[str, Any]:
        """AWS's Trigger structure."""
        named = {"WorkflowName": self.workflow_name} if self.workflow_name else {}
        return {"Name": self.name, **named, "Type": str(self.type), "State": str(self.state), **self.fields}


def node_of(part: dict[str, Any]) -> Node:
    """The job or crawler of an action or a condition."""
    return ("JOB", part["JobName"]) if part.get("JobName") else ("CRAWLER", part["CrawlerName"])


def wanted_state(condition: dict[str, Any]) -> str:
    """The state that a condition waits for."""
    return str(condition["State"] if condition.get("JobName") else condition["CrawlState"])
