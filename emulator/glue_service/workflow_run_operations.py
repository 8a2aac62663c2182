"""The operations on workflow runs."""

from __future__ import annotations

from localstack.aws.api import RequestContext

from emulator.glue_service.api_operations import Request, Response
from emulator.glue_service.dispatch import operation, scope_of
from emulator.glue_service.paging import page
from emulator.glue_service.workflow_operations import WorkflowOperations


class WorkflowRunOperations(WorkflowOperations):
    """Mixin of the provider; its handlers answer for workflows and their runs."""

    @operation("StartWorkflowRun")
    def start_workflow_run(self, context: RequestContext, request: Request) -> Response:
        properties = request.get("RunProperties", {})
        run = self._api.workflow_starts.by_user(scope_of(context), request["Name"], properties)
        return {"RunId": run.chain_id}

    @operation("StopWorkflowRun")
    def stop_workflow_run(self, context: RequestContext, request: Request) -> Response:
        self._api.triggers.stop(self._find_workflow_run(context, request))
        return {}

    @operation("ResumeWorkflowRun")
    def resume_workflow_run(self, context: RequestContext, request: Request) -> Response:
        run = self._find_workflow_run(context, request)
        resumed, restarted = self._api.workflow_starts.resume(scope_of(context), run, request["NodeIds"])
        return {"RunId": resumed.chain_id, "NodeIds": restarted}

    @operation("GetWorkflowRun")
    def get_workflow_run(self, context: RequestContext, request: Request) -> Response:
        run = self._find_workflow_run(context, request)
        with self._api.triggers.lock:
            return {"Run": run.as_response(self._api.ledger.find_run, request.get("IncludeGraph", False))}

    @operation("GetWorkflowRuns")
    def get_workflow_runs(self, context: RequestContext, request: Request) -> Response:
        newest_first = self._find(context, request["Name"]).runs[::-1]
        found, following = page(newest_first, request)
        graph = request.get("IncludeGraph", False)
        with self._api.triggers.lock:
            return {"Runs": [run.as_response(self._api.ledger.find_run, graph) for run in found], **following}

    @operation("GetWorkflowRunProperties")
    def get_workflow_run_properties(self, context: RequestContext, request: Request) -> Response:
        return {"RunProperties": self._find_workflow_run(context, request).properties}

    @operation("PutWorkflowRunProperties")
    def put_workflow_run_properties(self, context: RequestContext, request: Request) -> Response:
        """Adds properties; one of the same name is overwritten."""
        run = self._find_workflow_run(context, request)
        with self._api.triggers.lock:
            run.properties = {**run.properties, **request["RunProperties"]}
        return {}
