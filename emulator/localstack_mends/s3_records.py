"""Buckets, objects, uploads and tags of LocalStack's S3 as rows, and back."""

from __future__ import annotations

import datetime
import json
from typing import Any

from localstack.services.s3.models import S3Bucket, S3DeleteMarker, S3Multipart, S3Object, S3Part

from emulator.localstack_mends.kept_state import KeptState

TIME = "\0time:"  # no header, and so no metadata, can hold a NUL
ELSEWHERE = frozenset({"objects", "multiparts", "object", "blob"})
"""Attributes that have rows, or a column, of their own."""

SAVE_OBJECT = """
INSERT INTO object (bucket, key, version, is_marker, blob, document) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (bucket, key, version) DO UPDATE
SET is_marker = excluded.is_marker, blob = excluded.blob, document = excluded.document
"""


def to_document(model: Any, *left_out: str) -> str:
    """The attributes of a model as JSON; times keep their microseconds."""
    fields = {
        name: value for name, value in vars(model).items() if name not in ELSEWHERE and name not in left_out
    }
    return json.dumps(fields, default=_as_text, ensure_ascii=False, separators=(",", ":"))


def _as_text(value: Any) -> str:
    if not isinstance(value, datetime.datetime):
        raise TypeError(f"S3 has a {type(value).__name__} ({value!r}) that can't be kept")
    return TIME + value.isoformat()


def from_document(kind: type[Any], document: str, **more: Any) -> Any:
    """A model with the attributes of its document, and those given."""
    model: Any = object.__new__(kind)
    vars(model).update(json.loads(document, object_hook=_with_times), **more)
    return model


def _with_times(found: dict[str, Any]) -> dict[str, Any]:
    for name, value in found.items():
        if isinstance(value, str) and value.startswith(TIME):
            found[name] = datetime.datetime.fromisoformat(value.removeprefix(TIME))
    return found


class S3Records:
    """The rows of S3; every write is kept when it returns."""

    def __init__(self, state: KeptState) -> None:
        self._state = state

    def save_bucket(self, bucket: S3Bucket) -> None:
        self._state.write("INSERT OR REPLACE INTO bucket VALUES (?, ?)", bucket.name, to_document(bucket))

    def forget_bucket(self, name: str) -> None:
        self._state.write_all(
            *((f"DELETE FROM {table} WHERE bucket = ?", (name,)) for table in ("object", "upload")),
            ("DELETE FROM bucket WHERE name = ?", (name,)),
        )

    def buckets(self) -> list[S3Bucket]:
        """All buckets, without their objects and uploads."""
        rows = self._state.read("SELECT document FROM bucket ORDER BY name")
        return [from_document(S3Bucket, document) for (document,) in rows]

    def save_object(self, bucket: str, item: S3Object | S3DeleteMarker) -> None:
        is_marker = isinstance(item, S3DeleteMarker)
        blob = getattr(item, "blob", None)
        version = item.version_id or "null"
        self._state.write(SAVE_OBJECT, bucket, item.key, version, is_marker, blob, to_document(item))

    def forget_object(self, bucket: str, key: str, version: str | None) -> None:
        self._state.write(
            "DELETE FROM object WHERE bucket = ? AND key = ? AND version = ?", bucket, key, version or "null"
        )

    def objects(self, bucket: str) -> list[S3Object | S3DeleteMarker]:
        """Objects and delete markers of a bucket, in the order in which they were first put."""
        rows = self._state.read(
            "SELECT is_marker, blob, document FROM object WHERE bucket = ? ORDER BY seq", bucket
        )
        return [_object(bool(is_marker), blob, document) for is_marker, blob, document in rows]

    def save_upload(self, bucket: str, upload: S3Multipart) -> None:
        document = to_document(upload, "parts")
        self._state.write(
            "INSERT OR REPLACE INTO upload VALUES (?, ?, ?, ?)",
            upload.id, bucket, document, to_document(upload.object),
        )  # fmt: skip

    def save_part(self, upload_id: str, part: S3Part) -> None:
        self._state.write(
            "INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?)",
            upload_id, part.part_number, vars(part).get("blob"), to_document(part),
        )  # fmt: skip

    def forget_upload(self, upload_id: str) -> None:
        self._state.write("DELETE FROM upload WHERE id = ?", upload_id)

    def uploads(self, bucket: str) -> dict[str, S3Multipart]:
        """The multipart uploads under way in a bucket, with their parts, by their ids."""
        rows = self._state.read("SELECT id, document, object FROM upload WHERE bucket = ?", bucket)
        return {
            upload_id: from_document(
                S3Multipart, document, object=_object(False, None, item), parts=self._parts(upload_id)
            )
            for upload_id, document, item in rows
        }

    def _parts(self, upload_id: str) -> dict[int, S3Part]:
        rows = self._state.read("SELECT number, blob, document FROM part WHERE upload = ?", upload_id)
        return {number: from_document(S3Part, document, blob=blob) for number, blob, document in rows}

    def save_tags(self, resource: str, tags: dict[str, str]) -> None:
        self._state.write("INSERT OR REPLACE INTO tag VALUES (?, ?)", resource, json.dumps(tags))

    def forget_tags(self, resource: str) -> None:
        self._state.write("DELETE FROM tag WHERE resource = ?", resource)

    def tags(self) -> dict[str, dict[str, str]]:
        """The tags of every bucket (by ARN) and object (by LocalStack's key for it)."""
        return {
            resource: json.loads(document)
            for resource, document in self._state.read("SELECT resource, document FROM tag")
        }

    def blobs(self) -> set[str]:
        """Every file that an object or a part needs."""
        rows = self._state.read("SELECT blob FROM object UNION ALL SELECT blob FROM part")
        return {blob for (blob,) in rows if blob}


def _object(is_marker: bool, blob: str | None, document: str) -> S3Object | S3DeleteMarker:
    if is_marker:
        return from_document(S3DeleteMarker, document)
    item = from_document(S3Object, document, blob=blob)
    item.parts = {int(number): part for number, part in (item.parts or {}).items()}
    return item
