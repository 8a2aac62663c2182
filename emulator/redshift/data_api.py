"""The Redshift Data API, inside LocalStack (aws-semantics.md §F, redshift-data)."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar, cast

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.connect import connect_to
from localstack.aws.skeleton import create_dispatch_table

from emulator.redshift import data_api_requests as requests
from emulator.redshift.data_api_models import DataApiError, StatementRecord, StatementStore, Status
from emulator.redshift.data_api_runner import StatementRunner
from emulator.redshift.data_api_values import PAGE_ROWS, page

LOG = logging.getLogger(__name__)
Answer = dict[str, Any]
F = TypeVar("F", bound=Callable[..., Any])
_LIKE_ALL = "%"

_TABLES = """SELECT table_name, table_schema, CASE WHEN table_type IN ('VIEW', 'LOCAL TEMPORARY')
  THEN table_type WHEN table_schema IN ('pg_catalog', 'information_schema') THEN 'SYSTEM TABLE'
  ELSE 'TABLE' END
  FROM information_schema.tables
  WHERE table_schema LIKE :schema_pattern AND table_name LIKE :table_pattern
  ORDER BY table_schema, table_name"""
_COLUMNS = """SELECT column_name, udt_name, coalesce(character_maximum_length, numeric_precision, 0)::int,
  coalesce(numeric_precision, character_maximum_length, 0)::int, coalesce(numeric_scale, 0)::int,
  CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END, column_default, table_schema FROM information_schema.columns
  WHERE table_name = :table_name AND table_schema LIKE :schema_name ORDER BY ordinal_position"""


def operation(name: str) -> Callable[[F], F]:
    """Marks a method `(context, request)` as the handler of an AWS operation."""

    def mark(method: F) -> F:
        return cast(F, handler(name, expand=False)(method))

    return mark


class RedshiftDataProvider:
    """All state is by account and region; the warehouse itself is one."""

    service = "redshift-data"

    def __init__(self) -> None:
        self._stores: dict[tuple[str, str], StatementStore] = defaultdict(StatementStore)
        self._runner = StatementRunner()

    def _store(self, context: RequestContext) -> StatementStore:
        return self._stores[(context.account_id, context.region)]

    @operation("ExecuteStatement")
    def execute_statement(self, context: RequestContext, request: Answer) -> Answer:
        return self._submit(context, request, is_batch=False)

    @operation("BatchExecuteStatement")
    def batch_execute_statement(self, context: RequestContext, request: Answer) -> Answer:
        return self._submit(context, request, is_batch=True)

    def _submit(self, context: RequestContext, request: Answer, is_batch: bool) -> Answer:
        store = self._store(context)
        token = request.get("ClientToken") or ""
        with store.lock:
            known = store.with_token(token, request) if token else None
            if known is not None:
                return requests.submitted(known)
            record = requests.record_of(request, is_batch)
            store.add(record)
            if token:
                store.remember_token(token, dict(request), record)
        account, region = context.account_id, context.region
        self._runner.submit(record, lambda ended: _publish(ended, account, region))
        return requests.submitted(record)

    @operation("DescribeStatement")
    def describe_statement(self, context: RequestContext, request: Answer) -> Answer:
        store = self._store(context)
        return requests.described(store.get(request["Id"]), store.part(request["Id"]))

    @operation("GetStatementResult")
    def get_statement_result(self, context: RequestContext, request: Answer) -> Answer:
        part = self._store(context).part(request["Id"])
        if part.status is not Status.FINISHED or part.result is None:
            text = "Query does not have result. Please check query status with DescribeStatement."
            raise DataApiError("ResourceNotFoundException", text)
        rows, token = page(part.result.rows, request.get("NextToken"), PAGE_ROWS)
        answer: Answer = {
            "ColumnMetadata": part.result.columns,
            "Records": rows,
            "TotalNumRows": len(part.result.rows),
        }
        return answer | ({"NextToken": token} if token else {})

    @operation("ListStatements")
    def list_statements(self, context: RequestContext, request: Answer) -> Answer:
        wanted = request.get("Status") or Status.FINISHED
        name = request.get("StatementName") or ""
        found = [
            requests.listed(record)
            for record in self._store(context).newest_first()
            if wanted in ("ALL", record.whole.status)
            and record.name.startswith(name)
            and _is_at(record, request)
        ]
        return _paged("Statements", found, request, default=100)

    @operation("CancelStatement")
    def cancel_statement(self, context: RequestContext, request: Answer) -> Answer:
        record = self._store(context).get(request["Id"])
        if record.whole.status.is_final:
            text = f"Could not cancel a query that is already in {record.whole.status} state"
            raise DataApiError("ValidationException", f"{text} with ID: {record.id}")
        self._runner.cancel(record)
        return {"Status": True}

    @operation("ListDatabases")
    def list_databases(self, _context: RequestContext, request: Answer) -> Answer:
        sql = "SELECT datname FROM pg_catalog.pg_database WHERE NOT datistemplate ORDER BY datname"
        rows = self._runner.query(requests.target_of(request), sql)
        return _paged("Databases", [row[0] for row in rows], request, default=1000)

    @operation("ListSchemas")
    def list_schemas(self, _context: RequestContext, request: Answer) -> Answer:
        sql = "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname LIKE :pattern"
        sql += " AND nspname !~ '^pg_(temp|toast)' ORDER BY nspname"
        pattern = request.get("SchemaPattern") or _LIKE_ALL
        rows = self._runner.query(requests.target_of(request), sql, pattern=pattern)
        return _paged("Schemas", [row[0] for row in rows], request, default=1000)

    @operation("ListTables")
    def list_tables(self, _context: RequestContext, request: Answer) -> Answer:
        rows = self._runner.query(
            requests.target_of(request),
            _TABLES,
            schema_pattern=request.get("SchemaPattern") or _LIKE_ALL,
            table_pattern=request.get("TablePattern") or _LIKE_ALL,
        )
        found = [{"name": name, "schema": schema, "type": kind} for name, schema, kind in rows]
        return _paged("Tables", found, request, default=1000)

    @operation("DescribeTable")
    def describe_table(self, _context: RequestContext, request: Answer) -> Answer:
        table = request.get("Table") or ""
        rows = self._runner.query(
            requests.target_of(request),
            _COLUMNS,
            table_name=table,
            schema_name=request.get("Schema") or _LIKE_ALL,
        )
        found = [_table_column(table, row) for row in rows]
        return _paged("ColumnList", found, request, default=1000) | {"TableName": table}


def dispatch_table(provider: RedshiftDataProvider) -> dict[str, Callable[[Any, Any], Any]]:
    """The provider's handlers; their errors are answered as AWS does."""
    return {name: _guarded(handle) for name, handle in create_dispatch_table(provider).items()}


