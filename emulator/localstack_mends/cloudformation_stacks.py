"""Stacks that come through whole or not at all: create, update and delete with a real rollback.

Without this LocalStack leaves a failed create's resources behind, does not revert a failed update, forgets
the resources it did not reach, and calls a failed delete complete. A stack's states here:

    CREATE_IN_PROGRESS → CREATE_COMPLETE
                       → ROLLBACK_IN_PROGRESS → ROLLBACK_COMPLETE (only DeleteStack is possible)
    UPDATE_IN_PROGRESS → UPDATE_COMPLETE_CLEANUP_IN_PROGRESS → UPDATE_COMPLETE
                       → UPDATE_ROLLBACK_IN_PROGRESS → UPDATE_ROLLBACK_COMPLETE (updatable as before)
    DELETE_IN_PROGRESS → DELETE_COMPLETE or DELETE_FAILED (what is left can be deleted again)
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from localstack.aws.api.cloudformation import StackStatus

from emulator.localstack_mends.cloudformation_execution import StackExecution, retained


def run_change_set(change_set: Any, on_failure: str = "ROLLBACK") -> None:
    """Executes the change set to its end and leaves stack and change set in one of their final states.

    `on_failure` is CloudFormation's OnFailure: ROLLBACK, DELETE or DO_NOTHING.
    """
    execution = StackExecution(change_set)
    reason = execution.apply()
    if reason is None:
        _commit(execution, change_set)
        return
    change_set.set_execution_status("EXECUTE_FAILED")
    if is_create(change_set):
        _roll_back_create(execution, reason, on_failure)
    else:
        _roll_back_update(execution, reason, on_failure)


def is_create(change_set: Any) -> bool:
    """Whether the change set makes the stack's resources for the first time."""
    return bool(change_set.change_set_type == "CREATE")


def _commit(execution: StackExecution, change_set: Any) -> None:
    stack = change_set.stack
    if execution.has_clean_up:
        stack.set_stack_status(StackStatus.UPDATE_COMPLETE_CLEANUP_IN_PROGRESS)
        execution.clean_up()
    stack.resolved_resources = execution.resources
    stack.resolved_outputs = execution.outputs
    stack.resolved_parameters = change_set.resolved_parameters
    stack.resolved_exports = {
        output["ExportName"]: output["OutputValue"]
        for output in execution.outputs
        if output.get("ExportName")
    }
    stack.change_set_id = change_set.change_set_id
    stack.template = change_set.template
    stack.description = change_set.template.get("Description")
    stack.processed_template = change_set.processed_template
    stack.template_body = change_set.template_body
    change_set.set_execution_status("EXECUTE_COMPLETE")
    stack.set_stack_status(
        StackStatus.CREATE_COMPLETE if is_create(change_set) else StackStatus.UPDATE_COMPLETE
    )


def _roll_back_create(execution: StackExecution, reason: str, on_failure: str) -> None:
    stack = execution.stack
    stack.template_body = execution._change_set.template_body
    stack.template = execution._change_set.template
    if on_failure == "DO_NOTHING":
        stack.resolved_resources = _deployed(execution.resources)
        stack.set_stack_status(StackStatus.CREATE_FAILED, reason)
        return
    stack.set_stack_status(
        StackStatus.ROLLBACK_IN_PROGRESS, f"{reason.rstrip('.')}. Rollback requested by user."
    )
    created = _deployed(execution.resources)
    left = execution.take_back()
    stack.resolved_resources = {name: created[name] for name in left if name in created}
    _forget_states(stack, left)
    if left:
        stack.set_stack_status(StackStatus.ROLLBACK_FAILED, f"could not delete [{', '.join(left)}]")
    elif on_failure == "DELETE":
        _deleted(stack)
    else:
        stack.set_stack_status(StackStatus.ROLLBACK_COMPLETE)


def _roll_back_update(execution: StackExecution, reason: str, on_failure: str) -> None:
    stack = execution.stack
    if on_failure == "DO_NOTHING":
        stack.resolved_resources = {**stack.resolved_resources, **_deployed(execution.resources)}
        stack.set_stack_status(StackStatus.UPDATE_FAILED, reason)
        return
    stack.set_stack_status(StackStatus.UPDATE_ROLLBACK_IN_PROGRESS, reason)
    left = execution.take_back()
    _forget_states(stack, left)
    if left:
        stack.set_stack_status(StackStatus.UPDATE_ROLLBACK_FAILED, f"could not revert [{', '.join(left)}]")
    else:
        stack.set_stack_status(StackStatus.UPDATE_ROLLBACK_COMPLETE)


def delete_resources(change_set: Any, retain: list[str]) -> None:
    """Deletes the stack's resources, those that depend on others first; keeps retained ones.

    Retained are `retain` and those whose DeletionPolicy says so.
    """
    stack = change_set.stack
    execution = StackExecution(change_set)
    kept = {*retain, *retained(stack)}
    failures = {}
    for name, resource in reversed(list(stack.resolved_resources.items())):
        if name not in kept and (reason := execution.remove(name, resource)):
            failures[name] = reason
    if failures:
        stack.resolved_resources = {name: stack.resolved_resources[name] for name in reversed(failures)}
        text = "; ".join(f"{name}: {reason}" for name, reason in failures.items())
        stack.set_stack_status(
            StackStatus.DELETE_FAILED, f"The following resource(s) failed to delete: {text}"
        )
    else:
        _deleted(stack)


def _deleted(stack: Any) -> None:
    stack.resolved_resources = {}
    stack.resolved_exports = {}
    stack.set_stack_status(StackStatus.DELETE_COMPLETE)
    stack.deletion_time = datetime.now(tz=UTC)


def _forget_states(stack: Any, left: list[str]) -> None:
    """Drops what DescribeStackResources would show of resources that were never made."""
    for name in stack.resource_states.keys() - stack.resolved_resources.keys() - set(left):
        del stack.resource_states[name]


def _deployed(resources: dict[str, Any]) -> dict[str, Any]:
    return {name: body for name, body in resources.items() if body.get("PhysicalResourceId")}
