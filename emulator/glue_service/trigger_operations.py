"""The trigger operations of the Glue API."""

from __future__ import annotations

from localstack.aws.api import RequestContext

from emulator.glue_service.api_operations import (
    ApiOperations,
    Request,
    Response,
    drop_tags,
    set_tags,
    with_tags,
)
from emulator.glue_service.dispatch import operation, scope_of
from emulator.glue_service.errors import EntityNotFound, InvalidInput
from emulator.glue_service.jobs import find_job
from emulator.glue_service.models import Scope, Store
from emulator.glue_service.paging import page
from emulator.glue_service.trigger_crawlers import TriggeredCrawlers
from emulator.glue_service.trigger_errors import TriggerAlreadyExists
from emulator.glue_service.trigger_models import Node, Trigger, TriggerType, node_of
from emulator.glue_service.trigger_requests import new_trigger, updated_fields
from emulator.glue_service.workflow_starts import find_workflow, triggers_of


class TriggerOperations(TriggeredCrawlers, ApiOperations):
    """Mixin of the provider; its handlers answer for triggers."""

    @operation("CreateTrigger")
    def create_trigger(self, context: RequestContext, request: Request) -> Response:
        scope, store = scope_of(context), self._store(context)
        trigger = new_trigger(request)
        with self._api.triggers.lock:
            if existing := store.triggers.get(trigger.name):
                if existing.requested != trigger.requested:
                    raise TriggerAlreadyExists(trigger.name)
                return {"Name": trigger.name}
            self._check_nodes(scope, trigger.fields)
            self._check_workflow(scope, trigger)
            if request.get("StartOnCreation"):
                trigger.activate(self._api.trigger_clock.now())
            store.triggers[trigger.name] = trigger
        set_tags(scope, "trigger", trigger.name, request.get("Tags"))
        self._api.trigger_clock.changed()
        return {"Name": trigger.name}

    @operation("UpdateTrigger")
    def update_trigger(self, context: RequestContext, request: Request) -> Response:
        with self._api.triggers.lock:
            trigger = find_trigger(self._store(context), request["Name"])
            fields = updated_fields(trigger, request["TriggerUpdate"])
            self._check_nodes(scope_of(context), fields)
            trigger.fields = fields
            trigger.reschedule(self._api.trigger_clock.now())
        self._api.trigger_clock.changed()
        return {"Trigger": trigger.as_response()}

    @operation("DeleteTrigger")
    def delete_trigger(self, context: RequestContext, request: Request) -> Response:
        """A trigger that isn't there is no error, as AWS documents it."""
        with self._api.triggers.lock:
            self._store(context).triggers.pop(request["Name"], None)
        drop_tags(scope_of(context), "trigger", request["Name"])
        return {"Name": request["Name"]}

    @operation("GetTrigger")
    def get_trigger(self, context: RequestContext, request: Request) -> Response:
        return {"Trigger": find_trigger(self._store(context), request["Name"]).as_response()}

    @operation("GetTriggers")
    def get_triggers(self, context: RequestContext, request: Request) -> Response:
        found, following = page(self._starting(context, request.get("DependentJobName")), request)
        return {"Triggers": [trigger.as_response() for trigger in found], **following}

    @operation("ListTriggers")
    def list_triggers(self, context: RequestContext, request: Request) -> Response:
        names = [one.name for one in self._starting(context, request.get("DependentJobName"))]
        tagged = with_tags(scope_of(context), "trigger", names, request.get("Tags"))
        found, following = page(tagged, request)
        return {"TriggerNames": found, **following}

    @operation("BatchGetTriggers")
    def batch_get_triggers(self, context: RequestContext, request: Request) -> Response:
        known, names = self._store(context).triggers, request["TriggerNames"]
        return {
            "Triggers": [known[name].as_response() for name in names if name in known],
            "TriggersNotFound": [name for name in names if name not in known],
        }

    @operation("StartTrigger")
    def start_trigger(self, context: RequestContext, request: Request) -> Response:
        scope = scope_of(context)
        with self._api.triggers.lock:
            trigger = find_trigger(self._store(context), request["Name"])
            if trigger.type is not TriggerType.ON_DEMAND:
                trigger.activate(self._api.trigger_clock.now())
            elif trigger.workflow_name:
                self._api.workflow_starts.by_user(scope, trigger.workflow_name, {})
            else:
                self._api.workflow_starts.by_trigger(scope, trigger)
        self._api.trigger_clock.changed()
        return {"Name": trigger.name}

    @operation("StopTrigger")
    def stop_trigger(self, context: RequestContext, request: Request) -> Response:
        with self._api.triggers.lock:
            find_trigger(self._store(context), request["Name"]).deactivate()
        return {"Name": request["Name"]}

    def _starting(self, context: RequestContext, job_name: str | None) -> list[Trigger]:
        """The triggers that start a job; all if none does, or no job is named ("GetTriggers").

        Raises EntityNotFound if there is no such job.
        """
        triggers = list(self._store(context).triggers.values())
        if not job_name:
            return triggers
        find_job(self._store(context), job_name)
        return [one for one in triggers if ("JOB", job_name) in map(node_of, one.actions)] or triggers

    def _check_nodes(self, scope: Scope, fields: Request) -> None:
        conditions = fields.get("Predicate", {}).get("Conditions", [])
        for node in map(node_of, (*fields["Actions"], *conditions)):
            self._check_node(scope, node)

    def _check_node(self, scope: Scope, node: Node) -> None:
        kind, name = node
        if kind == "JOB":
            find_job(self._api.stores[scope], name)
        elif not self.has_crawler(scope, name):
            raise EntityNotFound(f"Crawler entry with name {name} does not exist")

    def _check_workflow(self, scope: Scope, trigger: Trigger) -> None:
        if not trigger.workflow_name:
            return
        find_workflow(self._api.stores, scope, trigger.workflow_name)
        others = triggers_of(self._api.stores, scope, trigger.workflow_name)
        if trigger.is_start and (starts := [one.name for one in others if one.is_start]):
            raise InvalidInput(
                f"Workflow {trigger.workflow_name} can have only one start trigger and has {starts[0]}"
            )


def find_trigger(store: Store, name: str) -> Trigger:
    """Raises EntityNotFound."""
    trigger = store.triggers.get(name)
    if trigger is None:
        raise EntityNotFound(f"Trigger with name {name} not found.")
    return trigger
