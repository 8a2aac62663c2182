"""What the groups of operations share: the Glue API's parts, the store of a request's scope, tags."""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext
from moto.glue.models import glue_backends

from emulator.glue_service.dispatch import scope_of
from emulator.glue_service.glue_api import GlueApi
from emulator.glue_service.models import Scope, Store

Request = dict[str, Any]
Response = dict[str, Any]
Tags = dict[str, str]


class ApiOperations:
    """Base of the mixins that the provider is made of; the provider sets `_api`."""

    _api: GlueApi

    def _store(self, context: RequestContext) -> Store:
        return self._api.stores[scope_of(context)]


def set_tags(scope: Scope, kind: str, name: str, tags: Tags | None) -> None:
    """Tags a new resource. All tags of Glue are in moto's tagger."""
    if tags:
        tags_of_arn(scope).tag_resource(scope.arn(kind, name), tags)


def drop_tags(scope: Scope, kind: str, name: str) -> None:
    """Forgets the tags of a resource that is deleted."""
    tags_of_arn(scope).tagger.delete_all_tags_for_resource(scope.arn(kind, name))


def with_tags(scope: Scope, kind: str, names: list[str], wanted: Tags | None) -> list[str]:
    """Those of the names whose tags include the wanted ones."""
    if not wanted:
        return names
    tags = tags_of_arn(scope)
    return [name for name in names if wanted.items() <= tags.get_tags(scope.arn(kind, name)).items()]


def tags_of_arn(scope: Scope) -> Any:
    """Where the tags of a scope's resources are kept, by ARN."""
    return glue_backends[scope.account_id][scope.region]
