"""Whose Data Catalog a request is for; pure."""

from __future__ import annotations

import re

from emulator.glue_service.errors import AccessDenied, EntityNotFound
from emulator.glue_service.models import Scope


def require_own_catalog(scope: Scope, operation: str, catalog_id: str | None) -> None:
    """Lets requests for the account's own catalog pass.

    Raises AccessDenied for that of another account, in AWS's words for one without a resource policy, and
    EntityNotFound for what is no account: there is one catalog per account and region.
    """
    if catalog_id in (None, scope.account_id):
        return
    if not re.fullmatch(r"\d{12}", str(catalog_id)):
        raise EntityNotFound(f"Catalog {catalog_id} not found.")
    raise AccessDenied(
        f"User: arn:aws:iam::{scope.account_id}:root is not authorized to perform: glue:{operation} on "
        f"resource: arn:aws:glue:{scope.region}:{catalog_id}:catalog because no resource-based policy allows "
        f"the glue:{operation} action"
    )
