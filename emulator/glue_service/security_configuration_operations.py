"""Security configurations: kept and read back; nothing here is encrypted by them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from localstack.aws.api import RequestContext

from emulator.glue_service.dispatch import operation, scope_of
from emulator.glue_service.errors import AlreadyExists, EntityNotFound
from emulator.glue_service.models import Scope, now
from emulator.glue_service.paging import page

Request = dict[str, Any]
Response = dict[str, Any]


class SecurityConfigurationOperations:
    """Mixin of the provider. The texts of its errors are *unverified*."""

    def __init__(self) -> None:
        super().__init__()
        self._security_configurations: defaultdict[Scope, dict[str, Response]] = defaultdict(dict)

    @operation("CreateSecurityConfiguration")
    def create_security_configuration(self, context: RequestContext, request: Request) -> Response:
        known, name = self._security_configurations[scope_of(context)], request["Name"]
        created = {
            "Name": name,
            "CreatedTimeStamp": now(),
            "EncryptionConfiguration": request["EncryptionConfiguration"],
        }
        if known.setdefault(name, created) is not created:
            raise AlreadyExists(f"Security configuration {name} already exists.")
        return {"Name": name, "CreatedTimestamp": created["CreatedTimeStamp"]}

    @operation("GetSecurityConfiguration")
    def get_security_configuration(self, context: RequestContext, request: Request) -> Response:
        found = self._security_configurations[scope_of(context)].get(request["Name"])
        if found is None:
            raise _missing(request["Name"])
        return {"SecurityConfiguration": found}

    @operation("GetSecurityConfigurations")
    def get_security_configurations(self, context: RequestContext, request: Request) -> Response:
        known = list(self._security_configurations[scope_of(context)].values())
        found, following = page(known, request)
        return {"SecurityConfigurations": found, **following}

    @operation("DeleteSecurityConfiguration")
    def delete_security_configuration(self, context: RequestContext, request: Request) -> Response:
        if self._security_configurations[scope_of(context)].pop(request["Name"], None) is None:
            raise _missing(request["Name"])
        return {}


def _missing(name: str) -> EntityNotFound:
    return EntityNotFound(f"Security configuration {name} not found.")
