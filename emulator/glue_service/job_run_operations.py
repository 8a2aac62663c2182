"""The operations on job runs and bookmarks; each method only translates request and response."""

from __future__ import annotations

from localstack.aws.api import RequestContext

from emulator.glue_service import jobs
from emulator.glue_service.api_operations import ApiOperations, Request, Response
from emulator.glue_service.dispatch import operation, scope_of
from emulator.glue_service.errors import EntityNotFound, GlueError
from emulator.glue_service.job_runs import JobRun
from emulator.glue_service.paging import token_number

_NEWEST = 2**62


class JobRunOperations(ApiOperations):
    """Mixin of the provider; its handlers answer for job runs and bookmarks."""

    @operation("StartJobRun")
    def start_job_run(self, context: RequestContext, request: Request) -> Response:
        job = self._store(context).jobs.get(request["JobName"])
        if job is None:
            raise EntityNotFound("Failed to start job run due to missing metadata")
        return {"JobRunId": self._api.runs.start(scope_of(context), job, request).run_id}

    @operation("GetJobRun")
    def get_job_run(self, context: RequestContext, request: Request) -> Response:
        """PredecessorRuns are shown if they are asked for, as documented; lists of runs show them always."""
        shown = self._find_run(context, request["JobName"], request["RunId"]).as_response()
        predecessors = shown["PredecessorRuns"] if request.get("PredecessorsIncluded") else []
        return {"JobRun": {**shown, "PredecessorRuns": predecessors}}

    @operation("GetJobRuns")
    def get_job_runs(self, context: RequestContext, request: Request) -> Response:
        size = request.get("MaxResults", 200)
        before = token_number(request, _NEWEST)
        found = self._api.ledger.runs_of_job(scope_of(context), request["JobName"], size + 1, before)
        if not found:
            jobs.find_job(self._store(context), request["JobName"])
        following = {"NextToken": str(found[size - 1][0])} if len(found) > size else {}
        return {"JobRuns": [run.as_response() for _, run in found[:size]], **following}

    @operation("BatchStopJobRun")
    def batch_stop_job_run(self, context: RequestContext, request: Request) -> Response:
        stopped, errors = [], []
        for run_id in request["JobRunIds"]:
            named = {"JobName": request["JobName"], "JobRunId": run_id}
            try:
                self._api.runs.stop(self._find_run(context, request["JobName"], run_id).run_id)
                stopped.append(named)
            except GlueError as error:
                detail = {"ErrorCode": error.code, "ErrorMessage": error.message}
                errors.append({**named, "ErrorDetail": detail})
        return {"SuccessfulSubmissions": stopped, "Errors": errors}

    @operation("GetJobBookmark")
    def get_job_bookmark(self, context: RequestContext, request: Request) -> Response:
        run_id = request.get("RunId", "")
        return {"JobBookmarkEntry": self._api.bookmarks.entry(scope_of(context), request["JobName"], run_id)}

    @operation("ResetJobBookmark")
    def reset_job_bookmark(self, context: RequestContext, request: Request) -> Response:
        run_id = request.get("RunId", "")
        return {"JobBookmarkEntry": self._api.bookmarks.reset(scope_of(context), request["JobName"], run_id)}

    def _find_run(self, context: RequestContext, job_name: str, run_id: str) -> JobRun:
        run = self._api.ledger.find_run(run_id)
        scope = scope_of(context)
        wanted = (scope.account_id, scope.region, job_name)
        if run is None or (run.account_id, run.region, run.job_name) != wanted:
            raise EntityNotFound(f"Job run {run_id} not found for job {job_name}.")
        return run
