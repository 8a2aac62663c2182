"""Requests of the Data API checked and read; answers put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.redshift.data_api_models import DataApiError, StatementPart, StatementRecord, Status, Target

MAX_SQL_BYTES = 100 * 1024
MAX_BATCH = 40
NANOSECONDS_NONE = 0

Request = Mapping[str, Any]


def invalid(message: str) -> DataApiError:
    """A ValidationException."""
    return DataApiError("ValidationException", message)


def target_of(request: Request) -> Target:
    """Where a request runs.

    Raises DataApiError unless exactly one of WorkgroupName and ClusterIdentifier is given, and a database.
    """
    workgroup, cluster = request.get("WorkgroupName") or "", request.get("ClusterIdentifier") or ""
    if workgroup and cluster:
        raise invalid("Only one of ClusterIdentifier and WorkgroupName can be specified.")
    if not workgroup and not cluster:
        raise invalid("Either ClusterIdentifier or WorkgroupName must be specified.")
    if not request.get("Database"):
        raise invalid("Database is required.")
    if request.get("SecretArn") and request.get("DbUser"):
        raise invalid("Only one of SecretArn and DbUser can be specified.")
    return Target(
        workgroup, cluster, request["Database"], request.get("DbUser") or "", request.get("SecretArn") or ""
    )


def record_of(request: Request, is_batch: bool) -> StatementRecord:
    """The record of a new statement, not yet started; raises DataApiError."""
    sqls = list(request.get("Sqls") or []) if is_batch else [request.get("Sql") or ""]
    if not sqls or any(not sql.strip() for sql in sqls):
        raise invalid("SQL statement is empty.")
    if len(sqls) > MAX_BATCH:
        raise invalid(f"A batch can have at most {MAX_BATCH} statements.")
    if any(len(sql.encode()) > MAX_SQL_BYTES for sql in sqls):
        raise invalid("Cannot process query string larger than 100kB.")
    for option in ("SessionId", "SessionKeepAliveSeconds"):
        if request.get(option):
            raise invalid(f"{option} is not supported: a known gap of tarmac")
    if (request.get("ResultFormat") or "JSON") != "JSON":
        raise invalid("ResultFormat CSV is not supported: a known gap of tarmac")
    record = StatementRecord.of(sqls, is_batch, target_of(request))
    record.name = request.get("StatementName") or ""
    record.parameters = [dict(item) for item in request.get("Parameters") or []]
    record.with_event = bool(request.get("WithEvent"))
    return record


def submitted(record: StatementRecord) -> dict[str, Any]:
    """The answer to ExecuteStatement and BatchExecuteStatement."""
    return {"Id": record.id, "CreatedAt": record.whole.created_at, **_where(record.target)}


def described(record: StatementRecord, part: StatementPart) -> dict[str, Any]:
    """The answer to DescribeStatement."""
    answer = {**_part(part), **_where(record.target), "RedshiftPid": record.pid, "ResultFormat": "JSON"}
    if record.parameters:
        answer["QueryParameters"] = record.parameters
    if record.is_batch and part is record.whole:
        answer["SubStatements"] = [_part(item) for item in record.parts]
        answer["HasResultSet"] = any(item.result is not None for item in record.parts)
        answer.pop("QueryString")
    return answer


def _part(part: StatementPart) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "Id": part.id,
        "Status": str(part.status),
        "CreatedAt": part.created_at,
        "UpdatedAt": part.updated_at,
        "Duration": part.duration_ns if part.status.is_final else -1,
        "HasResultSet": part.result is not None,
        "QueryString": part.sql,
        "RedshiftQueryId": 0 if part.status.is_final else -1,
        "ResultRows": part.rows,
        "ResultSize": part.result.size_bytes
        if part.result
        else (0 if part.status is Status.FINISHED else -1),
    }
    return answer | ({"Error": part.error} if part.error else {})


def _where(target: Target) -> dict[str, str]:
    shown = {
        "WorkgroupName": target.workgroup,
        "ClusterIdentifier": target.cluster,
        "Database": target.database,
        "DbUser": target.db_user,
        "SecretArn": target.secret_arn,
    }
    return {name: value for name, value in shown.items() if value}


def listed(record: StatementRecord) -> dict[str, Any]:
    """A statement as ListStatements shows it."""
    answer: dict[str, Any] = {
        "Id": record.id,
        "Status": str(record.whole.status),
        "CreatedAt": record.whole.created_at,
        "UpdatedAt": record.whole.updated_at,
        "IsBatchStatement": record.is_batch,
        "ResultFormat": "JSON",
    }
    if record.is_batch:
        answer["QueryStrings"] = [part.sql for part in record.parts]
    else:
        answer["QueryString"] = record.parts[0].sql
    if record.name:
        answer["StatementName"] = record.name
    if record.parameters:
        answer["QueryParameters"] = record.parameters
    return answer
