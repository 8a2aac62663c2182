"""Lists S3 objects for a run, straight from LocalStack's store.

Not through ListObjectsV2: LocalStack 4.9.2 sorts and URL-encodes all keys again for each page of 1,000, and
compares encoded keys with an unencoded continuation token, which skips keys such as `a b` between pages.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from localstack.services.s3.models import s3_stores

from emulator.glue_service.crawl_exclusions import exclusion_filter
from emulator.glue_service.errors import BucketNotFound, InvalidInput
from emulator.glue_service.models import Scope
from emulator.glue_worker.run_contract import S3File, SelectFiles

_SCHEMES = ("s3", "s3a", "s3n")


@dataclass(frozen=True)
class S3Path:
    """`s3://bucket/key`: one object, or the folder of that name."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, path: str) -> S3Path:
        """Raises InvalidInput."""
        scheme, separator, rest = path.partition("://")
        bucket, _, key = rest.partition("/")
        if scheme not in _SCHEMES or not separator or not bucket:
            raise InvalidInput(f"{path!r} is not an S3 path; give s3://bucket/key")
        return cls(bucket, key)

    @property
    def folder(self) -> str:
        """What the keys below this path start with."""
        return self.key if not self.key or self.key.endswith("/") else f"{self.key}/"

    def below(self, sorted_keys: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Those of the keys that this path names, each with its place below the path."""
        at = bisect_left(sorted_keys, self.key)
        if at < len(sorted_keys) and sorted_keys[at] == self.key and not self.key.endswith("/"):
            yield self.key, self.key.rpartition("/")[2]
        for index in range(bisect_left(sorted_keys, self.folder), len(sorted_keys)):
            key = sorted_keys[index]
            if not key.startswith(self.folder):
                return
            yield key, key[len(self.folder) :]


def list_files(scope: Scope, wanted: SelectFiles) -> list[S3File]:
    """The objects under the paths that a reader takes: neither hidden, nor folder markers, nor excluded.

    An exclusion counts for the place below the path and for the whole address: `2026/**`, `**/draft*` and
    `s3://bucket/raw/2026/**` are all seen in scripts (which of them AWS means is *unverified*).
    Raises BucketNotFound, InvalidInput.
    """
    paths = [S3Path.parse(text) for text in wanted.paths]
    found: dict[tuple[str, str], S3File] = {}
    for bucket in dict.fromkeys(path.bucket for path in paths):
        objects = {item.key: item for item in _objects(scope, bucket)}
        keys = sorted(objects)
        for path in (path for path in paths if path.bucket == bucket):
            for key in _taken(path, keys, wanted):
                found[bucket, key] = _file(bucket, objects[key])
    return list(found.values())


def _taken(path: S3Path, sorted_keys: Sequence[str], wanted: SelectFiles) -> Iterator[str]:
    excluded = exclusion_filter(wanted.exclusions)
    for key, relative in path.below(sorted_keys):
        is_taken = relative and is_readable(relative, wanted.recurse)
        if is_taken and not any(map(excluded, (relative, f"s3://{path.bucket}/{key}"))):
            yield key


def is_readable(relative: str, recurse: bool) -> bool:
    """Whether a reader opens an object at this place below its path."""
    return not relative.endswith("/") and not is_hidden(relative) and (recurse or "/" not in relative)


def is_hidden(relative: str) -> bool:
    """Whether Spark passes over it: a segment starts with `.`, or with `_` and is no partition folder."""
    return any(
        segment.startswith(".") or (segment.startswith("_") and "=" not in segment)
        for segment in relative.split("/")
    )


def _objects(scope: Scope, bucket: str) -> Iterable[Any]:
    store = s3_stores[scope.account_id][scope.region]
    owner = store.global_bucket_map.get(bucket)
    known = s3_stores[owner][scope.region].buckets.get(bucket) if owner else None
    if known is None:
        raise BucketNotFound(bucket)
    objects: Iterable[Any] = known.objects.values()
    return objects


def _file(bucket: str, item: Any) -> S3File:
    modified_ms = int(item.last_modified.timestamp() * 1000)
    return S3File(bucket, item.key, str(item.etag), modified_ms, int(item.size))
