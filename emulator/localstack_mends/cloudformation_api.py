"""CloudFormation's operations on stacks, with `cloudformation_stacks` doing the work."""

from __future__ import annotations

from typing import Any

from localstack.aws.api import handler
from localstack.services.cloudformation import api_utils
from localstack.services.cloudformation.engine import template_preparer
from localstack.services.cloudformation.engine.validations import ValidationError
from localstack.services.cloudformation.stores import get_cloudformation_store
from localstack.services.cloudformation.v2 import provider as v2
from localstack.services.cloudformation.v2.entities import ChangeSet
from localstack.utils.threads import start_worker_thread

from emulator.localstack_mends.cloudformation_stacks import delete_resources, is_create, run_change_set

UPDATABLE = frozenset(
    {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_FAILED", "REVIEW_IN_PROGRESS"}
)
NO_CHANGES = "didn't contain changes"


def apply() -> None:
    """Puts this module's operations in the place of LocalStack's."""
    from emulator.localstack_mends.patching import wrap

    cls = v2.CloudformationProviderV2
    cls.create_stack = create_stack
    cls.update_stack = update_stack
    cls.execute_change_set = execute_change_set
    cls.delete_stack = delete_stack
    wrap(cls, "create_change_set", _create_change_set)


def _create_change_set(original: Any, provider: Any, context: Any, request: dict[str, Any]) -> Any:
    """Refuses stacks that can't be updated, leaves the stack's own status alone, and no stack on an error.

    Raises ValidationError, with AWS's text, for a stack in ROLLBACK_COMPLETE and the like.
    """
    stack = _find(context, request.get("StackName"))
    before = stack.status if stack else None
    if stack and request.get("ChangeSetType", "UPDATE") == "UPDATE" and before not in UPDATABLE:
        raise ValidationError(f"Stack:{stack.stack_id} is in {before} state and can not be updated.")
    if stack and request.get("UsePreviousTemplate"):
        request["TemplateBody"] = stack.template_body
    if stack:
        _refuse_other_types(stack, request)
    try:
        result = original(provider, context, request)
    except Exception:
        if not stack:
            _forget(context, request.get("StackName"))
        raise
    if stack and before not in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE"):
        stack.status = before
    return result


@handler("CreateStack", expand=False)  # type: ignore[untyped-decorator]
def create_stack(self: Any, context: Any, request: dict[str, Any]) -> dict[str, Any]:
    """A change set of type CREATE, made and executed."""
    name = request.get("StackName")
    if stack := _find(context, name):
        raise v2.AlreadyExistsException(f"Stack [{name}] already exists in status {stack.status}")
    _require_capabilities(request)
    change_set = _change_set(self, context, request, "CREATE")
    change_set.stack.tags = request.get("Tags") or []
    change_set.stack.enable_termination_protection = bool(request.get("EnableTerminationProtection"))
    _start(change_set, _on_failure(request))
    return {"StackId": change_set.stack.stack_id}


@handler("UpdateStack", expand=False)  # type: ignore[untyped-decorator]
def update_stack(self: Any, context: Any, request: dict[str, Any]) -> dict[str, Any]:
    """A change set of type UPDATE, made and executed.

    Raises ValidationError if the stack does not exist, can't be updated, or nothing would change.
    """
    name = request.get("StackName")
    stack = _find(context, name)
    if not stack or stack.status == "REVIEW_IN_PROGRESS":
        raise ValidationError(f"Stack [{name}] does not exist")
    _require_capabilities(request)
    change_set = _change_set(self, context, request, "UPDATE")
    _start(change_set, _on_failure(request))
    return {"StackId": stack.stack_id}


@handler("ExecuteChangeSet")  # type: ignore[untyped-decorator]
def execute_change_set(
    self: Any,  # noqa: ARG001
    context: Any,
    change_set_name: str,
    stack_name: str | None = None,
    disable_rollback: bool | None = None,
    **_kwargs: Any,
) -> dict[str, Any]:
    """Starts the change set and returns.

    Raises ChangeSetNotFoundException, or InvalidChangeSetStatusException if it was executed or has failed.
    """
    store = get_cloudformation_store(context.account_id, context.region)
    change_set = v2.find_change_set_v2(store, change_set_name, stack_name)
    if not change_set:
        raise v2.ChangeSetNotFoundException(f"ChangeSet [{change_set_name}] does not exist")
    if change_set.execution_status != "AVAILABLE":
        raise v2.InvalidChangeSetStatusException(
            f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current status of "
            f"[{change_set.status}]"
        )
    change_set.stack.tags = change_set.tags
    _start(change_set, "DO_NOTHING" if disable_rollback else "ROLLBACK")
    return {}


@handler("DeleteStack")  # type: ignore[untyped-decorator]
def delete_stack(
    self: Any,  # noqa: ARG001
    context: Any,
    stack_name: str,
    retain_resources: list[str] | None = None,
    **_kwargs: Any,
) -> None:
    """Starts the deletion and returns; a stack that does not exist is no error.

    Raises ValidationError for a stack with termination protection.
    """
    stack = _find(context, stack_name)
    if not stack or stack.status == "DELETE_COMPLETE":
        return
    if stack.enable_termination_protection:
        raise ValidationError(
            f"Stack [{stack_name}] cannot be deleted while TerminationProtection is enabled"
        )
    change_set = ChangeSet(stack, {"ChangeSetName": f"delete-{stack.stack_name}"}, template_body="")
    stack.set_stack_status("DELETE_IN_PROGRESS")
    start_worker_thread(lambda *_: delete_resources(change_set, retain_resources or []))


def _change_set(provider: Any, context: Any, request: dict[str, Any], kind: str) -> Any:
    named = {**request, "ChangeSetName": f"{kind.lower()}-{request['StackName'].split('/')[-1]}"}
    result = provider.create_change_set(context, {**named, "ChangeSetType": kind})
    change_set = get_cloudformation_store(context.account_id, context.region).change_sets[result["Id"]]
    if change_set.status == "FAILED":
        no_changes = NO_CHANGES in (change_set.status_reason or "")
        raise ValidationError("No updates are to be performed." if no_changes else change_set.status_reason)
    return change_set


def _start(change_set: Any, on_failure: str) -> None:
    change_set.set_execution_status("EXECUTE_IN_PROGRESS")
    change_set.stack.status_reason = None
    change_set.stack.set_stack_status("CREATE_IN_PROGRESS" if is_create(change_set) else "UPDATE_IN_PROGRESS")
    start_worker_thread(lambda *_: run_change_set(change_set, on_failure))


def _find(context: Any, name: str | None) -> Any:
    store = get_cloudformation_store(context.account_id, context.region)
    if not name or (v2.is_stack_arn(name) and name not in store.stacks_v2):
        return None
    return v2.find_stack_v2(store, name)


def _forget(context: Any, name: str | None) -> None:
    if stack := _find(context, name):
        get_cloudformation_store(context.account_id, context.region).stacks_v2.pop(stack.stack_id)


def _refuse_other_types(stack: Any, request: dict[str, Any]) -> None:
    """LocalStack sees no change when only the type of a resource does."""
    before = (stack.template or {}).get("Resources") or {}
    after = template_preparer.parse_template(api_utils.extract_template_body(request)).get("Resources") or {}
    changed = [
        name for name in before.keys() & after.keys() if before[name]["Type"] != after[name].get("Type")
    ]
    if changed:
        raise ValidationError(
            "Update of resource type is not permitted. The new template modifies resource type of the "
            f"following resources: [{', '.join(sorted(changed))}]"
        )


def _on_failure(request: dict[str, Any]) -> str:
    return "DO_NOTHING" if request.get("DisableRollback") else str(request.get("OnFailure") or "ROLLBACK")


def _require_capabilities(request: dict[str, Any]) -> None:
    body = request.get("TemplateBody") or ""
    transforms = '"Transform"' in body or "\nTransform:" in body or "Fn::Transform" in body
    if transforms and "CAPABILITY_AUTO_EXPAND" not in (request.get("Capabilities") or []):
        raise v2.InsufficientCapabilitiesException("Requires capabilities : [CAPABILITY_AUTO_EXPAND]")
