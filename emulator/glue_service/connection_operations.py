"""The connection operations of the Glue API; each method only translates request and response."""

from __future__ import annotations

from localstack.aws.api import RequestContext

from emulator.glue_service import connections
from emulator.glue_service.api_operations import ApiOperations, Request, Response, drop_tags, set_tags
from emulator.glue_service.connection_check import check_connection
from emulator.glue_service.dispatch import operation, scope_of
from emulator.glue_service.errors import GlueError
from emulator.glue_service.glue_api import clients_of
from emulator.glue_service.paging import page


class ConnectionOperations(ApiOperations):
    """Mixin of the provider; its handlers answer for connections."""

    @operation("CreateConnection")
    def create_connection(self, context: RequestContext, request: Request) -> Response:
        created = connections.create_connection(self._store(context), request["ConnectionInput"])
        set_tags(scope_of(context), "connection", created.name, request.get("Tags"))
        return {"CreateConnectionStatus": "READY"}

    @operation("UpdateConnection")
    def update_connection(self, context: RequestContext, request: Request) -> Response:
        connections.update_connection(self._store(context), request["Name"], request["ConnectionInput"])
        return {}

    @operation("DeleteConnection")
    def delete_connection(self, context: RequestContext, request: Request) -> Response:
        self._delete_connection(context, request["ConnectionName"])
        return {}

    @operation("BatchDeleteConnection")
    def batch_delete_connection(self, context: RequestContext, request: Request) -> Response:
        deleted: list[str] = []
        errors = {}
        for name in request["ConnectionNameList"]:
            try:
                self._delete_connection(context, name)
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

    @operation("TestConnection")
    def test_connection(self, context: RequestContext, request: Request) -> Response:
        check_connection(self._store(context), clients_of(scope_of(context)), request)
        return {}

    def _delete_connection(self, context: RequestContext, name: str) -> None:
        connections.delete_connection(self._store(context), name)
        drop_tags(scope_of(context), "connection", name)
