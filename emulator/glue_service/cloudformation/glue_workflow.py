"""AWS::Glue::Workflow."""

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

_FIELDS = ("DefaultRunProperties", "Description", "MaxConcurrentRuns")
_CLEARED: Model = {"Description": "", "DefaultRunProperties": {}}
"""What an update sends for a property that the template no longer has."""


class GlueWorkflowProvider(GlueResource):
    """`Ref` gives the workflow's name."""

    TYPE = "AWS::Glue::Workflow"
    ARN_KIND = "workflow"
    SCHEMA = schema(TYPE, ("Name", *_FIELDS, "Tags"), identifier="Name", create_only=["Name"])

    def create_in(self, glue: Any, model: Model) -> None:
        send(glue, "CreateWorkflow", **picked(model, self.SCHEMA["properties"]))

    def update_in(self, glue: Any, model: Model) -> None:
        send(glue, "UpdateWorkflow", Name=model["Name"], **{**_CLEARED, **picked(model, _FIELDS)})

    def delete_in(self, glue: Any, model: Model) -> None:
        send(glue, "DeleteWorkflow", Name=model["Name"])


class GlueWorkflowProviderPlugin(GluePlugin):
    name = "AWS::Glue::Workflow"
    provider = GlueWorkflowProvider
