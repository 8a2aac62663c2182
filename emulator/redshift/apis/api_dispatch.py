"""From a provider's methods to LocalStack's dispatch table, for Redshift's three APIs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.connect import connect_to
from localstack.aws.skeleton import create_dispatch_table
from localstack.aws.spec import load_service
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from emulator.glue_service.errors import ConstraintViolated
from emulator.redshift.apis.api_errors import ApiError

Answer = dict[str, Any]
Handler = Callable[[Any, Any], Any]
F = TypeVar("F", bound=Callable[..., Any])
UNSUPPORTED = {"redshift": "UnsupportedOperation"}
"""What an operation is refused with; the other services have no such error of their own."""


def operation(name: str) -> Callable[[F], F]:
    """Marks a provider's method `(context, request)` as the handler of an AWS operation."""

    def mark(method: F) -> F:
        return cast(F, handler(name, expand=False)(method))

    return mark


def dispatch_table(provider: Any) -> dict[str, Handler]:
    """The provider's handlers, behind its check of each request; all other operations are refused by name."""
    service = load_service(provider.service)
    table = {name: _refusal(provider.service, name) for name in service.operation_names}
    own = create_dispatch_table(provider)
    return table | {
        name: _guarded(handle, service.operation_model(name), provider.check) for name, handle in own.items()
    }


def caller_arn(context: RequestContext) -> str:
    """Who made the request: an IAM user, an assumed role, or the account's root."""
    key = extract_access_key_id_from_auth_header(context.request.headers) or context.account_id
    client = connect_to(aws_access_key_id=key, region_name=context.region).sts
    return str(client.get_caller_identity()["Arn"])


def _refusal(service: str, name: str) -> Handler:
    code = UNSUPPORTED.get(service, "OperationNotSupportedException")

    def refuse(_context: Any, _request: Any) -> None:
        raise _response_to(ApiError(code, f"{name} is not supported by tarmac; see docs/fidelity.md"))

    return refuse


def _guarded(handle: Handler, model: Any, check: Callable[[Any, Any], None]) -> Handler:
    def call(context: Any, request: Any) -> Any:
        try:
            check(request or {}, model.input_shape)
            return handle(context, request or {})
        except ConstraintViolated as error:
            raise _response_to(ApiError(error.code, error.message)) from error
        except ApiError as error:
            raise _response_to(error) from error

    return call


def _response_to(error: ApiError) -> CommonServiceException:
    return CommonServiceException(error.code, error.message, error.status, sender_fault=error.status < 500)
