"""Services, actions and fields of `aws-sdk` tasks under the names that Step Functions has for them.

These are the AWS SDK for Java 2.x's: `redshiftdata`, `eventbridge`, `cloudwatchlogs`; actions in camelCase,
fields in PascalCase ("Learning to use AWS service SDK integrations in Step Functions").
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

SDK_PREFIX = "arn:aws:states:::aws-sdk:"
GLUE_RUN_PREFIX = "arn:aws:states:::glue:startJobRun"
# Where Java's name is not the Python SDK's without its hyphens.
JAVA_NAMES = {
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
    "sfn": "stepfunctions",
    "states": "stepfunctions",
    "cloudwatchevents": "events",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "cognitoidentityprovider": "cognito-idp",
    "costexplorer": "ce",
    "databasemigration": "dms",
    "directory": "ds",
}
ERROR_PREFIXES = {"DynamoDB": "DynamoDb"}


@functools.cache
def _loader() -> Loader:
    return Loader()


@functools.cache
def _names_without_hyphens() -> dict[str, str]:
    services: list[str] = _loader().list_available_services("service-2")
    return {name.replace("-", ""): name for name in services}


def boto_service(name: str) -> str:
    """The Python SDK's name of a service that a resource ARN names; the name itself if there is none."""
    return JAVA_NAMES.get(name) or _names_without_hyphens().get(name, name)


@functools.cache
def service_model(name: str) -> ServiceModel | None:
    """The model of a service by the name in a resource ARN; None if the SDK has none."""
    try:
        return ServiceModel(_loader().load_service_model(boto_service(name), "service-2"), boto_service(name))
    except UnknownServiceError:
        return None


def error_prefix(name: str) -> str:
    """What stands before the dot of an error's name, as `Glue`, `Ssm`, `RedshiftData`."""
    model = service_model(name)
    service_id = str(model.service_id).replace(" ", "") if model else name
    if service_id in ERROR_PREFIXES:
        return ERROR_PREFIXES[service_id]
    return service_id.capitalize() if service_id.isupper() else service_id


def operation(resource: str) -> OperationModel | None:
    """The operation of an `aws-sdk` resource ARN; None if the service or the action is unknown."""
    service, _, action = resource.removeprefix(SDK_PREFIX).partition(":")
    model = service_model(service)
    name = action.partition(".")[0]
    if model is None or not name[:1].islower():
        return None
    wanted = next((known for known in model.operation_names if known.lower() == name.lower()), None)
    return model.operation_model(wanted) if wanted else None


def unsupported_resource(resource: str) -> str:
    """Why a resource of an `aws-sdk` task, or of Glue's, is refused, in AWS's words; empty if it is not."""
    if resource.startswith(SDK_PREFIX):
        known = operation(resource) is not None and _pattern(resource) in ("", "waitForTaskToken")
    else:
        known = not resource.startswith(GLUE_RUN_PREFIX) or _pattern(resource) in ("", "sync")
    if known:
        return ""
    return (
        f"The resource provided {resource} is not recognized. The value is not a valid resource ARN, "
        "or the resource is not available in this region."
    )


def _pattern(resource: str) -> str:
    return resource.rpartition(":::")[2].partition(".")[2]


def unsupported_fields(resource: str, given: dict[str, Any]) -> Iterator[str]:
    """What AWS refuses of a task's Parameters: fields the action lacks, and required ones left out."""
    model = _checked_operation(resource)
    if model is None or model.input_shape is None:
        return
    known = {_pascal_case(member).lower() for member in model.input_shape.members}
    names = {name.removesuffix(".$") for name in given}
    for name in names:
        if name.lower() not in known or not name[:1].isupper():
            yield f"The field '{name}' is not supported by Step Functions"
    present = {name.lower() for name in names}
    for member in model.input_shape.required_members:
        generated = model.input_shape.members[member].metadata.get("idempotencyToken")
        if member.lower() not in present and not generated:
            yield f"The field '{_pascal_case(member)}' is required but was missing"


def _checked_operation(resource: str) -> OperationModel | None:
    if resource.startswith(GLUE_RUN_PREFIX):
        return operation(f"{SDK_PREFIX}glue:startJobRun")
    return operation(resource) if resource.startswith(SDK_PREFIX) else None


def _pascal_case(member: str) -> str:
    return member[:1].upper() + member[1:]
