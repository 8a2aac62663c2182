"""From a provider's methods to LocalStack's dispatch table: checks requests, answers errors as AWS does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.skeleton import create_dispatch_table
from localstack.aws.spec import load_service

from emulator.glue_service.catalog_access import require_own_catalog
from emulator.glue_service.errors import GlueError, NotSupported
from emulator.glue_service.models import Scope
from emulator.glue_service.request_validation import check_request

F = TypeVar("F", bound=Callable[..., Any])
Handler = Callable[[Any, Any], Any]


def operation(name: str) -> Callable[[F], F]:
    """Marks a provider's method `(context, request)` as the handler of an AWS operation."""

    def mark(method: F) -> F:
        return cast(F, handler(name, expand=False)(method))

    return mark


def scope_of(context: RequestContext) -> Scope:
    return Scope(context.account_id, context.region)


def glue_dispatch_table(provider: object) -> dict[str, Handler]:
    """Our own handlers, and a clear refusal for all else (`operation_support.py`)."""
    service = load_service("glue")
    table: dict[str, Handler] = {name: _refusal(name) for name in service.operation_names}
    own = create_dispatch_table(provider)
    return table | {name: _guarded(handle, service.operation_model(name)) for name, handle in own.items()}


def _refusal(name: str) -> Handler:
    def refuse(_context: Any, _request: Any) -> None:
        raise _response_to(NotSupported(name))

    return refuse


def _guarded(handle: Handler, model: Any) -> Handler:
    def call(context: Any, request: Any) -> Any:
        try:
            check_request(request, model.input_shape)
            require_own_catalog(scope_of(context), model.name, (request or {}).get("CatalogId"))
            return handle(context, request)
        except GlueError as error:
            raise _response_to(error) from error

    return call


def _response_to(error: GlueError) -> CommonServiceException:
    return CommonServiceException(error.code, error.message, error.status, sender_fault=True)
