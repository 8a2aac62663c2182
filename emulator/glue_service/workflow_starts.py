"""Starts workflow runs: by a user, a schedule, an event, or as the resumption of an earlier run."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from emulator.glue_service.errors import EntityNotFound, InvalidInput
from emulator.glue_service.models import Scope, Stores
from emulator.glue_service.trigger_chains import Chain
from emulator.glue_service.trigger_engine import TriggerEngine
from emulator.glue_service.trigger_errors import IllegalWorkflowState, WorkflowRunsExceeded
from emulator.glue_service.trigger_models import Node, Trigger
from emulator.glue_service.workflow_graph import downstream_of, node_id, nodes_of
from emulator.glue_service.workflow_models import Workflow, WorkflowRun, WorkflowRunStatus


@dataclass(frozen=True)
class WorkflowStarts:
    """What fires start triggers; callers hold the engine's lock or need none."""

    stores: Stores
    engine: TriggerEngine

    def by_user(self, scope: Scope, name: str, properties: dict[str, str]) -> WorkflowRun:
        """StartWorkflowRun. Raises EntityNotFound, InvalidInput, WorkflowRunsExceeded, and creates no run."""
        with self.engine.lock:
            workflow = find_workflow(self.stores, scope, name)
            start = self._start_trigger(scope, name)
            if not workflow.has_room():
                raise WorkflowRunsExceeded(name)
            run = self._new_run(scope, workflow, properties)
            self.engine.fire(start, run)
            return run

    def by_trigger(self, scope: Scope, trigger: Trigger) -> None:
        """The trigger's time has come: its workflow run, or a chain of its own.

        Above the workflow's MaxConcurrentRuns the run is created with status ERROR.
        """
        with self.engine.lock:
            if trigger.workflow_name:
                self._start_by_trigger(scope, trigger, {}, {})
            else:
                self.engine.fire(trigger, Chain(scope))

    def by_events(self, scope: Scope, trigger: Trigger, batch: dict[str, int]) -> None:
        """The batch of an EVENT trigger is complete: the run's property `aws:eventIds` lists its events."""
        with self.engine.lock:
            properties = {"aws:eventIds": f"[{', '.join(trigger.events)}]"}
            trigger.events, trigger.window_ends = [], None
            self._start_by_trigger(scope, trigger, properties, batch)

    def resume(self, scope: Scope, run: WorkflowRun, node_ids: list[str]) -> tuple[WorkflowRun, list[str]]:
        """ResumeWorkflowRun: the new run and the ids of the nodes that were restarted.

        Nodes that follow from another given one are not restarted themselves: they run when it is their
        turn. Raises EntityNotFound, InvalidInput, IllegalWorkflowState, WorkflowRunsExceeded.
        """
        with self.engine.lock:
            workflow = find_workflow(self.stores, scope, run.workflow_name)
            if run.status is not WorkflowRunStatus.COMPLETED:
                raise IllegalWorkflowState(f"Workflow run {run.chain_id} is {run.status}, not COMPLETED")
            chosen = _chosen_nodes(run, node_ids)
            if not workflow.has_room():
                raise WorkflowRunsExceeded(workflow.name)
            following = downstream_of(run.triggers, chosen)
            first = chosen - following
            refired = {name for kind, name in following if kind == "TRIGGER"}
            again = [one for one in run.node_runs if one.node in first]
            resumed = run.resumed(chosen | following, refired)
            workflow.runs.append(resumed)
            self.engine.restart(resumed, list({one.node: one for one in again}.values()))
            return resumed, sorted(node_id(run.workflow_name, node) for node in first)

    def _start_by_trigger(
        self, scope: Scope, trigger: Trigger, properties: dict[str, str], batch: dict[str, int]
    ) -> None:
        workflow = find_workflow(self.stores, scope, trigger.workflow_name)
        room = workflow.has_room()
        run = self._new_run(scope, workflow, properties)
        run.batch = batch
        if room:
            self.engine.fire(trigger, run)
        else:
            run.fail(WorkflowRunsExceeded(workflow.name).message)

    def _new_run(self, scope: Scope, workflow: Workflow, properties: dict[str, str]) -> WorkflowRun:
        triggers = triggers_of(self.stores, scope, workflow.name)
        run = WorkflowRun(
            scope,
            workflow_name=workflow.name,
            triggers=deepcopy(triggers),
            properties={**workflow.default_run_properties, **properties},
        )
        workflow.runs.append(run)
        return run

    def _start_trigger(self, scope: Scope, name: str) -> Trigger:
        start = next((one for one in triggers_of(self.stores, scope, name) if one.is_start), None)
        if start is None:
            raise InvalidInput(f"Workflow {name} has no start trigger; create one with WorkflowName {name}")
        return start


def find_workflow(stores: Stores, scope: Scope, name: str) -> Workflow:
    """Raises EntityNotFound."""
    workflow = stores[scope].workflows.get(name)
    if workflow is None:
        raise EntityNotFound(f"Workflow with name {name} not found.")
    return workflow


def triggers_of(stores: Stores, scope: Scope, workflow_name: str) -> list[Trigger]:
    """The triggers of a workflow."""
    return [one for one in stores[scope].triggers.values() if one.workflow_name == workflow_name]


def _chosen_nodes(run: WorkflowRun, node_ids: list[str]) -> set[Node]:
    known = {node_id(run.workflow_name, node): node for node in nodes_of(run.triggers)}
    attempted = {one.node for one in run.node_runs}
    for wanted in node_ids:
        if wanted not in known:
            raise EntityNotFound(f"Workflow run {run.chain_id} has no job or crawler with node id {wanted}")
        if known[wanted] not in attempted:
            raise InvalidInput(f"Node {wanted} has no run attempt in workflow run {run.chain_id}")
    return {known[wanted] for wanted in node_ids}
