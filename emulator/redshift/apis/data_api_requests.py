"""Requests of the Data API checked and read; answers put together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emulator.glue_service.request_validation import check_request
from emulator.redshift.apis.api_errors import invalid
from emulator.redshift.apis.data_api_models import StatementPart, StatementRecord, Status
from emulator.redshift.apis.data_api_parameters import bind
from emulator.redshift.apis.registry import Target

MAX_SQL_BYTES = 100 * 1024
ID_PATTERN = r"^[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}(:\d+)?$"

Request = Mapping[str, Any]


def target_of(request: Request) -> Target:
    """Where a request runs.

    Raises ApiError unless exactly one of WorkgroupName and ClusterIdentifier is given, and a database.
    """
    workgroup, cluster = request.get("WorkgroupName") or "", request.get("ClusterIdentifier") or ""
    if workgroup and cluster:
        raise invalid("Only one of ClusterIdentifier or WorkgroupName can be specified.")
    if not workgroup and not cluster:
        raise invalid("Either ClusterIdentifier or WorkgroupName needs to be specified.")
    if not request.get("Database"):
        raise invalid("Database needs to be specified.")
    if request.get("SecretArn") and request.get("DbUser"):
        raise invalid("Only one of SecretArn or DbUser can be specified.")
    if workgroup and request.get("DbUser"):
        raise invalid("DbUser can't be specified with WorkgroupName.")
    return Target(
        workgroup, cluster, request["Database"], request.get("DbUser") or "", request.get("SecretArn") or ""
    )


def check(request: Request, shape: Any) -> None:
    """Checks a request against its model; an Id that is none is refused in the API's own words.

    Raises ApiError and ConstraintViolated.
    """
    if "Id" in shape.members and not re.fullmatch(ID_PATTERN, request.get("Id") or ""):
        raise invalid(f"id must satisfy regex pattern: {ID_PATTERN}")
    check_request(request, shape)


def record_of(request: Request, is_batch: bool, target: Target) -> StatementRecord:
    """The record of a new statement, not yet started; raises ApiError."""
    sqls = list(request["Sqls"]) if is_batch else [request["Sql"]]
    if any(not sql.strip() for sql in sqls):
        raise invalid("SQL statement is empty.")
    if any(len(sql.encode()) > MAX_SQL_BYTES for sql in sqls):
        raise invalid("Cannot process query string larger than 100kB")
    record = StatementRecord.of(sqls, is_batch, target)
    record.name = request.get("StatementName") or ""
    record.parameters = [dict(item) for item in request.get("Parameters") or []]
    bind(sqls[0], record.parameters)
    record.with_event = bool(request.get("WithEvent"))
    record.result_format = request.get("ResultFormat") or "JSON"
    return record


def submitted(record: StatementRecord) -> dict[str, Any]:
    """The answer to ExecuteStatement and BatchExecuteStatement."""
    answer = {"Id": record.id, "CreatedAt": record.whole.created_at, **_where(record)}
    return answer | ({"SessionId": record.session_id} if record.session_id else {})


def described(record: StatementRecord, part: StatementPart) -> dict[str, Any]:
    """The answer to DescribeStatement."""
    answer = {**_part(part), **_where(record), "RedshiftPid": record.pid}
    answer["ResultFormat"] = record.result_format
    if record.session_id:
        answer["SessionId"] = record.session_id
    if record.parameters:
        answer["QueryParameters"] = record.parameters
    if record.is_batch and part is record.whole:
        answer["SubStatements"] = [_part(item) for item in record.parts]
        answer.pop("QueryString")
    return answer


def _part(part: StatementPart) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "Id": part.id,
        "Status": str(part.status),
        "CreatedAt": part.created_at,
        "UpdatedAt": part.updated_at,
        "Duration": part.duration_ns,
        "HasResultSet": part.has_result_set,
        "QueryString": part.sql,
        "RedshiftQueryId": part.query_id,
        "ResultRows": part.rows,
        "ResultSize": part.size_bytes,
    }
    return answer | ({"Error": part.error} if part.error else {})


def _where(record: StatementRecord) -> dict[str, str]:
    target = record.target
    shown = {
        "WorkgroupName": target.workgroup,
        "ClusterIdentifier": target.cluster,
        "Database": target.database,
        "DbUser": record.db_user,
        "SecretArn": target.secret_arn,
    }
    return {name: value for name, value in shown.items() if value}


def is_listed(record: StatementRecord, request: Request, principal: str) -> bool:
    """Whether ListStatements shows a statement: finished ones unless a status is asked for."""
    target = record.target
    asked = (
        (request.get("WorkgroupName"), target.workgroup),
        (request.get("ClusterIdentifier"), target.cluster),
        (request.get("Database"), target.database),
    )
    status = request.get("Status") or Status.FINISHED
    return (
        status in ("ALL", record.whole.status)
        and record.name.startswith(request.get("StatementName") or "")
        and all(not wanted or wanted == value for wanted, value in asked)
        and _identity(record.principal, request) == _identity(principal, request)
    )


def _identity(principal: str, request: Request) -> str:
    """An IAM role for any of its sessions, unless RoleLevel is false."""
    if request.get("RoleLevel") is False or ":assumed-role/" not in principal:
        return principal
    return principal.rpartition("/")[0]


def listed(record: StatementRecord) -> dict[str, Any]:
    """A statement as ListStatements shows it."""
    answer: dict[str, Any] = {
        "Id": record.id,
        "Status": str(record.whole.status),
        "CreatedAt": record.whole.created_at,
        "UpdatedAt": record.whole.updated_at,
        "IsBatchStatement": record.is_batch,
        "ResultFormat": record.result_format,
        "QueryStrings": [part.sql for part in record.parts],
        "StatementName": record.name,
        "SecretArn": record.target.secret_arn,
        "SessionId": record.session_id,
        "QueryParameters": record.parameters,
    }
    if not record.is_batch:
        answer["QueryString"] = answer.pop("QueryStrings")[0]
    return {name: value for name, value in answer.items() if value not in ("", [])}
