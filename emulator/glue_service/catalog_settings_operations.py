"""The Data Catalog's resource policy and encryption settings: kept and read back, with no other effect."""

from __future__ import annotations

import base64
import hashlib
import json

from emulator.glue_service.catalog_models import Catalog, Definition
from emulator.glue_service.catalog_requests import Request, Response, catalog_operation, refuse_members
from emulator.glue_service.errors import ConditionCheckFailed, EntityNotFound, InvalidInput
from emulator.glue_service.models import now
from emulator.glue_service.paging import page

_NO_ENCRYPTION: Definition = {
    "EncryptionAtRest": {"CatalogEncryptionMode": "DISABLED"},
    "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": False},
}


class CatalogSettingsOperations:
    """Mixin of the provider. The texts of its errors are *unverified*."""

    @catalog_operation("PutResourcePolicy")
    def put_resource_policy(self, catalog: Catalog, request: Request) -> Response:
        """Raises InvalidInput for what is no JSON object, ConditionCheckFailed, NotSupported for an ARN."""
        refuse_members("PutResourcePolicy", request, ["ResourceArn"])
        _require_exists(catalog, request.get("PolicyExistsCondition", "NONE"))
        _require_hash(catalog, request.get("PolicyHashCondition"))
        text = request["PolicyInJson"]
        _require_document(text)
        created = catalog.policy["CreateTime"] if catalog.policy else now()
        digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
        catalog.policy = {
            "PolicyInJson": text,
            "PolicyHash": base64.b64encode(digest).decode(),
            "CreateTime": created,
            "UpdateTime": now(),
        }
        return {"PolicyHash": catalog.policy["PolicyHash"]}

    @catalog_operation("GetResourcePolicy")
    def get_resource_policy(self, catalog: Catalog, request: Request) -> Response:
        _require_own_arn(catalog, request.get("ResourceArn"))
        return _policy_of(catalog)

    @catalog_operation("GetResourcePolicies")
    def get_resource_policies(self, catalog: Catalog, request: Request) -> Response:
        """The catalog's policy alone: nothing is shared between accounts by RAM."""
        found, following = page([catalog.policy] if catalog.policy else [], request)
        return {"GetResourcePoliciesResponseList": found, **following}

    @catalog_operation("DeleteResourcePolicy")
    def delete_resource_policy(self, catalog: Catalog, request: Request) -> Response:
        _require_own_arn(catalog, request.get("ResourceArn"))
        _policy_of(catalog)
        _require_hash(catalog, request.get("PolicyHashCondition"))
        catalog.policy = None
        return {}

    @catalog_operation("PutDataCatalogEncryptionSettings")
    def put_data_catalog_encryption_settings(self, catalog: Catalog, request: Request) -> Response:
        catalog.encryption = request["DataCatalogEncryptionSettings"]
        return {}

    @catalog_operation("GetDataCatalogEncryptionSettings")
    def get_data_catalog_encryption_settings(self, catalog: Catalog, _request: Request) -> Response:
        return {"DataCatalogEncryptionSettings": {**_NO_ENCRYPTION, **catalog.encryption}}


def _policy_of(catalog: Catalog) -> Definition:
    if catalog.policy is None:
        raise EntityNotFound("Policy not found")
    return catalog.policy


def _require_own_arn(catalog: Catalog, arn: str | None) -> None:
    """Policies of single resources come from RAM, which isn't here. Raises EntityNotFound."""
    own = f"arn:aws:glue:{catalog.scope.region}:{catalog.scope.account_id}:catalog"
    if arn not in (None, own):
        raise EntityNotFound(f"Policy of {arn} not found")


def _require_exists(catalog: Catalog, condition: str) -> None:
    if condition == "MUST_EXIST" and catalog.policy is None:
        raise ConditionCheckFailed("PolicyExistsCondition is MUST_EXIST, but there is no policy.")
    if condition == "NOT_EXIST" and catalog.policy is not None:
        raise ConditionCheckFailed("PolicyExistsCondition is NOT_EXIST, but there is a policy.")


def _require_hash(catalog: Catalog, wanted: str | None) -> None:
    present = catalog.policy["PolicyHash"] if catalog.policy else None
    if wanted is not None and wanted != present:
        raise ConditionCheckFailed(f"PolicyHashCondition is {wanted}, but the policy's hash is {present}.")


def _require_document(text: str) -> None:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"PolicyInJson is no JSON: {error}") from error
    if not isinstance(document, dict) or "Statement" not in document:
        raise InvalidInput("PolicyInJson is no policy: it has no Statement.")
