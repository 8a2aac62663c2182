"""AWS::Glue::Trigger."""

from __future__ import annotations

from typing import Any

from emulator.glue_service.cloudformation.resource import (
    GluePlugin,
    GlueResource,
    Model,
    picked,
    schema,
    text_map,
)

_CREATE_ONLY = ("Name", "Type", "WorkflowName")
_UPDATABLE = ("Description", "Schedule", "Predicate")


class GlueTriggerProvider(GlueResource):
    """`StartOnCreation` has its effect on creation only; a changed type or workflow makes a new trigger."""

    TYPE = "AWS::Glue::Trigger"
    ARN_KIND = "trigger"
    SCHEMA = schema(
        TYPE,
        (*_CREATE_ONLY, *_UPDATABLE, "Actions", "EventBatchingCondition", "StartOnCreation", "Tags"),
        identifier="Name",
        create_only=_CREATE_ONLY,
    )

    def create_in(self, glue: Any, model: Model) -> None:
        given = picked(model, (*_CREATE_ONLY, "StartOnCreation"))
        glue.create_trigger(Tags=text_map(model.get("Tags")), **given, **_definition(model))

    def update_in(self, glue: Any, model: Model) -> None:
        glue.update_trigger(Name=model["Name"], TriggerUpdate=_definition(model))

    def delete_in(self, glue: Any, model: Model) -> None:
        glue.delete_trigger(Name=model["Name"])

    def _change(self, glue: Any, model: Model, previous: Model) -> None:
        if picked(model, _CREATE_ONLY) == picked(previous, _CREATE_ONLY):
            self.update_in(glue, model)
            return
        self.delete_in(glue, previous)
        self.create_in(glue, model)


class GlueTriggerProviderPlugin(GluePlugin):
    name = "AWS::Glue::Trigger"
    provider = GlueTriggerProvider


def _definition(model: Model) -> Model:
    definition = picked(model, _UPDATABLE)
    definition["Actions"] = [_action(action) for action in model["Actions"]]
    if batching := model.get("EventBatchingCondition"):
        definition["EventBatchingCondition"] = _whole_numbers(batching)
    return definition


def _action(action: Model) -> Model:
    known = _whole_numbers(action)
    if action.get("Arguments"):
        known["Arguments"] = text_map(action["Arguments"])
    if action.get("NotificationProperty"):
        known["NotificationProperty"] = _whole_numbers(action["NotificationProperty"])
    return known


def _whole_numbers(values: Model) -> Model:
    """The values given; numbers that a template writes as text become numbers."""
    numbers = ("Timeout", "NotifyDelayAfter", "BatchSize", "BatchWindow")
    given = {name: value for name, value in values.items() if value is not None}
    return {name: int(value) if name in numbers else value for name, value in given.items()}
