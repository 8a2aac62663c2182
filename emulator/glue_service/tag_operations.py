"""The tag operations: tags are moto's, but only what exists can be tagged."""

from __future__ import annotations

import re
from typing import Any

from localstack.aws.api import RequestContext

from emulator.glue_service.api_operations import ApiOperations, Request, Response, tags_of_arn
from emulator.glue_service.dispatch import operation, scope_of
from emulator.glue_service.errors import EntityNotFound, InvalidInput

_LOOKUPS = {
    "connection": ("get_connection", ("Name",)),
    "crawler": ("get_crawler", ("Name",)),
    "database": ("get_database", ("Name",)),
    "job": ("get_job", ("JobName",)),
    "table": ("get_table", ("DatabaseName", "Name")),
    "trigger": ("get_trigger", ("Name",)),
    "workflow": ("get_workflow", ("Name",)),
}
"""How the provider finds a resource of a kind: its method, and the members that the ARN's path names."""
_ARN = re.compile(r"arn:aws[\w-]*:glue:([^:]*):([^:]*):([A-Za-z]+)/(.+)")


class TagOperations(ApiOperations):
    """Mixin of the provider; its handlers answer for tags."""

    @operation("TagResource")
    def tag_resource(self, context: RequestContext, request: Request) -> Response:
        arn = self._existing(context, request["ResourceArn"])
        tags_of_arn(scope_of(context)).tag_resource(arn, request["TagsToAdd"])
        return {}

    @operation("UntagResource")
    def untag_resource(self, context: RequestContext, request: Request) -> Response:
        arn = self._existing(context, request["ResourceArn"])
        tags_of_arn(scope_of(context)).untag_resource(arn, request["TagsToRemove"])
        return {}

    @operation("GetTags")
    def get_tags(self, context: RequestContext, request: Request) -> Response:
        arn = self._existing(context, request["ResourceArn"])
        return {"Tags": tags_of_arn(scope_of(context)).get_tags(arn)}

    def _existing(self, context: RequestContext, arn: str) -> str:
        """The ARN itself. Raises InvalidInput if it is none of Glue's, EntityNotFound if nothing is there."""
        match = _ARN.fullmatch(arn)
        if match is None:
            raise InvalidInput(f"Resource ARN {arn} is not of the form arn:aws:glue:region:account:kind/name")
        region, account_id, kind, path = match.groups()
        scope = scope_of(context)
        if (region, account_id) != (scope.region, scope.account_id) or kind not in _LOOKUPS:
            raise EntityNotFound(f"Resource {arn} not found.")
        method, members = _LOOKUPS[kind]
        find: Any = getattr(self, method)
        find(context, dict(zip(members, path.split("/", len(members) - 1), strict=False)))
        return arn
