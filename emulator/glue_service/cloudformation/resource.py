"""What all CloudFormation providers of Glue types share: naming, updates in place, replacement, deletion.

A change of a create-only property (`SCHEMA`) is a replacement that LocalStack's engine makes.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
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

from emulator.glue_service.cloudformation.template_values import as_request, as_text

Model = dict[str, Any]


class InvalidPropertiesError(Exception):
    """A template gives properties that the type doesn't have, or leaves out one that it needs."""


class GlueResource(ResourceProvider):  # type: ignore[misc]
    """One CloudFormation type; subclasses say how to create, change and delete it through the Glue API.

    A subclass sets `TYPE`, `SCHEMA`, `NAME_PATH`, the place of the resource's name in its properties, and
    `ARN_KIND` if it has tags.
    """

    TYPE: str
    SCHEMA: Model
    NAME_PATH: tuple[str, ...] = ("Name",)
    ARN_KIND = ""

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = copy.deepcopy(dict(request.desired_state))
        check_properties(model, self.SCHEMA, request.logical_resource_id)
        self._name(model, request)
        self.create_in(request.aws_client_factory.glue, model)
        return self._success(model)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        """In place; a new name makes a new resource and deletes the old one."""
        model, previous = copy.deepcopy(dict(request.desired_state)), dict(request.previous_state or {})
        glue = request.aws_client_factory.glue
        try:
            check_properties(model, self.SCHEMA, request.logical_resource_id)
            self._name(model, request, name_in(previous, self.name_path(previous)))
            self._change(glue, model, previous)
            self._retag(request, model, previous)
        except (BotoCoreError, ClientError, InvalidPropertiesError) as error:
            # LocalStack takes "not found" during an update for a success; only a failed event is a failure.
            return _failure(str(error), previous)
        return self._success(model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        model = dict(request.desired_state)
        self._delete_if_there(request.aws_client_factory.glue, model)
        return self._success(model)

    def create_in(self, glue: Any, model: Model) -> None:
        raise NotImplementedError

    def update_in(self, glue: Any, model: Model) -> None:
        raise NotImplementedError

    def delete_in(self, glue: Any, model: Model) -> None:
        raise NotImplementedError

    def name_path(self, _model: Model) -> tuple[str, ...]:
        """Where in these properties the resource's name is."""
        return self.NAME_PATH

    def id_of(self, model: Model) -> str:
        """What `Ref` gives for a type whose primary identifier is `Id`."""
        return str(name_in(model, self.name_path(model)))

    def _change(self, glue: Any, model: Model, previous: Model) -> None:
        if name_in(previous, self.name_path(model)) == name_in(model, self.name_path(model)):
            self.update_in(glue, model)
            return
        self.create_in(glue, model)
        self._delete_if_there(glue, previous)

    def _success(self, model: Model) -> ProgressEvent:
        if "/properties/Id" in self.SCHEMA["primaryIdentifier"]:
            model["Id"] = self.id_of(model)
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

    def _retag(self, request: ResourceRequest, model: Model, previous: Model) -> None:
        wanted, present = text_map(model.get("Tags")), text_map(previous.get("Tags"))
        if not self.ARN_KIND or wanted == present:
            return
        name = name_in(model, self.name_path(model))
        arn = f"arn:aws:glue:{request.region_name}:{request.account_id}:{self.ARN_KIND}/{name}"
        glue = request.aws_client_factory.glue
        if gone := sorted(present.keys() - wanted.keys()):
            glue.untag_resource(ResourceArn=arn, TagsToRemove=gone)
        if wanted:
            glue.tag_resource(ResourceArn=arn, TagsToAdd=wanted)

    def _delete_if_there(self, glue: Any, model: Model) -> None:
        try:
            self.delete_in(glue, model)
        except ClientError as error:
            if error.response["Error"]["Code"] != "EntityNotFoundException":
                raise

    def _name(self, model: Model, request: ResourceRequest, previous_name: str | None = None) -> None:
        if name_in(model, self.name_path(model)):
            return
        *folders, last = self.name_path(model)
        place = model
        for folder in folders:
            place = place.setdefault(folder, {})
        place[last] = previous_name or provider_utils.generate_default_name(
            stack_name=request.stack_name, logical_resource_id=request.logical_resource_id
        )


class GluePlugin(CloudFormationResourceProviderPlugin):  # type: ignore[misc]
    """Base of the plug-ins by which LocalStack finds a provider; a subclass sets `name` and `provider`."""

    name: str
    provider: type[GlueResource]

    def __init__(self) -> None:
        self.factory: type[GlueResource] | None = None

    def load(self) -> None:
        self.factory = self.provider


def name_in(model: Model, path: tuple[str, ...]) -> str | None:
    """The resource's name, None if the template leaves it to CloudFormation."""
    value: Any = model
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return None if value is None else str(value)


def picked(model: Model, names: Iterable[str]) -> Model:
    """The properties of those names that the template gives."""
    return {name: model[name] for name in names if model.get(name) is not None}


def send(glue: Any, operation: str, **members: Any) -> None:
    """Calls an operation of the Glue API, with a template's values in the API's types; None is left out."""
    given = {name: value for name, value in members.items() if value is not None}
    getattr(glue, xform_name(operation))(**as_request(operation, given))


def schema(
    type_name: str,
    properties: Iterable[str],
    identifier: str,
    create_only: Iterable[str] = (),
    required: Iterable[str] = (),
) -> Model:
    """The part of a type's registry schema that LocalStack and `check_properties` read."""
    return {
        "typeName": type_name,
        "properties": {name: {} for name in properties},
        "required": list(required),
        "primaryIdentifier": [f"/properties/{identifier}"],
        "createOnlyProperties": [f"/properties/{name}" for name in create_only],
    }


def check_properties(model: Model, type_schema: Model, logical_id: str) -> None:
    """Raises InvalidPropertiesError, in CloudFormation's words, for unknown and for missing properties."""
    known = {*type_schema["properties"], "Id"}
    wrong = [f"extraneous key [{name}] is not permitted" for name in model if name not in known]
    wrong += [
        f"required key [{name}] not found" for name in type_schema["required"] if model.get(name) is None
    ]
    if wrong:
        listed = "\n".join(f"#: {one}" for one in wrong)
        raise InvalidPropertiesError(
            f"Properties validation failed for resource {logical_id} with message:\n{listed}"
        )


def text_map(values: Model | None) -> dict[str, str]:
    """A template's map as the API takes it: YAML's numbers and booleans become text."""
    return {key: as_text(value) for key, value in (values or {}).items()}


def _failure(message: str, model: Model) -> ProgressEvent:
    return ProgressEvent(status=OperationStatus.FAILED, resource_model=model, message=message)
