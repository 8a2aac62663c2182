"""From a provider's methods to LocalStack's dispatch table: checks requests, answers errors as AWS does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.skeleton import create_dispatch_table
from localstack.aws.spec import load_service
from localstack.services.moto import _proxy_moto

from emulator.glue_service.errors import GlueError, NotSupported
from emulator.glue_service.models import Scope
from emulator.glue_service.request_validation import check_request

F = TypeVar("F", bound=Callable[..., Any])
Handler = Callable[[Any, Any], Any]

REFUSED = frozenset(
    {
        "CreateDevEndpoint",
        "CreateSession",
        "CreateTrigger",
        "CreateWorkflow",
        "RunStatement",
        "StartTrigger",
        "StartWorkflowRun",
        "StopWorkflowRun",
    }
)
"""Operations that moto answers with a success that nothing stands behind: its triggers never fire."""


def operation(name: str) -> Callable[[F], F]:
    """Marks a provider's method `(context, request)` as the handler of an AWS operation."""

    def mark(method: F) -> F:
        return cast(F, handler(name, expand=False)(method))

    return mark


def scope_of(context: RequestContext) -> Scope:
    return Scope(context.account_id, context.region)


def glue_dispatch_table(provider: object) -> dict[str, Handler]:
    """Our own handlers, a clear refusal for what nothing stands behind, and moto for the rest."""
    service = load_service("glue")
    table: dict[str, Handler] = dict.fromkeys(service.operation_names, _proxy_moto)
    table |= {name: _refusal(name) for name in REFUSED & table.keys()}
    table |= create_dispatch_table(provider)
    return {name: _guarded(handle, service.operation_model(name)) for name, handle in table.items()}


def _refusal(name: str) -> Handler:
    def refuse(_context: Any, _request: Any) -> None:
        raise NotSupported(name)

    return refuse


def _guarded(handle: Handler, model: Any) -> Handler:
    def call(context: Any, request: Any) -> Any:
        try:
            check_request(request, model.input_shape)
            return handle(context, request)
        except GlueError as error:
            raise CommonServiceException(
                error.code, error.message, error.status, sender_fault=True
            ) from error

    return call
