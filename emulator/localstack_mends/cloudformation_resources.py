"""Creates, updates and deletes one resource: an update really changes it, or fails and says so.

LocalStack reports success for an update that its resource provider does not implement, and some providers
return success without a change. What this package's own updates cover is in `UPDATES`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from botocore.exceptions import ClientError
from localstack.services.cloudformation.deployment_utils import check_not_found_exception
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProviderExecutor,
    convert_payload,
)

from emulator.localstack_mends import resource_identity, resource_messaging, resource_storage, s3_adoption

LOG = logging.getLogger(__name__)

NOT_UPDATABLE = "NotUpdatable"
"""The error code of an update that nothing implements, so that nothing has changed."""

Change = Callable[[Any, dict[str, Any], dict[str, Any]], None]

UPDATES: dict[str, Change] = {
    **resource_identity.UPDATES,
    **resource_messaging.UPDATES,
    **resource_storage.UPDATES,
}
BEFORE_CREATE: dict[str, Change] = {**resource_storage.BEFORE_CREATE}
AFTER_CREATE: dict[str, Change] = {**resource_storage.AFTER_CREATE, **resource_messaging.AFTER_CREATE}
BEFORE_DELETE: dict[str, Change] = {**resource_messaging.BEFORE_DELETE}


def apply() -> None:
    """Puts `execute_action` in the place of the executor's own."""
    ResourceProviderExecutor.execute_action = execute_action


def execute_action(executor: Any, provider: Any, payload: dict[str, Any]) -> Any:
    """Runs one action of a change set against a resource; LocalStack's ProgressEvent."""
    request = convert_payload(stack_name=executor.stack_name, stack_id=executor.stack_id, payload=payload)
    actions = {"Add": _create, "Modify": _update, "Dynamic": _update, "Remove": _delete}
    return actions[payload["action"]](provider, request)


def _create(provider: Any, request: Any) -> Any:
    kind = request.resource_type
    if before := BEFORE_CREATE.get(kind):
        before(request.aws_client_factory, request.desired_state, {})
    try:
        event = provider.create(request)
        if (after := AFTER_CREATE.get(kind)) and event.status == OperationStatus.SUCCESS:
            after(request.aws_client_factory, event.resource_model, {})
    except Exception as error:
        _remove_half_made(provider, request, error)
        raise
    return event


def _remove_half_made(provider: Any, request: Any, error: Exception) -> None:
    """Deletes what a failed create may have left, unless it failed because something was there before."""
    if any(word in f"{type(error).__name__} {error}" for word in ("Exists", "exists", "InUse", "Conflict")):
        return
    if s3_adoption.give_back(request.resource_type, request.desired_state):
        return
    request.previous_state = request.desired_state
    try:
        provider.delete(request)
    except Exception as second:
        LOG.debug("nothing of %s to remove: %s", request.logical_resource_id, second)


def _update(provider: Any, request: Any) -> Any:
    previous = request.previous_state or {}
    if update := UPDATES.get(request.resource_type):
        model = with_kept_values(request.desired_state, previous, kept_names(provider.SCHEMA))
        update(request.aws_client_factory, model, previous)
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)
    try:
        return provider.update(request)
    except NotImplementedError:
        return _without_update(request, previous)


def _without_update(request: Any, previous: dict[str, Any]) -> Any:
    changed = sorted(key for key, value in request.desired_state.items() if previous.get(key) != value)
    if not changed:
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=previous)
    return ProgressEvent(
        status=OperationStatus.FAILED,
        resource_model={},
        error_code=NOT_UPDATABLE,
        message=f"{request.resource_type} can't be updated here ({', '.join(changed)} changed); "
        "give the resource another logical id, so that it is made anew",
    )


def _delete(provider: Any, request: Any) -> Any:
    if before := BEFORE_DELETE.get(request.resource_type):
        before(request.aws_client_factory, request.desired_state, {})
    try:
        return provider.delete(request)
    except Exception as error:
        if _is_gone(error, request):
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})
        return ProgressEvent(status=OperationStatus.FAILED, resource_model={}, message=str(error))


def _is_gone(error: Exception, request: Any) -> bool:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    return any(word in code for word in ("NotFound", "NoSuch", "NonExistent", "DoesNotExist")) or bool(
        check_not_found_exception(error, request.resource_type, request.desired_state)
    )


def kept_names(schema: dict[str, Any]) -> set[str]:
    """The properties an update can't change: identifiers, read-only and create-only ones."""
    groups: Iterable[str] = ("primaryIdentifier", "readOnlyProperties", "createOnlyProperties")
    return {path.removeprefix("/properties/") for group in groups for path in schema.get(group, [])}


def with_kept_values(desired: dict[str, Any], previous: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """The desired properties, completed by the previous values of `names`."""
    return {**{name: previous[name] for name in names if name in previous}, **desired}
