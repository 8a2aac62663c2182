"""The execution of one CloudFormation change set, which remembers its steps and can take them back."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from localstack.aws.api.cloudformation import ChangeAction
from localstack.services.cloudformation.engine.v2.change_set_model import is_nothing
from localstack.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutor,
    TriggerRollback,
)
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import PreprocProperties
from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent

from emulator.localstack_mends.cloudformation_resources import NOT_UPDATABLE
from emulator.localstack_mends.s3_adoption import give_back

LOG = logging.getLogger(__name__)

VERBS = {"Add": "CREATE", "Modify": "UPDATE", "Remove": "DELETE"}


@dataclass(frozen=True)
class Step:
    """One action on a resource that an execution has taken; `before` are the properties it had, if any."""

    action: Any
    name: str
    resource_type: str
    before: dict[str, Any] | None
    after: dict[str, Any]
    done: bool


class StackExecution(ChangeSetModelExecutor):  # type: ignore[misc]
    """Executes one change set and can take back what it did."""

    def __init__(self, change_set: Any) -> None:
        super().__init__(change_set)
        self.stack = change_set.stack
        self._steps: list[Step] = []

    def apply(self) -> str | None:
        """Creates and updates the resources of the change set; the reason if one of them failed."""
        try:
            self.process()
        except TriggerRollback as failure:
            return f"The following resource(s) failed: [{failure.logical_resource_id}]. {failure.reason}"
        except Exception as error:
            LOG.warning("stack %s: %s", self.stack.stack_name, error, exc_info=True)
            return str(error)
        return None

    @property
    def has_clean_up(self) -> bool:
        """Whether the new template replaces or drops resources of the old one."""
        return bool(self._deferred_actions)

    def clean_up(self) -> None:
        """Deletes what the new template does not hold any more; a failure stays visible on the resource."""
        states = dict(self.stack.resource_states)
        for deferred in reversed(self._deferred_actions):
            deferred.action()
        for name in self.resources.keys() & states.keys():
            self.stack.resource_states.setdefault(name, states[name])

    def take_back(self) -> list[str]:
        """Undoes every step, newest first; the names of the resources for which that failed."""
        steps, self._steps = self._steps, []
        return [step.name for step in reversed(steps) if not self._undo(step)]

    def remove(self, name: str, resource: dict[str, Any]) -> str:
        """Deletes a resource of the stack; the reason if that failed, empty text if not."""
        resource_type = resource["Type"]
        self._report(name, resource_type, resource.get("PhysicalResourceId"), "DELETE_IN_PROGRESS")
        event = self._act(ChangeAction.Remove, name, resource_type, resource.get("Properties") or {}, None)
        failed = event.status != OperationStatus.SUCCESS
        reason = (event.message or "no reason given") if failed else ""
        status = "DELETE_FAILED" if failed else "DELETE_COMPLETE"
        self._report(name, resource_type, resource.get("PhysicalResourceId"), status, reason)
        return reason

    def _execute_resource_change(self, name: str, before: Any, after: Any) -> None:
        """The original replaces a resource whenever a create-only property refers to a changed resource."""
        if not is_nothing(before) and not is_nothing(after) and after.requires_replacement:
            provider = self.resource_provider_executor.try_load_resource_provider(after.resource_type)
            names = provider.SCHEMA.get("createOnlyProperties", []) if provider else []
            after.requires_replacement = differs(
                before.properties.properties, after.properties.properties, names
            )
        super()._execute_resource_change(name, before, after)

    def _process_event(
        self,
        *,
        action: Any,
        logical_resource_id: str,
        event_status: Any,
        resource_type: str,
        special_action: str | None = None,
        reason: str | None = None,
    ) -> None:
        """The original also sets the whole stack to the status of a failed resource."""
        verb = special_action or VERBS[action.value]
        ending = "COMPLETE" if event_status == OperationStatus.SUCCESS else event_status.name
        physical_id = self._get_physical_id(logical_resource_id, False)
        self._report(logical_resource_id, resource_type, physical_id, f"{verb}_{ending}", reason or "")

    def _execute_resource_action(
        self,
        action: Any,
        logical_resource_id: str,
        resource_type: str,
        before_properties: Any,
        after_properties: Any,
        part_of_replacement: bool = False,
    ) -> Any:
        if action == ChangeAction.Remove and self._keeps(logical_resource_id, part_of_replacement):
            self.resources.pop(logical_resource_id, None)
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})
        event = super()._execute_resource_action(
            action,
            logical_resource_id,
            resource_type,
            before_properties,
            after_properties,
            part_of_replacement,
        )
        done = event.status == OperationStatus.SUCCESS
        if action == ChangeAction.Remove:
            if done and not part_of_replacement:
                self.resources.pop(logical_resource_id, None)
            return event
        before = before_properties.properties if before_properties else None
        after = event.resource_model or {}
        if event.error_code != NOT_UPDATABLE:
            self._steps.append(Step(action, logical_resource_id, resource_type, before, after, done))
        return event

    def _keeps(self, name: str, replaced: bool) -> bool:
        return name in retained(self.stack, "UpdateReplacePolicy" if replaced else "DeletionPolicy")

    def _undo(self, step: Step) -> bool:
        if step.action == ChangeAction.Add:
            if not step.done or give_back(step.resource_type, step.after):
                return True
            return not self.remove(step.name, {"Type": step.resource_type, "Properties": step.after})
        self._report(step.name, step.resource_type, None, "UPDATE_IN_PROGRESS")
        event = self._act(ChangeAction.Modify, step.name, step.resource_type, step.after, step.before)
        done: bool = event.status == OperationStatus.SUCCESS
        self._report(
            step.name, step.resource_type, None, "UPDATE_COMPLETE" if done else "UPDATE_FAILED", event.message
        )
        return done

    def _act(
        self,
        action: Any,
        name: str,
        resource_type: str,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
    ) -> Any:
        return super()._execute_resource_action(
            action, name, resource_type, _properties(before), _properties(after)
        )

    def _report(
        self, name: str, resource_type: str, physical_id: str | None, status: str, reason: str = ""
    ) -> None:
        if status == "DELETE_COMPLETE":
            self.stack.resource_states.setdefault(name, {})
        known = self.stack.resource_states.get(name, {}).get("PhysicalResourceId")
        self.stack.set_resource_status(
            logical_resource_id=name,
            physical_resource_id=physical_id or known,
            resource_type=resource_type,
            status=status,
            resource_status_reason=reason or None,
        )


def _properties(properties: dict[str, Any] | None) -> Any:
    return None if properties is None else PreprocProperties(properties=properties)


def retained(stack: Any, policy: str = "DeletionPolicy") -> set[str]:
    """The logical ids of the deployed template whose policy says that the resource outlives the stack."""
    resources = (stack.template or {}).get("Resources", {})
    return {name for name, body in resources.items() if str(body.get(policy)).startswith("Retain")}


def differs(before: dict[str, Any], after: dict[str, Any], paths: list[str]) -> bool:
    """Whether one of the `/properties/…` paths of a resource's schema has another value after than before."""
    return any(_at(before, path) != _at(after, path) for path in paths)


def _at(properties: Any, path: str) -> Any:
    for part in path.removeprefix("/properties/").split("/"):
        properties = properties.get(part) if isinstance(properties, dict) else None
    return properties
