"""AWS::Glue::Job."""

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

_FIELDS = (
    "JobMode",
    "JobRunQueuingEnabled",
    "Description",
    "LogUri",
    "Role",
    "ExecutionProperty",
    "Command",
    "Connections",
    "MaxRetries",
    "AllocatedCapacity",
    "Timeout",
    "MaxCapacity",
    "NotificationProperty",
    "SecurityConfiguration",
    "GlueVersion",
    "NumberOfWorkers",
    "WorkerType",
    "ExecutionClass",
    "MaintenanceWindow",
)
_MAPS = ("DefaultArguments", "NonOverridableArguments")


class GlueJobProvider(GlueResource):
    TYPE = "AWS::Glue::Job"
    ARN_KIND = "job"
    SCHEMA = schema(TYPE, ("Name", *_FIELDS, *_MAPS, "Tags"), identifier="Name", create_only=["Name"])

    def create_in(self, glue: Any, model: Model) -> None:
        glue.create_job(Name=model["Name"], Tags=text_map(model.get("Tags")), **_definition(model))

    def update_in(self, glue: Any, model: Model) -> None:
        glue.update_job(JobName=model["Name"], JobUpdate=_definition(model))

    def delete_in(self, glue: Any, model: Model) -> None:
        glue.delete_job(JobName=model["Name"])


class GlueJobProviderPlugin(GluePlugin):
    name = "AWS::Glue::Job"
    provider = GlueJobProvider


def _definition(model: Model) -> Model:
    definition = picked(model, _FIELDS) | {name: text_map(model[name]) for name in _MAPS if model.get(name)}
    if "MaxCapacity" in definition:
        definition["MaxCapacity"] = float(definition["MaxCapacity"])
    return definition
