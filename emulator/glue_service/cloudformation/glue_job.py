"""AWS::Glue::Job."""

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

_FIELDS = (
    "AllocatedCapacity",
    "Command",
    "Connections",
    "DefaultArguments",
    "Description",
    "ExecutionClass",
    "ExecutionProperty",
    "GlueVersion",
    "JobMode",
    "JobRunQueuingEnabled",
    "LogUri",
    "MaintenanceWindow",
    "MaxCapacity",
    "MaxRetries",
    "NonOverridableArguments",
    "NotificationProperty",
    "NumberOfWorkers",
    "Role",
    "SecurityConfiguration",
    "Timeout",
    "WorkerType",
)


class GlueJobProvider(GlueResource):
    """`Ref` gives the job's name."""

    TYPE = "AWS::Glue::Job"
    ARN_KIND = "job"
    SCHEMA = schema(
        TYPE,
        ("Name", *_FIELDS, "Tags"),
        identifier="Name",
        create_only=["Name"],
        required=["Command", "Role"],
    )

    def create_in(self, glue: Any, model: Model) -> None:
        send(glue, "CreateJob", **picked(model, ("Name", "Tags", *_FIELDS)))

    def update_in(self, glue: Any, model: Model) -> None:
        send(glue, "UpdateJob", JobName=model["Name"], JobUpdate=picked(model, _FIELDS))

    def delete_in(self, glue: Any, model: Model) -> None:
        send(glue, "DeleteJob", JobName=model["Name"])


class GlueJobProviderPlugin(GluePlugin):
    name = "AWS::Glue::Job"
    provider = GlueJobProvider