def _guarded(handle: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def call(context: Any, request: Any) -> Any:
        try:
            return handle(context, request)
        except DataApiError as error:
            raise CommonServiceException(error.code, error.message, 400, sender_fault=True) from error

    return call


def _paged(name: str, items: list[Any], request: Answer, default: int) -> Answer:
    found, token = page(items, request.get("NextToken"), int(request.get("MaxResults") or default))
    return {name: found} | ({"NextToken": token} if token else {})


def _is_at(record: StatementRecord, request: Answer) -> bool:
    target = record.target
    asked = (
        (request.get("WorkgroupName"), target.workgroup),
        (request.get("ClusterIdentifier"), target.cluster),
        (request.get("Database"), target.database),
    )
    return all(not wanted or wanted == value for wanted, value in asked)


def _table_column(table: str, row: list[Any]) -> Answer:
    name, kind, length, precision, scale, nullable, default, schema = row
    column = {
        "name": name,
        "label": name,
        "typeName": "super" if kind == "jsonb" else kind,
        "length": length,
        "precision": precision,
        "scale": scale,
        "nullable": nullable,
        "schemaName": schema,
        "tableName": table,
        "isCaseSensitive": kind in ("varchar", "bpchar", "text"),
        "isCurrency": False,
        "isSigned": kind in ("int2", "int4", "int8", "numeric", "float4", "float8"),
    }
    return column | ({"columnDefault": default} if default else {})


def _publish(record: StatementRecord, account: str, region: str) -> None:
    """Puts the event that WithEvent asks for on the default bus; best effort."""
    if not record.with_event:
        return
    detail = {
        "principal": f"arn:aws:iam::{account}:root",
        "statementName": record.name,
        "statementId": record.id,
        "redshiftQueryId": 0,
        "state": str(record.whole.status),
        "rows": record.whole.rows,
        "expireAt": int(record.whole.created_at.timestamp()) + 24 * 3600,
    }
    entry = {
        "Source": "aws.redshift-data",
        "DetailType": "Redshift Data Statement Status Change",
        "Detail": json.dumps(detail),
    }
    try:
        connect_to(aws_access_key_id=account, region_name=region).events.put_events(Entries=[entry])
    except (ClientError, BotoCoreError) as error:
        LOG.warning("the event of statement %s is lost: %s", record.id, error)
