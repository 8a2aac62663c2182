"""The template's parameters, from the settings and the keys of what was uploaded."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.artifacts import ArtifactKeys
from pipeline.settings import PipelineSettings

SECRET_PARAMETERS = ("WarehousePassword",)  # those with NoEcho


def template_parameters(settings: PipelineSettings, bucket: str, keys: ArtifactKeys) -> dict[str, str]:
    """Name and value of every parameter of pipeline.yaml that the settings decide."""
    return {
        "Prefix": settings.prefix,
        "DatabaseName": settings.catalog_database,
        "ArtifactBucket": bucket,
        "ScriptKey": keys.script,
        "LibraryKey": keys.library,
        "DefinitionKey": keys.definition,
        "PollSeconds": str(settings.poll_seconds),
        "MaxRejectedRatio": f"{settings.max_rejected_ratio:g}",
        "AdditionalPythonModules": settings.additional_python_modules,
        "WarehouseUrl": settings.warehouse_url,
        "WarehouseDatabase": settings.warehouse_database,
        "WarehouseUser": settings.warehouse_user,
        "WarehousePassword": settings.warehouse_password,
        "WarehouseSecretArn": settings.warehouse_secret_arn,
        "WarehouseSecretKeyArn": settings.warehouse_secret_key_arn,
        "WarehouseRequiresTls": str(settings.warehouse_requires_tls).lower(),
        "SubnetId": settings.subnet_id,
        "SubnetAvailabilityZone": settings.subnet_availability_zone,
        "SecurityGroupId": settings.security_group_id,
        "CopyRoleArn": settings.copy_role_arn,
        "DataQualityRuleset": settings.data_quality_ruleset,
        "AlertEmail": settings.alert_email,
        "AlarmActions": str(settings.alarm_actions).lower(),
        "LogRetentionDays": str(settings.log_retention_days),
        "WorkerType": settings.worker_type,
        "NumberOfWorkers": str(settings.number_of_workers),
        "JobTimeoutMinutes": str(settings.job_timeout_minutes),
    }


def without_secrets(parameters: Mapping[str, str]) -> dict[str, str | None]:
    """The same parameters, with None (keep the stack's value) for each secret."""
    return {name: None if name in SECRET_PARAMETERS else value for name, value in parameters.items()}
