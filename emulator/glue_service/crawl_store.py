"""Where a crawl's objects come from: listed from LocalStack's own records, read through the S3 API.

Not listed through ListObjectsV2, for the reasons that `s3_listing` gives: for each page of 1,000 all keys
are sorted again, and between pages keys such as `a b` are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from localstack.services.s3.models import s3_stores

from emulator.glue_service.crawler_errors import CrawlFailed
from emulator.glue_service.models import Scope


@dataclass(frozen=True)
class S3Object:
    """One object of a listing."""

    key: str
    size_bytes: int
    etag: str
    last_modified: datetime


class ObjectStore(Protocol):
    """What a crawl asks of S3."""

    def objects(self, bucket: str) -> Iterable[S3Object]:
        """All objects of a bucket, in the order of their keys. Raises CrawlFailed."""
        ...

    def read(self, bucket: str, key: str, start: int, length: int) -> bytes:
        """A range of an object's bytes. Raises ClientError or BotoCoreError."""
        ...


class LocalStackObjects:
    """The buckets of a LocalStack process; `s3` is a boto3 client of the crawler's account."""

    def __init__(self, scope: Scope, s3: Any) -> None:
        self._scope = scope
        self._s3 = s3

    def objects(self, bucket: str) -> Iterable[S3Object]:
        store = s3_stores[self._scope.account_id][self._scope.region]
        owner = store.global_bucket_map.get(bucket)
        known = s3_stores[owner][self._scope.region].buckets.get(bucket) if owner else None
        if known is None:
            raise CrawlFailed(
                f"Can't list s3://{bucket}/: The specified bucket does not exist (NoSuchBucket). "
                "Create the bucket or change the crawler's target."
            )
        found = sorted(known.objects.values(), key=lambda item: str(item.key))
        return [S3Object(item.key, int(item.size), str(item.etag), item.last_modified) for item in found]

    def read(self, bucket: str, key: str, start: int, length: int) -> bytes:
        span = f"bytes={start}-{start + length - 1}"
        content: bytes = self._s3.get_object(Bucket=bucket, Key=key, Range=span)["Body"].read()
        return content
