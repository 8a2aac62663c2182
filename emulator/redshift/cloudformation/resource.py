"""What the CloudFormation types of Redshift Serverless share: names, read-only attributes, updates.

A property's name is the API's with a capital letter. A new name makes LocalStack's engine replace the
resource (`createOnlyProperties`).
"""

from __future__ import annotations

from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from localstack.services.cloudformation import provider_utils
from localstack.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

from emulator.glue_service.cloudformation.resource import InvalidPropertiesError, check_properties
from emulator.glue_service.cloudformation.template_values import as_request, as_text

Model = dict[str, Any]
SERVICE = "redshift-serverless"


class ServerlessResource(ResourceProvider):  # type: ignore[misc]
    """One type; a subclass sets `TYPE`, `SCHEMA`, and `KIND`: `Namespace` or `Workgroup`.

    `CREATE_ONLY` are properties that the API's update doesn't take, `REFUSED` such as nothing stands behind.
    """

    TYPE: str
    SCHEMA: Model
    KIND: str
    CREATE_ONLY: frozenset[str]
    REFUSED: frozenset[str]

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = dict(request.desired_state)
        check_properties(model, self.SCHEMA, request.logical_resource_id)
        self._check_refused(model)
        if not model.get(self._name):
            name = provider_utils.generate_default_name(
                stack_name=request.stack_name, logical_resource_id=request.logical_resource_id
            )
            model[self._name] = name.lower()[:64]
        client = request.aws_client_factory.redshift_serverless
        self._send(client, "Create", _properties(model, self.KIND))
        return self._success(client, model)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        """In place; the tags are those of the new template."""
        previous = dict(request.previous_state or {})
        model = {self._name: previous.get(self._name), **request.desired_state}
        client = request.aws_client_factory.redshift_serverless
        try:
            check_properties(model, self.SCHEMA, request.logical_resource_id)
            self._check_refused(model)
            given = _properties(model, self.KIND)
            self._send(client, "Update", {k: v for k, v in given.items() if k not in self.CREATE_ONLY})
            self._retag(client, model, previous)
        except (BotoCoreError, ClientError, InvalidPropertiesError) as error:
            # LocalStack takes "not found" during an update for a success; only a failed event is a failure.
            return ProgressEvent(OperationStatus.FAILED, resource_model=previous, message=str(error))
        return self._success(client, model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        model = dict(request.desired_state)
        client = request.aws_client_factory.redshift_serverless
        try:
            self._send(client, "Delete", {self._name: model[self._name]})
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
        return ProgressEvent(OperationStatus.SUCCESS, resource_model={})

    @property
    def _name(self) -> str:
        return f"{self.KIND}Name"

    def _check_refused(self, model: Model) -> None:
        for name in sorted(self.REFUSED & model.keys()):
            raise InvalidPropertiesError(f"{name} of {self.TYPE} is not supported by tarmac")

    def _send(self, client: Any, verb: str, properties: Model) -> None:
        operation = f"{verb}{self.KIND}"
        members = as_request(operation, _as_members(properties), SERVICE)
        getattr(client, xform_name(operation))(**members)

    def _success(self, client: Any, model: Model) -> ProgressEvent:
        model[self.KIND] = self._described(client, model)
        return ProgressEvent(OperationStatus.SUCCESS, resource_model=model)

    def _described(self, client: Any, model: Model) -> Model:
        """The resource as `Fn::GetAtt` sees it."""
        kind = self.KIND.lower()
        found = getattr(client, f"get_{kind}")(**{f"{kind}Name": model[self._name]})[kind]
        attributes: Model = _as_attributes(found)
        return attributes

    def _retag(self, client: Any, model: Model, previous: Model) -> None:
        arn = self._described(client, model)[f"{self.KIND}Arn"]
        gone = [tag["Key"] for tag in previous.get("Tags") or []]
        if gone:
            client.untag_resource(resourceArn=arn, tagKeys=gone)
        if model.get("Tags"):
            client.tag_resource(resourceArn=arn, tags=_as_members(model["Tags"]))


class ServerlessPlugin(CloudFormationResourceProviderPlugin):  # type: ignore[misc]
    """Base of the plug-ins by which LocalStack finds a provider; a subclass sets `name` and `provider`."""

    name: str
    provider: type[ServerlessResource]

    def __init__(self) -> None:
        self.factory: type[ServerlessResource] | None = None

    def load(self) -> None:
        self.factory = self.provider


def _properties(model: Model, kind: str) -> Model:
    """Without the read-only attributes."""
    return {name: value for name, value in model.items() if name != kind and value is not None}


def _as_members(value: Any) -> Any:
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _as_members(item) for name, item in value.items()}
    return [_as_members(item) for item in value] if isinstance(value, list) else value


def _as_attributes(value: Any) -> Any:
    """A member of the API as attributes of the type; LocalStack hands out text only."""
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: _as_attributes(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_attributes(item) for item in value]
    return as_text(value) if isinstance(value, bool | int) else str(value)
