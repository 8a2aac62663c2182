"""A workflow as the target of an EventBridge rule: its EVENT trigger collects the events.

Source: "Starting an AWS Glue workflow with an Amazon EventBridge event" in the developer guide.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError
from localstack.services.events.target import TargetSender, TargetSenderFactory

from emulator.glue_service.glue_api import glue_api
from emulator.glue_service.models import Scope
from emulator.glue_service.trigger_models import Trigger, TriggerType
from emulator.glue_service.workflow_starts import triggers_of


def register() -> None:
    """Makes rules deliver to `arn:aws:glue:<region>:<account>:workflow/<name>`."""
    TargetSenderFactory.register_target_sender("glue", WorkflowTargetSender)


class WorkflowTargetSender(TargetSender):  # type: ignore[misc]
    """Delivers a rule's events to a workflow."""

    def send_event(self, event: Any, _trace_header: Any) -> None:
        """Raises ClientError EntityNotFoundException if no workflow of that name waits for events."""
        _, _, _, region, account_id, resource = self.target["Arn"].split(":", 5)
        name = resource.removeprefix("workflow/")
        event_id = str(event.get("id", "")) if isinstance(event, dict) else ""
        if not take_event(Scope(account_id, region), name, event_id):
            message = f"No workflow {name} with an EVENT trigger"
            raise ClientError(
                {"Error": {"Code": "EntityNotFoundException", "Message": message}}, "NotifyEvent"
            )


def take_event(scope: Scope, workflow_name: str, event_id: str) -> bool:
    """Gives an event to the workflow's EVENT trigger; False if there is none."""
    api = glue_api()
    with api.triggers.lock:
        triggers = triggers_of(api.stores, scope, workflow_name)
        trigger = next((one for one in triggers if one.type is TriggerType.EVENT), None)
        if trigger is None:
            return False
        _collect(scope, trigger, event_id)
    api.trigger_clock.changed()
    return True


def _collect(scope: Scope, trigger: Trigger, event_id: str) -> None:
    api, batching = glue_api(), trigger.batching
    trigger.events.append(event_id)
    if len(trigger.events) >= batching["BatchSize"]:
        api.workflow_starts.by_events(scope, trigger, {"BatchSize": batching["BatchSize"]})
    elif trigger.window_ends is None:
        trigger.window_ends = api.trigger_clock.now() + timedelta(seconds=batching["BatchWindow"])
