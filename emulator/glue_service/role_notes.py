"""What Glue does for a role without a call through the gateway, told to the record of calls.

tarmac lists objects from LocalStack's own store and writes a crawler's tables directly. On AWS the role
makes these calls: "Crawler prerequisites", "Step 2: Create an IAM role for AWS Glue" in the developer guide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from emulator.call_record.iam_s3 import bucket_arn
from emulator.call_record.record import RECORD, Access, Caller, note
from emulator.glue_service.catalog_events import CatalogChange
from emulator.glue_service.models import Scope
from emulator.glue_service.role_sessions import CRAWLER_SESSION, role_arn
from emulator.glue_service.s3_listing import S3Path


def note_listing(scope: Scope, role: str, session: str, paths: Sequence[str]) -> None:
    """The role has listed the objects below these paths."""
    arn = role_arn(scope, role)
    if not RECORD.is_on or arn is None:
        return
    for place in map(S3Path.parse, paths):
        listing = Access("s3:ListBucket", (bucket_arn(place.bucket),), (("s3:prefix", place.key),))
        note(Caller(arn, session), listing)


def note_catalog_changes(scope: Scope, role: str, database: str, changes: Iterable[CatalogChange]) -> None:
    """A crawler has looked its database and tables up, and has changed these."""
    arn = role_arn(scope, role)
    if not RECORD.is_on or arn is None:
        return
    name = database.lower()
    found = [Access("glue:GetDatabase", _arns(scope, f"database/{name}"))]
    for change in changes:
        for table in change.tables:
            resources = _arns(scope, f"database/{name}", f"table/{name}/{table}")
            found += [Access("glue:GetTable", resources), Access(f"glue:{change.operation}", resources)]
    note(Caller(arn, CRAWLER_SESSION), *found)


def _arns(scope: Scope, *names: str) -> tuple[str, ...]:
    catalog = f"arn:aws:glue:{scope.region}:{scope.account_id}:catalog"
    return (catalog, *(f"arn:aws:glue:{scope.region}:{scope.account_id}:{name}" for name in names))
