"""AWS::Glue::Workflow."""

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


class GlueWorkflowProvider(GlueResource):
    TYPE = "AWS::Glue::Workflow"
    ARN_KIND = "workflow"
    SCHEMA = schema(
        TYPE,
        ("Name", "Description", "DefaultRunProperties", "MaxConcurrentRuns", "Tags"),
        identifier="Name",
        create_only=["Name"],
    )

    def create_in(self, glue: Any, model: Model) -> None:
        glue.create_workflow(Name=model["Name"], Tags=text_map(model.get("Tags")), **_definition(model))

    def update_in(self, glue: Any, model: Model) -> None:
        cleared = {"Description": "", "DefaultRunProperties": {}}
        glue.update_workflow(Name=model["Name"], **{**cleared, **_definition(model)})

    def delete_in(self, glue: Any, model: Model) -> None:
        glue.delete_workflow(Name=model["Name"])


class GlueWorkflowProviderPlugin(GluePlugin):
    name = "AWS::Glue::Workflow"
    provider = GlueWorkflowProvider


def _definition(model: Model) -> Model:
    definition = picked(model, ["Description"])
    if model.get("DefaultRunProperties"):
        definition["DefaultRunProperties"] = text_map(model["DefaultRunProperties"])
    if model.get("MaxConcurrentRuns") is not None:
        definition["MaxConcurrentRuns"] = int(model["MaxConcurrentRuns"])
    return definition
