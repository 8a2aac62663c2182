"""The job operations of the Glue API; each method only translates request and response."""

from __future__ import annotations

from localstack.aws.api import RequestContext

from emulator.glue_service import jobs
from emulator.glue_service.api_operations import (
    ApiOperations,
    Request,
    Response,
    drop_tags,
    set_tags,
    with_tags,
)
from emulator.glue_service.dispatch import operation, scope_of
from emulator.glue_service.paging import page


class JobOperations(ApiOperations):
    """Mixin of the provider; its handlers answer for job definitions."""

    @operation("CreateJob")
    def create_job(self, context: RequestContext, request: Request) -> Response:
        job = jobs.create_job(self._store(context), request)
        set_tags(scope_of(context), "job", job.name, request.get("Tags"))
        return {"Name": job.name}

    @operation("UpdateJob")
    def update_job(self, context: RequestContext, request: Request) -> Response:
        return {
            "JobName": jobs.update_job(self._store(context), request["JobName"], request["JobUpdate"]).name
        }

    @operation("DeleteJob")
    def delete_job(self, context: RequestContext, request: Request) -> Response:
        self._store(context).jobs.pop(request["JobName"], None)
        drop_tags(scope_of(context), "job", request["JobName"])
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
        names = with_tags(scope_of(context), "job", list(self._store(context).jobs), request.get("Tags"))
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
