"""Checks CreateTrigger and UpdateTrigger requests and fills in AWS's defaults; pure.

Texts that stand in AWS's words come from hashicorp/terraform-provider-aws (issues 39571, 43013) and
aws/aws-cdk#34652; the others are unverified.
"""

from __future__ import annotations

from typing import Any

from emulator.glue_service.aws_cron import parse_schedule
from emulator.glue_service.errors import InvalidInput
from emulator.glue_service.jobs import checked_timeout
from emulator.glue_service.trigger_models import (
    DEFAULT_BATCHING,
    Trigger,
    TriggerType,
    node_of,
)

_UPDATABLE = ("Description", "Schedule", "Actions", "Predicate", "EventBatchingCondition")
_JOB_STATES = ("SUCCEEDED", "STOPPED", "FAILED", "TIMEOUT")
_CRAWL_STATES = ("SUCCEEDED", "FAILED", "CANCELLED")


def new_trigger(request: dict[str, Any]) -> Trigger:
    """The trigger that a CreateTrigger request describes. Raises InvalidInput."""
    kind = TriggerType(request["Type"])
    if request.get("StartOnCreation") and kind in (TriggerType.ON_DEMAND, TriggerType.EVENT):
        raise InvalidInput(f"StartOnCreation is not supported for {kind} triggers; leave it out")
    if kind is TriggerType.EVENT and not request.get("WorkflowName"):
        raise InvalidInput("An EVENT trigger starts a workflow: WorkflowName must be specified")
    requested = {key: value for key, value in request.items() if key != "Tags"}
    return Trigger(
        name=request["Name"],
        type=kind,
        fields=_checked(kind, _given(request)),
        workflow_name=request.get("WorkflowName", ""),
        requested=requested,
    )


def updated_fields(trigger: Trigger, update: dict[str, Any]) -> dict[str, Any]:
    """The members after an UpdateTrigger, which overwrites the definition completely ("TriggerUpdate").

    Raises InvalidInput.
    """
    return _checked(trigger.type, _given(update))


def _given(request: dict[str, Any]) -> dict[str, Any]:
    return {key: request[key] for key in _UPDATABLE if request.get(key) is not None}


def _checked(kind: TriggerType, fields: dict[str, Any]) -> dict[str, Any]:
    _check_actions(fields.get("Actions", []))
    if kind is TriggerType.SCHEDULED:
        if not fields.get("Schedule"):
            raise InvalidInput("Schedule cannot be null or empty for a SCHEDULED trigger")
        parse_schedule(fields["Schedule"])
    if kind is TriggerType.CONDITIONAL:
        fields = {**fields, "Predicate": _predicate(fields.get("Predicate") or {})}
        _check_no_loop(fields)
    if batching := fields.get("EventBatchingCondition"):
        fields = {**fields, "EventBatchingCondition": DEFAULT_BATCHING | batching}
    return fields


def _check_actions(actions: list[dict[str, Any]]) -> None:
    if not actions:
        raise InvalidInput("Actions cannot be null or empty")
    for action in actions:
        if bool(action.get("JobName")) == bool(action.get("CrawlerName")):
            raise InvalidInput("An action must name either a JobName or a CrawlerName")
        checked_timeout(action.get("Timeout", 0))


def _predicate(predicate: dict[str, Any]) -> dict[str, Any]:
    conditions = predicate.get("Conditions")
    if not conditions:
        raise InvalidInput("Predicate cannot be null or empty for a CONDITIONAL trigger")
    if len(conditions) > 1 and not predicate.get("Logical"):
        raise InvalidInput("Logical must be AND or ANY if a predicate has more than one condition")
    for condition in conditions:
        _check_condition(condition)
    return {"Logical": "AND", **predicate}


def _check_condition(condition: dict[str, Any]) -> None:
    job = bool(condition.get("JobName"))
    if job == bool(condition.get("CrawlerName")):
        raise InvalidInput("A condition must name either a JobName or a CrawlerName")
    if not condition.get("LogicalOperator"):
        raise InvalidInput("Logical operator cannot be null or empty")
    state = condition.get("State" if job else "CrawlState")
    if not state:
        raise InvalidInput("State cannot be null or empty")
    allowed = _JOB_STATES if job else _CRAWL_STATES
    if state not in allowed:
        raise InvalidInput(f"A trigger can't listen for state {state}; it can for {', '.join(allowed)}")


def _check_no_loop(fields: dict[str, Any]) -> None:
    watched = {node_of(condition) for condition in fields["Predicate"]["Conditions"]}
    for kind, _ in watched & {node_of(action) for action in fields["Actions"]}:
        raise InvalidInput(f"{kind.capitalize()} cannot be a Predicate and Action for Conditional Trigger.")
