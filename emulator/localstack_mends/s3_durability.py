"""S3 survives a crash: LocalStack's provider over files and rows, loaded before the first request.

Bytes are in `s3_blobs.py`, keys in `s3_key_stores.py`, rows in `s3_records.py`. What is left to do here: put
them in the place of LocalStack's own, and keep what operations change in place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from localstack.config import INTERNAL_RESOURCE_ACCOUNT  # where an event is rehearsed; nothing of it is kept
from localstack.services.s3 import provider as s3_provider
from localstack.services.s3.models import S3Bucket, S3Object, s3_stores
from localstack.services.s3.provider import S3Provider

from emulator.localstack_mends import s3_adoption
from emulator.localstack_mends.kept_state import kept_folder, kept_state
from emulator.localstack_mends.patching import wrap
from emulator.localstack_mends.s3_blobs import BlobStore
from emulator.localstack_mends.s3_key_stores import KeptTags, KeptVersionedKeyStore, key_store
from emulator.localstack_mends.s3_records import S3Records

REGION = "us-east-1"  # a store's buckets are those of all regions

BUCKET_OPERATIONS = ("create_bucket", "delete_bucket", "put_object_lock_configuration")
BUCKET_PREFIXES = ("put_bucket_", "delete_bucket_", "put_public_access_block", "delete_public_access_block")
OBJECT_OPERATIONS = ("put_object_acl", "put_object_legal_hold", "put_object_retention", "restore_object")
PART_OPERATIONS = ("upload_part", "upload_part_copy")


def apply() -> None:
    """Loads what is kept and lets the provider work on it.

    Raises UnreadableStateError for a state of another format.
    """
    records = S3Records(kept_state())
    store = BlobStore(kept_folder() / "s3", newest_version, records.forget_upload)
    s3_stores._universal["TAGS"] = KeptTags(records)
    s3_provider.EphemeralS3ObjectStore = lambda _folder: store
    s3_provider.VersionedKeyStore = KeptVersionedKeyStore
    _keep_new_buckets(records, store)
    _keep_changes(records)
    _load(records, store)
    _remove_orphans(records, store)


def _keep_new_buckets(records: S3Records, store: BlobStore) -> None:
    def create(original: Any, bucket: Any, *args: Any, **kwargs: Any) -> None:
        original(bucket, *args, **kwargs)
        bucket.objects = key_store(records, bucket, store.discard)

    wrap(S3Bucket, "__init__", create)


def _keep_changes(records: S3Records) -> None:
    def bucket_changed(request: Any, _answer: Any) -> None:
        keep_bucket(records, request["Bucket"])

    def object_changed(request: Any, _answer: Any) -> None:
        bucket = _find(request["Bucket"])
        records.save_object(bucket.name, bucket.get_object(request["Key"], request.get("VersionId")))

    def upload_created(request: Any, answer: Any) -> None:
        bucket = _find(request["Bucket"])
        records.save_upload(bucket.name, bucket.multiparts[answer["UploadId"]])

    def part_uploaded(request: Any, _answer: Any) -> None:
        upload = _find(request["Bucket"]).multiparts[request["UploadId"]]
        records.save_part(upload.id, upload.parts[request["PartNumber"]])

    for name in bucket_operations():
        _after(name, bucket_changed)
    for name in OBJECT_OPERATIONS:
        _after(name, object_changed)
    for name in PART_OPERATIONS:
        _after(name, part_uploaded)
    _after("create_multipart_upload", upload_created)


def bucket_operations() -> list[str]:
    """The provider's methods that change a bucket's configuration."""
    found = [name for name in vars(S3Provider) if name.startswith(BUCKET_PREFIXES)]
    return [*BUCKET_OPERATIONS, *found]


def _after(name: str, keep: Callable[[Any, Any], None]) -> None:
    def operation(original: Any, provider: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        answer = original(provider, context, *args, **kwargs)
        keep(context.service_request, answer)
        return answer

    wrap(S3Provider, name, operation)


def keep_bucket(records: S3Records, name: str) -> None:
    """The bucket's row as the bucket is now: saved, or gone with its tags."""
    bucket = _find(name)
    if bucket:
        records.save_bucket(bucket)
        return
    s3_adoption.forget(name)
    records.forget_bucket(name)
    s3_stores._universal["TAGS"].tags.pop(f"arn:aws:s3:::{name}", None)


def _find(name: str) -> Any:
    owner = s3_stores[INTERNAL_RESOURCE_ACCOUNT][REGION].global_bucket_map.get(name)
    return s3_stores[owner][REGION].buckets.get(name) if owner else None


def newest_version(name: str, item: S3Object) -> S3Object:
    """What is at the place of an object now; raises NoSuchKey, NoSuchVersion."""
    return _find(name).get_object(item.key, item.version_id)


def _load(records: S3Records, store: BlobStore) -> None:
    for bucket in records.buckets():
        if bucket.bucket_account_id == INTERNAL_RESOURCE_ACCOUNT:
            records.forget_bucket(bucket.name)
            continue
        bucket.objects = key_store(records, bucket, store.discard)
        bucket.multiparts = records.uploads(bucket.name)
        account = s3_stores[bucket.bucket_account_id][REGION]
        account.buckets[bucket.name] = bucket
        account.global_bucket_map[bucket.name] = bucket.bucket_account_id
        s3_adoption.leave_behind(bucket.name)


def _remove_orphans(records: S3Records, store: BlobStore) -> None:
    """In the background: only files that were there before the first request."""
    names = store.names()

    def remove() -> None:
        store.remove_names(names - records.blobs())

    if names:
        threading.Thread(target=remove, name="tarmac-s3-orphans", daemon=True).start()
