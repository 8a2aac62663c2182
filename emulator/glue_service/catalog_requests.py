"""What all catalog operations share: whose catalog, one at a time, and what of a request is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from localstack.aws.api import RequestContext

from emulator.glue_service.catalog_event_sender import send_changes
from emulator.glue_service.catalog_events import change_of, reported
from emulator.glue_service.catalog_models import CATALOG_LOCK, Catalog, catalog_of
from emulator.glue_service.dispatch import operation, scope_of
from emulator.glue_service.errors import AccessDenied, EntityNotFound, GlueError, InvalidInput, NotSupported
from emulator.glue_service.models import Scope

Request = dict[str, Any]
Response = dict[str, Any]
Answer = Callable[[Any, Catalog, Request], Response]

_REFUSED = ("TransactionId", "QueryAsOfTime")
"""Members of Lake Formation's governed tables, which nothing stands behind."""


def catalog_operation(name: str) -> Callable[[Answer], Callable[[Any, RequestContext, Request], Response]]:
    """Marks a method `(catalog, request)` as the handler of an operation, one at a time; sends its event.

    Its requests are for the account's own catalog. Raises AccessDenied for that of another account, as AWS
    does without a resource policy, EntityNotFound for what is no account, NotSupported for governed tables.
    """

    def mark(method: Answer) -> Callable[[Any, RequestContext, Request], Response]:
        @wraps(method)
        def handle(self: Any, context: RequestContext, request: Request) -> Response:
            scope = scope_of(context)
            _require_own_catalog(scope, name, request.get("CatalogId"))
            refuse_members(name, request, _REFUSED)
            with CATALOG_LOCK:
                answer = method(self, catalog_of(scope), request)
            if reported(name) and (change := change_of(name, request, answer)):
                send_changes(scope, [change])
            return answer

        return operation(name)(handle)

    return mark


def refuse_members(where: str, structure: Request, members: Iterable[str]) -> None:
    """Raises NotSupported, naming the first of the members that the structure has."""
    for member in members:
        if structure.get(member) is not None:
            raise NotSupported(f"{member} in {where}")


def only_attributes(found: Response, request: Request, attributes: dict[str, str]) -> Response:
    """What AttributesToGet asks for of a structure; all of it without. Raises InvalidInput if NAME is not."""
    asked = request.get("AttributesToGet")
    if asked is None:
        return found
    if "NAME" not in asked:
        raise InvalidInput("AttributesToGet must include NAME.")
    wanted = {attributes[name] for name in asked}
    return {key: value for key, value in found.items() if key in wanted}


def error_detail(error: GlueError) -> dict[str, str]:
    """AWS's ErrorDetail, the form of an error of one item of a batch."""
    return {"ErrorCode": error.code, "ErrorMessage": error.message}


def name_pattern(expression: str) -> re.Pattern[str]:
    """A regular expression of whole names in which a bare `*` stands for anything, as in Hive.

    Source: GetTables' Expression as the AWS SDK for pandas uses it: `prefix*`, `*part*`.
    Raises InvalidInput.
    """
    try:
        return re.compile(re.sub(r"(?<![.\])\\])\*", ".*", expression), re.IGNORECASE)
    except re.error as error:
        raise InvalidInput(f"Expression {expression!r} is no regular expression: {error}") from error


def _require_own_catalog(scope: Scope, operation_name: str, catalog_id: str | None) -> None:
    if catalog_id in (None, scope.account_id):
        return
    if not re.fullmatch(r"\d{12}", str(catalog_id)):
        raise EntityNotFound(f"Catalog {catalog_id} not found.")
    raise AccessDenied(
        f"User: arn:aws:iam::{scope.account_id}:root is not authorized to perform: glue:{operation_name} on "
        f"resource: arn:aws:glue:{scope.region}:{catalog_id}:catalog because no resource-based policy allows "
        f"the glue:{operation_name} action"
    )
