"""The Redshift Data API, inside LocalStack (aws-semantics.md §F, redshift-data; Amazon Redshift Data API)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from localstack.aws.api import RequestContext

from emulator.redshift.apis import data_api_catalog as catalog
from emulator.redshift.apis import data_api_requests as requests
from emulator.redshift.apis.api_dispatch import Answer, caller_arn, operation
from emulator.redshift.apis.api_errors import ApiError, invalid, not_found
from emulator.redshift.apis.data_api_connection import WarehousePlace
from emulator.redshift.apis.data_api_events import publish
from emulator.redshift.apis.data_api_logins import login_of
from emulator.redshift.apis.data_api_models import Result, StatementRecord, StatementStore
from emulator.redshift.apis.data_api_query_ids import look_up
from emulator.redshift.apis.data_api_results import paged, start_of
from emulator.redshift.apis.data_api_runner import StatementRunner, Work
from emulator.redshift.apis.data_api_sessions import ApiSession, SessionStore
from emulator.redshift.apis.data_api_values import as_csv
from emulator.redshift.apis.registry import RegionRegistry, Registry, Target
from emulator.redshift.apis.warehouse_users import iam_user_of

LISTED_STATEMENTS, LISTED_NAMES = 100, 1000


@dataclass
class _Scope:
    """What one account has in one region."""

    statements: StatementStore = field(default_factory=StatementStore)
    sessions: SessionStore = field(default_factory=SessionStore)


class RedshiftDataProvider:
    """All state is by account and region; the warehouse itself is one."""

    service = "redshift-data"
    check = staticmethod(requests.check)

    def __init__(self, registry: Registry, place: WarehousePlace) -> None:
        self._registry = registry
        self._scopes: dict[tuple[str, str], _Scope] = defaultdict(_Scope)
        self._place = place
        self._runner = StatementRunner(self._place)

    def _scope(self, context: RequestContext) -> _Scope:
        return self._scopes[(context.account_id, context.region)]

    def _region(self, context: RequestContext) -> RegionRegistry:
        return self._registry.of(context.account_id, context.region)

    @operation("ExecuteStatement")
    def execute_statement(self, context: RequestContext, request: Answer) -> Answer:
        return self._submit(context, request, is_batch=False)

    @operation("BatchExecuteStatement")
    def batch_execute_statement(self, context: RequestContext, request: Answer) -> Answer:
        return self._submit(context, request, is_batch=True)

    def _submit(self, context: RequestContext, request: Answer, is_batch: bool) -> Answer:
        statements = self._scope(context).statements
        token = request.get("ClientToken") or ""
        with statements.lock:
            known = statements.with_token(token, dict(request)) if token else None
            if known is None:
                known = self._started(context, request, is_batch)
                if token:
                    statements.remember_token(token, dict(request), known)
        return requests.submitted(known)

    def _started(self, context: RequestContext, request: Answer, is_batch: bool) -> StatementRecord:
        scope, region = self._scope(context), self._region(context)
        target = self._target(scope, request)
        region.require(target)
        record = requests.record_of(request, is_batch, target)
        record.principal = caller_arn(context)
        record.db_user = target.db_user or ("" if target.secret_arn else iam_user_of(record.principal))
        login = login_of(target, self._place, region)
        session = _session(scope.sessions, request, target)
        if session is not None:
            record.session_id, session.statement = session.id, record
        try:
            scope.statements.add(record)
        except ApiError:
            if session is not None:
                scope.sessions.release(session)
            raise
        release, notify = scope.sessions.release, partial(publish, region)
        self._runner.submit(Work(record, login, session, release, notify))
        return record

    def _target(self, scope: _Scope, request: Answer) -> Target:
        if not request.get("SessionId"):
            return requests.target_of(request)
        return scope.sessions.target_of(request["SessionId"], request)

    @operation("DescribeStatement")
    def describe_statement(self, context: RequestContext, request: Answer) -> Answer:
        statements = self._scope(context).statements
        record, part = statements.get(request["Id"]), statements.part(request["Id"])
        look_up(record, partial(self._runner.query, self._place.admin, self._place.database))
        return requests.described(record, part)

    @operation("GetStatementResult")
    def get_statement_result(self, context: RequestContext, request: Answer) -> Answer:
        result = self._result(context, request, "JSON")
        rows, token = result.rows.page(request.get("NextToken"))
        records = [
            [kind.field_of(value) for kind, value in zip(result.kinds, row, strict=True)] for row in rows
        ]
        return _result_page(result, records, token)

    @operation("GetStatementResultV2")
    def get_statement_result_v2(self, context: RequestContext, request: Answer) -> Answer:
        result = self._result(context, request, "CSV")
        rows, token = result.rows.page(request.get("NextToken"))
        names = [str(column["label"]) for column in result.columns]
        header = [] if start_of(request.get("NextToken")) else [names]
        records = [{"CSVRecords": as_csv([*header, *rows], result.kinds)}]
        return _result_page(result, records, token) | {"ResultFormat": "CSV"}

    def _result(self, context: RequestContext, request: Answer, result_format: str) -> Result:
        statements = self._scope(context).statements
        record, part = statements.get(request["Id"]), statements.part(request["Id"])
        if part.result is None or not part.status.is_final:
            raise not_found("Query does not have result. Please check query status with DescribeStatement.")
        if record.result_format != result_format:
            other = "GetStatementResultV2" if result_format == "JSON" else "GetStatementResult"
            raise invalid(f"The result format of the query is {record.result_format}. Use {other}.")
        return part.result

    @operation("ListStatements")
    def list_statements(self, context: RequestContext, request: Answer) -> Answer:
        if request.get("ClusterIdentifier") and request.get("WorkgroupName"):
            raise invalid("Only one of ClusterIdentifier or WorkgroupName can be specified.")
        principal = caller_arn(context)
        found = [
            requests.listed(record)
            for record in self._scope(context).statements.newest_first()
            if requests.is_listed(record, request, principal)
        ]
        return _page("Statements", found, request, LISTED_STATEMENTS)

    @operation("CancelStatement")
    def cancel_statement(self, context: RequestContext, request: Answer) -> Answer:
        record = self._scope(context).statements.get(request["Id"])
        if record.whole.status.is_final:
            text = f"Could not cancel a query that is already in {record.whole.status} state"
            raise invalid(f"{text} with ID: {request['Id']}")
        self._runner.cancel(record)
        return {"Status": True}

    @operation("ListDatabases")
    def list_databases(self, context: RequestContext, request: Answer) -> Answer:
        found = catalog.databases(self._query(context, request))
        return _page("Databases", found, request, LISTED_NAMES)

    @operation("ListSchemas")
    def list_schemas(self, context: RequestContext, request: Answer) -> Answer:
        found = catalog.schemas(self._query(context, request), request.get("SchemaPattern"))
        return _page("Schemas", found, request, LISTED_NAMES)

    @operation("ListTables")
    def list_tables(self, context: RequestContext, request: Answer) -> Answer:
        query = self._query(context, request)
        found = catalog.tables(query, request.get("SchemaPattern"), request.get("TablePattern"))
        return _page("Tables", found, request, LISTED_NAMES)

    @operation("DescribeTable")
    def describe_table(self, context: RequestContext, request: Answer) -> Answer:
        found = catalog.columns(self._query(context, request), request.get("Schema"), request.get("Table"))
        name = {"TableName": request["Table"]} if request.get("Table") else {}
        return _page("ColumnList", found, request, LISTED_NAMES) | name

    def _query(self, context: RequestContext, request: Answer) -> Callable[..., list[list[Any]]]:
        """Runs SQL in the request's database, once the connected one, if another, accepts the login."""
        target, region = requests.target_of(request), self._region(context)
        region.require(target)
        login = login_of(target, self._place, region)
        connected = request.get("ConnectedDatabase") or target.database
        if connected != target.database:
            self._runner.query(login, connected, "SELECT 1")
        return partial(self._runner.query, login, target.database)


def _session(sessions: SessionStore, request: Answer, target: Target) -> ApiSession | None:
    """The session that a request names or asks for."""
    keep_alive_s = request.get("SessionKeepAliveSeconds")
    if request.get("SessionId"):
        return sessions.take(request["SessionId"], keep_alive_s)
    return sessions.begin(target, keep_alive_s) if keep_alive_s else None


def _result_page(result: Result, records: list[Any], token: str | None) -> Answer:
    answer: Answer = {
        "ColumnMetadata": result.columns,
        "Records": records,
        "TotalNumRows": result.rows.count,
    }
    return answer | ({"NextToken": token} if token else {})


def _page(name: str, items: list[Any], request: Answer, default: int) -> Answer:
    found, token = paged(items, request.get("NextToken"), int(request.get("MaxResults") or default))
    return {name: found} | ({"NextToken": token} if token else {})
