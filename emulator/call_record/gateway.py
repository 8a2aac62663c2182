"""Where the gateway's requests meet the record: after each answer, for sessions of a role."""

from __future__ import annotations

import logging
from typing import Any

from localstack.aws.api import RequestContext
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from emulator.call_record.iam_actions import Call, accesses
from emulator.call_record.record import RECORD, Assumption, Caller

LOG = logging.getLogger(__name__)

SERVICES_BY_SESSION = {
    "GlueJobRunnerSession": "glue",
    "AWS-Crawler": "glue",
    "RedshiftIamRoleSession": "redshift",
}
"""Who takes a role on under this session name; LocalStack's own services say who they are."""
_TEMPORARY = ("LSIA", "ASIA")


def register() -> None:
    """Adds the handler to LocalStack's chain, and the route."""
    from localstack.aws import handlers
    from localstack.services.edge import ROUTER

    from emulator.call_record.routes import CallRoutes

    handlers.run_custom_response_handlers.append(record_call)
    CallRoutes(RECORD).register(ROUTER)


_SERVICES: dict[str, str] = {}
"""Access key to service, for the sessions that services have begun."""


def record_call(_chain: Any, context: RequestContext, _response: Any) -> None:
    """Records the request if a role makes it; never fails it."""
    if context.operation is None or context.service is None:
        return
    try:
        if context.operation.name == "AssumeRole":
            _remember_service(context)
        elif RECORD.is_on:
            _record(context, context.service.signing_name, context.operation.name)
    except Exception:
        LOG.exception("%s of %s is not recorded", context.operation.name, context.service.service_name)


def _remember_service(context: RequestContext) -> None:
    """Also while nothing is recorded: sessions last longer than that."""
    request, answer = context.service_request or {}, context.service_response or {}
    told = (context.internal_request_params or {}).get("service_principal")
    service = told or SERVICES_BY_SESSION.get(request["RoleSessionName"])
    if service and "Credentials" in answer:
        _SERVICES[answer["Credentials"]["AccessKeyId"]] = f"{service}.amazonaws.com"


def _record(context: RequestContext, service: str, operation: str) -> None:
    key = extract_access_key_id_from_auth_header(context.request.headers) or ""
    caller = _caller(context, key)
    if caller is None:
        return
    call = Call(service, operation, context.region, context.account_id, context.service_request or {})
    RECORD.add(caller, accesses(call))
    if key in _SERVICES:
        RECORD.add_assumption(Assumption(caller.role_arn, _SERVICES[key], caller.session))


def _caller(context: RequestContext, key: str) -> Caller | None:
    from moto.sts.models import sts_backends

    if not key.startswith(_TEMPORARY):
        return None
    found = sts_backends[context.account_id][context.partition].get_assumed_role_from_access_key(key)
    return Caller(found.role_arn, _told(found.session_name)) if found else None


def _told(session: str) -> str:
    """LocalStack gives each task a session with a name of its own: these would make every call distinct."""
    return session if session in SERVICES_BY_SESSION else ""
