"""What all catalog operations share: one at a time, with their events, and what of a request is refused."""

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
from emulator.glue_service.errors import GlueError, InvalidInput, NotSupported

Request = dict[str, Any]
Response = dict[str, Any]
Answer = Callable[[Any, Catalog, Request], Response]

_REFUSED = ("TransactionId", "QueryAsOfTime")
"""Members of Lake Formation's governed tables, which nothing stands behind."""


def catalog_operation(name: str) -> Callable[[Answer], Callable[[Any, RequestContext, Request], Response]]:
    """Marks a method `(catalog, request)` as the handler of an operation, one at a time; sends its event.

    The handler raises NotSupported for governed tables.
    """

    def mark(method: Answer) -> Callable[[Any, RequestContext, Request], Response]:
        @wraps(method)
        def handle(self: Any, context: RequestContext, request: Request) -> Response:
            scope = scope_of(context)
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
