"""LocalStack's stores of a bucket's keys, with rows behind them that are read when the bucket is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from threading import RLock
from typing import Any

from localstack.services.s3.models import KeyStore, S3Bucket, VersionedKeyStore
from localstack.utils.tagging import TaggingService

from emulator.localstack_mends.s3_records import S3Records

Discard = Callable[[Any], None]


class KeptKeyStore(KeyStore):  # type: ignore[misc]
    """The keys of a bucket without versions.

    An object's row is kept before the object is seen, so also before an event tells of it; the bytes of what
    it replaces go afterwards (`discard`).
    """

    def __init__(self, records: S3Records, bucket: str, discard: Discard) -> None:
        self.records, self.bucket, self.discard = records, bucket, discard
        self._changing = RLock()

    @cached_property
    def _store(self) -> dict[str, Any]:
        return {item.key: item for item in self.records.objects(self.bucket)}

    def set(self, object_key: str, s3_object: Any) -> None:
        with self._changing:
            replaced = self.get(object_key)
            self.records.save_object(self.bucket, s3_object)
            super().set(object_key, s3_object)
        self.discard(replaced)

    def pop(self, object_key: str, default: Any = None) -> Any:
        with self._changing:
            if object_key in self:
                self.records.forget_object(self.bucket, object_key, None)
            return super().pop(object_key, default)


class KeptVersionedKeyStore(VersionedKeyStore):  # type: ignore[misc]
    """The keys of a bucket that has, or had, versioning; the rest as `KeptKeyStore`."""

    def __init__(self, records: S3Records, bucket: str, discard: Discard) -> None:
        self.records, self.bucket, self.discard = records, bucket, discard
        self._changing = RLock()

    @classmethod
    def from_key_store(cls, keystore: KeptKeyStore) -> KeptVersionedKeyStore:
        """The same keys, each with the version `null`."""
        made = cls(keystore.records, keystore.bucket, keystore.discard)
        with keystore._changing:
            for item in keystore.values():
                item.version_id = "null"
                made.records.save_object(made.bucket, item)
        return made

    @cached_property
    def _store(self) -> defaultdict[str, dict[str, Any]]:
        found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        for item in self.records.objects(self.bucket):
            for older in found[item.key].values():
                older.is_current = False
            item.is_current = True
            found[item.key][item.version_id] = item
        return found

    def set(self, object_key: str, s3_object: Any) -> None:
        with self._changing:
            replaced = self._store.get(object_key, {}).get(s3_object.version_id)
            self.records.save_object(self.bucket, s3_object)
            super().set(object_key, s3_object)
        self.discard(replaced)

    def pop(self, object_key: str, version_id: str | None = None, default: Any = None) -> Any:
        with self._changing:
            self.records.forget_object(self.bucket, object_key, version_id)
            return super().pop(object_key, version_id, default)


def key_store(records: S3Records, bucket: S3Bucket, discard: Discard) -> Any:
    """The store for a bucket's keys, by whether the bucket ever had versions."""
    kind = KeptVersionedKeyStore if bucket.versioning_status else KeptKeyStore
    return kind(records, bucket.name, discard)


class _KeptTagSets(dict[str, dict[str, str]]):
    """Tags by resource; a change is kept before it is seen. Empty sets have no row."""

    def __init__(self, records: S3Records) -> None:
        super().__init__(records.tags())
        self._records = records

    def __setitem__(self, resource: str, tags: dict[str, str]) -> None:
        if tags:
            self._records.save_tags(resource, tags)
        elif resource in self:
            self._records.forget_tags(resource)
        super().__setitem__(resource, tags)

    def __delitem__(self, resource: str) -> None:
        self._records.forget_tags(resource)
        super().__delitem__(resource)

    def pop(self, resource: str, default: Any = None) -> Any:
        if resource in self:
            self._records.forget_tags(resource)
        return super().pop(resource, default)


class KeptTags(TaggingService):  # type: ignore[misc]
    """LocalStack's tags of buckets and objects."""

    def __init__(self, records: S3Records) -> None:
        super().__init__()
        self.tags = _KeptTagSets(records)

    def tag_resource(self, arn: str, tags: list[dict[str, str]]) -> None:
        if tags:
            added = {tag[self.key_field]: tag[self.value_field] for tag in tags}
            self.tags[arn] = {**self.tags.get(arn, {}), **added}

    def untag_resource(self, arn: str, tag_names: list[str]) -> None:
        kept = {name: value for name, value in self.tags.get(arn, {}).items() if name not in tag_names}
        self.tags[arn] = kept
