"""The Glue operations that tarmac answers itself; each method only translates request and response."""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext
from moto.glue.models import glue_backends

from emulator.glue_service import connections, jobs
from emulator.glue_service.crawler_operations import CrawlerOperations
from emulator.glue_service.dispatch import operation, scope_of
from emulator.glue_service.errors import EntityNotFound, GlueError
from emulator.glue_service.glue_api import GlueApi
from emulator.glue_service.job_runs import JobRun
from emulator.glue_service.models import Store
from emulator.glue_service.paging import page, token_number

Request = dict[str, Any]
Response = dict[str, Any]

_NEWEST = 2**62


class GlueProvider(CrawlerOperations):
    """Jobs, runs, bookmarks and connections here; crawlers from the mixin; all else is moto's."""

    service = "glue"

    def __init__(self, api: GlueApi) -> None:
        super().__init__()
        self._api = api

    def _store(self, context: RequestContext) -> Store:
        return self._api.stores[scope_of(context)]

    def _tags_of(self, context: RequestContext) -> Any:
        """Tags of everything in Glue are moto's; TagResource and GetTags reach it by themselves."""
        return glue_backends[context.account_id][context.region]

    # --- jobs

    @operation("CreateJob")
    def create_job(self, context: RequestContext, request: Request) -> Response:
        job = jobs.create_job(self._store(context), request)
        if tags := request.get("Tags"):
            self._tags_of(context).tag_resource(scope_of(context).arn("job", job.name), tags)
        return {"Name": job.name}

    @operation("UpdateJob")
    def update_job(self, context: RequestContext, request: Request) -> Response:
        return {
            "JobName": jobs.update_job(self._store(context), request["JobName"], request["JobUpdate"]).name
        }

    @operation("DeleteJob")
    def delete_job(self, context: RequestContext, request: Request) -> Response:
        self._store(context).jobs.pop(request["JobName"], None)
        arn = scope_of(context).arn("job", request["JobName"])
        self._tags_of(context).tagger.delete_all_tags_for_resource(arn)
        self._api.bookmarks.delete_of_job(scope_of(context), request["JobName"])
        return {"JobName": request["JobName"]}

    @operation("GetJob")
    def get_job(self, context: RequestContext, request: Request) -> Response:
        return {"Job": jobs.find_job(self._store(context), request["JobName"]).as_response()}

    @operation("GetJobs")
    def get_jobs(self, context: RequestContext, request: Request) -> Response:
        found, following = page(list(self._store(context).jobs.values()), request)
        return {"Jobs": [job.as_response() for job in found], **following}

    @operation("ListJobs")
    def list_jobs(self, context: RequestContext, request: Request) -> Response:
        scope, wanted = scope_of(context), request.get("Tags", {}).items()
        tags = self._tags_of(context)
        names = [
            name
            for name in self._store(context).jobs
            if wanted <= tags.get_tags(scope.arn("job", name)).items()
        ]
        shown, following = page(names, request)
        return {"JobNames": shown, **following}

    @operation("BatchGetJobs")
    def batch_get_jobs(self, context: RequestContext, request: Request) -> Response:
        known = self._store(context).jobs
        names = request["JobNames"]
        return {
            "Jobs": [known[name].as_response() for name in names if name in known],
            "JobsNotFound": [name for name in names if name not in known],
        }

    # --- runs

    @operation("StartJobRun")
    def start_job_run(self, context: RequestContext, request: Request) -> Response:
        job = self._store(context).jobs.get(request["JobName"])
        if job is None:
            raise EntityNotFound("Failed to start job run due to missing metadata")
        return {"JobRunId": self._api.runs.start(scope_of(context), job, request).run_id}

    @operation("GetJobRun")
    def get_job_run(self, context: RequestContext, request: Request) -> Response:
        return {"JobRun": self._find_run(context, request["JobName"], request["RunId"]).as_response()}

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

    # --- bookmarks

    @operation("GetJobBookmark")
    def get_job_bookmark(self, context: RequestContext, request: Request) -> Response:
        run_id = request.get("RunId", "")
        return {"JobBookmarkEntry": self._api.bookmarks.entry(scope_of(context), request["JobName"], run_id)}

    @operation("ResetJobBookmark")
    def reset_job_bookmark(self, context: RequestContext, request: Request) -> Response:
        run_id = request.get("RunId", "")
        return {"JobBookmarkEntry": self._api.bookmarks.reset(scope_of(context), request["JobName"], run_id)}

    # --- connections

    @operation("CreateConnection")
    def create_connection(self, context: RequestContext, request: Request) -> Response:
        connections.create_connection(self._store(context), request["ConnectionInput"])
        return {"CreateConnectionStatus": "READY"}

    @operation("UpdateConnection")
    def update_connection(self, context: RequestContext, request: Request) -> Response:
        connections.update_connection(self._store(context), request["Name"], request["ConnectionInput"])
        return {}

    @operation("DeleteConnection")
    def delete_connection(self, context: RequestContext, request: Request) -> Response:
        connections.delete_connection(self._store(context), request["ConnectionName"])
        return {}

    @operation("BatchDeleteConnection")
    def batch_delete_connection(self, context: RequestContext, request: Request) -> Response:
        deleted: list[str] = []
        errors = {}
        for name in request["ConnectionNameList"]:
            try:
                connections.delete_connection(self._store(context), name)
                deleted.append(name)
            except GlueError as error:
                errors[name] = {"ErrorCode": error.code, "ErrorMessage": error.message}
        return {"Succeeded": deleted, "Errors": errors}

    @operation("GetConnection")
    def get_connection(self, context: RequestContext, request: Request) -> Response:
        found = connections.find_connection(self._store(context), request["Name"])
        return {"Connection": connections.connection_response(found, request.get("HidePassword", False))}

    @operation("GetConnections")
    def get_connections(self, context: RequestContext, request: Request) -> Response:
        found = connections.matching(self._store(context), request.get("Filter", {}))
        shown, following = page(found, request)
        hide = request.get("HidePassword", False)
        return {"ConnectionList": [connections.connection_response(one, hide) for one in shown], **following}

    def _find_run(self, context: RequestContext, job_name: str, run_id: str) -> JobRun:
        run = self._api.ledger.find_run(run_id)
        scope = scope_of(context)
        wanted = (scope.account_id, scope.region, job_name)
        if run is None or (run.account_id, run.region, run.job_name) != wanted:
            raise EntityNotFound(f"Job run {run_id} not found for job {job_name}.")
        return run
