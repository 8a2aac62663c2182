"""AWS::Glue::Trigger."""

from __future__ import annotations

from typing import Any

from emulator.glue_service.cloudformation.resource import (
    GluePlugin,
    GlueResource,
    Model,
    picked,
    schema,
    send,
)

_CREATE_ONLY = ("Name", "Type", "WorkflowName")
_UPDATABLE = ("Actions", "Description", "EventBatchingCondition", "Predicate", "Schedule")


class GlueTriggerProvider(GlueResource):
    """`StartOnCreation` has its effect on creation only, as on AWS (cloudformation-coverage-roadmap#1474)."""

    TYPE = "AWS::Glue::Trigger"
    ARN_KIND = "trigger"
    SCHEMA = schema(
        TYPE,
        (*_CREATE_ONLY, *_UPDATABLE, "StartOnCreation", "Tags"),
        identifier="Name",
        create_only=_CREATE_ONLY,
        required=["Type", "Actions"],
    )

    def create_in(self, glue: Any, model: Model) -> None:
        send(glue, "CreateTrigger", **picked(model, self.SCHEMA["properties"]))

    def update_in(self, glue: Any, model: Model) -> None:
        send(glue, "UpdateTrigger", Name=model["Name"], TriggerUpdate=picked(model, _UPDATABLE))

    def delete_in(self, glue: Any, model: Model) -> None:
        send(glue, "DeleteTrigger", Name=model["Name"])


class GlueTriggerProviderPlugin(GluePlugin):
    name = "AWS::Glue::Trigger"
    provider = GlueTriggerProvider
