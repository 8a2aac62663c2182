"""The workflow operations of the Glue API."""

from __future__ import annotations

from localstack.aws.api import RequestContext

from emulator.glue_service.api_operations import ApiOperations, Request, Response, drop_tags, set_tags
from emulator.glue_service.dispatch import operation, scope_of
from emulator.glue_service.errors import AlreadyExists, EntityNotFound
from emulator.glue_service.models import now
from emulator.glue_service.paging import page
from emulator.glue_service.workflow_graph import workflow_graph
from emulator.glue_service.workflow_models import Workflow, WorkflowRun
from emulator.glue_service.workflow_starts import find_workflow, triggers_of

_DEFAULT_LIST_SIZE = 25


class WorkflowOperations(ApiOperations):
    """Mixin of the provider; its handlers answer for workflows."""

    @operation("CreateWorkflow")
    def create_workflow(self, context: RequestContext, request: Request) -> Response:
        name, known = request["Name"], self._store(context).workflows
        with self._api.triggers.lock:
            if name in known:
                raise AlreadyExists(f"Workflow with name {name} already exists")
            known[name] = Workflow(
                name,
                request.get("Description", ""),
                request.get("DefaultRunProperties", {}),
                request.get("MaxConcurrentRuns"),
            )
        set_tags(scope_of(context), "workflow", name, request.get("Tags"))
        return {"Name": name}

    @operation("UpdateWorkflow")
    def update_workflow(self, context: RequestContext, request: Request) -> Response:
        """Overwrites all: no MaxConcurrentRuns is no limit, as documented; for the rest it is unverified."""
        workflow = self._find(context, request["Name"])
        with self._api.triggers.lock:
            workflow.description = request.get("Description", "")
            workflow.default_run_properties = request.get("DefaultRunProperties", {})
            workflow.max_concurrent_runs = request.get("MaxConcurrentRuns")
            workflow.modified_on = now()
        return {"Name": workflow.name}

    @operation("DeleteWorkflow")
    def delete_workflow(self, context: RequestContext, request: Request) -> Response:
        """Its triggers go with it (unverified); one that isn't there is no error, as AWS documents it."""
        scope, name, store = scope_of(context), request["Name"], self._store(context)
        with self._api.triggers.lock:
            for trigger in triggers_of(self._api.stores, scope, name):
                del store.triggers[trigger.name]
                drop_tags(scope, "trigger", trigger.name)
            store.workflows.pop(name, None)
        drop_tags(scope, "workflow", name)
        return {"Name": name}

    @operation("GetWorkflow")
    def get_workflow(self, context: RequestContext, request: Request) -> Response:
        workflow = self._find(context, request["Name"])
        return {"Workflow": self._shown(context, workflow, request.get("IncludeGraph", False))}

    @operation("BatchGetWorkflows")
    def batch_get_workflows(self, context: RequestContext, request: Request) -> Response:
        known, names = self._store(context).workflows, request["Names"]
        graph = request.get("IncludeGraph", False)
        found = [self._shown(context, known[name], graph) for name in names if name in known]
        missing = [name for name in names if name not in known]
        return {"Workflows": found, **({"MissingWorkflows": missing} if missing else {})}

    @operation("ListWorkflows")
    def list_workflows(self, context: RequestContext, request: Request) -> Response:
        found, following = page(list(self._store(context).workflows), request, _DEFAULT_LIST_SIZE)
        return {"Workflows": found, **following}

    def _find(self, context: RequestContext, name: str) -> Workflow:
        return find_workflow(self._api.stores, scope_of(context), name)

    def _find_workflow_run(self, context: RequestContext, request: Request) -> WorkflowRun:
        """The run of a request's `Name` and `RunId`. Raises EntityNotFound."""
        workflow = self._find(context, request["Name"])
        found = next((run for run in workflow.runs if run.chain_id == request["RunId"]), None)
        if found is None:
            raise EntityNotFound(f"Workflow run {request['RunId']} not found for workflow {workflow.name}.")
        return found

    def _shown(self, context: RequestContext, workflow: Workflow, with_graph: bool) -> Response:
        with self._api.triggers.lock:
            triggers = triggers_of(self._api.stores, scope_of(context), workflow.name)
            graph = workflow_graph(workflow.name, triggers) if with_graph else None
            return workflow.as_response(self._api.ledger.find_run, graph)
